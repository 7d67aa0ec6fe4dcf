"""What figures are worked out from: units, version, thresholds, and sums of whole releases, read for one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from sqlalchemy import Connection

from survey_app.domain.disclosure import Days, is_too_fine
from survey_app.domain.org_tree import OrgTree
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.overall import score_overalls
from survey_app.domain.recipe import Recipe
from survey_app.domain.scoring import Figure, Reading
from survey_app.domain.tally import Tally, add
from survey_app.domain.tally_layout import TallyLayout
from survey_app.domain.wave import Wave
from survey_app.services.imported_indices import ImportedIndices, read_imported
from survey_app.services.province_settings import read_settings
from survey_app.services.result_query import NoSuchUnit, NoSuchVersion, ResultsQuery
from survey_app.services.sensitive_cells import SensitiveCells
from survey_app.services.unit_pools import UnitPools, read_pools
from survey_app.storage import org_units, questionnaires, tallies, waves
from survey_app.storage.questionnaires import PublishedVersion
from survey_app.storage.tallies import TallyFilter


@dataclass(frozen=True)
class Source:
    """Everything read once to answer a query, or several of one questionnaire, recipe, wave and audience."""

    connection: Connection
    tree: OrgTree
    ids: Mapping[str, int]
    version: PublishedVersion
    reading: Reading
    wave: tuple[int, Wave] | None
    pools: UnitPools
    imported: ImportedIndices
    class_reference: str

    @property
    def layout(self) -> TallyLayout:
        return self.version.layout

    def readings(self, query: ResultsQuery, codes: Iterable[str]) -> list[Reading]:
        """How units' tallies are read: a wave may be shorter than its months, a service field is finer than a place."""
        days = Days.of_months(query.first_month, query.last_month)
        days = days.within(Days(self.wave[1].opens_on, self.wave[1].closes_on)) if self.wave else days
        found: dict[UnitKind, Reading] = {}
        for kind in UnitKind:
            too_fine = bool(query.service_field) or is_too_fine(kind, days, query.today)
            found[kind] = replace(self.reading, is_too_fine=too_fine, stage=query.stage, channel=query.channel)
        units = list(codes)
        own = [self._with_imported(found[self.tree.units[code].kind], query, code) for code in units]
        return self.cells.readings(self.filter(query, units), days, units, own) if query.with_sensitive else own

    def _with_imported(self, reading: Reading, query: ResultsQuery, code: str) -> Reading:
        known = self.imported.of(self.pools.codes(code), query.first_month, query.last_month)
        return replace(reading, imported=known) if known else reading

    def readings_of_rest(self, query: ResultsQuery, codes: Iterable[str]) -> list[Reading]:
        """How the tallies of the query's unit without another one are read."""
        units, first, last = list(codes), query.first_month, query.last_month
        known = [self.imported.rest(query.unit_code, code, first, last) for code in units]
        return [replace(reading, imported=own) for reading, own in zip(self.readings(query, units), known, strict=True)]

    @cached_property
    def cells(self) -> SensitiveCells:
        return SensitiveCells(self.connection, self.tree, self.ids, self.version)

    def reading_of(self, query: ResultsQuery, code: str) -> Reading:
        """How a unit's tally is read."""
        [found] = self.readings(query, [code])
        return found

    def counted_at(self, query: ResultsQuery, code: str) -> list[str]:
        """The units whose releases make up a unit's figure: its own and pooled sums, or the counters of a field."""
        pooled = self.pools.codes(code)
        if query.service_field is None:
            return list(pooled)
        units = [unit for one in pooled for unit in (self.tree.units[one], *self.tree.descendants(one))]
        counters = (unit for unit in units if unit.kind is UnitKind.COUNTER)
        return [unit.code for unit in counters if query.service_field in unit.service_fields]

    def filter(self, query: ResultsQuery, codes: Iterable[str]) -> TallyFilter:
        """The sums of these units that a query asks for."""
        return TallyFilter(
            unit_ids=sorted({self.ids[code] for code in codes}),
            version_id=self.version.id,
            wave_id=self.wave[0] if self.wave else None,
            first_month=query.first_month,
            last_month=query.last_month,
            stage=query.stage,
            channel=query.channel,
            with_flagged=query.with_flagged,
        )

    def sums(self, query: ResultsQuery, codes: Iterable[str]) -> dict[str, Tally]:
        """Unit code -> the sum that its figures are made of, where anything was released."""
        units = list(codes)
        if any(self.pools.first_month(code) for code in units):
            every = {code: [tally for *_key, tally in self.by_month(query, code)] for code in units}
            return {code: self._total(own) for code, own in every.items() if own}
        parts = {code: self.counted_at(query, code) for code in units}
        wanted = self.filter(query, {part for counted in parts.values() for part in counted})
        found = tallies.sums(self.connection, wanted, ("unit_id",))
        held = {
            code: [found[key] for part in counted if (key := (self.ids[part],)) in found]
            for code, counted in parts.items()
        }
        return {code: self._total(own) for code, own in held.items() if own}

    def by_month(self, query: ResultsQuery, code: str) -> list[tuple[int, date, Tally]]:
        """(Row number of the unit it was released in, month, sum), oldest first: what a unit's figure is made of."""
        wanted, first = self.filter(query, self.counted_at(query, code)), self.pools.first_month(code)
        found = tallies.sums(self.connection, wanted, ("unit_id", "month"))
        rows = [(unit, month, tally) for (unit, month), tally in found.items() if first is None or month >= first]
        return sorted(rows, key=lambda row: (row[1], row[0]))

    def months(self, query: ResultsQuery, code: str) -> dict[date, Tally]:
        """Month -> the sum that a unit's figures of it are made of, where anything was released, oldest first."""
        found = tallies.sums(self.connection, self.filter(query, self.counted_at(query, code)), ("month",))
        first = self.pools.first_month(code)
        return {month: found[month,] for (month,) in sorted(found) if first is None or month >= first}

    def made_of(self, query: ResultsQuery, codes: Iterable[str]) -> dict[str, set[str]]:
        """Unit -> the units, itself and former ones, whose responses make up its figure."""
        parts = {code: self.counted_at(query, code) for code in codes}
        wanted = self.filter(query, {part for counted in parts.values() for part in counted})
        found = tallies.responses_of(self.connection, wanted)
        months: dict[int, list[date]] = defaultdict(list)
        for unit_id, month in found:
            months[unit_id].append(month)

        def has_any(part: str, first: date | None) -> bool:
            return any(first is None or month >= first for month in months[self.ids[part]])

        return {
            code: {part for part in counted if has_any(part, self.pools.first_month(code))}
            for code, counted in parts.items()
        }

    def _total(self, found: Sequence[Tally]) -> Tally:
        return found[0] if len(found) == 1 else add(self.layout, found)

    def overalls(self, query: ResultsQuery, found: Mapping[str, Tally]) -> dict[str, Figure]:
        """The overall figures alone, by code."""
        figures = self.scored(query, list(found.values()), self.readings(query, found))
        return dict(zip(found, figures, strict=True))

    def rests(self, query: ResultsQuery, found: Mapping[str, Tally]) -> dict[str, Figure]:
        """The overall figures of the query's unit without each of these."""
        figures = self.scored(query, list(found.values()), self.readings_of_rest(query, found))
        return dict(zip(found, figures, strict=True))

    def scored(self, query: ResultsQuery, found: Sequence[Tally], readings: Sequence[Reading]) -> list[Figure]:
        """The overall figures alone; hidden where a sensitive item would follow from them."""
        figures = score_overalls(self.layout, found, readings)
        factors = self.layout.questionnaire.scored_sections(self.reading.recipe.scale)
        if not query.with_sensitive and any(item.is_sensitive for _, items in factors for item in items):
            figures = [Figure(figure.base, None, None) for figure in figures]
        return figures

    def within(self, code: str) -> list[OrgUnit]:
        """A unit and everything below it."""
        return [self.tree.units[code], *self.tree.descendants(code)]


