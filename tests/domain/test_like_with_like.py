"""Periods are compared on releases of one mix of stage and channel, or on one stage and channel alone."""

from __future__ import annotations

import json
from random import Random

from survey_app.domain.like_with_like import ALL, are_alike, like_with_like
from survey_app.domain.questionnaire import questionnaire_from_dict
from survey_app.domain.tally import Tally, count
from survey_app.domain.tally_layout import tally_layout
from tests.scenes import canonical, random_record

LAYOUT = tally_layout(questionnaire_from_dict(json.loads(canonical("sipas_desk"))))


def people(n: int, stage: str) -> Tally:
    rng = Random(n)
    return count(LAYOUT, [random_record(LAYOUT.questionnaire, rng, stage) for _ in range(n)])


def test_shares_under_ten_points_apart_are_alike() -> None:
    assert are_alike({"a": 50, "b": 50}, {"a": 59, "b": 41})
    assert not are_alike({"a": 50, "b": 50}, {"a": 60, "b": 40})
    assert not are_alike({"a": 100}, {"a": 80, "b": 20})
    assert are_alike({}, {})
    assert not are_alike({}, {"a": 1})


def test_alike_periods_are_compared_whole() -> None:
    last = {("collecting", "poster"): people(30, "collecting"), ("filing", "poster"): people(32, "filing")}
    before = {("collecting", "poster"): people(90, "collecting"), ("mixed", "poster"): people(91, "filing")}
    found = like_with_like(LAYOUT, last, before)
    assert found is not None
    assert (found.stage, found.channel, found.last.responses, found.before.responses) == (ALL, ALL, 62, 181)


def test_otherwise_the_largest_stage_and_channel_alone() -> None:
    last = {("collecting", "poster"): people(60, "collecting"), ("filing", "poster"): people(20, "filing")}
    before = {("collecting", "poster"): people(40, "collecting"), ("filing", "poster"): people(150, "filing")}
    found = like_with_like(LAYOUT, last, before)
    assert found is not None
    assert (found.stage, found.channel, found.last.responses, found.before.responses) == (
        "collecting",
        "poster",
        60,
        40,
    )


def test_another_channel_is_another_mix_and_mixed_releases_are_no_cell() -> None:
    last = {("collecting", "ticket"): people(60, "collecting"), ("mixed", "mixed"): people(10, "filing")}
    before = {("collecting", "poster"): people(60, "collecting"), ("mixed", "mixed"): people(10, "filing")}
    assert like_with_like(LAYOUT, last, before) is None
