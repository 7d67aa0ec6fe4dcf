"""Co-moments of the scored items: what the variance of a mean over items, and alpha, are worked out from.

Over respondents who answered both item j and item k of a pair: how many they are, the sum of their scores of j, the
sum of the products; and the same of 0/1 for "one of the two highest codes". Sums of integers, so they add over
releases, units and months as the counts do; with J scored items 741 + 551 integers for J = 19.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
_WIDTHS = {1: "<u1", 2: "<u2", 4: "<u4", 8: "<u8"}


@dataclass(frozen=True)
class CoMoments:
    """Sums over pairs of J items, as one vector (int64) in the order they are stored in, so that adding is cheap.

    Several at once (``stacked``) are a row each. Read as square matrices: ``both[j, k]``: respondents who answered j
    and k. ``scores[j, k]``: sum of their scores of j. ``products[j, k]``: sum of score of j times score of k.
    ``tops``, ``top_products``: the same of 0/1.
    """

    size: int
    sums: Integers

    def __add__(self, other: CoMoments) -> CoMoments:
        return CoMoments(self.size, self.sums + other.sums)

    def __sub__(self, other: CoMoments) -> CoMoments:
        """What is left when whole releases are taken away."""
        return CoMoments(self.size, self.sums - other.sums)

    @property
    def both(self) -> Integers:
        return self._square(0)

    @property
    def products(self) -> Integers:
        return self._square(1)

    @property
    def top_products(self) -> Integers:
        return self._square(2)

    @property
    def scores(self) -> Integers:
        return self._whole(0)

    @property
    def tops(self) -> Integers:
        return self._whole(1)

    def rows(self, wanted: Sequence[int]) -> CoMoments:
        """Some of several, by their places."""
        return self if len(wanted) == len(self.sums) else CoMoments(self.size, self.sums[wanted])

    def of(self, items: Sequence[int]) -> CoMoments:
        """The same of some of the items, by their places."""
        if list(items) == list(range(self.size)):
            return self
        return CoMoments(len(items), self.sums[..., _chosen(self.size, tuple(items))])

    def equals(self, other: CoMoments) -> bool:
        return self.size == other.size and bool(np.array_equal(self.sums, other.sums))

    def _square(self, place: int) -> Integers:
        half = self.size * (self.size + 1) // 2
        return self.sums[..., place * half : (place + 1) * half][..., _places(self.size)]

    def _whole(self, place: int) -> Integers:
        start, whole = 3 * self.size * (self.size + 1) // 2, self.size * self.size
        part = self.sums[..., start + place * whole : start + (place + 1) * whole]
        return part.reshape(*part.shape[:-1], self.size, self.size)


@cache
def upper_half(size: int) -> tuple[Integers, Integers]:
    """Rows and columns of the upper half of a square, in the order symmetric sums are stored in."""
    rows, columns = np.triu_indices(size)
    return rows, columns


@cache
def _places(size: int) -> Integers:
    """Where each cell of a symmetric matrix stands in its upper half."""
    full = np.zeros((size, size), dtype=np.int64)
    full[upper_half(size)] = np.arange(size * (size + 1) // 2)
    return np.maximum(full, full.T)


@cache
def _chosen(size: int, items: tuple[int, ...]) -> Integers:
    """Where the sums of some of the items stand in the vector of all."""
    half, whole = size * (size + 1) // 2, np.arange(size * size).reshape(size, size)
    chosen, upper = np.ix_(items, items), upper_half(len(items))
    symmetric = _places(size)[chosen][upper]
    square = whole[chosen].ravel() + 3 * half
    return np.concatenate([symmetric, symmetric + half, symmetric + 2 * half, square, square + size * size])


def stacked(moments: Sequence[CoMoments]) -> CoMoments:
    """Co-moments of the same items as one, a row each. Raises ValueError for none."""
    return CoMoments(moments[0].size, np.concatenate([entry.sums for entry in moments]).reshape(len(moments), -1))


def from_matrices(
    both: Integers, scores: Integers, products: Integers, tops: Integers, top_products: Integers
) -> CoMoments:
    """Co-moments from their square matrices."""
    upper = upper_half(both.shape[0])
    symmetric = [both[upper], products[upper], top_products[upper]]
    return CoMoments(int(both.shape[0]), np.concatenate([*symmetric, scores.ravel(), tops.ravel()]))


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
    return from_matrices(*(product.astype(np.int64) for product in products))


def length_of(size: int) -> int:
    """How many sums co-moments of ``size`` items are."""
    return 3 * size * (size + 1) // 2 + 2 * size * size


def no_comoments(size: int) -> CoMoments:
    """Of no respondents: the zero of addition."""
    return CoMoments(size, np.zeros(length_of(size), dtype=np.int64))


def pack_comoments(moments: CoMoments) -> bytes:
    """A width byte and little-endian unsigned integers as narrow as the largest allows; symmetric halves once."""
    largest = int(moments.sums.max(initial=0))
    width = next(width for width in _WIDTHS if largest < 1 << (8 * width))
    return bytes([width]) + moments.sums.astype(_WIDTHS[width]).tobytes()


def pack_each_comoments(sums: Integers) -> list[bytes]:
    """``pack_comoments`` of many at once, a row each."""
    largest = sums.max(axis=1, initial=0)
    widths = np.select([largest < 1 << (8 * width) for width in (1, 2, 4)], [1, 2, 4], 8)
    packed = [b""] * len(sums)
    for width, name in _WIDTHS.items():
        places = np.flatnonzero(widths == width)
        joined, wide = sums[places].astype(name).tobytes(), sums.shape[1] * width
        for number, place in enumerate(places.tolist()):
            packed[place] = bytes([width]) + joined[number * wide : (number + 1) * wide]
    return packed


def sums_of_packed(size: int, start: int, parts: Sequence[Sequence[bytes]]) -> Integers:
    """The sums of packed co-moments, each from ``start`` on in its bytes, a row for each part.

    Those of one width are joined and added in their narrow form: many times faster than one by one. Raises
    ValueError for another length.
    """
    sums = np.zeros((len(parts), length_of(size)), dtype=np.int64)
    for code, name in _WIDTHS.items():
        own = [[packed for packed in part if packed[start] == code] for part in parts]
        for places, rows in matrices(own):
            numbers = np.ascontiguousarray(rows[:, start + 1 :]).view(name.replace("u8", "i8"))
            if numbers.shape[1] != sums.shape[1]:
                raise ValueError("packed co-moments do not fit this version")
            sums[places] += sums_in_turn(numbers, len(places))
    return sums


def matrices(parts: Sequence[Sequence[bytes]]) -> Iterator[tuple[list[int], NDArray[np.uint8]]]:
    """Parts that have equally many rows, all of one length, together: (their places, their rows one after the other).

    Parts without a row are left out. Raises ValueError for rows of several lengths.
    """
    alike: dict[int, list[int]] = defaultdict(list)
    for place, part in enumerate(parts):
        alike[len(part)].append(place)
    for many, places in alike.items():
        if many:
            joined = b"".join([row for place in places for row in parts[place]])
            yield places, np.frombuffer(joined, dtype=np.uint8).reshape(many * len(places), -1)


def sums_in_turn(rows: NDArray[Any], number: int) -> Integers:
    """The sums of ``number`` parts of equally many rows, added as narrowly as none of them can overflow."""
    parts = rows.reshape(number, -1, rows.shape[1])
    is_small = int(rows.max(initial=0)) * parts.shape[1] < 1 << 32
    found: Integers = parts.sum(axis=1, dtype=np.uint32 if is_small else np.int64).astype(np.int64)
    return found


def unpack_comoments(size: int, packed: bytes) -> CoMoments:
    """The co-moments of ``size`` items from what ``pack_comoments`` gave. Raises ValueError for another length."""
    sums = np.frombuffer(packed, dtype=_WIDTHS[packed[0]], offset=1).astype(np.int64)
    if sums.size != length_of(size):
        raise ValueError("packed co-moments do not fit this version")
    return CoMoments(size, sums)
