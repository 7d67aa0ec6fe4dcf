"""The tally: counts per record column and code, packed into one vector, additive over releases, units and months.

Counts stand as domain/tally_layout.py says. Beside them stand, for each scored section and for all scored items
together (last), how many respondents answered at least one of its items (``bases``), and the co-moments of all scored
items (domain/comoments.py), which serve variances only; points come from the counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from survey_app.domain.comoments import (
    CoMoments,
    count_comoments,
    no_comoments,
    pack_comoments,
    unpack_comoments,
)
from survey_app.domain.tally_layout import TallyLayout

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Tally:
    """``responses`` counted into ``counts`` (int64 vector), ``bases`` (int64, one a group) and ``comoments``."""

    responses: int
    counts: Counts
    bases: Counts
    comoments: CoMoments

    @cached_property
    def listed(self) -> list[int]:
        """The counts as a list: a few of them are read much faster from it."""
        found: list[int] = self.counts.tolist()
        return found

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.responses + other.responses,
            self.counts + other.counts,
            self.bases + other.bases,
            self.comoments + other.comoments,
        )

    def __sub__(self, other: Tally) -> Tally:
        """What is left when some of the releases are taken away: a unit's rest of the province."""
        return Tally(
            self.responses - other.responses,
            self.counts - other.counts,
            self.bases - other.bases,
            self.comoments - other.comoments,
        )

    def equals(self, other: Tally) -> bool:
        return (
            self.responses == other.responses
            and bool(np.array_equal(self.counts, other.counts))
            and bool(np.array_equal(self.bases, other.bases))
            and self.comoments.equals(other.comoments)
        )


def empty(layout_: TallyLayout) -> Tally:
    """The tally of no responses: the zero of addition."""
    counts, bases = np.zeros(layout_.length, dtype=np.int64), np.zeros(len(layout_.groups), dtype=np.int64)
    return Tally(0, counts, bases, no_comoments(len(layout_.scored)))


def top_two_least(layout_: TallyLayout, position: int) -> int:
    """The lower of the two highest scores of the scale in this column."""
    item = layout_.questionnaire.item(layout_.columns[position].item)
    assert item.scale is not None
    return sorted(int(character) for character in item.scale.characters)[-2]


def _scored(layout_: TallyLayout, matrix: NDArray[np.uint8]) -> tuple[list[int], CoMoments]:
    """Bases of every group, and the co-moments of all scored items."""
    codes = matrix[:, layout_.scored]
    answered = (codes >= ord("0")) & (codes <= ord("9"))
    place = {position: index for index, position in enumerate(layout_.scored)}
    bases = [
        int(answered[:, [place[position] for position in positions]].any(axis=1).sum()) if positions else 0
        for _, positions in layout_.groups
    ]
    tops = np.array([top_two_least(layout_, position) for position in layout_.scored], dtype=np.int64)
    return bases, count_comoments(codes.astype(np.int64) - ord("0"), answered, tops)


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
    bases, comoments = _scored(layout_, matrix)
    return Tally(len(records), counts, np.array(bases, dtype=np.int64), comoments)


def add(layout_: TallyLayout, tallies: Iterable[Tally]) -> Tally:
    """The sum of tallies of one version."""
    total, responses = empty(layout_), 0
    for tally in tallies:
        responses += tally.responses
        np.add(total.counts, tally.counts, out=total.counts)
        np.add(total.bases, tally.bases, out=total.bases)
        np.add(total.comoments.sums, tally.comoments.sums, out=total.comoments.sums)
    return Tally(responses, total.counts, total.bases, total.comoments)


def pack(tally: Tally) -> tuple[bytes, bytes]:
    """(counts as little-endian uint32; numbers of groups and scored items, bases as uint32, packed co-moments)."""
    sizes = bytes([tally.bases.size, tally.comoments.size])
    bases = tally.bases.astype("<u4").tobytes()
    return tally.counts.astype("<u4").tobytes(), sizes + bases + pack_comoments(tally.comoments)


def unpack(responses: int, counts: bytes, moments: bytes) -> Tally:
    """The inverse of ``pack``. Raises ValueError for anything else."""
    groups, size = moments[0], moments[1]
    end = 2 + 4 * groups
    bases = np.frombuffer(moments[2:end], dtype="<u4").astype(np.int64)
    comoments = unpack_comoments(size, moments[end:])
    return Tally(responses, np.frombuffer(counts, dtype="<u4").astype(np.int64), bases, comoments)


def counts_of(layout_: TallyLayout, tally: Tally, item_id: str) -> dict[str, dict[str, int]]:
    """Counts of an item: option ("" for a single choice) -> character -> number of responses."""
    return {
        entry.column.option or "": dict(
            zip(entry.column.characters, tally.listed[entry.start : entry.end], strict=True)
        )
        for entry in layout_.slots_of(item_id)
    }


def base_of(layout_: TallyLayout, tally: Tally, group: str) -> int:
    """Who answered an item of a scored section, or any (``ALL_SECTIONS``). Raises KeyError if it is not scored."""
    return int(tally.bases[layout_.group_places[group]])


def comoments_of(layout_: TallyLayout, tally: Tally, items: Sequence[str]) -> CoMoments:
    """Co-moments of some scored items. Raises ValueError for an item that is not scored."""
    places = layout_.scored_places
    if any(item not in places for item in items):
        raise ValueError(f"only scored items have co-moments: {items}")
    return tally.comoments.of([places[item] for item in items])
