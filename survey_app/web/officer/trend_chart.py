"""Where the marks of a trend stand: intervals, lines, breaks, and what was measured elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import ceil, floor

from survey_app.domain.local_day import months_back
from survey_app.domain.recipe import Span
from survey_app.services.trend_points import BreakKind, Bucket, Point, Step, Trend
from survey_app.web.officer.charts import Axis, Tick
from survey_app.web.rendering import number

WIDTH, HEIGHT = 420, 232
LEFT, RIGHT, TOP, BOTTOM = 34, 10, 26, 28
MOST_LABELS = 5
GAP = 4
"""Between the months of one figure measured elsewhere and those of the next: they are never joined."""
PARTS_OF_SPAN = 10
"""An axis is at least a fifth of the range long, in whole tenths of it."""


@dataclass(frozen=True)
class TrendMark:
    """A figure of ours: its point, the ends of its interval, whether former units are in it, which line it is on."""

    x: float
    y: float
    top: float
    bottom: float
    is_reconstructed: bool
    line: int


@dataclass(frozen=True)
class OtherMark:
    """A figure measured elsewhere: a diamond, and the months it covers."""

    x: float
    y: float
    left: float
    right: float

    @property
    def corners(self) -> str:
        """The diamond's corners."""
        return f"{self.x},{self.y - 5} {self.x + 5},{self.y} {self.x},{self.y + 5} {self.x - 5},{self.y}"


@dataclass(frozen=True)
class BreakMark:
    """A vertical line, and its number in the list below."""

    x: float
    kind: str
    label: str


