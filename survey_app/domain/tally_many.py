"""Many tallies of one version at once: each as ``tally`` counts, adds and packs it, without its cost for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey_app.domain.comoments import (
    CoMoments,
    Integers,
    matrices,
    pack_each_comoments,
    sums_in_turn,
    sums_of_packed,
    upper_half,
)
from survey_app.domain.tally import Tally, top_two_least
from survey_app.domain.tally_layout import TallyLayout

BLOCK = 5_000
"""Records worked on together, or those of one release if it has more: few enough to stay near the processor."""

PACKED_BLOCK = 64
"""How many packed sums are worked out together, for the same reason."""

Packed = tuple[int, bytes, bytes]
"""Responses, and what ``tally.pack`` gave."""


@dataclass(frozen=True)
class Tallies:
    """Tallies of one version, a row each: responses, and in ``values`` counts, then bases, then co-moments' sums."""

    responses: Integers
    values: Integers
    length: int
    groups: int
    size: int

    def __len__(self) -> int:
        return len(self.responses)

    @property
    def counts(self) -> Integers:
        return self.values[:, : self.length]

    @property
    def bases(self) -> Integers:
        return self.values[:, self.length : self.length + self.groups]

    @property
    def sums(self) -> Integers:
        return self.values[:, self.length + self.groups :]

    def each(self) -> list[Tally]:
        """One by one."""
        rows = zip(self.responses.tolist(), self.counts, self.bases, self.sums, strict=True)
        return [Tally(number, counts, bases, CoMoments(self.size, sums)) for number, counts, bases, sums in rows]

    def summed(self, parts: Sequence[Sequence[int]]) -> Tallies:
        """The sums of some of the rows, named by their places: one for each part."""
        totals = np.zeros((len(parts), self.values.shape[1]), dtype=np.int64)
        for total, places in zip(totals, parts, strict=True):
            for place in places:
                np.add(total, self.values[place], out=total)
        responses = self.responses.tolist()
        numbers = np.array([sum([responses[place] for place in places]) for places in parts], dtype=np.int64)
        return Tallies(numbers, totals, self.length, self.groups, self.size)

    def plus(self, places: Sequence[int], others: Tallies) -> Tallies:
        """With ``others`` added to the rows at these places, each named once."""
        responses, values = self.responses.copy(), self.values.copy()
        responses[places] += others.responses
        for place, row in zip(places, others.values, strict=True):
            np.add(values[place], row, out=values[place])
        return Tallies(responses, values, self.length, self.groups, self.size)

    def packed(self) -> list[Packed]:
        """Each as ``tally.pack`` packs it, with its responses."""
        head = bytes([self.groups, self.size])
        counts, bases = _pieces(self.counts.astype("<u4")), _pieces(self.bases.astype("<u4"))
        columns = zip(self.responses.tolist(), counts, bases, pack_each_comoments(self.sums), strict=True)
        return [(number, own, head + given + moments) for number, own, given, moments in columns]


def _pieces(rows: NDArray[np.uint32]) -> list[bytes]:
    """The bytes of each row."""
    joined, width = rows.tobytes(), rows.shape[1] * rows.itemsize
    return (
        [joined[start : start + width] for start in range(0, len(rows) * width, width)] if width else [b""] * len(rows)
    )


def rows_of(tallies: Iterable[Tally]) -> Tallies:
    """Tallies of one version, at least one, as rows."""
    kept = list(tallies)
    values = np.array([np.concatenate([one.counts, one.bases, one.comoments.sums]) for one in kept])
    responses = np.array([one.responses for one in kept], dtype=np.int64)
    return Tallies(responses, values, kept[0].counts.size, kept[0].bases.size, kept[0].comoments.size)


def _joined(parts: Sequence[Tallies]) -> Tallies:
    first = parts[0]
    if len(parts) == 1:
        return first
    responses = np.concatenate([part.responses for part in parts])
    values = np.concatenate([part.values for part in parts])
    return Tallies(responses, values, first.length, first.groups, first.size)


def add_packed(parts: Sequence[Sequence[Packed]]) -> Tallies:
    """The sum of the packed tallies of each part, none empty, as ``unpack`` and ``add`` give it; at least one part."""
    starts = range(0, len(parts), PACKED_BLOCK)
    return _joined([_add_block(parts[start : start + PACKED_BLOCK]) for start in starts])


