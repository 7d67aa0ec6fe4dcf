"""The variance and interval of a mean over items, where every item has its own respondents.

The figure is a mean of ratios, (1/J) Σ_j (Σ_i x_ij / n_j). Linearised (Särndal, Swensson & Wretman 1992, 5.5),
respondent i weighs u_i = (1/J) Σ_j a_ij (x_ij - m_j) / n_j, and the variance is Σ_i u_i², which co-moments of item
pairs give exactly. One pseudo-respondent is added first, a fifth of it on each straight line (the same level
throughout), as an item's interval adds one pseudo-answer: straight-liners are what makes few responses look certain.
The interval is the central 95 % of the Beta on the scale's range with that mean and variance (domain/precision.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey_app.domain.comoments import CoMoments, Integers
from survey_app.domain.precision import Interval, matched_beta
from survey_app.domain.recipe import Formula

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A mean over items on the scale's own range, with the variance of its pseudo-respondent-smoothed twin.

    ``plain`` is the mean as published, ``centre`` the smoothed one that intervals stand around.
    """

    plain: float
    centre: float
    variance: float
    low: float
    high: float

    def interval(self, confidence: float = 0.95) -> Interval:
        """The matched Beta's central part, widened to hold the plain mean."""
        found = matched_beta(self.centre, self.variance, self.low, self.high, confidence)
        return Interval(min(found.low, self.plain), max(found.high, self.plain))


@dataclass(frozen=True)
class _Sums:
    """Matrices over items: respondents of both, sums and products, of scores or of 0/1."""

    both: Floats
    firsts: Floats
    products: Floats
    levels: Floats


def _floats(numbers: Integers) -> Floats:
    return numbers.astype(np.float64)


def _sums(moments: CoMoments, formula: Formula, levels: Sequence[int]) -> _Sums:
    if formula is Formula.TOP_TWO_BOX:
        tops = [0.0] * (len(levels) - 2) + [1.0, 1.0]
        return _Sums(_floats(moments.both), _floats(moments.tops), _floats(moments.top_products), np.array(tops))
    scores = np.array(sorted(levels), dtype=float)
    return _Sums(_floats(moments.both), _floats(moments.scores), _floats(moments.products), scores)


def estimate(moments: CoMoments, formula: Formula, levels: Sequence[int], population: int | None = None) -> Estimate:
    """The mean over all items of ``moments`` with its variance.

    Args:
        levels: the scale's scores.
        population: finite-population correction for a random wave of that many visits (never for an opt-in QR).

    Raises:
        ValueError: an item nobody answered, or fewer than two levels.
    """
    sums = _sums(moments, formula, levels)
    bases = np.diagonal(sums.both)
    if bases.size == 0 or bases.min() < 1 or len(levels) < 2:
        raise ValueError("a composite needs at least one answer to each of its items")
    plain = float(np.mean(np.diagonal(sums.firsts) / bases))
    both, firsts = sums.both + 1.0, sums.firsts + sums.levels.mean()
    products = sums.products + (sums.levels**2).mean()
    n = np.diagonal(both)
    means = np.diagonal(firsts) / n
    crossed = products - firsts * means[None, :] - firsts.T * means[:, None] + both * np.outer(means, means)
    variance = float((crossed / np.outer(n, n)).sum()) / bases.size**2
    if population is not None:
        variance *= max(0.0, 1 - float(bases.max()) / population)
    return Estimate(plain, float(means.mean()), variance, float(sums.levels[0]), float(sums.levels[-1]))
