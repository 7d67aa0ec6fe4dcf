"""The tally: counts per record column and code, packed into one vector, additive over releases, units and months.

Counts stand as domain/tally_layout.py says. Beside them stand, for each scored section and for all scored items
together (last), five integers over respondents who answered at least one of its items: n, sum and sum of
squares of the respondent's mean score, sum and sum of squares of the respondent's share of top-two answers, in
millionths, each respondent's value rounded half-up. They serve intervals only; points come from the counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from survey_app.domain.tally_layout import TallyLayout

Counts = NDArray[np.int64]
MOMENTS_EACH = 5
MILLION = 1_000_000


@dataclass(frozen=True)
class Moments:
    """Respondents' means of one scored group: how many, sums and sums of squares (exact fractions)."""

    n: int
    total: Fraction
    squares: Fraction
    top_total: Fraction
    top_squares: Fraction


@dataclass(frozen=True)
class Tally:
    """``responses`` counted into ``counts`` (int64 vector) and ``moments`` (int64 vector, five a group)."""

    responses: int
    counts: Counts
    moments: Counts

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.responses + other.responses, self.counts + other.counts, self.moments + other.moments)

    def equals(self, other: Tally) -> bool:
        return (
            self.responses == other.responses
            and bool(np.array_equal(self.counts, other.counts))
            and bool(np.array_equal(self.moments, other.moments))
        )


def empty(layout_: TallyLayout) -> Tally:
    """The tally of no responses: the zero of addition."""
    return Tally(
        0,
        np.zeros(layout_.length, dtype=np.int64),
        np.zeros(MOMENTS_EACH * len(layout_.groups), dtype=np.int64),
    )


def _half_up(numerator: Counts, denominator: Counts) -> Counts:
    return (2 * numerator + denominator) // (2 * denominator)


def _group_moments(layout_: TallyLayout, matrix: NDArray[np.uint8], positions: tuple[int, ...]) -> list[int]:
    if not positions:
        return [0] * MOMENTS_EACH
    codes = matrix[:, positions]
    answered = (codes >= ord("0")) & (codes <= ord("9"))
    scores = np.where(answered, codes.astype(np.int64) - ord("0"), 0)
    tops = np.array([top_two_least(layout_, position) for position in positions], dtype=np.int64)
    n = answered.sum(axis=1)
    judged = n > 0
    n = n[judged]
    mean = _half_up(scores.sum(axis=1)[judged] * MILLION, n)
    top = _half_up((answered & (scores >= tops)).sum(axis=1)[judged] * MILLION, n)
    return [
        int(n.size),
        int(mean.sum()),
        int(_half_up(mean * mean, np.int64(MILLION) * np.ones_like(mean)).sum()),
        int(top.sum()),
        int(_half_up(top * top, np.int64(MILLION) * np.ones_like(top)).sum()),
    ]


def top_two_least(layout_: TallyLayout, position: int) -> int:
    """The lower of the two highest scores of the scale in this column."""
    item = layout_.questionnaire.item(layout_.columns[position].item)
    assert item.scale is not None
    return sorted(int(character) for character in item.scale.characters)[-2]


def count(layout_: TallyLayout, records: Sequence[str]) -> Tally:
    """Count records of this version (each as long as its columns). One pass, a million in seconds."""
    if not records:
        return empty(layout_)
    matrix = np.frombuffer("".join(records).encode("ascii"), dtype=np.uint8).reshape(len(records), -1)
    counts = np.zeros(layout_.length, dtype=np.int64)
    for entry in layout_.slots:
        found = np.bincount(matrix[:, entry.column.position], minlength=128)
        characters = [ord(character) for character in entry.column.characters]
        counts[entry.start : entry.start + len(characters)] = found[characters]
    moments = [value for _, positions in layout_.groups for value in _group_moments(layout_, matrix, positions)]
    return Tally(len(records), counts, np.array(moments, dtype=np.int64))


def add(layout_: TallyLayout, tallies: Iterable[Tally]) -> Tally:
    """The sum of tallies of one version."""
    total = empty(layout_)
    for tally in tallies:
        total = total + tally
    return total


def pack(tally: Tally) -> tuple[bytes, bytes]:
    """(counts as little-endian uint32, moments as little-endian int64)."""
    return tally.counts.astype("<u4").tobytes(), tally.moments.astype("<i8").tobytes()


def unpack(responses: int, counts: bytes, moments: bytes) -> Tally:
    """The inverse of ``pack``."""
    return Tally(responses, np.frombuffer(counts, dtype="<u4").astype(np.int64), np.frombuffer(moments, dtype="<i8"))


def counts_of(layout_: TallyLayout, tally: Tally, item_id: str) -> dict[str, dict[str, int]]:
    """Counts of an item: option ("" for a single choice) -> character -> number of responses."""
    return {
        entry.column.option or "": {
            character: int(tally.counts[entry.start + place]) for place, character in enumerate(entry.column.characters)
        }
        for entry in layout_.slots_of(item_id)
    }


def moments_of(layout_: TallyLayout, tally: Tally, group: str) -> Moments:
    """Moments of a scored section, or of all scored items (``ALL_SECTIONS``). Raises KeyError if not scored."""
    place = {name: index for index, (name, _) in enumerate(layout_.groups)}[group]
    n, *sums = (int(value) for value in tally.moments[MOMENTS_EACH * place : MOMENTS_EACH * (place + 1)])
    return Moments(n, *(Fraction(value, MILLION) for value in sums))
