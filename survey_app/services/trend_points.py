"""The points of a trend: months or quarters, one figure of a unit in each, with its line and where lines break."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from survey_app.domain.disclosure import Withheld
from survey_app.domain.external_series import ExternalSeries
from survey_app.domain.local_day import months_back
from survey_app.domain.quarter import quarter_of
from survey_app.domain.questionnaire import Questionnaire
from survey_app.domain.scoring import Figure


class Step(StrEnum):
    """How long a point of a trend is."""

    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True, order=True)
class Bucket:
    """The months of a point, inclusive, by their first days."""

    first: date
    last: date

    @property
    def after(self) -> date:
        """The month that follows."""
        return months_back(self.last, -1)


def bucket_of(month: date, step: Step) -> Bucket:
    """The point a month belongs to."""
    if step is Step.MONTH:
        return Bucket(month, month)
    quarter = quarter_of(month)
    return Bucket(quarter.first_month, quarter.last_month)


@dataclass(frozen=True)
class Point:
    """A figure of some months. Points of one ``line`` (a questionnaire version) may be joined.

    ``is_reconstructed``: former units are in it.
    """

    bucket: Bucket
    line: str
    figure: Figure
    is_reconstructed: bool


class BreakKind(StrEnum):
    """Why figures on both sides are not one series."""

    UNITS = "units"
    """Boundaries changed; the time before is pooled from former units."""

    SPLIT = "split"
    """Former units were divided: nothing can be said of the time before."""

    VERSION = "version"
    """Another questionnaire version, whose items do not continue these."""


@dataclass(frozen=True)
class Break:
    """Where a series breaks: before this day. ``units``: how many former units; ``versions``: older, newer."""

    day: date
    kind: BreakKind
    units: int = 0
    versions: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class ExternalPoint:
    """A figure measured elsewhere: its score (None: withheld), never joined to ours.

    ``units``: of how many former units, where it was pooled; 0: the unit's own.
    """

    series: ExternalSeries
    bucket: Bucket
    responses: int
    value: Fraction | None
    reason: Withheld | None
    units: int = 0


@dataclass(frozen=True)
class Trend:
    """A figure over time. ``points`` by time; ``lines`` names the version of each line, the asked one first.

    ``known``: the figures of the questionnaire that have a trend for this reader.
    """

    questionnaire: Questionnaire
    known: tuple[str, ...]
    figure: str
    step: Step
    points: tuple[Point, ...] = ()
    breaks: tuple[Break, ...] = ()
    external: tuple[ExternalPoint, ...] = ()
    lines: tuple[str, ...] = ()

    def are_joined(self, one: Point, other: Point) -> bool:
        """Whether a line may run from one to the next: same version, neighbours in time, both shown, no break."""
        if one.line != other.line or one.bucket.after != other.bucket.first:
            return False
        if one.figure.is_withheld or other.figure.is_withheld:
            return False
        return not any(one.bucket.first < entry.day <= other.bucket.first for entry in self.unit_breaks)

    @property
    def unit_breaks(self) -> tuple[Break, ...]:
        """Breaks that no line crosses: those of versions are between lines anyway."""
        return tuple(entry for entry in self.breaks if entry.kind is not BreakKind.VERSION)
