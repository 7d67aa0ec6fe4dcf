"""How long a response took and at which stage of the visit, told from what is stored."""

from __future__ import annotations

import json

import pytest

from survey_app.domain.quality import duration_band, is_too_fast, stage_of, stage_position
from survey_app.domain.questionnaire import questionnaire_from_dict
from survey_app.domain.record import layout
from tests.scenes import canonical


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


@pytest.mark.parametrize(
    ("code", "stage"),
    [("1", "filing"), ("2", "collecting"), ("3", "asking"), ("4", "other"), (".", "unknown"), ("-", "unknown")],
)
def test_the_stage_of_a_visit_is_read_from_its_column(code: str, stage: str) -> None:
    assert stage_of(2, f"55{code}55") == stage


def test_a_questionnaire_without_a_question_of_stage_knows_none() -> None:
    assert stage_of(None, "5555") == "unknown"


@pytest.mark.parametrize("slug", ["sipas_desk", "quick_pulse"])
def test_the_shipped_questionnaires_ask_the_stage_in_the_column_they_name(slug: str) -> None:
    questionnaire = questionnaire_from_dict(json.loads(canonical(slug)))
    position = stage_position(questionnaire)
    assert position is not None
    assert layout(questionnaire)[position].item == "stage"
