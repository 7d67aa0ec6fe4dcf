"""Where the marks of a chart stand, in the units of its SVG; the same figures always stand in a table too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from math import ceil, floor

from survey_app.domain.local_day import months_back
from survey_app.domain.recipe import Recipe, Span
from survey_app.domain.scoring import Figure
from survey_app.domain.series import Series
from survey_app.services.unit_result import TrendPoint
from survey_app.web.rendering import language, number

BAR_WIDTH = 240
BAR_MARGIN = 12
TREND_WIDTH, TREND_HEIGHT = 420, 190
TREND_LEFT, TREND_RIGHT, TREND_TOP, TREND_BOTTOM = 34, 14, 12, 28
STEPS = (0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 50)
"""Steps between the marks of an axis: the first that gives at most ``MOST_TICKS`` marks."""
MOST_TICKS = 7
MOST_LABELS = 6


@dataclass(frozen=True)
class Axis:
    """Values from ``low`` to ``high`` laid on pixels from ``start`` to ``end`` (maybe the smaller one)."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The place of a value, to a tenth of a pixel."""
        return round(self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start), 1)


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


@dataclass(frozen=True)
class IntervalBar:
    """A point with its 95 % interval on the axis of its recipe."""

    left: float
    width: float
    point: float
    ticks: tuple[Tick, ...]


@dataclass(frozen=True)
class Level:
    """One answer's part of a five-level bar; ``place`` counts from 1 (worst)."""

    place: int
    left: float
    width: float


@dataclass(frozen=True)
class Mark:
    """A month of a trend: where its point and the ends of its interval stand."""

    x: float
    y: float
    top: float
    bottom: float


@dataclass(frozen=True)
class TrendChart:
    """Marks by month, lines between months that follow one another, and both axes."""

    marks: tuple[Mark, ...]
    lines: tuple[tuple[Mark, Mark], ...]
    ticks: tuple[Tick, ...]
    months: tuple[Tick, ...]
    breaks: tuple[Tick, ...] = ()
    width: int = TREND_WIDTH
    height: int = TREND_HEIGHT
    left: int = TREND_LEFT
    right: int = TREND_WIDTH - TREND_RIGHT
    bottom: int = TREND_HEIGHT - TREND_BOTTOM


def marks_between(low: float, high: float) -> list[float]:
    """At most seven round values from ``low`` to ``high``."""
    for step in STEPS:
        found = [place * step for place in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]
        if len(found) <= MOST_TICKS:
            return found
    return [low, high]


def _label(value: float) -> str:
    """A mark as short as it is exact."""
    places = next(places for places in (0, 1, 2) if abs(round(value, places) - value) < 1e-6 or places == 2)
    return number(round(value, places), places)


def interval_bar(figure: Figure, on: Span) -> IntervalBar | None:
    """The bar of a figure on its recipe's range; None when it is withheld."""
    if figure.value is None or figure.interval is None:
        return None
    axis = Axis(float(on.low), float(on.high), BAR_MARGIN, BAR_WIDTH - BAR_MARGIN)
    left, right = axis.at(figure.interval.low), axis.at(figure.interval.high)
    ticks = _ticks(axis, language())
    return IntervalBar(left, round(right - left, 1), axis.at(float(figure.value)), ticks)


@cache
def _ticks(axis: Axis, _spoken: str) -> tuple[Tick, ...]:
    """The marks of an axis in the request's language: a page draws one axis under dozens of figures."""
    return tuple(Tick(axis.at(value), _label(value)) for value in marks_between(axis.low, axis.high))


def level_places(number_of: int) -> tuple[int, ...]:
    """The shades of a scale's levels among five, from 1 (worst) to 5."""
    if number_of < 2:
        return (5,) * number_of
    return tuple(int(1.5 + 4 * place / (number_of - 1)) for place in range(number_of))


