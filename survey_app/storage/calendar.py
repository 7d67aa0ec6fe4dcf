"""The working calendar as stored: weeks of units, days that differ, and what was removed of late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Connection, delete, insert, select, update

from survey_app.domain.working_calendar import DayRule, Hours, UnitCalendar, Week, hours_text, read_hours
from survey_app.storage.fieldwork_tables import CalendarExceptionRow, WorkingWeekRow
from survey_app.storage.tables import OrgUnitRow


@dataclass(frozen=True)
class StoredRule:
    """A rule with the unit it was entered at."""

    rule: DayRule
    unit_code: str
    is_removed: bool


def _rule(number: int, first: date, last: date, hours: str, note: str) -> DayRule:
    return DayRule(number, first, last, read_hours(hours), note)


def of_units(connection: Connection, codes: Sequence[str]) -> list[UnitCalendar]:
    """What each of these units entered, in the order of ``codes``."""
    weeks: dict[str, dict[int, Hours]] = defaultdict(dict)
    week, unit, row = WorkingWeekRow, OrgUnitRow, CalendarExceptionRow
    query = select(unit.code, week.weekday, week.hours).join(unit, unit.id == week.unit_id).where(unit.code.in_(codes))
    for code, weekday, hours in connection.execute(query):
        weeks[code][weekday] = read_hours(hours)
    rules: dict[str, list[DayRule]] = defaultdict(list)
    differing = (
        select(unit.code, row.id, row.first_day, row.last_day, row.hours, row.note)
        .join(unit, unit.id == row.unit_id)
        .where(unit.code.in_(codes), row.removed_at.is_(None))
        .order_by(row.first_day, row.id)
    )
    for found in connection.execute(differing):
        rule = _rule(found.id, found.first_day, found.last_day, found.hours, found.note)
        rules[found.code].append(rule)
    return [UnitCalendar(code, weeks.get(code), tuple(rules[code])) for code in codes]


def put_week(connection: Connection, unit_id: int, week: Week | None) -> None:
    """Give a unit a week of its own, or take it away (None)."""
    connection.execute(delete(WorkingWeekRow).where(WorkingWeekRow.unit_id == unit_id))
    if week is not None:
        rows = [
            {"unit_id": unit_id, "weekday": weekday, "hours": hours_text(week.get(weekday, ()))} for weekday in range(7)
        ]
        connection.execute(insert(WorkingWeekRow), rows)


def add_rule(connection: Connection, unit_id: int, rule: DayRule) -> int:
    """Store a new rule; its ``number`` is not looked at. Returns the number it got."""
    values = {
        "unit_id": unit_id,
        "first_day": rule.first,
        "last_day": rule.last,
        "hours": hours_text(rule.hours),
        "note": rule.note,
        "removed_at": None,
    }
    return connection.execute(insert(CalendarExceptionRow).returning(CalendarExceptionRow.id), values).scalar_one()


def find_rule(connection: Connection, number: int) -> StoredRule | None:
    """A rule, removed or not."""
    row, unit = CalendarExceptionRow, OrgUnitRow
    query = (
        select(unit.code, row.removed_at, row.id, row.first_day, row.last_day, row.hours, row.note)
        .join(unit, unit.id == row.unit_id)
        .where(row.id == number)
    )
    found = connection.execute(query).one_or_none()
    if found is None:
        return None
    rule = _rule(found.id, found.first_day, found.last_day, found.hours, found.note)
    return StoredRule(rule, found.code, found.removed_at is not None)


def removed_since(connection: Connection, unit_id: int, since: datetime) -> list[DayRule]:
    """The rules of a unit that were removed since then, newest first."""
    row = CalendarExceptionRow
    query = (
        select(row.id, row.first_day, row.last_day, row.hours, row.note)
        .where(row.unit_id == unit_id, row.removed_at >= since.astimezone(UTC))
        .order_by(row.removed_at.desc())
    )
    return [_rule(*values) for values in connection.execute(query)]


def set_removed(connection: Connection, number: int, removed_at: datetime | None) -> None:
    """Remove a rule, or bring it back (None)."""
    row = CalendarExceptionRow
    at = removed_at and removed_at.astimezone(UTC)
    connection.execute(update(row).where(row.id == number).values(removed_at=at))


def set_last_day(connection: Connection, number: int, last: date) -> None:
    """Let a rule end on another day."""
    row = CalendarExceptionRow
    connection.execute(update(row).where(row.id == number).values(last_day=last))