def _add_block(parts: Sequence[Sequence[Packed]]) -> Tallies:
    [(groups, size, length)] = {(moments[0], moments[1], len(counts)) for part in parts for _, counts, moments in part}
    end = 2 + 4 * groups
    totals = _sums_of([[counts for _, counts, _ in part] for part in parts], length // 4)
    answered = _sums_of([[moments[2:end] for _, _, moments in part] for part in parts], groups)
    comoments = sums_of_packed(size, end, [[moments for _, _, moments in part] for part in parts])
    responses = np.array([sum([entry[0] for entry in part]) for part in parts], dtype=np.int64)
    return Tallies(responses, np.hstack([totals, answered, comoments]), length // 4, groups, size)


def _sums_of(parts: Sequence[Sequence[bytes]], length: int) -> Integers:
    """The sums of packed uint32 vectors, a row for each part."""
    sums = np.zeros((len(parts), length), dtype=np.int64)
    for places, rows in matrices(parts):
        sums[places] = sums_in_turn(rows.view("<u4"), len(places))
    return sums


def matrix_of(records: Sequence[str]) -> NDArray[np.uint8]:
    """Records of one version as characters, a row each."""
    joined = "".join(records).encode("ascii")
    return np.frombuffer(joined, dtype=np.uint8).reshape(len(records), -1)


def count_each(layout_: TallyLayout, parts: Sequence[Sequence[str]]) -> list[Tally]:
    """The tally of each part's records, none empty, all of this version."""
    if not parts:
        return []
    records = [record for part in parts for record in part]
    return count_parts(layout_, matrix_of(records), [len(part) for part in parts]).each()


def count_parts(layout_: TallyLayout, matrix: NDArray[np.uint8], sizes: Sequence[int]) -> Tallies:
    """The tallies of parts of these records: first as many as the first of ``sizes``, and so on; none empty."""
    found: list[Tallies] = []
    block: list[int] = []
    first = size = 0
    for part in sizes:
        if block and size + part > BLOCK:
            found.append(_count_block(layout_, matrix[first : first + size], block))
            first, block, size = first + size, [], 0
        block.append(part)
        size += part
    return _joined([*found, _count_block(layout_, matrix[first:], block)])


def _count_block(layout_: TallyLayout, matrix: NDArray[np.uint8], sizes: Sequence[int]) -> Tallies:
    responses = np.array(sizes, dtype=np.int64)
    ends = np.cumsum(responses)
    starts = ends - responses
    counts = _counts(layout_, matrix, np.repeat(np.arange(len(sizes)), responses), len(sizes))
    codes = matrix[:, layout_.scored]
    answered = (codes >= ord("0")) & (codes <= ord("9"))
    bases = _bases(layout_, answered, starts)
    sums = _comoments(layout_, codes, answered, [slice(*edges) for edges in zip(starts, ends, strict=True)])
    values = np.hstack([counts, bases, *sums])
    return Tallies(responses, values, layout_.length, len(layout_.groups), len(layout_.scored))


def _counts(layout_: TallyLayout, matrix: NDArray[np.uint8], owner: Integers, number: int) -> Integers:
    """Each part's counts. A code's slot is looked up; what no slot counts goes to one beyond the last."""
    slot = np.full((matrix.shape[1], 128), layout_.length, dtype=np.int64)
    for entry in layout_.slots:
        slot[entry.column.position, [ord(code) for code in entry.column.characters]] = range(entry.start, entry.end)
    wide = layout_.length + 1
    tallied = [entry.column.position for entry in layout_.slots]
    places = slot[tallied, matrix[:, tallied]] + owner[:, None] * wide
    return np.bincount(places.ravel(), minlength=number * wide).reshape(number, wide)[:, :-1]


def _bases(layout_: TallyLayout, answered: NDArray[np.bool_], starts: Integers) -> Integers:
    place = {position: index for index, position in enumerate(layout_.scored)}
    columns = [
        answered[:, [place[position] for position in positions]].any(axis=1)
        if positions
        else np.zeros(len(answered), dtype=np.bool_)
        for _, positions in layout_.groups
    ]
    return np.add.reduceat(np.column_stack(columns).astype(np.int64), starts, axis=0)


def _comoments(
    layout_: TallyLayout, codes: NDArray[np.uint8], answered: NDArray[np.bool_], parts: Sequence[slice]
) -> list[Integers]:
    """Each part's sums, a row each: one product holds those of answers, scores and highest codes together."""
    size = len(layout_.scored)
    least = np.array([top_two_least(layout_, position) for position in layout_.scored], dtype=np.int64)
    scores = codes.astype(np.int64) - ord("0")
    facts = np.hstack([answered, np.where(answered, scores, 0), answered & (scores >= least)]).astype(np.float64)
    products = np.empty((len(parts), 3 * size, 3 * size))
    for place, part in enumerate(parts):
        np.matmul(facts[part].T, facts[part], out=products[place])
    rows, columns = upper_half(size)
    given, scored, top = slice(size), slice(size, 2 * size), slice(2 * size, None)
    halves = [products[:, block, block][:, rows, columns] for block in (given, scored, top)]
    squares = [products[:, block, given].reshape(len(parts), -1) for block in (scored, top)]
    return [block.astype(np.int64) for block in (*halves, *squares)]