def level_bar(counts: Mapping[str, int]) -> tuple[Level, ...]:
    """The parts of a stacked bar 1000 wide, in scale order; empty for no answers."""
    total, left, levels = sum(counts.values()), 0.0, []
    for place, count in zip(level_places(len(counts)), counts.values(), strict=True):
        if count:
            width = count * 1000 / total
            levels.append(Level(place, round(left, 1), round(width, 1)))
            left += width
    return tuple(levels)


def _step(on: Span) -> float:
    """The longest round step that goes at least ten times into the highest score: tens up to 100."""
    return max(step for step in STEPS if step <= float(on.high) / 10)


def _value_axis(figures: Sequence[Figure], on: Span) -> Axis:
    """An axis that holds every interval, at least a fifth of the highest score long, in whole steps."""
    intervals = [figure.interval for figure in figures if figure.interval]
    step, least, most = _step(on), float(on.low), float(on.high)
    low = max(least, floor(min(interval.low for interval in intervals) / step) * step)
    high = min(most, ceil(max(interval.high for interval in intervals) / step) * step)
    if high - low < 2 * step:
        low = max(least, high - 2 * step)
    return Axis(low, max(high, low + 2 * step), TREND_HEIGHT - TREND_BOTTOM, TREND_TOP)


def _months_between(first: date, last: date) -> list[date]:
    number_of = (last.year - first.year) * 12 + last.month - first.month
    return [months_back(last, back) for back in range(number_of, -1, -1)]


def _mark(x: float, figure: Figure, axis: Axis) -> Mark:
    assert figure.value is not None
    assert figure.interval is not None
    return Mark(x, axis.at(float(figure.value)), axis.at(figure.interval.high), axis.at(figure.interval.low))


def _value_ticks(axis: Axis, step: float) -> tuple[Tick, ...]:
    """A tick every step, every other one on a long axis, from the top down."""
    step = step if axis.high - axis.low <= 4 * step + 1e-9 else 2 * step
    values = [axis.high - place * step for place in range(floor((axis.high - axis.low) / step + 1e-9) + 1)]
    return tuple(Tick(axis.at(value), _label(value)) for value in values)


def _breaks(months: Sequence[date], placed: Mapping[date, float], days: Iterable[date]) -> tuple[Tick, ...]:
    """Breaks between two months of a chart: halfway, before the month in which the day is."""
    pairs = {after: (placed[before] + placed[after]) / 2 for before, after in pairwise(months)}
    starts = ((day, day.replace(day=1)) for day in days)
    return tuple(Tick(round(pairs[month], 1), f"{day:%d/%m/%Y}") for day, month in starts if month in pairs)


def trend_chart(points: Series[TrendPoint], recipe: Recipe, breaks: Iterable[date] = ()) -> TrendChart | None:
    """The chart of a trend; None unless two months have a figure. No line crosses one of the ``breaks``."""
    shown = {point.month: point.overall for point in points if not point.overall.is_withheld}
    if len(shown) < 2:
        return None
    months = _months_between(min(shown), max(shown))
    across = Axis(0, len(months) - 1, TREND_LEFT + 14, TREND_WIDTH - TREND_RIGHT - 14)
    axis = _value_axis(list(shown.values()), recipe.spans.overall)
    placed = {month: across.at(place) for place, month in enumerate(months)}
    marks = {month: _mark(placed[month], figure, axis) for month, figure in shown.items()}
    days, every = tuple(breaks), ceil(len(months) / MOST_LABELS)
    broken = {day.replace(day=1) for day in days}
    labels = [month for place, month in enumerate(reversed(months)) if place % every == 0]
    return TrendChart(
        marks=tuple(marks.values()),
        lines=tuple((marks[a], marks[b]) for a, b in pairwise(months) if a in marks and b in marks and b not in broken),
        ticks=_value_ticks(axis, _step(recipe.spans.overall)),
        months=tuple(Tick(placed[month], f"{month:%m/%y}") for month in labels),
        breaks=_breaks(months, placed, days),
    )
