"""The rows of a dataset: released responses of one questionnaire version, one place at a time, never all in memory.

A *place* is the unit directly below the province (a commune, a department, the province's centre), or the province
itself for what was released there. Rows are ordered by place and random number, so they tell no order of arrival.
Demographic answers are made k-anonymous among all released responses of a place and year, whatever the filter.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from sqlalchemy import Connection

from survey_app.domain.anonymity import WITHHELD, Vector, identifying_items, published_vectors
from survey_app.domain.local_day import week_of
from survey_app.domain.org_tree import OrgTree
from survey_app.domain.record import COMMUNE_CODE_LENGTH, MISSING
from survey_app.services.datasets_columns import UNIT_COLUMNS, DatasetColumn, dataset_columns
from survey_app.services.province_settings import ProvinceSettings, read_settings
from survey_app.services.results import NoSuchUnit, NoSuchVersion
from survey_app.storage import datasets, org_units, questionnaires, waves
from survey_app.storage.datasets import ReleasedFilter, ReleaseHead, ResponseCells
from survey_app.storage.questionnaires import PublishedVersion

Row = list[str]


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
class _Part:
    """Neighbouring characters of the record: one identifying item, one commune code, or plain columns."""

    start: int
    stop: int
    is_identifying: bool
    is_commune: bool

    def cells(self, characters: str) -> list[str]:
        """The dataset's cells for these characters; a missing commune is one code, not five."""
        if self.is_commune:
            return [characters[0] if characters[0] in MISSING else characters]
        return list(characters)

    @property
    def withheld(self) -> list[str]:
        return [WITHHELD] * (1 if self.is_commune else self.stop - self.start)


def _parts(version: PublishedVersion, columns: Sequence[DatasetColumn]) -> tuple[_Part, ...]:
    """The record cut into parts, in order; plain columns that stand together are one part."""
    identifying = {item.id for item in identifying_items(version.questionnaire)}
    parts: list[_Part] = []
    last = ""
    for column in columns:
        if column.item is None:
            continue
        start, stop = column.record_start, column.record_start + column.width
        part = _Part(start, stop, column.item.id in identifying, column.width == COMMUNE_CODE_LENGTH)
        is_plain = not part.is_identifying and not part.is_commune
        joins = is_plain and parts and not parts[-1].is_identifying and not parts[-1].is_commune
        if joins or (part.is_identifying and column.item.id == last):
            parts[-1] = replace(parts[-1], stop=stop)
        else:
            parts.append(part)
        last = column.item.id
    return tuple(parts)


class _CellsOfVectors(dict[Vector, list[list[str]]]):
    """Published vector -> its cells, part by part, made once for each vector."""

    def __init__(self, parts: Sequence[_Part]) -> None:
        super().__init__()
        self._parts = parts

    def __missing__(self, vector: Vector) -> list[list[str]]:
        self[vector] = cells = [
            part.withheld if value == WITHHELD else part.cells(value)
            for part, value in zip(self._parts, vector, strict=True)
        ]
        return cells


