"""The quick choices of a period, as months."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from survey_app.domain.local_day import month_of, months_back
from survey_app.domain.quarter import quarter_of
from survey_app.domain.wave import Wave

WINDOW_MONTHS = 3
"""Months, this one included, that a page covers when no period was chosen."""
PERIODS = ("3-months", "quarter", "last-quarter", "12-months", "whole")

Months = tuple[date | None, date | None]


def months_of(period: str, today: date) -> Months:
    """First and last month of a quick choice, inclusive; None: no end."""
    month, quarter = month_of(today), quarter_of(today)
    return {
        "3-months": (months_back(month, WINDOW_MONTHS - 1), month),
        "quarter": (quarter.first_month, quarter.last_month),
        "last-quarter": (quarter.before.first_month, quarter.before.last_month),
        "12-months": (months_back(month, 11), month),
        "whole": (None, None),
    }[period]


def period_before(first: date | None, last: date | None) -> tuple[date, date] | None:
    """The months of equal number right before these; None for a period without a beginning or an end."""
    if first is None or last is None:
        return None
    number = (last.year - first.year) * 12 + last.month - first.month + 1
    return months_back(first, number), months_back(first, 1)


def in_order(first: date | None, last: date | None) -> Months:
    """Two months, the earlier one first."""
    return (last, first) if first and last and first > last else (first, last)


def months_with_fieldwork(found: Iterable[Wave], today: date) -> tuple[date, ...]:
    """The months since fieldwork began, newest first, at least the default window."""
    this_month = month_of(today)
    first = min([*(month_of(wave.opens_on) for wave in found), months_back(this_month, WINDOW_MONTHS - 1)])
    number = (this_month.year - first.year) * 12 + this_month.month - first.month + 1
    return tuple(months_back(this_month, back) for back in range(number))
