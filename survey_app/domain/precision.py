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

from scipy.special import betaincinv

Z_95 = 1.959963984540054
PSEUDO_RESPONSES = 1


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


def matched_beta(mean: float, variance_of_mean: float, low: float, high: float, confidence: float = 0.95) -> Interval:
    """Central part of the Beta on [low, high] with this mean and variance."""
    width = high - low
    centre = (mean - low) / width
    spread = variance_of_mean / width**2
    weight = centre * (1 - centre) / spread - 1
    a, b = centre * weight, (1 - centre) * weight
    tail = (1 - confidence) / 2
    return Interval(low + width * float(betaincinv(a, b, tail)), low + width * float(betaincinv(a, b, 1 - tail)))


def smoothed_mean(
    n: int, total: int | Fraction, squares: int | Fraction, levels: Sequence[int]
) -> tuple[Fraction, Fraction]:
    """The mean and its variance after one pseudo-response, split evenly over the levels, is added."""
    weight = (n + PSEUDO_RESPONSES) * len(levels)
    first = total * len(levels) + PSEUDO_RESPONSES * sum(levels)
    second = squares * len(levels) + PSEUDO_RESPONSES * sum(level * level for level in levels)
    variance = Fraction(second * weight - first**2, weight**2 * (n + PSEUDO_RESPONSES))
    return Fraction(first, weight), variance


def mean_interval(n: int, total: int | Fraction, squares: int | Fraction, levels: Sequence[int]) -> Interval:
    """95 % interval of a mean of ``n`` values with sum ``total`` and sum of squares ``squares`` on ``levels``.

    One pseudo-response, split evenly over the levels, is added first; the interval is widened to hold the plain
    mean. Raises ValueError for n < 1 or fewer than two levels.
    """
    if n < 1 or len(levels) < 2:
        raise ValueError("mean_interval needs at least one value and two levels")
    mean, variance = smoothed_mean(n, total, squares, levels)
    interval = matched_beta(float(mean), float(variance), min(levels), max(levels))
    plain = float(total / n)
    return Interval(min(interval.low, plain), max(interval.high, plain))
