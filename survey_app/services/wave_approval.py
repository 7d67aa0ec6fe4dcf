"""Submitting, approving and starting waves: two people, each step kept with who took it and when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine

from survey_app.domain.wave import Wave, WaveStatus
from survey_app.domain.wave_approval import ApprovalStep, OwnSubmission, Step, StepRefused, check_opening, check_step
from survey_app.services import waves
from survey_app.storage import audit_log, wave_approvals
from survey_app.storage.database import begin_write

MOST_NOTE = 500


def take_step(
    engine: Engine, code: str, step: Step, now: datetime, actor: str, note: str = "", seen: int | None = None
) -> None:
    """Submit, approve, return or withdraw a planned wave.

    Args:
        seen: how many steps the page showed on which this was decided. A plan that was changed since has more, so
            that nobody approves what they did not read.

    Raises:
        UnknownWave, StepRefused: nothing was changed.
        OwnSubmission: nothing was changed, and the audit log tells of the try.
    """
    refused: OwnSubmission | None = None
    with begin_write(engine) as connection:
        wave_id, wave = waves.known_for_change(connection, code)
        steps = wave_approvals.of_wave(connection, wave_id)
        if seen is not None and seen != len(steps):
            raise StepRefused(code)
        detail = {"wave": code, "result": "done", "note": note} if note else {"wave": code, "result": "done"}
        try:
            check_step(wave, steps, step, actor)
            wave_approvals.add(connection, wave_id, ApprovalStep(step, actor, now, note[:MOST_NOTE]))
        except OwnSubmission as error:
            refused, detail["result"] = error, "refused: own submission"
        audit_log.append(connection, now, actor, f"wave.{step.value}", waves.place_of(wave), detail)
    if refused is not None:
        raise refused


def start(engine: Engine, code: str, now: datetime, actor: str) -> Wave:
    """Open an approved or paused wave.

    Raises:
        UnknownWave, NotApproved, WaveChangeRefused: nothing was changed.
    """
    with begin_write(engine) as connection:
        found = waves.known_for_change(connection, code)
        check_opening(found[1], wave_approvals.of_wave(connection, found[0]))
        waves.set_status(connection, found, WaveStatus.OPEN, now, actor)
    return found[1]