@dataclass(frozen=True)
class Units:
    """Every unit there is, and the row number of each code: a thousand rows, read once for all that needs them."""

    tree: OrgTree
    ids: Mapping[str, int]


def read_units(connection: Connection) -> Units:
    """The units of the province."""
    every_unit, ids = org_units.read_all(connection)
    return Units(OrgTree(every_unit), ids)


def read_source(
    connection: Connection, recipes: Mapping[str, Recipe], query: ResultsQuery, units: Units | None = None
) -> Source:
    """What a query is answered from; ``units`` where they were read in this transaction.

    Raises:
        NoSuchUnit, NoSuchVersion: the query names something that does not exist.
    """
    units = units or read_units(connection)
    if query.unit_code not in units.ids:
        raise NoSuchUnit(query.unit_code)
    version = questionnaires.find(connection, query.slug, query.version)
    if version is None or version.questionnaire.is_scored_by_residence or query.recipe not in recipes:
        raise NoSuchVersion(f"{query.slug} v{query.version}, {query.recipe}")
    wave = waves.find(connection, query.wave) if query.wave is not None else None
    if query.wave is not None and wave is None:
        raise NoSuchVersion(query.wave)
    tree, ids, settings = units.tree, units.ids, read_settings(connection)
    return Source(
        connection=connection,
        tree=tree,
        ids=ids,
        version=version,
        reading=Reading(recipes[query.recipe], settings.thresholds, query.audience),
        wave=wave,
        pools=read_pools(connection, query.boundaries),
        imported=read_imported(connection, tree, ids, () if query.is_cut else recipes[query.recipe].imported),
        class_reference=settings.class_reference,
    )
