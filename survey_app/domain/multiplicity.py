"""Many comparisons at once: Holm (1979) bounds any false alarm, Benjamini & Hochberg (1995) their share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values: below alpha, the chance that any true null hypothesis is refused is at most alpha."""
    m = len(p_values)
    adjusted = [0.0] * m
    highest = 0.0
    for rank, place in enumerate(sorted(range(m), key=lambda index: p_values[index])):
        highest = max(highest, min(1.0, (m - rank) * p_values[place]))
        adjusted[place] = highest
    return adjusted


def holm_by_row(p_values: Floats) -> Floats:
    """``holm`` of each row by itself."""
    m = p_values.shape[1]
    order = np.argsort(p_values, axis=1)
    steps = np.minimum(1.0, np.arange(m, 0, -1) * np.take_along_axis(p_values, order, axis=1))
    adjusted = np.empty_like(p_values)
    np.put_along_axis(adjusted, order, np.maximum.accumulate(steps, axis=1), axis=1)
    return adjusted


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values: below q, at most a share q of the refused null hypotheses is true on average."""
    m = len(p_values)
    adjusted = [0.0] * m
    lowest = 1.0
    for rank, place in reversed(list(enumerate(sorted(range(m), key=lambda index: p_values[index]), 1))):
        lowest = min(lowest, p_values[place] * m / rank)
        adjusted[place] = lowest
    return adjusted
