"""Planning waves: quarters, codes, units, overlaps, and who approves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from survey_app.domain.org_tree import OrgTree
from survey_app.domain.wave import Wave, WaveStatus
from survey_app.domain.wave_approval import (
    ApprovalStep,
    NotApproved,
    OwnSubmission,
    Preparation,
    Step,
    StepRefused,
    check_opening,
    check_step,
    preparation,
)
from survey_app.domain.wave_plan import (
    is_code,
    next_quarter,
    overlapping,
    proposed_code,
    quarter_days,
    without_nested,
)
from tests import scenes

FIRST, LAST = date(2027, 1, 1), date(2027, 3, 31)
WAVE = Wave("2027-q1", "Quý I", FIRST, LAST, WaveStatus.PLANNED, (("sipas_desk", 1),), ("51-23293",))
TREE = OrgTree(scenes.units())


def test_quarters():
    assert next_quarter(date(2026, 11, 16)) == (2027, 1)
    assert next_quarter(FIRST) == (2027, 2)
    assert quarter_days(2027, 1) == (FIRST, LAST)
    assert quarter_days(2026, 4) == (date(2026, 10, 1), date(2026, 12, 31))


def test_a_code_is_proposed():
    assert proposed_code("x", FIRST, LAST, ()) == "2027-q1"
    assert proposed_code("x", FIRST, LAST, {"2027-q1", "2027-q1-2"}) == "2027-q1-3"
    assert proposed_code("Đợt Tết ở Đăk Long!", FIRST, date(2027, 4, 1), ()) == "dot-tet-o-dak-long"
    assert proposed_code("???", FIRST, date(2027, 4, 1), ()) == "dot-20270101"


@pytest.mark.parametrize("text", ["", "a", "new", "Q1", "quý-1", "a/b", "a b", "a" * 41, "-a"])
def test_what_cannot_stand_in_an_address_is_no_code(text: str):
    assert not is_code(text)


def test_units_below_a_chosen_one_are_left_out():
    assert without_nested(TREE, ["51-23293-TT", "51-23293", "51-TT", "51-TT"]) == ("51-23293", "51-TT")


@pytest.mark.parametrize(
    ("changed", "overlaps"),
    [
        ({}, True),
        ({"units": ("51",)}, True),
        ({"units": ("51-23293-TT-Q1",)}, True),
        ({"units": ("51-23368",)}, False),
        ({"questionnaires": (("sipas_desk", 2),)}, True),
        ({"questionnaires": (("quick_pulse", 1),)}, False),
        ({"opens_on": LAST, "closes_on": date(2027, 6, 1)}, True),
        ({"opens_on": date(2027, 4, 1), "closes_on": date(2027, 6, 1)}, False),
        ({"status": WaveStatus.CLOSED}, False),
        ({"code": "2027-q1"}, False),
    ],
)
def test_waves_overlap_where_they_ask_the_same_people_the_same(changed: dict[str, object], overlaps: bool):
    other = replace(WAVE, **({"code": "other"} | changed))
    assert bool(overlapping(TREE, WAVE, [other])) is overlaps


def steps(*found: tuple[Step, str]) -> list[ApprovalStep]:
    return [ApprovalStep(step, by, datetime(2026, 11, 16, tzinfo=UTC)) for step, by in found]


def test_the_state_follows_from_the_steps():
    taken = steps((Step.SUBMITTED, "an"), (Step.APPROVED, "binh"), (Step.WITHDRAWN, "an"), (Step.SUBMITTED, "an"))
    states = [preparation(taken[:number]) for number in range(5)]
    draft, submitted = Preparation.DRAFT, Preparation.SUBMITTED
    assert states == [draft, submitted, Preparation.APPROVED, draft, submitted]
    assert preparation(steps((Step.SUBMITTED, "an"), (Step.RETURNED, "binh"))) is Preparation.RETURNED


def test_a_second_person_approves():
    submitted = steps((Step.SUBMITTED, "an"))
    check_step(WAVE, submitted, Step.APPROVED, "binh")
    with pytest.raises(OwnSubmission):
        check_step(WAVE, submitted, Step.APPROVED, "an")


@pytest.mark.parametrize(
    ("taken", "step"),
    [
        ((), Step.APPROVED),
        ((), Step.WITHDRAWN),
        (((Step.SUBMITTED, "an"),), Step.SUBMITTED),
        (((Step.SUBMITTED, "an"), (Step.APPROVED, "binh")), Step.SUBMITTED),
    ],
)
def test_steps_out_of_turn_are_refused(taken: tuple[tuple[Step, str], ...], step: Step):
    with pytest.raises(StepRefused):
        check_step(WAVE, steps(*taken), step, "chi")


def test_an_opened_wave_takes_no_steps():
    with pytest.raises(StepRefused):
        check_step(replace(WAVE, status=WaveStatus.OPEN), (), Step.SUBMITTED, "an")


def test_only_an_approved_plan_opens_and_a_paused_wave_opens_again():
    approved = steps((Step.SUBMITTED, "an"), (Step.APPROVED, "binh"))
    check_opening(WAVE, approved)
    check_opening(replace(WAVE, status=WaveStatus.PAUSED), ())
    with pytest.raises(NotApproved):
        check_opening(WAVE, approved[:1])
