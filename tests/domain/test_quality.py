"""How long a response took, at which stage of the visit and in which rush, told from what is stored."""

from __future__ import annotations

import json

import pytest

from survey_app.domain.local_day import cut_to_day, minute_of
from survey_app.domain.quality import (
    PaceLimits,
    burst_minutes,
    crowded_minutes,
    duration_band,
    is_too_fast,
    is_too_soon,
    stage_position,
)
from survey_app.domain.questionnaire import questionnaire_from_dict
from survey_app.domain.record import layout
from tests.scenes import NOW, canonical

NINE = minute_of(NOW)
"""Nine in the morning."""


@pytest.mark.parametrize(
    ("seconds", "band"),
    [(None, 0), (0, 1), (29, 1), (30, 2), (59, 2), (60, 3), (119, 3), (120, 4), (299, 4), (300, 5), (86_400, 5)],
)
def test_duration_bands(seconds: int | None, band: int) -> None:
    assert duration_band(seconds) == band


def test_less_than_half_a_second_an_answer_is_too_fast() -> None:
    twenty_answers = "4" * 20 + "." * 10 + "-" * 5
    assert is_too_fast(9, twenty_answers)
    assert not is_too_fast(10, twenty_answers)


def test_what_was_not_answered_takes_no_time() -> None:
    assert not is_too_fast(0, ".-XKR")


def test_a_page_without_script_tells_no_time_and_is_not_suspected() -> None:
    assert not is_too_fast(None, "4" * 30)


@pytest.mark.parametrize("slug", ["sipas_desk", "quick_pulse"])
def test_the_shipped_questionnaires_ask_the_stage_in_the_column_they_name(slug: str) -> None:
    questionnaire = questionnaire_from_dict(json.loads(canonical(slug)))
    position = stage_position(questionnaire)
    assert position is not None
    assert layout(questionnaire)[position].item == "stage"


@pytest.mark.parametrize(
    ("seconds", "answers", "soon"), [(0, 0, True), (2, 0, True), (3, 0, False), (12, 20, True), (13, 20, False)]
)
def test_nobody_sees_agrees_and_answers_sooner_than_this(seconds: int, answers: int, soon: bool) -> None:
    assert is_too_soon(seconds, answers) is soon


def test_a_page_opened_nobody_knows_when_or_by_another_clock_is_not_suspected() -> None:
    assert not is_too_soon(None, 30)
    assert not is_too_soon(-1, 30)


def test_a_burst_is_more_than_the_limit_in_any_ten_minutes() -> None:
    steady = [NINE + 3 * place for place in range(40)]
    assert burst_minutes(steady, 4) == frozenset()
    assert burst_minutes(steady, 3) == frozenset(steady)
    assert burst_minutes([NINE] * 30, 30) == frozenset()
    assert burst_minutes([NINE] * 31, 30) == {NINE}


def test_all_of_a_burst_is_caught_and_nothing_beside_it() -> None:
    before, burst, after = NINE - 20, [NINE, NINE + 4, NINE + 9], NINE + 19
    assert burst_minutes([before, *burst, after], 2) == frozenset(burst)
    assert burst_minutes([NINE, NINE + 9, NINE + 10], 2) == frozenset(), "eleven minutes"


def test_a_minute_cut_to_its_day_is_in_no_burst_but_counts_for_its_day() -> None:
    day = cut_to_day(NINE)
    limits = PaceLimits(ten_minutes=2, day=5)
    assert crowded_minutes([day] * 5, limits) == frozenset()
    assert crowded_minutes([day] * 5 + [NINE], limits) == {day, NINE}
    assert crowded_minutes([day] * 5 + [NINE + 24 * 60], limits) == frozenset(), "another day"


def test_a_busy_desk_is_within_its_limits_a_script_is_not() -> None:
    busy = [NINE + 4 * place for place in range(120)]
    assert crowded_minutes(busy, PaceLimits()) == frozenset()
    assert crowded_minutes([NINE + place // 100 for place in range(1000)], PaceLimits()) == set(range(NINE, NINE + 10))


@pytest.mark.parametrize(
    "wrong", [{"ten_minutes": 0}, {"page": "5"}, {"day": True}, {"ten_minutes": 40, "day": 39}], ids=repr
)
def test_limits_that_make_no_sense_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="pace"):
        PaceLimits(**wrong)
