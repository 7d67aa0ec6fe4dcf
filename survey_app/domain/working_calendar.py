"""When a desk is open: an ordinary week, and days that differ (Tết, floods, Saturday duty, mobile desks).

Rules are inherited from the units above. A day that differs counts before any ordinary week, so that the
province's Tết closes a centre that has a week of its own; of two rules of the same sort the nearest unit's wins.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from itertools import pairwise

SPAN = re.compile(r"(\d{1,2})[:hH](\d{2})?\s*(?:-|–|đến)\s*(\d{1,2})[:hH](\d{2})?")
MOST_SPANS = 3
LONGEST_RANGE = 366
"""Days one rule may cover: a longer one is a slip in the year."""


class BadHours(ValueError):
    """Not opening hours: unreadable, in the wrong order, overlapping, or too many."""


@dataclass(frozen=True, order=True)
class Span:
    """Open from ``opens`` until ``closes`` on one day."""

    opens: time
    closes: time

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}"


Hours = tuple[Span, ...]
"""A day's opening hours in order; empty: closed."""


def _span(text: str) -> Span:
    found = SPAN.fullmatch(text)
    if found is None:
        raise BadHours(text)
    try:
        span = Span(time(int(found[1]), int(found[2] or 0)), time(int(found[3]), int(found[4] or 0)))
    except ValueError as error:
        raise BadHours(text) from error
    if span.opens >= span.closes:
        raise BadHours(text)
    return span


def read_hours(text: str) -> Hours:
    """Hours as typed, "7:30-11:30, 13h30-17h"; nothing means closed. Raises BadHours."""
    parts = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
    if len(parts) > MOST_SPANS:
        raise BadHours(text)
    spans = tuple(_span(part) for part in parts)
    if any(later.opens < earlier.closes for earlier, later in pairwise(spans)):
        raise BadHours(text)
    return spans


def hours_text(hours: Hours) -> str:
    """Hours as they are stored and typed."""
    return ", ".join(str(span) for span in hours)


ORDINARY_DAY = read_hours("07:30-11:30, 13:30-17:00")
Week = Mapping[int, Hours]
"""Weekday (0 = Monday) -> hours; a missing weekday is closed."""

DEFAULT_WEEK: Week = dict.fromkeys(range(5), ORDINARY_DAY)
"""Where nobody entered a week: office hours from Monday to Friday."""


@dataclass(frozen=True)
class DayRule:
    """The days from ``first`` to ``last`` differ from the ordinary week; ``number`` grows with every new rule."""

    number: int
    first: date
    last: date
    hours: Hours
    note: str

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class UnitCalendar:
    """What one unit entered; ``week`` is None where it keeps the week of the unit above."""

    unit_code: str
    week: Week | None = None
    exceptions: tuple[DayRule, ...] = field(default=())


@dataclass(frozen=True)
class DayPlan:
    """A day's hours and where they come from; ``unit_code`` is None for the week the product starts with."""

    hours: Hours
    unit_code: str | None
    note: str = ""
    is_exception: bool = False

    @property
    def is_open(self) -> bool:
        return bool(self.hours)


def hours_on(day: date, calendars: Sequence[UnitCalendar]) -> DayPlan:
    """What holds on ``day`` at a unit; ``calendars`` are its own and those of the units above, nearest first.

    Of several exceptions of one unit the shortest counts (a Saturday of duty inside a closed fortnight), then
    the one entered last.
    """
    for calendar in calendars:
        found = [rule for rule in calendar.exceptions if rule.covers(day)]
        if found:
            rule = min(found, key=lambda rule: (rule.days, -rule.number))
            return DayPlan(rule.hours, calendar.unit_code, rule.note, is_exception=True)
    for calendar in calendars:
        if calendar.week is not None:
            return DayPlan(calendar.week.get(day.weekday(), ()), calendar.unit_code)
    return DayPlan(DEFAULT_WEEK.get(day.weekday(), ()), None)


FIXED_HOLIDAYS = (
    (1, 1, "Tết Dương lịch"),
    (4, 30, "Ngày Chiến thắng 30/4"),
    (5, 1, "Ngày Quốc tế Lao động 1/5"),
    (9, 2, "Quốc khánh 2/9"),
)
"""(month, day, name) of holidays that fall on the same day each year, offered to be entered; nothing is closed by them.

Holidays by the lunar year and days moved by decision are typed in from each year's announcement.
"""


def fixed_holidays(year: int) -> list[tuple[date, str]]:
    """The holidays of ``year`` that a province may enter with one button."""
    return [(date(year, month, day), name) for month, day, name in FIXED_HOLIDAYS]


def weeks_of_month(month: date) -> list[list[date]]:
    """The weeks, Monday first, that touch the month of ``month``."""
    first = month.replace(day=1)
    start = first - timedelta(days=first.weekday())
    weeks: list[list[date]] = []
    while start.month == first.month or start < first:
        weeks.append([start + timedelta(days=place) for place in range(7)])
        start += timedelta(days=7)
    return weeks
