"""The variance and interval of a mean over items, where every item has its own respondents.

The figure is a mean of ratios, Σ_j w_j (Σ_i x_ij / n_j) with weights that sum to one, 1/J each unless a recipe says
otherwise. Linearised (Särndal, Swensson & Wretman 1992, 5.5), respondent i weighs
u_i = Σ_j w_j a_ij (x_ij - m_j) / n_j, and the variance is Σ_i u_i², which co-moments of item
pairs give exactly. One pseudo-respondent is added first, a fifth of it on each straight line (the same level
throughout), as an item's interval adds one pseudo-answer: straight-liners are what makes few responses look certain.
The interval is the central 95 % of the Beta on the scale's range with that mean and variance (domain/precision.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from survey_app.domain.comoments import CoMoments, stacked
from survey_app.domain.precision import Ends, Interval, in_pairs, matched_betas, widened
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
        plain, centre, variance = (np.array([value]) for value in (self.plain, self.centre, self.variance))
        [found] = in_pairs(Estimates(plain, centre, variance, self.low, self.high).intervals(confidence))
        return found


@dataclass(frozen=True)
class Estimates:
    """Several estimates on one scale, as columns."""

    plains: Floats
    centres: Floats
    variances: Floats
    low: float
    high: float

    def intervals(self, confidence: float = 0.95) -> Ends:
        """The matched Betas' central parts, each widened to hold the plain mean."""
        return widened(matched_betas(self.centres, self.variances, self.low, self.high, confidence), self.plains)

    def listed(self) -> list[Estimate]:
        """One by one."""
        rows = zip(self.plains.tolist(), self.centres.tolist(), self.variances.tolist(), strict=True)
        return [Estimate(mean, centre, variance, self.low, self.high) for mean, centre, variance in rows]


@dataclass(frozen=True)
class _Sums:
    """Matrices over items, one for each estimate: respondents of both, sums and products, of scores or of 0/1."""

    both: Floats
    firsts: Floats
    products: Floats
    levels: Floats


def _sums(every: CoMoments, formula: Formula, levels: Sequence[int]) -> _Sums:
    if formula is Formula.TOP_TWO_BOX:
        parts, worth = (every.both, every.tops, every.top_products), [0.0] * (len(levels) - 2) + [1.0, 1.0]
    else:
        parts, worth = (every.both, every.scores, every.products), [float(level) for level in sorted(levels)]
    both, firsts, products = (part.astype(np.float64) for part in parts)
    return _Sums(both, firsts, products, np.array(worth))


def _diagonals(matrices: Floats) -> Floats:
    return np.ascontiguousarray(np.diagonal(matrices, axis1=1, axis2=2))


BLOCK = 64
"""How many co-moments are worked on together: few enough to stay in the processor's cache."""


def estimates(
    moments: CoMoments, formula: Formula, levels: Sequence[int], weights: Sequence[float] | None = None
) -> Estimates:
    """The mean over all items of each of several co-moments, with its variance.

    Args:
        moments: stacked, at least one.
        levels: the scale's scores.
        weights: how much each item counts; all alike where none are given.

    Raises:
        ValueError: an item nobody answered, or fewer than two levels.
    """
    blocks = (moments.sums[start : start + BLOCK] for start in range(0, len(moments.sums), BLOCK))
    found = [_block(CoMoments(moments.size, block), formula, levels, weights) for block in blocks]
    plains, centres, variances = (
        np.concatenate([getattr(block, name) for block in found]) for name in ("plains", "centres", "variances")
    )
    return Estimates(plains, centres, variances, found[0].low, found[0].high)


def _block(moments: CoMoments, formula: Formula, levels: Sequence[int], weights: Sequence[float] | None) -> Estimates:
    sums = _sums(moments, formula, levels)
    bases = _diagonals(sums.both)
    if bases.size == 0 or bases.min() < 1 or len(levels) < 2:
        raise ValueError("a composite needs at least one answer to each of its items")
    shares = np.ones(bases.shape[1]) if weights is None else np.array(weights, dtype=float)
    every = float(shares.sum())
    plain = (shares * (_diagonals(sums.firsts) / bases)).sum(axis=1) / every
    both, firsts = sums.both + 1.0, sums.firsts + sums.levels.mean()
    n = bases + 1.0
    means = _diagonals(firsts) / n
    across, down = means[:, None, :], means[:, :, None]
    crossed, part = sums.products + (sums.levels**2).mean(), down * across
    part *= both
    part -= firsts * across
    part -= firsts.swapaxes(1, 2) * down
    crossed += part
    pull = shares / n
    crossed *= pull[:, None, :] * pull[:, :, None]
    variances = np.ascontiguousarray(crossed).reshape(len(bases), -1).sum(axis=1) / every**2
    centres = (shares * means).sum(axis=1) / every
    return Estimates(plain, centres, variances, float(sums.levels[0]), float(sums.levels[-1]))


def estimate(
    moments: CoMoments,
    formula: Formula,
    levels: Sequence[int],
    population: int | None = None,
    weights: Sequence[float] | None = None,
) -> Estimate:
    """One of ``estimates``.

    Args:
        population: finite-population correction for a random wave of that many visits (never for an opt-in QR); one
            pseudo-visit goes with the pseudo-respondent, so that even a census leaves an interval with width.

    Raises:
        ValueError: as ``estimates``; more respondents than visits.
    """
    [found] = estimates(stacked([moments]), formula, levels, weights).listed()
    if population is None:
        return found
    n = int(np.diagonal(moments.both).max())
    if n > population:
        raise ValueError("more respondents than the population has: no random wave of it")
    left = 1 - n / (population + 1)
    return replace(found, variance=found.variance * left)
