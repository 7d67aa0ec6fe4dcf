"""The working calendar: ordinary weeks and days that differ, inherited from the units above."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Engine

from survey_app.domain.local_day import local_day
from survey_app.domain.org_tree import OrgTree
from survey_app.domain.org_unit import OrgUnit
from survey_app.domain.working_calendar import (
    LONGEST_RANGE,
    DayPlan,
    DayRule,
    UnitCalendar,
    Week,
    fixed_holidays,
    hours_on,
    hours_text,
    weeks_of_month,
)
from survey_app.storage import audit_log, calendar, org_units
from survey_app.storage.database import begin_read, begin_write

UNDO_DAYS = 7
"""A removed rule can be brought back this long."""


class NoSuchRule(LookupError):
    """The unit has no such rule (any more)."""


class RuleRefused(ValueError):
    """The days are in the wrong order or too many, or the rule is there already."""


def _calendars(connection: Connection, tree: OrgTree, unit_code: str) -> list[UnitCalendar]:
    """The unit's own calendar and those above, nearest first."""
    return calendar.of_units(connection, [unit_code, *(unit.code for unit in tree.ancestors(unit_code))])


def plan_on(connection: Connection, unit_code: str, day: date) -> DayPlan:
    """The hours of a unit on one day, and where they come from. Raises KeyError for an unknown unit."""
    return hours_on(day, _calendars(connection, org_units.tree(connection), unit_code))


def is_open(connection: Connection, unit_code: str, day: date) -> bool:
    """Whether anybody is served at the unit on that day. Raises KeyError for an unknown unit."""
    return plan_on(connection, unit_code, day).is_open


def opening(connection: Connection, tree: OrgTree) -> Callable[[str, date], bool]:
    """Whether a unit is open on a day, of many units and days: every calendar is read once."""
    entered = {one.unit_code: one for one in calendar.of_units(connection, list(tree.units))}
    near = {code: [entered[code], *(entered[unit.code] for unit in tree.ancestors(code))] for code in tree.units}
    return lambda code, day: hours_on(day, near[code]).is_open


@dataclass(frozen=True)
class CalendarPage:
    """A month at a unit: each day's plan, the unit's own rules, and what it inherits.

    ``week_from`` is the unit whose ordinary week holds (None: the one the product starts with).
    """

    unit: OrgUnit
    path: tuple[OrgUnit, ...]
    below: tuple[OrgUnit, ...]
    weeks: tuple[tuple[tuple[date, DayPlan], ...], ...]
    names: Mapping[str, str]
    week: Week
    week_from: str | None
    has_own_week: bool
    own: tuple[DayRule, ...]
    inherited: tuple[tuple[DayRule, str], ...]
    removed: tuple[DayRule, ...]
    suggestions: tuple[tuple[date, str], ...]


def _week_in_force(calendars: list[UnitCalendar], some_monday: date) -> tuple[Week, str | None]:
    """The ordinary week, without the days that differ, and the unit it comes from."""
    plain = [UnitCalendar(one.unit_code, one.week) for one in calendars]
    plans = {weekday: hours_on(some_monday + timedelta(days=weekday), plain) for weekday in range(7)}
    return {weekday: plan.hours for weekday, plan in plans.items()}, plans[0].unit_code


def _suggestions(own: UnitCalendar, since: date) -> tuple[tuple[date, str], ...]:
    """The holidays of the next twelve months that no rule of the unit covers."""
    coming = [found for year in (since.year, since.year + 1) for found in fixed_holidays(year) if found[0] >= since]
    return tuple((day, name) for day, name in coming[:4] if not any(rule.covers(day) for rule in own.exceptions))


