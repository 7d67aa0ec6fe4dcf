"""Importance × performance per item, and how well the items of a scale hang together; from co-moments alone.

Importance is an item's correlation with the mean of the other items, over whoever answered both (available cases): what
goes with satisfaction, never what causes it. Reliability is Cronbach's (1951) alpha. People who tick the same level
throughout raise both; pages say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import atanh, sqrt, tanh

import numpy as np
from numpy.typing import NDArray

from survey_app.domain.comoments import CoMoments
from survey_app.domain.precision import Z_95, Interval

Floats = NDArray[np.float64]
LEAST_BASE = 200
"""Fewer responses: no drivers (domain description, 9b)."""
COLLINEAR = 5.0
"""A variance inflation factor from which an item hardly tells anything of its own."""


class TooFewForDrivers(ValueError):
    """An item, or a pair of items, has fewer than 200 responses."""


class Advice(StrEnum):
    """What importance and performance together suggest."""

    KEEP_UP = "keep_up"
    """Phát huy: goes with satisfaction, and is clearly better than the average item."""
    MEND = "mend"
    """Khắc phục: goes with satisfaction, and is clearly worse than the average item."""
    WATCH = "watch"


@dataclass(frozen=True)
class Driver:
    """An item: ``importance`` (a correlation) and ``performance`` (mean on the scale), each with its 95 % interval."""

    item: str
    base: int
    importance: float
    importance_interval: Interval
    performance: float
    performance_interval: Interval
    inflation: float
    advice: Advice

    @property
    def is_collinear(self) -> bool:
        """Its answers follow from those to other items: its importance cannot be told from theirs."""
        return self.inflation >= COLLINEAR


@dataclass(frozen=True)
class Reliability:
    """Cronbach's alpha of the items, and the correlation of each with the mean of the others."""

    alpha: float
    item_rest: tuple[float, ...]


def covariances(moments: CoMoments) -> Floats:
    """Available-case covariance matrix. Raises TooFewForDrivers for a pair that fewer than two answered."""
    if int(moments.both.min(initial=2)) < 2:
        raise TooFewForDrivers("a pair of items was answered together by fewer than two people")
    both = moments.both.astype(float)
    crossed = moments.products - moments.scores * moments.scores.T / both
    return np.asarray(crossed / (both - 1), dtype=np.float64)


def reliability(moments: CoMoments) -> Reliability:
    """Alpha and item-rest correlations. Raises TooFewForDrivers; ValueError for fewer than two items or no spread."""
    if moments.size < 2:
        raise ValueError("reliability needs at least two items")
    matrix = covariances(moments)
    whole = float(matrix.sum())
    if whole <= 0 or float(np.diagonal(matrix).min()) <= 0:
        raise ValueError("everybody answered an item alike")
    alpha = moments.size / (moments.size - 1) * (1 - float(np.trace(matrix)) / whole)
    return Reliability(alpha, tuple(_item_rest(matrix).tolist()))


def _item_rest(matrix: Floats) -> Floats:
    own = np.diagonal(matrix)
    with_rest = matrix.sum(axis=1) - own
    rest = matrix.sum() - 2 * matrix.sum(axis=1) + own
    return np.asarray(with_rest / np.sqrt(own * rest), dtype=np.float64)


def _inflation(matrix: Floats) -> Floats:
    """Variance inflation factors: the diagonal of the inverse correlation matrix."""
    spread = np.sqrt(np.diagonal(matrix))
    return np.asarray(np.diagonal(np.linalg.pinv(matrix / np.outer(spread, spread))), dtype=np.float64)


def correlation_interval(correlation: float, n: int) -> Interval:
    """95 % interval by Fisher's z (1921), n > 3."""
    centre, half = atanh(max(-0.999999, min(0.999999, correlation))), Z_95 / sqrt(n - 3)
    return Interval(tanh(centre - half), tanh(centre + half))


def drivers(items: Sequence[str], moments: CoMoments) -> list[Driver]:
    """The items, most important first.

    Advice is given where importance is not clearly below the middle one (its interval reaches it) and the item's mean
    differs clearly from the mean of all items (its interval leaves that out).

    Raises:
        TooFewForDrivers; ValueError (as ``reliability``).
    """
    if int(moments.both.min(initial=LEAST_BASE)) < LEAST_BASE:
        raise TooFewForDrivers(f"fewer than {LEAST_BASE} responses to an item or a pair of items")
    importance = np.array(reliability(moments).item_rest)
    matrix = covariances(moments)
    bases = np.diagonal(moments.both).astype(float)
    means = np.diagonal(moments.scores) / bases
    halves = Z_95 * np.sqrt(np.diagonal(matrix) / bases)
    inflation, middle, average = _inflation(matrix), float(np.median(importance)), float(means.mean())
    found = []
    for place, item in enumerate(items):
        base, tied = int(bases[place]), correlation_interval(float(importance[place]), int(bases[place]))
        mean, half = float(means[place]), float(halves[place])
        advice = _advice(tied.high >= middle, mean - average, half)
        performance = Interval(mean - half, mean + half)
        driver = Driver(item, base, float(importance[place]), tied, mean, performance, float(inflation[place]), advice)
        found.append(driver)
    return sorted(found, key=lambda driver: -driver.importance)


def _advice(is_important: bool, above_average: float, half: float) -> Advice:
    if not is_important or abs(above_average) <= half:
        return Advice.WATCH
    return Advice.KEEP_UP if above_average > 0 else Advice.MEND