@dataclass(frozen=True)
class TrendPicture:
    """``bands``: corners of the interval around every unbroken stretch. ``joints``: lines between neighbours."""

    marks: tuple[TrendMark, ...]
    joints: tuple[tuple[TrendMark, TrendMark], ...]
    bands: tuple[str, ...]
    others: tuple[OtherMark, ...]
    breaks: tuple[BreakMark, ...]
    ticks: tuple[Tick, ...]
    labels: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def _months(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


@dataclass(frozen=True)
class _Time:
    """The months of a chart, laid from left to right."""

    first: date
    last: date

    def at(self, month: date, share: float = 0.0) -> float:
        """Where a month begins, or a later part of it."""
        width = (WIDTH - RIGHT - LEFT) / (_months(self.first, self.last) + 1)
        return round(LEFT + (_months(self.first, month) + share) * width, 1)

    def middle(self, bucket: Bucket) -> float:
        return round((self.at(bucket.first) + self.at(bucket.after)) / 2, 1)

    def labels(self, step: Step) -> tuple[Tick, ...]:
        """Months, or quarters, evenly from the newest back."""
        every = [months_back(self.last, back) for back in range(_months(self.first, self.last) + 1)]
        if step is Step.QUARTER:
            every = [month for month in every if month.month % 3 == 1]
        chosen = every[:: max(1, ceil(len(every) / MOST_LABELS))]
        length = 3 if step is Step.QUARTER else 1
        return tuple(Tick(self.middle(Bucket(m, months_back(m, 1 - length))), _label(m, step)) for m in chosen)


def _label(month: date, step: Step) -> str:
    return f"Q{(month.month + 2) // 3}/{month:%y}" if step is Step.QUARTER else f"{month:%m/%y}"


def _axis(lows: Sequence[float], highs: Sequence[float], on: Span) -> Axis:
    """An axis that holds everything, in whole tenths of the highest score, at least two of them."""
    least, most = float(on.low), float(on.high)
    part = most / PARTS_OF_SPAN
    low = max(least, floor(min(lows) / part) * part)
    high = min(most, ceil(max(highs) / part) * part)
    if high - low < 2 * part:
        low = max(least, high - 2 * part)
    return Axis(low, max(high, low + 2 * part), HEIGHT - BOTTOM, TOP)


def _short(value: float) -> str:
    places = next(places for places in (0, 1, 2) if abs(round(value, places) - value) < 1e-6 or places == 2)
    return number(round(value, places), places)


def _ticks(axis: Axis, on: Span) -> tuple[Tick, ...]:
    """A line at every tenth of the highest score, on a short axis at every twentieth."""
    part = float(on.high) / PARTS_OF_SPAN
    step = part / 2 if axis.high - axis.low <= 3 * part + 1e-9 else part
    values = [axis.high - place * step for place in range(floor((axis.high - axis.low) / step + 1e-9) + 1)]
    return tuple(Tick(axis.at(value), _short(value)) for value in values)


def _mark(point: Point, time: _Time, axis: Axis, line: int) -> TrendMark:
    value, interval = point.figure.value, point.figure.interval
    assert value is not None
    assert interval is not None
    top, bottom = axis.at(interval.high), axis.at(interval.low)
    return TrendMark(time.middle(point.bucket), axis.at(float(value)), top, bottom, point.is_reconstructed, line)


def _stretches(shown: Sequence[Point], trend: Trend) -> list[list[Point]]:
    """Points of one line in a row that may be joined."""
    found: list[list[Point]] = []
    for line in trend.lines:
        own = [point for point in shown if point.line == line]
        for before, point in pairwise([None, *own]):
            if point is None:
                continue
            if before is not None and trend.are_joined(before, point):
                found[-1].append(point)
            else:
                found.append([point])
    return found


def _band(marks: Sequence[TrendMark]) -> str:
    corners = [(mark.x, mark.top) for mark in marks] + [(mark.x, mark.bottom) for mark in reversed(marks)]
    return " ".join(f"{x},{y}" for x, y in corners)


def _others(trend: Trend, time: _Time, axis: Axis) -> tuple[OtherMark, ...]:
    return tuple(
        OtherMark(
            time.middle(point.bucket),
            axis.at(float(point.value)),
            time.at(point.bucket.first) + GAP,
            time.at(point.bucket.after) - GAP,
        )
        for point in trend.external
        if point.value is not None
    )


def _breaks(trend: Trend, time: _Time) -> tuple[BreakMark, ...]:
    """Each with its number among all breaks, as the list below counts them."""
    placed = enumerate(trend.breaks, 1)
    return tuple(
        BreakMark(time.at(entry.day.replace(day=1), (entry.day.day - 1) / 31), _class(entry.kind), str(place))
        for place, entry in placed
        if time.first <= entry.day <= months_back(time.last, -1)
    )


def _class(kind: BreakKind) -> str:
    return "of-version" if kind is BreakKind.VERSION else "of-units"


def trend_picture(trend: Trend, on: Span) -> TrendPicture | None:
    """The chart of a trend on the range of its figure; None where nothing is shown."""
    shown = [point for point in trend.points if point.figure.value is not None and point.figure.interval is not None]
    others = [float(point.value) for point in trend.external if point.value is not None]
    buckets = [*(point.bucket for point in shown), *(p.bucket for p in trend.external if p.value is not None)]
    if not buckets:
        return None
    time = _Time(min(bucket.first for bucket in buckets), max(bucket.last for bucket in buckets))
    intervals = [point.figure.interval for point in shown if point.figure.interval]
    lows, highs = [entry.low for entry in intervals], [entry.high for entry in intervals]
    axis = _axis([*lows, *others], [*highs, *others], on)
    stretches = [
        [_mark(point, time, axis, trend.lines.index(point.line)) for point in stretch]
        for stretch in _stretches(shown, trend)
    ]
    return TrendPicture(
        marks=tuple(mark for stretch in stretches for mark in stretch),
        joints=tuple(pair for stretch in stretches for pair in pairwise(stretch)),
        bands=tuple(_band(stretch) for stretch in stretches if len(stretch) > 1),
        others=_others(trend, time, axis),
        breaks=_breaks(trend, time),
        ticks=_ticks(axis, on),
        labels=time.labels(trend.step),
    )
