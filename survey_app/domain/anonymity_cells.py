"""k-anonymity of demographic answers, for a whole place at once: the rule of ``anonymity`` as array arithmetic."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def numbered(values: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """(different values in order, the place of each value among them, how often each stands): small numbers only.

    Counting needs no sorting, which is what takes the time otherwise.
    """
    counts = np.bincount(values)
    found = np.flatnonzero(counts)
    places = np.cumsum(counts > 0) - 1
    return found, places[values], counts[found]


def withheld_cells(values: NDArray[np.int64], k: int) -> NDArray[np.bool_]:
    """Which cells are withheld: exactly those ``published_vectors`` withholds, for many responses at once.

    ``values``: one row a response of one place and year, one column an identifying item, values numbered in order.
    """
    hidden = np.ones(values.shape, dtype=np.bool_)
    if len(values) < k:
        return hidden
    group = np.zeros(len(values), dtype=np.int64)
    for place in range(values.shape[1]):
        span = int(values[:, place].max()) + 1
        parts, part_of, sizes = numbered(group * span + values[:, place])
        parent, few = parts // span, sizes < k
        short = np.bincount(parent, weights=sizes * few)
        others = np.flatnonzero(~few & ((short > 0) & (short < k))[parent])
        if others.size:
            others = others[np.lexsort((parts[others], sizes[others], parent[others]))]
            few[others[np.unique(parent[others], return_index=True)[1]]] = True
        hidden[:, place] = few[part_of]
        after = np.where(few, len(parts) + parent, np.arange(len(parts)))
        group = numbered(after[part_of])[1]
    return hidden
