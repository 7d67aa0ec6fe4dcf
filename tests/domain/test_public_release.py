"""The steps of a public dataset: each coarser than the last, the finest that serves is taken."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest

from survey_app.domain.org_unit import UnitKind
from survey_app.domain.public_release import (
    SHOWN_KINDS,
    STEPS,
    Period,
    Trial,
    asked_at,
    first_that_serves,
    merged,
    routed_items,
    withhold,
)
from survey_app.domain.questionnaire import questionnaire_from_dict
from tests import scenes


def test_each_step_tells_no_more_than_the_one_before() -> None:
    form = questionnaire_from_dict(json.loads(scenes.canonical("sipas_desk")))
    items = [item for item in form.items() if item.is_demographic]
    units = [UnitKind.PROVINCE, UnitKind.COMMUNE, UnitKind.CENTRE]
    periods = [Period.ALL, Period.YEAR, Period.QUARTER, Period.MONTH]
    for finer, coarser in pairwise(STEPS):
        assert units.index(coarser.unit) <= units.index(finer.unit)
        assert periods.index(coarser.period) <= periods.index(finer.period)
        assert set(coarser.items(items)) <= set(finer.items(items))
        assert finer != coarser


def test_a_counter_is_never_told() -> None:
    assert not any(UnitKind.COUNTER in kinds for kinds in SHOWN_KINDS.values())


@pytest.mark.parametrize(
    ("period", "told"),
    [(Period.MONTH, "2026-11"), (Period.QUARTER, "2026-Q4"), (Period.YEAR, "2026"), (Period.ALL, "all")],
)
def test_periods(period: Period, told: str) -> None:
    assert period.of(date(2026, 11, 1)) == told


def test_a_step_serves_when_groups_are_large_and_little_is_withheld() -> None:
    trial = Trial()
    trial.add({("a", "2026", ""): Counter({("1", "1"): 40, ("1", "2"): 20, ("1", "3"): 3})}, 10)
    assert trial.smallest == 63
    assert Fraction(trial.withheld, trial.answers) < Fraction(1, 3)
    assert trial.serves(10)
    assert not trial.serves(64)
    trial.add({("b", "2026", ""): Counter({("1", "1"): 9})}, 10)
    assert not trial.serves(10), "one small group is enough"


def test_the_finest_step_that_serves_is_taken_and_a_later_start_is_kept() -> None:
    good, bad = Trial(smallest=50, withheld=0, answers=10), Trial(smallest=3, withheld=0, answers=10)
    trials = dict.fromkeys(STEPS, good) | {STEPS[0]: bad}
    assert first_that_serves(trials, 10) == 1
    assert first_that_serves(trials, 10, since=3) == 3
    assert first_that_serves(dict.fromkeys(STEPS, bad), 10) is None


def test_the_coarsest_step_serves_however_much_is_withheld() -> None:
    trials = dict.fromkeys(STEPS, Trial(smallest=50, withheld=9, answers=10))
    assert first_that_serves(trials, 10) == len(STEPS) - 1


def test_withholding_looks_at_everything_first_and_then_at_the_file() -> None:
    group = ("a", "2026", "")
    everywhere = {group: Counter({("1",): 30, ("2",): 12, ("3",): 12})}
    file = {group: Counter({("1",): 15, ("2",): 4, ("3",): 12})}
    told = withhold(everywhere, file, 10)[group]
    shown: Counter[tuple[str, ...]] = Counter()
    for vector, number in file[group].items():
        shown[told[vector]] += number
    assert min(shown.values()) >= 10
    assert told["1",] == ("1",)
    assert told["2",] == ("W",)


def test_counts_of_places_are_added() -> None:
    one, two = (
        {("a", "x", ""): Counter({("1",): 2})},
        {("a", "x", ""): Counter({("1",): 3}), ("b", "x", ""): Counter({("1",): 1})},
    )
    assert merged([one, two]) == {("a", "x", ""): Counter({("1",): 5}), ("b", "x", ""): Counter({("1",): 1})}


def test_a_step_is_judged_by_whole_units_and_periods_whoever_was_asked_what() -> None:
    trial = Trial()
    trial.add({("a", "2026", "0"): Counter({("1",): 4}), ("a", "2026", "1"): Counter({("1",): 12})}, 10)
    assert trial.smallest == 16
    assert (trial.withheld, trial.answers) == (4, 16), (
        "the four are told apart from the rest, so nothing is told of them"
    )


def test_what_was_asked_follows_from_why_somebody_came() -> None:
    form = questionnaire_from_dict(json.loads(scenes.canonical("sipas_desk")))
    assert [item.section for item in routed_items(form)] == ["result"] * 3
    assert {stage: asked_at(form, stage) for stage in "1234."} == {
        "1": "000",
        "2": "111",
        "3": "000",
        "4": "000",
        ".": "000",
    }
    pulse = questionnaire_from_dict(json.loads(scenes.canonical("quick_pulse")))
    assert (routed_items(pulse), asked_at(pulse, "1")) == ((), ""), "reasons hang on the face, not on the visit"
