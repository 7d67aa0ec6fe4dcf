"""Approval, changes and counts of waves on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

import pytest
from sqlalchemy import Engine

from survey_app.domain.permissions import Grant, Officer, Permission, Role
from survey_app.domain.wave import Wave, WaveStatus
from survey_app.domain.wave_approval import NotApproved, OwnSubmission, Preparation, Step, StepRefused
from survey_app.services import wave_approval, wave_desk, waves
from survey_app.services.release import run_releases
from survey_app.storage import audit_log
from survey_app.storage.database import begin_read
from tests import scenes

PLAN = Wave(
    "q1", "Quý I", date(2027, 1, 1), date(2027, 3, 31), WaveStatus.PLANNED, (("quick_pulse", 1),), ("51-23293",)
)
TODAY = date(2026, 11, 16)


def officer(role: Role, unit: str) -> Officer:
    return Officer("an", "An", (Grant(role, unit),))


ANALYST = officer(Role.PROVINCE_ANALYST, "51")


def take(engine: Engine, step: Step, actor: str, seen: int | None = None) -> None:
    wave_approval.take_step(engine, "q1", step, scenes.NOW, actor, seen=seen)


def standing(engine: Engine) -> Preparation:
    return wave_desk.page(engine, ANALYST, "q1", TODAY).preparation


def test_steps_are_kept_in_order_and_lead_to_opening(any_engine: Engine, any_province: scenes.Province):
    waves.create(any_engine, PLAN, scenes.NOW, "an")
    take(any_engine, Step.SUBMITTED, "an")
    with pytest.raises(OwnSubmission):
        take(any_engine, Step.APPROVED, "an")
    with pytest.raises(NotApproved):
        wave_approval.start(any_engine, "q1", scenes.NOW, "binh")
    take(any_engine, Step.APPROVED, "binh", seen=1)
    wave_approval.start(any_engine, "q1", scenes.NOW, "binh")
    page = wave_desk.page(any_engine, ANALYST, "q1", TODAY)
    assert [(one.step, one.by, one.at) for one in page.steps] == [
        (Step.SUBMITTED, "an", scenes.NOW),
        (Step.APPROVED, "binh", scenes.NOW),
    ]
    assert page.wave.status is WaveStatus.OPEN
    with begin_read(any_engine) as connection:
        results = [detail["result"] for _, _, detail in audit_log.entries(connection, "wave.approved")]
    assert results == ["refused: own submission", "done"]


def test_a_change_takes_the_approval_back(any_engine: Engine, any_province: scenes.Province):
    waves.create(any_engine, PLAN, scenes.NOW, "an")
    take(any_engine, Step.SUBMITTED, "an")
    take(any_engine, Step.APPROVED, "binh")
    changed = replace(PLAN, questionnaires=(("sipas_desk", 1), ("quick_pulse", 1)), units=("51-23368", "51-TT"))
    assert waves.change(any_engine, changed, scenes.NOW, "an")
    page = wave_desk.page(any_engine, ANALYST, "q1", TODAY)
    assert page.preparation is Preparation.DRAFT
    assert page.wave.questionnaires == changed.questionnaires
    assert set(page.wave.units) == set(changed.units)
    with begin_read(any_engine) as connection:
        [(_, _, detail)] = audit_log.entries(connection, "wave.change")
    assert detail["approval_void"]


def test_a_step_decided_on_an_older_plan_is_refused(engine: Engine, province: scenes.Province):
    waves.create(engine, PLAN, scenes.NOW, "an")
    take(engine, Step.SUBMITTED, "an")
    waves.change(engine, replace(PLAN, title="Khác"), scenes.NOW, "an")
    take(engine, Step.SUBMITTED, "an")
    with pytest.raises(StepRefused):
        take(engine, Step.APPROVED, "binh", seen=1)
    assert standing(engine) is Preparation.SUBMITTED


@pytest.mark.parametrize(
    "changed", [{"units": ("51-TT",)}, {"questionnaires": (("quick_pulse", 1),)}, {"opens_on": date(2026, 11, 1)}]
)
def test_an_opened_wave_keeps_what_it_asks_and_where(
    engine: Engine, province: scenes.Province, changed: dict[str, object]
):
    [wave] = waves.every(engine)
    with pytest.raises(waves.WaveFrozen):
        waves.change(engine, replace(wave, **changed), scenes.NOW, "an")
    assert waves.every(engine) == [wave]


def test_an_opened_waves_end_moves_but_not_into_the_past(any_engine: Engine, any_province: scenes.Province):
    [wave] = waves.every(any_engine)
    waves.change(any_engine, replace(wave, title="Khác", closes_on=TODAY), scenes.NOW, "an")
    [changed] = waves.every(any_engine)
    assert (changed.title, changed.closes_on, changed.status) == ("Khác", TODAY, WaveStatus.OPEN)
    with pytest.raises(waves.WaveProblem, match="đã qua"):
        waves.change(any_engine, replace(changed, closes_on=date(2026, 11, 15)), scenes.NOW, "an")


def test_a_closed_wave_stays_as_it_is(engine: Engine, province: scenes.Province):
    waves.change_status(engine, province.wave, WaveStatus.CLOSED, scenes.NOW, "an")
    [wave] = waves.every(engine)
    with pytest.raises(waves.WaveFrozen):
        waves.change(engine, replace(wave, title="Khác"), scenes.NOW, "an")


def test_released_and_waiting_responses_count_together(any_engine: Engine, any_province: scenes.Province, rng: Random):
    scenes.fill_inbox(any_engine, any_province, any_province.counters[0], 12, rng, stage="filing")
    run_releases(any_engine, scenes.NOW)
    scenes.fill_inbox(any_engine, any_province, any_province.counters[1], 3, rng)
    scenes.fill_inbox(any_engine, any_province, any_province.counters[2], 2, rng)
    page = wave_desk.page(any_engine, ANALYST, any_province.wave, TODAY)
    assert page.received == 17
    assert {count.unit.code: count.received for count in page.centres} == {
        "51-23293-TT": 15,
        "51-23368-TT": 2,
        "51-TT": 0,
    }
    own = wave_desk.page(any_engine, officer(Role.CENTRE_DIRECTOR, "51-23368-TT"), any_province.wave, TODAY)
    assert (own.received, len(own.centres), own.may) == (2, 1, frozenset())


def test_remainders_that_joined_higher_up_are_still_counted(engine: Engine, province: scenes.Province, rng: Random):
    scenes.fill_inbox(engine, province, province.counters[0], 6, rng, stage="filing")
    scenes.fill_inbox(engine, province, province.counters[2], 6, rng, stage="filing")
    run_releases(engine, scenes.AFTER_THE_WAVE)
    page = wave_desk.page(engine, ANALYST, province.wave, TODAY)
    assert (page.received, page.above) == (12, 12)


def test_targets_stand_beside_what_was_received(any_engine: Engine, any_province: scenes.Province, rng: Random):
    scenes.fill_inbox(any_engine, any_province, any_province.counters[0], 4, rng)
    numbers = {"51": 86_933, "51-23293-TT": 120, "none": 5}
    wave_desk.enter_transactions(any_engine, any_province.wave, numbers, scenes.NOW, "an")
    wave_desk.enter_transactions(any_engine, any_province.wave, {"51-23293-TT": 500, "51": None}, scenes.NOW, "an")
    targets = {one.unit.code: one for one in wave_desk.page(any_engine, ANALYST, any_province.wave, TODAY).targets}
    assert targets["51"].transactions is None
    director = targets["51-23293-TT"]
    assert (director.transactions, director.needed, director.needed_roughly, director.received) == (500, 223, 84, 4)
    leader = officer(Role.COMMUNE_LEADER, "51-23293")
    assert wave_desk.page(any_engine, leader, any_province.wave, TODAY).targets == ()


def test_permission_is_needed_wherever_the_wave_runs(engine: Engine, province: scenes.Province):
    waves.create(engine, replace(PLAN, units=("51-23293", "51-TT")), scenes.NOW, "an")
    planner = officer(Role.PROVINCE_ANALYST, "51-23293")
    assert not wave_desk.may_change(engine, planner, "q1", Permission.WAVES_PLAN, TODAY)
    assert wave_desk.may_change(engine, ANALYST, "q1", Permission.WAVES_PLAN, TODAY)
    assert not wave_desk.may_change(engine, ANALYST, "none", Permission.WAVES_PLAN, TODAY)
    assert not wave_desk.may_change(engine, ANALYST, "q1", Permission.WAVES_APPROVE, TODAY)
