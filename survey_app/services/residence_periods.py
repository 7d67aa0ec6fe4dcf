"""The periods of figures by residence: quarters that are over, and what is over of a year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from survey_app.domain.quarter import Quarter, quarter_of
from survey_app.services.results import NoSuchVersion

MOST_QUARTERS = 8


@dataclass(frozen=True)
class Period:
    """Closed quarters: one of them, or all of a year that are over. ``quarters`` is in order, never empty."""

    code: str
    quarters: tuple[Quarter, ...]

    @property
    def is_year(self) -> bool:
        return "q" not in self.code

    @property
    def first_month(self) -> date:
        return self.quarters[0].first_month

    @property
    def last_month(self) -> date:
        return self.quarters[-1].last_month


def periods_on(first_month: date | None, today: date) -> tuple[Period, ...]:
    """The periods to choose from, the newest year first, each year before its quarters."""
    quarters: list[Quarter] = []
    newest = quarter_of(today).before
    while first_month is not None and len(quarters) < MOST_QUARTERS and newest >= quarter_of(first_month):
        quarters.append(newest)
        newest = newest.before
    periods: list[Period] = []
    for year in sorted({quarter.year for quarter in quarters}, reverse=True):
        own = [quarter for quarter in quarters if quarter.year == year]
        periods.append(Period(str(year), tuple(reversed(own))))
        periods += [Period(quarter.code, (quarter,)) for quarter in own]
    return tuple(periods)


def period_of(periods: Sequence[Period], code: str | None) -> Period | None:
    """The period asked for, by default the newest. Raises NoSuchVersion for one that is not there."""
    if code is None:
        return periods[0] if periods else None
    found = next((period for period in periods if period.code == code), None)
    if found is None:
        raise NoSuchVersion(code)
    return found
