"""Rank ranges instead of ranks, and shrunken values for order and colour.

A unit's range runs from one more than the units clearly above it to the last place that those clearly below it leave
free; "clearly" is Holm's at 5 % over the unit's own comparisons, so a unit's range holds its true rank in at least
95 % of cases (after Mogstad, Romano, Shaikh & Wilhelm 2024). Shrinkage: between-unit variance by Paule & Mandel
(1982) on within-unit variances pooled over all units; never printed as a score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from survey_app.domain.comparing import LEAST_BASE, LEVEL, Measured, check_comparable
from survey_app.domain.multiplicity import holm

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RankRange:
    """Places a unit may truly hold among ``of`` units, 1 = highest."""

    best: int
    worst: int
    of: int


def _check(units: Sequence[Measured]) -> None:
    for unit in units[1:]:
        check_comparable(units[0].basis, unit.basis)


def rank_ranges(units: Sequence[Measured]) -> list[RankRange | None]:
    """A range for each unit with at least 30 responses, among those; None for the others. Raises NotComparable."""
    _check(units)
    entered = [place for place, unit in enumerate(units) if unit.n >= LEAST_BASE]
    values = np.array([units[place].estimate.plain for place in entered])
    variances = np.array([units[place].estimate.variance for place in entered])
    sizes = np.array([units[place].n for place in entered], dtype=float)
    ranges: list[RankRange | None] = [None] * len(units)
    for own, place in enumerate(entered):
        clear = _clear(own, values, variances, sizes)
        above = int((clear & (values > values[own])).sum())
        below = int((clear & (values < values[own])).sum())
        ranges[place] = RankRange(1 + above, len(entered) - below, len(entered))
    return ranges


def _clear(own: int, values: Floats, variances: Floats, sizes: Floats) -> NDArray[np.bool_]:
    """Which others differ clearly from one unit, judged together."""
    others = np.flatnonzero(np.arange(values.size) != own)
    found = np.zeros(values.size, dtype=bool)
    if others.size == 0:
        return found
    separate = variances[others] + variances[own]
    spread = (variances[others] * sizes[others] ** 2 + variances[own] * sizes[own] ** 2) / (sizes[others] + sizes[own])
    total = np.maximum(separate, spread * (1 / sizes[others] + 1 / sizes[own]))
    freedom = separate**2 / (variances[others] ** 2 / (sizes[others] - 1) + variances[own] ** 2 / (sizes[own] - 1))
    p_values = 2 * stdtr(freedom, -np.abs(values[others] - values[own]) / np.sqrt(total))
    found[others] = np.array(holm(p_values.tolist())) < LEVEL
    return found


@dataclass(frozen=True)
class Shrunken:
    """Values drawn towards the common mean, in the order given; ``between`` is τ² (0: units differ by chance only)."""

    values: tuple[float, ...]
    common: float
    between: float


def shrink(units: Sequence[Measured]) -> Shrunken:
    """Shrunken values of the units, on the scale. Raises ValueError for none, NotComparable."""
    if not units:
        raise ValueError("nothing to shrink")
    _check(units)
    values = np.array([unit.estimate.plain for unit in units])
    sizes = np.array([unit.n for unit in units], dtype=float)
    spread = float(np.average([unit.estimate.variance * unit.n for unit in units], weights=sizes))
    within = spread / sizes
    between = paule_mandel(values, within)
    weights = 1 / (between + within)
    common = float(np.average(values, weights=weights))
    pull = between / (between + within)
    return Shrunken(tuple((common + pull * (values - common)).tolist()), common, between)


def paule_mandel(values: Floats, within: Floats) -> float:
    """τ² at which the weighted sum of squares equals its expectation, k − 1; 0 where it is smaller already."""

    def excess(between: float) -> float:
        weights = 1 / (between + within)
        common = np.average(values, weights=weights)
        return float((weights * (values - common) ** 2).sum()) - (values.size - 1)

    if values.size < 2 or excess(0.0) <= 0:
        return 0.0
    low, high = 0.0, float(np.var(values) + within.max())
    while excess(high) > 0:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return (low + high) / 2
