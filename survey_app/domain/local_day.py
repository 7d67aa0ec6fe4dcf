"""Local time in Viet Nam: UTC+7, fixed, no daylight saving."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

VIET_NAM = timezone(timedelta(hours=7))


def local_day(moment: datetime) -> date:
    """The day in Viet Nam of an aware moment."""
    return moment.astimezone(VIET_NAM).date()


def minute_of(moment: datetime) -> int:
    """Whole minutes since 1970-01-01T00:00Z."""
    return int(moment.timestamp()) // 60


def day_of_minute(minute: int) -> date:
    """The local day a minute falls on."""
    return local_day(datetime.fromtimestamp(minute * 60, UTC))


def cut_to_day(minute: int) -> int:
    """The first minute of the local day ``minute`` falls on."""
    midnight = datetime.combine(day_of_minute(minute), datetime.min.time(), VIET_NAM)
    return minute_of(midnight)


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
