"""Co-moments of the scored items: what the variance of a mean over items, and alpha, are worked out from.

Over respondents who answered both item j and item k of a pair: how many they are, the sum of their scores of j, the
sum of the products; and the same of 0/1 for "one of the two highest codes". Sums of integers, so they add over
releases, units and months as the counts do; with J scored items 741 + 551 integers for J = 19.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
_WIDTHS = {1: "<u1", 2: "<u2", 4: "<u4", 8: "<u8"}


@dataclass(frozen=True)
class CoMoments:
    """Square matrices over J items (int64).

    ``both[j, k]``: respondents who answered j and k. ``scores[j, k]``: sum of their scores of j.
    ``products[j, k]``: sum of score of j times score of k. ``tops``, ``top_products``: the same of 0/1.
    """

    both: Integers
    scores: Integers
    products: Integers
    tops: Integers
    top_products: Integers

    @property
    def size(self) -> int:
        """J, the number of items."""
        return int(self.both.shape[0])

    def __add__(self, other: CoMoments) -> CoMoments:
        return CoMoments(*(mine + its for mine, its in zip(self._parts(), other._parts(), strict=True)))

    def __sub__(self, other: CoMoments) -> CoMoments:
        """What is left when whole releases are taken away."""
        return CoMoments(*(mine - its for mine, its in zip(self._parts(), other._parts(), strict=True)))

    def of(self, items: Sequence[int]) -> CoMoments:
        """The same of some of the items, by their places."""
        chosen = np.ix_(items, items)
        return CoMoments(*(part[chosen] for part in self._parts()))

    def equals(self, other: CoMoments) -> bool:
        pairs = zip(self._parts(), other._parts(), strict=True)
        return all(np.array_equal(mine, its) for mine, its in pairs)

    def _parts(self) -> tuple[Integers, ...]:
        return self.both, self.scores, self.products, self.tops, self.top_products


def count_comoments(scores: Integers, answered: NDArray[np.bool_], top_least: Integers) -> CoMoments:
    """Co-moments of respondents' answers.

    Args:
        scores: respondents × items; anything where an item was not answered.
        answered: respondents × items.
        top_least: for each item the lower of its two highest scores.
    """
    given = answered.astype(np.float64)  # floats multiply far faster, and these sums stay exact below 2**53
    values = np.where(answered, scores, 0).astype(np.float64)
    tops = (answered & (scores >= top_least)).astype(np.float64)
    products = (given.T @ given, values.T @ given, values.T @ values, tops.T @ given, tops.T @ tops)
    return CoMoments(*(product.astype(np.int64) for product in products))


def no_comoments(size: int) -> CoMoments:
    """Of no respondents: the zero of addition."""
    return CoMoments(*(np.zeros((size, size), dtype=np.int64) for _ in range(5)))


def pack_comoments(moments: CoMoments) -> bytes:
    """A width byte and little-endian unsigned integers as narrow as the largest allows; symmetric halves once."""
    upper = np.triu_indices(moments.size)
    symmetric = [moments.both[upper], moments.products[upper], moments.top_products[upper]]
    numbers = np.concatenate([*symmetric, moments.scores.ravel(), moments.tops.ravel()])
    largest = int(numbers.max(initial=0))
    width = next(width for width in _WIDTHS if largest < 1 << (8 * width))
    return bytes([width]) + numbers.astype(_WIDTHS[width]).tobytes()


def unpack_comoments(size: int, packed: bytes) -> CoMoments:
    """The co-moments of ``size`` items from what ``pack_comoments`` gave. Raises ValueError for another length."""
    half, whole = size * (size + 1) // 2, size * size
    numbers = np.frombuffer(packed, dtype=_WIDTHS[packed[0]], offset=1).astype(np.int64)
    if numbers.size != 3 * half + 2 * whole:
        raise ValueError("packed co-moments do not fit this version")
    ends = np.cumsum([half, half, half, whole, whole])
    both, products, top_products, scores, tops = np.split(numbers, ends[:-1])
    return CoMoments(
        _square(size, both),
        scores.reshape(size, size),
        _square(size, products),
        tops.reshape(size, size),
        _square(size, top_products),
    )


def _square(size: int, half: Integers) -> Integers:
    full = np.zeros((size, size), dtype=np.int64)
    full[np.triu_indices(size)] = half
    return np.maximum(full, full.T)