@dataclass(frozen=True)
class _ReleaseFacts:
    """The cells all responses of a release share."""

    year: int
    before_week: tuple[str, ...]
    after_week: tuple[str, ...]
    stage: str


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

    @cached_property
    def columns(self) -> tuple[DatasetColumn, ...]:
        return dataset_columns(self.version.questionnaire)

    @cached_property
    def roots(self) -> tuple[str, ...]:
        """The units asked for, without those below another of them."""
        asked = self.query.unit_codes or tuple(u.code for u in self.tree.units.values() if u.parent_code is None)
        inside = {unit.code for code in asked for unit in self.tree.descendants(code)}
        return tuple(dict.fromkeys(code for code in asked if code not in inside))

    def count(self) -> int:
        """How many responses match."""
        units = [code for codes in self._places().values() for code in codes]
        return datasets.count_released(self.connection, self._wanted(units))

    def rows(self) -> Iterator[Row]:
        """One row a response, cells in the order of ``columns``."""
        for place, units in sorted(self._places().items()):
            yield from self._place_rows(place, units)

    @cached_property
    def _record_parts(self) -> tuple[_Part, ...]:
        return _parts(self.version, self.columns)

    def _places(self) -> dict[str, list[str]]:
        """Place -> the wanted units at it."""
        found: dict[str, list[str]] = defaultdict(list)
        for root in self.roots:
            for code in (root, *(unit.code for unit in self.tree.descendants(root))):
                path = [code, *(unit.code for unit in self.tree.ancestors(code))]
                found[path[-2] if len(path) > 1 else path[0]].append(code)
        return found

    def _wanted(self, codes: Sequence[str]) -> ReleasedFilter:
        wave_id = next((number for number, (code, _) in self.waves.items() if code == self.query.wave), None)
        ids = [self.ids[code] for code in codes]
        return ReleasedFilter(self.version.id, ids, wave_id, self.query.first_month, self.query.last_month)

    def _place_rows(self, place: str, units: Sequence[str]) -> Iterator[Row]:
        wanted = self._wanted(units)
        heads = datasets.release_heads(self.connection, wanted)
        if not heads:
            return
        facts = {number: self._facts(number, head) for number, head in heads.items()}
        published = self._published(place)
        for response in datasets.stream_responses(self.connection, wanted):
            if response[1] in facts:
                release = facts[response[1]]
                yield self._row(response, release, published[release.year])

    def _facts(self, number: int, head: ReleaseHead) -> _ReleaseFacts:
        unit = self._codes[head.unit_id]
        above = {level.kind.value: level.code for level in (self.tree.units[unit], *self.tree.ancestors(unit))}
        codes = (*(above.get(kind, "") for kind in UNIT_COLUMNS[:-1]), unit)
        questionnaire = self.version.questionnaire
        named = (questionnaire.slug, str(questionnaire.version), self.waves[head.wave_id][0])
        return _ReleaseFacts(head.month.year, (str(number), f"{head.month:%Y-%m}"), (*codes, *named), head.stage)

    @cached_property
    def _codes(self) -> dict[int, str]:
        return {number: code for code, number in self.ids.items()}

    def _published(self, place: str) -> dict[int, dict[Vector, list[list[str]]]]:
        """Year -> identifying answers as in the record -> the cells published for them, part by part."""
        parts = [part for part in self._record_parts if part.is_identifying]
        units = [place]
        if self.tree.units[place].parent_code is not None:
            units += [unit.code for unit in self.tree.descendants(place)]
        wanted = ReleasedFilter(self.version.id, [self.ids[code] for code in units])
        counts: dict[int, Counter[Vector]] = defaultdict(Counter)
        spans = [(part.start, part.stop) for part in parts]
        for month, vector, number in datasets.count_record_parts(self.connection, wanted, spans):
            counts[month.year][vector] += number
        k = self.settings.thresholds.demographic
        cells = _CellsOfVectors(parts)
        return {
            year: {vector: cells[shown] for vector, shown in published_vectors(found, k).items()}
            for year, found in counts.items()
        }

    def _row(self, response: ResponseCells, release: _ReleaseFacts, published: Mapping[Vector, list[list[str]]]) -> Row:
        number, _, day, stage, channel, language, band, flagged, record = response
        parts = self._record_parts
        vector = tuple(record[part.start : part.stop] for part in parts if part.is_identifying)
        identifying = iter(published[vector])
        row = [
            f"r{number:016x}",
            *release.before_week,
            week_of(day).isoformat(),
            *release.after_week,
            channel,
            stage,
            release.stage,
            language,
            str(band),
            "1" if flagged else "0",
            "1" if self.settings.is_sample else "0",
        ]
        for part in parts:
            row += next(identifying) if part.is_identifying else part.cells(record[part.start : part.stop])
        return row


def open_dataset(connection: Connection, query: DatasetQuery) -> Dataset:
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
    return Dataset(connection, query, version, OrgTree(units), ids, known_waves, read_settings(connection))
