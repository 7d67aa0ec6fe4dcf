"""The interval of a correlation of scores on a scale, where many people tick one level throughout.

Fisher's (1921) standard error holds for normal scores; straight-liners make it far too narrow (tests/bench). Fourth
moments are not stored, so they are taken from the worst case that surveys know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import atanh, sqrt, tanh

from survey_app.domain.precision import Z_95, Interval


@dataclass(frozen=True)
class Sides:
    """What a correlation is taken between: means of ``own`` and of ``rest`` items, whose levels have ``kurtosis``."""

    own: int
    rest: int
    kurtosis: float


def _straight_share(correlation: float, sides: Sides) -> float:
    """The share of straight-liners from which this correlation follows, all others answering each item by chance."""
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        spread = (middle + (1 - middle) / sides.own) * (middle + (1 - middle) / sides.rest)
        low, high = (middle, high) if middle / sqrt(spread) < correlation else (low, middle)
    return (low + high) / 2


def _inflated(correlation: float, sides: Sides) -> float:
    """n times the variance of a sample correlation, from fourth moments in units of the items' variance.

    Second moments do not hold the fourth, so these are taken from the worst case that surveys know: the correlation
    comes from people who tick one level throughout. That is wider than Fisher's, which holds for normal scores.
    """
    if correlation <= 0:
        return (1 - correlation**2) ** 2
    share = _straight_share(correlation, sides)
    other, own, rest = 1 - share, 1 / sides.own, 1 / sides.rest
    fourth = share * sides.kurtosis
    own_variance, rest_variance = share + other * own, share + other * rest
    own_fourth = fourth + other * (sides.kurtosis if sides.own == 1 else 3 * own**2)
    rest_fourth = fourth + other * (sides.kurtosis if sides.rest == 1 else 3 * rest**2)
    squares = fourth + other * own * rest
    return correlation**2 * (
        squares / share**2
        + (own_fourth / own_variance**2 + rest_fourth / rest_variance**2) / 4
        + squares / (2 * own_variance * rest_variance)
        - fourth / share * (1 / own_variance + 1 / rest_variance)
    )


def correlation_interval(correlation: float, n: float, sides: Sides | None = None) -> Interval:
    """95 % interval on the scale of Fisher's z (1921), n > 3; without ``sides`` that of normal scores."""
    held = max(-0.999999, min(0.999999, correlation))
    variance = _inflated(held, sides) / (1 - held**2) ** 2 if sides else 1.0
    centre, half = atanh(held), Z_95 * sqrt(max(1.0, variance) / (n - 3))
    return Interval(tanh(centre - half), tanh(centre + half))


def kurtosis(counts: Mapping[int, int]) -> float:
    """Fourth central moment of scores over their squared variance. Raises ZeroDivisionError for no spread."""
    n = sum(counts.values())
    mean = sum(score * count for score, count in counts.items()) / n
    second, fourth = (sum(count * (score - mean) ** power for score, count in counts.items()) / n for power in (2, 4))
    return fourth / second**2
