"""Waves as stored, with the versions they ask and the units they run at."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy import Connection, delete, insert, select, update

from survey_app.domain.wave import Wave, WaveStatus
from survey_app.storage.tables import (
    OrgUnitRow,
    QuestionnaireVersionRow,
    WaveQuestionnaireRow,
    WaveRow,
    WaveUnitRow,
)


def every(connection: Connection) -> dict[int, Wave]:
    """All waves by row number, newest opening first."""
    asked: dict[int, list[tuple[str, int]]] = defaultdict(list)
    version = QuestionnaireVersionRow
    query = (
        select(WaveQuestionnaireRow.wave_id, version.slug, version.version)
        .join(version, version.id == WaveQuestionnaireRow.version_id)
        .order_by(WaveQuestionnaireRow.position)
    )
    for wave_id, slug, number in connection.execute(query):
        asked[wave_id].append((slug, number))
    places: dict[int, list[str]] = defaultdict(list)
    units = select(WaveUnitRow.wave_id, OrgUnitRow.code).join(OrgUnitRow, OrgUnitRow.id == WaveUnitRow.unit_id)
    for wave_id, code in connection.execute(units):
        places[wave_id].append(code)
    rows = connection.execute(select(WaveRow.__table__).order_by(WaveRow.opens_on.desc(), WaveRow.id.desc()))
    return {
        row.id: Wave(
            row.code,
            row.title,
            row.opens_on,
            row.closes_on,
            WaveStatus(row.status),
            tuple(asked[row.id]),
            tuple(places[row.id]),
        )
        for row in rows
    }


def find(connection: Connection, code: str) -> tuple[int, Wave] | None:
    """A wave and its row number."""
    return next(((number, wave) for number, wave in every(connection).items() if wave.code == code), None)


def lock(connection: Connection, code: str) -> None:
    """Until this transaction ends nobody else who locks the wave changes it (SQLite has one writer anyway)."""
    connection.execute(select(WaveRow.id).where(WaveRow.code == code).with_for_update())


def add(connection: Connection, wave: Wave, version_ids: list[int], unit_ids: list[int]) -> int:
    """Store a new wave; ``version_ids`` and ``unit_ids`` are the rows of what it names. Returns its row number."""
    values = {
        "code": wave.code,
        "title": wave.title,
        "opens_on": wave.opens_on,
        "closes_on": wave.closes_on,
        "status": wave.status.value,
    }
    wave_id = connection.execute(insert(WaveRow).returning(WaveRow.id), values).scalar_one()
    _add_parts(connection, wave_id, version_ids, unit_ids)
    return wave_id


def _add_parts(connection: Connection, wave_id: int, version_ids: list[int], unit_ids: list[int]) -> None:
    asked = [{"wave_id": wave_id, "version_id": v, "position": place} for place, v in enumerate(version_ids)]
    connection.execute(insert(WaveQuestionnaireRow), asked)
    connection.execute(insert(WaveUnitRow), [{"wave_id": wave_id, "unit_id": unit_id} for unit_id in unit_ids])


def set_title_and_dates(connection: Connection, wave_id: int, wave: Wave) -> None:
    """Bring title and dates up to date."""
    values = {"title": wave.title, "opens_on": wave.opens_on, "closes_on": wave.closes_on}
    connection.execute(update(WaveRow).where(WaveRow.id == wave_id).values(values))


def replace_parts(connection: Connection, wave_id: int, version_ids: list[int], unit_ids: list[int]) -> None:
    """Let a wave that has not been opened ask other questionnaires at other units."""
    connection.execute(delete(WaveQuestionnaireRow).where(WaveQuestionnaireRow.wave_id == wave_id))
    connection.execute(delete(WaveUnitRow).where(WaveUnitRow.wave_id == wave_id))
    _add_parts(connection, wave_id, version_ids, unit_ids)


def set_status(connection: Connection, wave_id: int, status: WaveStatus) -> None:
    connection.execute(update(WaveRow).where(WaveRow.id == wave_id).values(status=status.value))


def let_take_over(connection: Connection, unit_id: int, successor_id: int, first_day: date) -> None:
    """Waves that name a unit and are not over on ``first_day`` run at its successor as well."""
    named = select(WaveUnitRow.wave_id).join(WaveRow, WaveRow.id == WaveUnitRow.wave_id)
    still = connection.scalars(named.where(WaveUnitRow.unit_id == unit_id, WaveRow.closes_on >= first_day)).all()
    if still:
        rows = [{"wave_id": wave_id, "unit_id": successor_id} for wave_id in still]
        connection.execute(insert(WaveUnitRow), rows)
