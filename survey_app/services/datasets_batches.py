"""Batches of responses on their way from the database to a writer.

A batch is columnar. Facts that responses share (those of a release, say) stand once in a *block*, and a response holds
the number of its row there; answers stay the fixed-column record, with what is withheld replaced in it. Writers make
the text of a shared row once and that of a record in one pass, which is what makes them quick.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import chain
from operator import itemgetter
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from survey_app.domain.anonymity import WITHHELD, Vector
from survey_app.domain.local_day import week_of


@dataclass(frozen=True)
class Block:
    """Facts that stand together; ``rows`` grows as they are met, and a response holds a place in it."""

    columns: int
    rows: list[tuple[str, ...]] = field(default_factory=list)


@dataclass(frozen=True)
class Batch:
    """Some responses: their names, for each block the place of their row there, and the record as published.

    ``table``: the characters of the records, one row a response.
    """

    names: Sequence[str]
    places: Sequence[Sequence[int]]
    table: NDArray[np.uint8]

    @cached_property
    def records(self) -> list[str]:
        """The records one by one."""
        text, width = self.table.tobytes().decode("ascii"), self.table.shape[1]
        return [text[start : start + width] for start in range(0, len(text), width)]


def joined(batches: Iterable[Batch], least: int) -> Iterator[Batch]:
    """The same responses in batches of at least ``least``, but for the last."""
    waiting: list[Batch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(len(one.names) for one in waiting) >= least:
            yield _one(waiting)
            waiting = []
    if waiting:
        yield _one(waiting)


def _one(batches: Sequence[Batch]) -> Batch:
    places = zip(*(batch.places for batch in batches), strict=True)
    return Batch(
        list(chain.from_iterable(batch.names for batch in batches)),
        [list(chain.from_iterable(parts)) for parts in places],
        np.concatenate([batch.table for batch in batches]),
    )


class PlaceOf(dict[tuple[str, ...], int]):
    """Cells -> their place in a block, added when first met."""

    def __init__(self, block: Block) -> None:
        super().__init__()
        self._rows = block.rows

    def __missing__(self, cells: tuple[str, ...]) -> int:
        self[cells] = place = len(self._rows)
        self._rows.append(cells)
        return place


class ToldPlaces(dict[tuple[Any, ...], int]):
    """(channel, visit, stage of the release, language, band, flag) as stored -> the place of their cells."""

    def __init__(self, block: Block, sample: str) -> None:
        super().__init__()
        self._rows, self._sample = block.rows, sample

    def __missing__(self, stored: tuple[Any, ...]) -> int:
        self[stored] = place = len(self._rows)
        self._rows.append((*map(str, stored), self._sample))
        return place


class WeekPlaces(dict[str, int]):
    """Day -> the place of its week."""

    def __init__(self, block: Block) -> None:
        super().__init__()
        self._places = PlaceOf(block)

    def __missing__(self, day: str) -> int:
        self[day] = place = self._places[(week_of(date.fromisoformat(day)).isoformat(),)]
        return place


class Masked(dict[str, str]):
    """A stretch of the record -> the same with what is withheld replaced, made once for each stretch."""

    def __init__(self, spans: Spans, published: Mapping[Vector, Vector]) -> None:
        super().__init__()
        self._spans, self._published = spans, published
        self.start, self.stop = spans.start, spans.stop

    def __missing__(self, stretch: str) -> str:
        spans, found, end = self._spans, "", 0
        for (start, stop), value in zip(spans.inside, self._published[spans.vector(stretch)], strict=True):
            found += stretch[end:start] + (WITHHELD * (stop - start) if value == WITHHELD else value)
            end = stop
        self[stretch] = found
        return found


class Spans:
    """Where some items stand in the record: the stretch from the first to the last of them, and each inside it."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        self.all = list(spans)
        self.start, self.stop = (spans[0][0], spans[-1][1]) if spans else (0, 0)
        self.inside = [(start - self.start, stop - self.start) for start, stop in spans]
        slices = [slice(start, stop) for start, stop in self.inside]
        self._cut = itemgetter(*slices) if len(slices) > 1 else lambda stretch: tuple(stretch[own] for own in slices)

    def vector(self, stretch: str) -> Vector:
        """The values of the items in a stretch of the record."""
        return cast(Vector, self._cut(stretch))


def masked(record: str, stretches: Masked) -> str:
    """The record with its identifying answers as published."""
    start, stop = stretches.start, stretches.stop
    return record[:start] + stretches[record[start:stop]] + record[stop:]
