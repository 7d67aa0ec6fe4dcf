"""Many comparisons at once: Holm (1979) bounds any false alarm, Benjamini & Hochberg (1995) their share."""

from __future__ import annotations

from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values: below alpha, the chance that any true null hypothesis is refused is at most alpha."""
    m = len(p_values)
    adjusted = [0.0] * m
    highest = 0.0
    for rank, place in enumerate(sorted(range(m), key=lambda index: p_values[index])):
        highest = max(highest, min(1.0, (m - rank) * p_values[place]))
        adjusted[place] = highest
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
