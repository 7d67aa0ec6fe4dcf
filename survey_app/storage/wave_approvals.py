"""The steps of waves towards their opening, oldest first; nothing here is ever changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select

from survey_app.domain.wave_approval import ApprovalStep, Step
from survey_app.storage.fieldwork_tables import WaveApprovalRow


def _aware(moment: datetime) -> datetime:
    """SQLite forgets the zone; what is stored is UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def every(connection: Connection) -> Mapping[int, tuple[ApprovalStep, ...]]:
    """Row number of a wave -> its steps; empty for waves without any."""
    found: dict[int, tuple[ApprovalStep, ...]] = defaultdict(tuple)
    row = WaveApprovalRow
    query = select(row.wave_id, row.step, row.login, row.at, row.note).order_by(row.id)
    for wave_id, step, login, at, note in connection.execute(query):
        found[wave_id] += (ApprovalStep(Step(step), login, _aware(at), note),)
    return found


def of_wave(connection: Connection, wave_id: int) -> tuple[ApprovalStep, ...]:
    """The steps of one wave."""
    row = WaveApprovalRow
    query = select(row.step, row.login, row.at, row.note).where(row.wave_id == wave_id).order_by(row.id)
    return tuple(ApprovalStep(Step(s), login, _aware(at), note) for s, login, at, note in connection.execute(query))


def add(connection: Connection, wave_id: int, step: ApprovalStep) -> None:
    """Keep a step."""
    values = {
        "wave_id": wave_id,
        "step": step.step.value,
        "login": step.by,
        "at": step.at.astimezone(UTC),
        "note": step.note,
    }
    connection.execute(insert(WaveApprovalRow), values)
