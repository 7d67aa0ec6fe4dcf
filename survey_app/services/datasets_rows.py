"""The rows of a dataset: released responses of one questionnaire version, some thousands at a time, never all at once.

A *place* is the unit directly below the province (a commune, a department, the province's centre), or the province
itself for what was released there. Rows are ordered by place and number, so they tell no order of arrival: numbers are
given in random order to all that is released in one go.
Demographic answers are made k-anonymous among all released responses of a place and year, whatever the filter.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from operator import itemgetter
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from survey_app.domain.anonymity import WITHHELD, Vector, identifying_items, published_vectors
from survey_app.domain.anonymity_cells import numbered, withheld_cells
from survey_app.domain.disclosure import Audience
from survey_app.domain.org_tree import OrgTree
from survey_app.domain.org_unit import OrgUnit
from survey_app.domain.questionnaire import Item
from survey_app.domain.tally_many import matrix_of
from survey_app.services.datasets_batches import Batch, Block, Masked, PlaceOf, Spans, ToldPlaces, WeekPlaces, masked
from survey_app.services.datasets_columns import UNIT_COLUMNS, DatasetColumn, dataset_columns, record_spans
from survey_app.services.province_settings import ProvinceSettings, read_settings
from survey_app.services.results import NoSuchUnit, NoSuchVersion
from survey_app.storage import datasets, org_units, questionnaires, waves
from survey_app.storage.datasets import ReleasedFilter, ReleaseHead, ResponseCells
from survey_app.storage.questionnaires import PublishedVersion

Row = list[str]
YearCounts = dict[int, Counter[Vector]]
AT_ONCE = 5_000
CHARACTERS = 128
HELD_AT_ONCE = 20_000
"""Most responses of a place that are read once and held; of a larger place the database counts first."""


@dataclass(frozen=True)
class DatasetQuery:
    """Which released responses: one version, units with everything below (none named: all), wave, months inclusive."""

    slug: str
    version: int
    unit_codes: tuple[str, ...] = ()
    wave: str | None = None
    first_month: date | None = None
    last_month: date | None = None


@dataclass(frozen=True)
class Dataset:
    """A dataset opened in a read transaction; use it before that ends."""

    connection: Connection
    query: DatasetQuery
    version: PublishedVersion
    tree: OrgTree
    ids: Mapping[str, int]
    waves: Mapping[int, tuple[str, str]]
    settings: ProvinceSettings

    audience = Audience.OFFICER
    level = "internal"

    @cached_property
    def columns(self) -> tuple[DatasetColumn, ...]:
        return dataset_columns(self.version.questionnaire)

    @property
    def facts(self) -> tuple[DatasetColumn, ...]:
        """The columns before the items."""
        return tuple(column for column in self.columns if column.item is None)

    @property
    def answers(self) -> tuple[DatasetColumn, ...]:
        """The columns of the record."""
        return tuple(column for column in self.columns if column.item is not None)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """What stands between a response's name and its answers: release, week, unit, and how it was answered."""
        return (Block(2), Block(1), Block(9), Block(7))

    @cached_property
    def roots(self) -> tuple[str, ...]:
        """The units asked for, without those below another of them."""
        asked = self.query.unit_codes or tuple(u.code for u in self.tree.units.values() if u.parent_code is None)
        inside = {unit.code for code in asked for unit in self.tree.descendants(code)}
        return tuple(dict.fromkeys(code for code in asked if code not in inside))

    def shows(self, _unit: OrgUnit) -> bool:
        """Whether figures of this unit belong to the dataset."""
        return True

    def count(self) -> int:
        """How many responses match."""
        units = [code for codes in self.places().values() for code in codes]
        return datasets.count_released(self.connection, self.wanted(units))

    def batches(self) -> Iterator[Batch]:
        """The responses, columns as in ``columns``."""
        for place, units in sorted(self.places().items()):
            yield from self._place_batches(place, units)

    def rows(self) -> Iterator[Row]:
        """One row a response, cells in the order of ``columns``."""
        spans = record_spans(self.answers)
        for batch in self.batches():
            pairs = zip(self.blocks, batch.places, strict=True)
            shared = [[block.rows[at] for at in places] for block, places in pairs]
            for name, *facts, record in zip(batch.names, *shared, batch.records, strict=True):
                answers = (cell for span in spans for cell in span.cells(record))
                yield [name, *(cell for part in facts for cell in part), *answers]

    def places(self) -> dict[str, list[str]]:
        """Place -> the wanted units at it."""
        found: dict[str, list[str]] = defaultdict(list)
        for root in self.roots:
            for code in (root, *(unit.code for unit in self.tree.descendants(root))):
                path = [code, *(unit.code for unit in self.tree.ancestors(code))]
                found[path[-2] if len(path) > 1 else path[0]].append(code)
        return found

    def wanted(self, codes: Sequence[str]) -> ReleasedFilter:
        """The filter of the query at these units."""
        wave_id = next((number for number, (code, _) in self.waves.items() if code == self.query.wave), None)
        ids = [self.ids[code] for code in codes]
        return ReleasedFilter(self.version.id, ids, wave_id, self.query.first_month, self.query.last_month)

    def unit_cells(self, unit: str) -> tuple[str, ...]:
        """The codes of the units above, kind by kind, and its own."""
        above = {level.kind.value: level.code for level in (self.tree.units[unit], *self.tree.ancestors(unit))}
        return (*(above.get(kind, "") for kind in UNIT_COLUMNS[:-1]), unit)

    @property
    def sample_cell(self) -> str:
        return "1" if self.settings.is_sample else "0"

    @cached_property
    def codes(self) -> dict[int, str]:
        """Number of a unit -> its code."""
        return {number: code for code, number in self.ids.items()}

    @cached_property
    def _lookups(self) -> tuple[PlaceOf, WeekPlaces, PlaceOf, ToldPlaces]:
        releases, weeks, units, others = self.blocks
        return PlaceOf(releases), WeekPlaces(weeks), PlaceOf(units), ToldPlaces(others, self.sample_cell)

    def _place_batches(self, place: str, units: Sequence[str]) -> Iterator[Batch]:
        wanted = self.wanted(units)
        heads = datasets.release_heads(self.connection, wanted)
        if not heads:
            return
        releases, _, unit_rows, _ = self._lookups
        first = {number: releases[str(number), f"{head.month:%Y-%m}"] for number, head in heads.items()}
        second = {number: unit_rows[self._unit_row(head)] for number, head in heads.items()}
        stages = {number: head.stage for number, head in heads.items()}
        years = {number: head.month.year for number, head in heads.items()}
        stream = datasets.stream_responses(self.connection, wanted)
        if self._is_whole(place, units) and sum(head.responses for head in heads.values()) <= HELD_AT_ONCE:
            held = [row for found in stream for row in found]
            table = self._published_table(held, years)
            for start in range(0, len(held), AT_ONCE):
                stop = start + AT_ONCE
                yield self._batch(held[start:stop], table[start:stop], first, second, stages)
            return
        masks = self._published(self._count(place))
        for found in stream:
            table = matrix_of([masked(row[-1], masks[years[row[1]]]) for row in found])
            yield self._batch(found, table, first, second, stages)

    def _published_table(self, held: Sequence[ResponseCells], years: Mapping[int, int]) -> NDArray[np.uint8]:
        """The records as published of all responses of a place."""
        table, k = matrix_of([row[-1] for row in held]).copy(), self.settings.thresholds.demographic
        year_of = np.array([years[row[1]] for row in held])
        values = self._identifying_values(table)
        for year in np.unique(year_of):
            rows = np.flatnonzero(year_of == year)
            hidden = withheld_cells(values[rows], k)
            for place, (start, stop) in enumerate(self._spans.all):
                table[rows[hidden[:, place]], start:stop] = ord(WITHHELD)
        return table

    def _identifying_values(self, table: NDArray[np.uint8]) -> NDArray[np.int64]:
        """The identifying answers as numbers that keep their order, one column an item."""
        columns = np.empty((len(table), len(self._spans.all)), dtype=np.int64)
        for place, (start, stop) in enumerate(self._spans.all):
            columns[:, place] = table[:, start]
            for position in range(start + 1, stop):
                columns[:, place] = numbered(columns[:, place] * CHARACTERS + table[:, position])[1]
        return columns

    def _batch(
        self,
        found: Sequence[ResponseCells],
        table: NDArray[np.uint8],
        first: Mapping[int, int],
        second: Mapping[int, int],
        stages: Mapping[int, str],
    ) -> Batch:
        _, weeks, _, others = self._lookups
        numbers, releases, days, visits, channels, languages, bands, flags = (
            list(map(itemgetter(place), found)) for place in range(8)
        )
        told = zip(channels, visits, map(stages.__getitem__, releases), languages, bands, flags, strict=True)
        return Batch(
            [f"r{number:016x}" for number in numbers],
            [
                list(map(first.__getitem__, releases)),
                list(map(weeks.__getitem__, days)),
                list(map(second.__getitem__, releases)),
                list(map(others.__getitem__, told)),
            ],
            table,
        )

    def _unit_row(self, head: ReleaseHead) -> tuple[str, ...]:
        key = head.unit_id, head.wave_id
        if key not in self._unit_rows:
            self._unit_rows[key] = self._make_unit_row(head)
        return self._unit_rows[key]

    @cached_property
    def _unit_rows(self) -> dict[tuple[int, int], tuple[str, ...]]:
        return {}

    def _make_unit_row(self, head: ReleaseHead) -> tuple[str, ...]:
        questionnaire = self.version.questionnaire
        named = (questionnaire.slug, str(questionnaire.version), self.waves[head.wave_id][0])
        return (*self.unit_cells(self.codes[head.unit_id]), *named)

    def spans_of(self, items: Iterable[Item]) -> Spans:
        """Where these items stand in the record, in its order."""
        wanted, spans = {item.id for item in items}, dict[str, tuple[int, int]]()
        for column in dataset_columns(self.version.questionnaire):
            if column.item is not None and column.item.id in wanted:
                start = spans.get(column.item.id, (column.record_start, 0))[0]
                spans[column.item.id] = (start, column.record_start + column.width)
        return Spans(list(spans.values()))

    @cached_property
    def _spans(self) -> Spans:
        return self.spans_of(identifying_items(self.version.questionnaire))

    def _all_units(self, place: str) -> list[str]:
        """Every unit at a place."""
        if self.tree.units[place].parent_code is None:
            return [place]
        return [place, *(unit.code for unit in self.tree.descendants(place))]

    def _is_whole(self, place: str, units: Sequence[str]) -> bool:
        """Whether the query asks for all that was released at a place."""
        query = self.query
        is_open = query.wave is None and query.first_month is None and query.last_month is None
        return is_open and set(units) == set(self._all_units(place))

    def _count(self, place: str) -> YearCounts:
        """Year -> combinations of identifying answers and their number, of all released responses of a place."""
        everything = ReleasedFilter(self.version.id, [self.ids[code] for code in self._all_units(place)])
        counts: YearCounts = defaultdict(Counter)
        for _, month, vector, number in datasets.count_record_parts(self.connection, everything, self._spans.all):
            counts[month.year][vector] += number
        return counts

    def _published(self, counts: YearCounts) -> dict[int, Masked]:
        """Year -> how the identifying answers of its records are published."""
        k = self.settings.thresholds.demographic
        return {year: Masked(self._spans, published_vectors(found, k)) for year, found in counts.items()}


_Kind = TypeVar("_Kind", bound=Dataset)


def read_dataset(kind: type[_Kind], connection: Connection, query: DatasetQuery) -> _Kind:
    """The dataset of a query, in this read transaction.

    Raises:
        NoSuchUnit, NoSuchVersion: the query names a unit, version or wave that does not exist.
    """
    units, ids = org_units.read_all(connection)
    for code in query.unit_codes:
        if code not in ids:
            raise NoSuchUnit(code)
    version = questionnaires.find(connection, query.slug, query.version)
    if version is None:
        raise NoSuchVersion(f"{query.slug} v{query.version}")
    known_waves = {number: (wave.code, wave.title) for number, wave in waves.every(connection).items()}
    if query.wave is not None and query.wave not in {code for code, _ in known_waves.values()}:
        raise NoSuchVersion(query.wave)
    return kind(connection, query, version, OrgTree(units), ids, known_waves, read_settings(connection))
