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
from survey_app.domain.multiplicity import holm_by_row

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
    clear, differences = _clear(values, variances, sizes), values - values[:, None]
    above, below = ((clear & side).sum(axis=1).tolist() for side in (differences > 0, differences < 0))
    for place, higher, lower in zip(entered, above, below, strict=True):
        ranges[place] = RankRange(1 + higher, len(entered) - lower, len(entered))
    return ranges


def _clear(values: Floats, variances: Floats, sizes: Floats) -> NDArray[np.bool_]:
    """For each unit, a row, which others differ clearly from it; those of a row are judged together."""
    found, p_values = np.zeros((values.size, values.size), dtype=bool), np.zeros((values.size, values.size))
    if values.size < 2:
        return found
    one, other = np.triu_indices(values.size, 1)
    weighed, parts = variances * sizes**2, variances**2 / (sizes - 1)
    separate = variances[one] + variances[other]
    spread = (weighed[one] + weighed[other]) / (sizes[one] + sizes[other])
    total = np.maximum(separate, spread * (1 / sizes[one] + 1 / sizes[other]))
    freedom = separate**2 / (parts[one] + parts[other])
    p_values[one, other] = 2 * stdtr(freedom, -np.abs(values[one] - values[other]) / np.sqrt(total))
    p_values[other, one] = p_values[one, other]
    others = ~np.eye(values.size, dtype=bool)
    found[others] = (holm_by_row(p_values[others].reshape(values.size, -1)) < LEVEL).ravel()
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