def page(engine: Engine, unit_code: str, month: date, now: datetime) -> CalendarPage:
    """The calendar of a unit in one month. Raises KeyError for an unknown unit."""
    with begin_read(engine) as connection:
        every_unit, ids = org_units.read_all(connection)
        tree = OrgTree(every_unit)
        calendars = _calendars(connection, tree, unit_code)
        own, above, weeks = calendars[0], calendars[1:], weeks_of_month(month)
        week, week_from = _week_in_force(calendars, weeks[0][0])
        first, last = weeks[0][0], weeks[-1][-1]
        return CalendarPage(
            unit=tree.units[unit_code],
            path=tuple(reversed(tree.ancestors(unit_code))),
            below=tuple(unit for unit in tree.children(unit_code) if unit.valid_to is None),
            weeks=tuple(tuple((day, hours_on(day, calendars)) for day in days) for days in weeks),
            names={one.unit_code: tree.units[one.unit_code].name for one in calendars},
            week=week,
            week_from=week_from,
            has_own_week=own.week is not None,
            own=own.exceptions,
            inherited=tuple(
                (rule, one.unit_code)
                for one in above
                for rule in one.exceptions
                if rule.first <= last and rule.last >= first
            ),
            removed=tuple(calendar.removed_since(connection, ids[unit_code], now - timedelta(days=UNDO_DAYS))),
            suggestions=_suggestions(own, max(month, local_day(now))),
        )


def _unit_id(connection: Connection, unit_code: str) -> int:
    found = org_units.row_id(connection, unit_code)
    if found is None:
        raise KeyError(unit_code)
    return found


def set_week(engine: Engine, unit_code: str, week: Week | None, now: datetime, actor: str) -> None:
    """Give a unit an ordinary week of its own; None: it keeps the week of the unit above again."""
    with begin_write(engine) as connection:
        calendar.put_week(connection, _unit_id(connection, unit_code), week)
        told = None if week is None else {str(weekday): hours_text(hours) for weekday, hours in week.items()}
        audit_log.append(connection, now, actor, "calendar.week", unit_code, {"week": told})


def _told(rule: DayRule) -> dict[str, object]:
    """A rule in an audit entry."""
    days = [rule.first.isoformat(), rule.last.isoformat()]
    return {"days": days, "hours": hours_text(rule.hours), "note": rule.note}


def add_rule(engine: Engine, unit_code: str, rule: DayRule, now: datetime, actor: str) -> int:
    """Enter days that differ from the ordinary week; returns the number of the rule.

    Raises:
        RuleRefused: nothing was stored.
    """
    if not 1 <= rule.days <= LONGEST_RANGE:
        raise RuleRefused(f"{rule.first} – {rule.last}")
    with begin_write(engine) as connection:
        [own] = calendar.of_units(connection, [unit_code])
        if any((one.first, one.last, one.hours) == (rule.first, rule.last, rule.hours) for one in own.exceptions):
            raise RuleRefused(f"{rule.first} – {rule.last}")
        number = calendar.add_rule(connection, _unit_id(connection, unit_code), rule)
        audit_log.append(connection, now, actor, "calendar.add", unit_code, {"rule": number} | _told(rule))
    return number


def _rule(connection: Connection, unit_code: str, number: int, is_removed: bool) -> DayRule:
    found = calendar.find_rule(connection, number)
    if found is None or found.unit_code != unit_code or found.is_removed != is_removed:
        raise NoSuchRule(number)
    return found.rule


def remove_rule(engine: Engine, unit_code: str, number: int, now: datetime, actor: str) -> None:
    """Take a rule away; it can be brought back for some days. Raises NoSuchRule."""
    with begin_write(engine) as connection:
        rule = _rule(connection, unit_code, number, is_removed=False)
        calendar.set_removed(connection, number, now)
        audit_log.append(connection, now, actor, "calendar.remove", unit_code, {"rule": number} | _told(rule))


def restore_rule(engine: Engine, unit_code: str, number: int, now: datetime, actor: str) -> None:
    """Bring a removed rule back. Raises NoSuchRule."""
    with begin_write(engine) as connection:
        rule = _rule(connection, unit_code, number, is_removed=True)
        calendar.set_removed(connection, number, None)
        audit_log.append(connection, now, actor, "calendar.restore", unit_code, {"rule": number} | _told(rule))


def end_rule(engine: Engine, unit_code: str, number: int, last: date, now: datetime, actor: str) -> None:
    """Let a rule that is under way end on ``last``, earlier than entered. Raises NoSuchRule, RuleRefused."""
    with begin_write(engine) as connection:
        rule = _rule(connection, unit_code, number, is_removed=False)
        if not rule.first <= last < rule.last:
            raise RuleRefused(f"{rule.first} – {rule.last}")
        calendar.set_last_day(connection, number, last)
        detail = {"rule": number, "ends": last.isoformat()} | _told(rule)
        audit_log.append(connection, now, actor, "calendar.end", unit_code, detail)
