"""Quarters: the periods in which results are published."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from survey_app.domain.local_day import month_of, months_back

CODE = re.compile(r"(20\d\d)-q([1-4])")


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a year; ``number`` is 1 to 4."""

    year: int
    number: int

    @property
    def code(self) -> str:
        return f"{self.year}-q{self.number}"

    @property
    def first_month(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_month(self) -> date:
        return date(self.year, 3 * self.number, 1)

    @property
    def last_day(self) -> date:
        return months_back(self.last_month, -1) - timedelta(days=1)

    @property
    def before(self) -> Quarter:
        return quarter_of(months_back(self.first_month, 1))

    def is_closed_on(self, today: date) -> bool:
        """Whether it has ended before ``today``."""
        return self.last_day < today


def quarter_of(day: date) -> Quarter:
    """The quarter a day falls in."""
    return Quarter(day.year, (month_of(day).month + 2) // 3)


def quarter_from_code(code: str) -> Quarter | None:
    """The quarter of ``2026-q3``; None for anything else."""
    found = CODE.fullmatch(code)
    return Quarter(int(found[1]), int(found[2])) if found else None
