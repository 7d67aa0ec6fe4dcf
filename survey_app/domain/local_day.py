"""Local time in Viet Nam: UTC+7, fixed, no daylight saving."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

VIET_NAM = timezone(timedelta(hours=7))
MINUTES_AHEAD, MINUTES_A_DAY = 7 * 60, 24 * 60
FIRST_DAY = date(1970, 1, 1).toordinal()


def local_day(moment: datetime) -> date:
    """The day in Viet Nam of an aware moment."""
    return moment.astimezone(VIET_NAM).date()


def minute_of(moment: datetime) -> int:
    """Whole minutes since 1970-01-01T00:00Z."""
    return int(moment.timestamp()) // 60


def day_of_minute(minute: int) -> date:
    """The local day a minute falls on."""
    return date.fromordinal(FIRST_DAY + (minute + MINUTES_AHEAD) // MINUTES_A_DAY)


def cut_to_day(minute: int) -> int:
    """The first minute of the local day ``minute`` falls on."""
    return minute - (minute + MINUTES_AHEAD) % MINUTES_A_DAY


def week_of(day: date) -> date:
    """The Monday of the week of ``day``."""
    return day - timedelta(days=day.weekday())


def month_of(day: date) -> date:
    """The first day of the month of ``day``."""
    return day.replace(day=1)


def months_back(month: date, number: int) -> date:
    """The first day of the month ``number`` months before ``month``."""
    index = month.year * 12 + month.month - 1 - number
    return date(index // 12, index % 12 + 1, 1)
