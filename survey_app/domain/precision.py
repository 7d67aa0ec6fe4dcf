"""Intervals for shares and means.

Shares: Wilson (1927), score interval. Means of a bounded scale: a Beta on the scale's range matched to the mean and
its variance after adding one pseudo-response spread evenly over the levels; unlike Student's t it keeps its
coverage when nearly everybody gives the highest level, and never has zero width (adding evenly spread pseudo-counts
is the idea of Agresti & Coull 1998; matching a Beta by its first two moments is the method of moments).
An interval covers chance only: a QR at a desk is not a random sample.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

Z_95 = 1.959963984540054
PSEUDO_RESPONSES = 1

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """A 95 % interval in the units of its figure, ``low <= high``."""

    low: float
    high: float

    def scaled(self, factor: float) -> Interval:
        return Interval(self.low * factor, self.high * factor)


def wilson(successes: int, n: int) -> Interval:
    """Wilson 95 % interval of a share (0..1). Raises ValueError unless 0 <= successes <= n and n > 0."""
    if not 0 <= successes <= n or n == 0:
        raise ValueError("wilson needs 0 <= successes <= n, n > 0")
    share = successes / n
    weight = Z_95**2 / n
    centre = (share + weight / 2) / (1 + weight)
    half = Z_95 * sqrt(share * (1 - share) / n + weight / (4 * n)) / (1 + weight)
    return Interval(max(0.0, centre - half), min(1.0, centre + half))


Ends = tuple[Floats, Floats]
"""Lower and upper ends of several intervals."""


def widened(ends: Ends, values: Floats) -> Ends:
    """Intervals made to hold their values."""
    return np.minimum(ends[0], values), np.maximum(ends[1], values)


def matched_betas(means: Floats, variances_of_means: Floats, low: float, high: float, confidence: float = 0.95) -> Ends:
    """Central parts of the Betas on [low, high] with these means and variances."""
    width = high - low
    centres = (means - low) / width
    spreads = variances_of_means / width**2
    weights = centres * (1 - centres) / spreads - 1
    a, b = centres * weights, (1 - centres) * weights
    tail = (1 - confidence) / 2
    return low + width * betaincinv(a, b, tail), low + width * betaincinv(a, b, 1 - tail)


def matched_beta(mean: float, variance_of_mean: float, low: float, high: float, confidence: float = 0.95) -> Interval:
    """One of ``matched_betas``."""
    [found] = in_pairs(matched_betas(np.array([mean]), np.array([variance_of_mean]), low, high, confidence))
    return found


def in_pairs(ends: Ends) -> list[Interval]:
    """Each lower end with its upper one."""
    return [Interval(low, high) for low, high in zip(ends[0].tolist(), ends[1].tolist(), strict=True)]


Number = int | Fraction


def _smoothed(n: int, total: Number, squares: Number, levels: Sequence[int]) -> tuple[Number, int, Number, int]:
    """Dividend and divisor of ``smoothed_mean``, and of its variance."""
    weight = (n + PSEUDO_RESPONSES) * len(levels)
    first = total * len(levels) + PSEUDO_RESPONSES * sum(levels)
    second = squares * len(levels) + PSEUDO_RESPONSES * sum(level * level for level in levels)
    return first, weight, second * weight - first**2, weight**2 * (n + PSEUDO_RESPONSES)


def smoothed_mean(n: int, total: Number, squares: Number, levels: Sequence[int]) -> tuple[Fraction, Fraction]:
    """The mean and its variance after one pseudo-response, split evenly over the levels, is added."""
    first, weight, spread, square = _smoothed(n, total, squares, levels)
    return Fraction(first, weight), Fraction(spread, square)


def mean_intervals(values: Sequence[tuple[int, Number, Number]], levels: Sequence[int]) -> Ends:
    """95 % intervals of means of ``n`` values with their sum and sum of squares, each (n, sum, squares), on ``levels``.

    One pseudo-response, split evenly over the levels, is added first; an interval is widened to hold the plain
    mean. Raises ValueError for n < 1 or fewer than two levels.
    """
    if any(n < 1 for n, _, _ in values) or len(levels) < 2:
        raise ValueError("mean_interval needs at least one value and two levels")
    smoothed = [_smoothed(n, total, squares, levels) for n, total, squares in values]
    means = np.array([float(first / weight) for first, weight, _, _ in smoothed])
    variances = np.array([float(spread / square) for _, _, spread, square in smoothed])
    plains = np.array([float(total / n) for n, total, _ in values])
    return widened(matched_betas(means, variances, min(levels), max(levels)), plains)


def mean_interval(n: int, total: Number, squares: Number, levels: Sequence[int]) -> Interval:
    """One of ``mean_intervals``."""
    [found] = in_pairs(mean_intervals([(n, total, squares)], levels))
    return found
