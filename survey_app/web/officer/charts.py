"""Where the marks of a chart stand, in the units of its SVG; the same figures always stand in a table too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import ceil, floor

from survey_app.domain.local_day import months_back
from survey_app.domain.recipe import Formula, Recipe
from survey_app.domain.scoring import Figure
from survey_app.domain.series import Series
from survey_app.services.unit_result import TrendPoint
from survey_app.web.rendering import number

BAR_WIDTH = 240
BAR_MARGIN = 12
TREND_WIDTH, TREND_HEIGHT = 420, 190
TREND_LEFT, TREND_RIGHT, TREND_TOP, TREND_BOTTOM = 34, 14, 12, 28
LEAST_SPAN = 20
TICK_STEP = 10
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
    width: int = TREND_WIDTH
    height: int = TREND_HEIGHT
    left: int = TREND_LEFT
    right: int = TREND_WIDTH - TREND_RIGHT
    bottom: int = TREND_HEIGHT - TREND_BOTTOM


def least_score(recipe: Recipe) -> int:
    """The lowest score the recipe can give on a scale of five."""
    return 20 if recipe.formula is Formula.MEAN_TO_100 else 0


def interval_bar(figure: Figure, recipe: Recipe) -> IntervalBar | None:
    """The bar of a figure; None when it is withheld."""
    if figure.value is None or figure.interval is None:
        return None
    least = least_score(recipe)
    axis = Axis(least, 100, BAR_MARGIN, BAR_WIDTH - BAR_MARGIN)
    left, right = axis.at(figure.interval.low), axis.at(figure.interval.high)
    ticks = tuple(Tick(axis.at(value), number(value)) for value in range(least, 101, 20))
    return IntervalBar(left, round(right - left, 1), axis.at(float(figure.value)), ticks)


def level_bar(counts: Mapping[str, int]) -> tuple[Level, ...]:
    """The parts of a stacked bar 1000 wide, in scale order; empty for no answers."""
    total, left, levels = sum(counts.values()), 0.0, []
    for place, count in enumerate(counts.values(), 1):
        if count:
            width = count * 1000 / total
            levels.append(Level(place, round(left, 1), round(width, 1)))
            left += width
    return tuple(levels)


def _value_axis(figures: Sequence[Figure], least: int) -> Axis:
    """An axis that holds every interval, at least 20 points long, in whole tens."""
    intervals = [figure.interval for figure in figures if figure.interval]
    low = max(least, floor(min(interval.low for interval in intervals) / TICK_STEP) * TICK_STEP)
    high = min(100, ceil(max(interval.high for interval in intervals) / TICK_STEP) * TICK_STEP)
    if high - low < LEAST_SPAN:
        low = max(least, high - LEAST_SPAN)
    return Axis(low, max(high, low + LEAST_SPAN), TREND_HEIGHT - TREND_BOTTOM, TREND_TOP)


def _months_between(first: date, last: date) -> list[date]:
    number_of = (last.year - first.year) * 12 + last.month - first.month
    return [months_back(last, back) for back in range(number_of, -1, -1)]


def _mark(x: float, figure: Figure, axis: Axis) -> Mark:
    assert figure.value is not None
    assert figure.interval is not None
    return Mark(x, axis.at(float(figure.value)), axis.at(figure.interval.high), axis.at(figure.interval.low))


def _value_ticks(axis: Axis) -> tuple[Tick, ...]:
    """A tick every ten points, every twenty on a long axis."""
    step = TICK_STEP if axis.high - axis.low <= 4 * TICK_STEP else 2 * TICK_STEP
    return tuple(Tick(axis.at(v), number(v)) for v in range(int(axis.high), int(axis.low) - 1, -step))


def trend_chart(points: Series[TrendPoint], recipe: Recipe) -> TrendChart | None:
    """The chart of a trend; None unless two months have a figure."""
    shown = {point.month: point.overall for point in points if not point.overall.is_withheld}
    if len(shown) < 2:
        return None
    months = _months_between(min(shown), max(shown))
    across = Axis(0, len(months) - 1, TREND_LEFT + 14, TREND_WIDTH - TREND_RIGHT - 14)
    axis = _value_axis(list(shown.values()), least_score(recipe))
    placed = {month: across.at(place) for place, month in enumerate(months)}
    marks = {month: _mark(placed[month], figure, axis) for month, figure in shown.items()}
    every = ceil(len(months) / MOST_LABELS)
    labels = [month for place, month in enumerate(reversed(months)) if place % every == 0]
    return TrendChart(
        marks=tuple(marks.values()),
        lines=tuple((marks[a], marks[b]) for a, b in pairwise(months) if a in marks and b in marks),
        ticks=_value_ticks(axis),
        months=tuple(Tick(placed[month], f"{month:%m/%y}") for month in labels),
    )
