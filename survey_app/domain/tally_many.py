"""The tallies of many releases at once: each as ``tally.count`` gives it, without its fixed cost for every one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from survey_app.domain.comoments import CoMoments, Integers, upper_half
from survey_app.domain.tally import Tally, top_two_least
from survey_app.domain.tally_layout import TallyLayout

BLOCK = 5_000
"""Records worked on together, or those of one release if it has more: few enough to stay near the processor."""


def count_each(layout_: TallyLayout, parts: Sequence[Sequence[str]]) -> list[Tally]:
    """The tally of each part's records, none empty, all of this version."""
    found: list[Tally] = []
    block: list[Sequence[str]] = []
    size = 0
    for part in parts:
        if block and size + len(part) > BLOCK:
            found += _count_block(layout_, block)
            block, size = [], 0
        block.append(part)
        size += len(part)
    return found + (_count_block(layout_, block) if block else [])


def _count_block(layout_: TallyLayout, parts: Sequence[Sequence[str]]) -> list[Tally]:
    joined = "".join(["".join(part) for part in parts]).encode("ascii")
    ends = np.cumsum([len(part) for part in parts])
    starts = ends - [len(part) for part in parts]
    matrix = np.frombuffer(joined, dtype=np.uint8).reshape(int(ends[-1]), -1)
    counts = _counts(layout_, matrix, np.repeat(np.arange(len(parts)), ends - starts), len(parts))
    codes = matrix[:, layout_.scored]
    answered = (codes >= ord("0")) & (codes <= ord("9"))
    bases = _bases(layout_, answered, starts)
    sums = _comoments(layout_, codes, answered, [slice(*edges) for edges in zip(starts, ends, strict=True)])
    size = len(layout_.scored)
    return [
        Tally(len(part), counts[place], bases[place], CoMoments(size, sums[place])) for place, part in enumerate(parts)
    ]


def _counts(layout_: TallyLayout, matrix: NDArray[np.uint8], owner: Integers, number: int) -> Integers:
    """Each part's counts. A code's slot is looked up; what no slot counts goes to one beyond the last."""
    slot = np.full((matrix.shape[1], 128), layout_.length, dtype=np.int64)
    for entry in layout_.slots:
        slot[entry.column.position, [ord(code) for code in entry.column.characters]] = range(entry.start, entry.end)
    wide = layout_.length + 1
    tallied = [entry.column.position for entry in layout_.slots]
    places = slot[tallied, matrix[:, tallied]] + owner[:, None] * wide
    return np.bincount(places.ravel(), minlength=number * wide).reshape(number, wide)[:, :-1].astype(np.int64)


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
) -> Integers:
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
    return np.hstack([*halves, *squares]).astype(np.int64)
