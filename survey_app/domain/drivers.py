"""Importance × performance per item and factor, and how well the items of a scale hang together; from co-moments alone.

Importance is the correlation of an item with the mean of the other items, of a factor with the mean of the items
outside it, over whoever answered both (available cases): what goes with satisfaction, never what causes it. Reliability
is Cronbach's (1951) alpha. People who tick the same level throughout raise both; pages say so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from survey_app.domain.comoments import CoMoments
from survey_app.domain.correlation import Sides, correlation_interval
from survey_app.domain.precision import Z_95, Interval

Floats = NDArray[np.float64]
LEAST_BASE = 200
"""Fewer responses: no drivers (domain description, 9b)."""
COLLINEAR = 5.0
"""A variance inflation factor from which an item hardly tells anything of its own."""
SMALLEST_EIGENVALUE = 1e-6


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
class Tie:
    """What an importance is worked out from, on the scale: own mean and the mean of the rest, over available cases.

    ``effective``: how many complete respondents it is worth.
    """

    covariance: float
    own_variance: float
    rest_variance: float
    effective: float
    sides: Sides

    @property
    def correlation(self) -> float:
        """Of both means."""
        return self.covariance / sqrt(self.own_variance * self.rest_variance)

    @property
    def interval(self) -> Interval:
        """95 %."""
        return correlation_interval(self.correlation, self.effective, self.sides)


@dataclass(frozen=True)
class Driver:
    """An item or a factor: ``importance`` (a correlation) and ``performance`` (mean on the scale), each with its 95 %
    interval.
    """

    name: str
    base: int
    importance: float
    importance_interval: Interval
    performance: float
    performance_interval: Interval
    inflation: float
    advice: Advice
    tie: Tie

    @property
    def is_collinear(self) -> bool:
        """Its answers follow from those to the others: its importance cannot be told from theirs."""
        return self.inflation >= COLLINEAR


@dataclass(frozen=True)
class Reliability:
    """Cronbach's alpha of the items, and the correlation of each with the mean of the others.

    ``item_variances``: their sum; ``whole_variance``: that of the sum of the items.
    """

    alpha: float
    item_rest: tuple[float, ...]
    item_variances: float
    whole_variance: float


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
    single = float(np.trace(matrix))
    alpha = moments.size / (moments.size - 1) * (1 - single / whole)
    return Reliability(alpha, tuple(_item_rest(matrix).tolist()), single, whole)


def _item_rest(matrix: Floats) -> Floats:
    own = np.diagonal(matrix)
    with_rest = matrix.sum(axis=1) - own
    rest = matrix.sum() - 2 * matrix.sum(axis=1) + own
    return np.asarray(with_rest / np.sqrt(own * rest), dtype=np.float64)


def _inflation(matrix: Floats) -> Floats:
    """Variance inflation factors: the diagonal of the inverse correlation matrix.

    Where some answers follow from others exactly there is no inverse, and available cases may make one with negative
    eigenvalues: either counts as a very small one, so that the factors become very large.
    """
    spread = np.sqrt(np.diagonal(matrix))
    values, vectors = np.linalg.eigh(matrix / np.outer(spread, spread))
    return np.asarray((vectors**2 / np.maximum(values, SMALLEST_EIGENVALUE)).sum(axis=1), dtype=np.float64)


def drivers(items: Sequence[str], moments: CoMoments, kurtoses: Sequence[float]) -> list[Driver]:
    """The items, most important first.

    Args:
        kurtoses: of each item's scores.

    Raises:
        TooFewForDrivers; ValueError: fewer than two items, or one without spread.
    """
    return _judged(items, np.eye(moments.size), moments, kurtoses, np.diagonal(moments.both))


def factor_drivers(factors: Mapping[str, Sequence[int]], moments: CoMoments, kurtoses: Sequence[float]) -> list[Driver]:
    """The same of factors, each given by the places of its items among those of ``moments``.

    A factor is judged by the mean of its items, against the mean of all items outside it. Its base is the fewest who
    answered one of its items together with another item; the standard error of its mean is that of a mean of ratios.

    Raises:
        TooFewForDrivers; ValueError: fewer than two factors, or a factor or what is outside it without spread.
    """
    if len(factors) < 2 or not all(0 < len(places) < moments.size for places in factors.values()):
        raise ValueError("two factors are needed, each with items inside and outside")
    inside = np.array([[place in places for place in range(moments.size)] for places in factors.values()], dtype=float)
    bases = np.array([int(moments.both[list(places)].min()) for places in factors.values()])
    return _judged(list(factors), inside, moments, [fmean(kurtoses)] * len(factors), bases)


def _judged(
    names: Sequence[str], inside: Floats, moments: CoMoments, kurtoses: Sequence[float], bases: NDArray[np.int64]
) -> list[Driver]:
    """``inside``: one row of 0/1 over items for each item or factor."""
    if int(moments.both.min(initial=LEAST_BASE)) < LEAST_BASE:
        raise TooFewForDrivers(f"fewer than {LEAST_BASE} responses to an item or a pair of items")
    if moments.size < 2:
        raise ValueError("nothing to go with")
    matrix, means = covariances(moments), _means(moments)
    own = inside / inside.sum(axis=1)[:, None]
    ties = _ties(inside, moments, matrix, kurtoses)
    importance = np.array([tie.correlation for tie in ties])
    errors = np.sqrt(np.einsum("ij,jk,ik->i", own, _error_matrix(moments, matrix), own))
    inflation, middle, average = _inflation(own @ matrix @ own.T), float(np.median(importance)), float(means.mean())
    every = []
    for place, (name, tie) in enumerate(zip(names, ties, strict=True)):
        mean, half, tied = float(own[place] @ means), Z_95 * float(errors[place]), tie.interval
        advice, performance = _advice(tied.high >= middle, mean - average, half), Interval(mean - half, mean + half)
        base, doubled = int(bases[place]), float(inflation[place])
        every.append(Driver(name, base, tie.correlation, tied, mean, performance, doubled, advice, tie))
    return sorted(every, key=lambda driver: -driver.importance)


def _ties(inside: Floats, moments: CoMoments, matrix: Floats, kurtoses: Sequence[float]) -> list[Tie]:
    sizes, others = inside.sum(axis=1), (1 - inside).sum(axis=1)
    own, rest = inside / sizes[:, None], (1 - inside) / others[:, None]
    crossed, own_spread, rest_spread = (
        np.einsum("ij,jk,ik->i", one, matrix, other) for one, other in ((own, rest), (own, own), (rest, rest))
    )
    if min(float(own_spread.min()), float(rest_spread.min())) <= 0:
        raise ValueError("everybody answered an item or a factor alike")
    effective = _effective(inside, moments)
    return [
        Tie(
            covariance=float(crossed[place]),
            own_variance=float(own_spread[place]),
            rest_variance=float(rest_spread[place]),
            effective=float(effective[place]),
            sides=Sides(int(sizes[place]), int(others[place]), kurtosis),
        )
        for place, kurtosis in enumerate(kurtoses)
    ]


def _effective(inside: Floats, moments: CoMoments) -> Floats:
    """How many complete respondents a correlation is worth; ``inside``: one row of 0/1 over items for each.

    Both sides are taken over partly different people, so that their chance cancels less than where everybody answered
    everything: the mean number who answered a pair, squared over the number who answered one of the own items.
    """
    both, outside = moments.both.astype(float), 1 - inside
    pairs = np.einsum("ij,jk,ik->i", inside, both, outside) / (inside.sum(axis=1) * outside.sum(axis=1))
    own = inside @ np.diagonal(both) / inside.sum(axis=1)
    return np.asarray(np.maximum(pairs**2 / own, 4.0), dtype=np.float64)


def _means(moments: CoMoments) -> Floats:
    return np.asarray(np.diagonal(moments.scores) / np.diagonal(moments.both), dtype=np.float64)


def _error_matrix(moments: CoMoments, matrix: Floats) -> Floats:
    """Covariances of the items' means: those who answered both items share their chance."""
    bases = np.diagonal(moments.both).astype(float)
    return np.asarray(matrix * moments.both / np.outer(bases, bases), dtype=np.float64)


def _advice(is_important: bool, above_average: float, half: float) -> Advice:
    """Given where importance is not clearly below the middle one (its interval reaches it) and the mean differs clearly
    from the mean of all items (its interval leaves that out).
    """
    if not is_important or abs(above_average) <= half:
        return Advice.WATCH
    return Advice.KEEP_UP if above_average > 0 else Advice.MEND
