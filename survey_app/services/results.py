"""The one tap every reader drinks from: a frozen query in, scorecards out. Figures are sums of whole releases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from survey_app.domain.disclosure import Audience, Thresholds
from survey_app.domain.org_tree import OrgTree
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.recipe import Recipe
from survey_app.domain.scoring import Figure, Reading, Scorecard, score
from survey_app.domain.tally import Tally, add
from survey_app.services.province_settings import read_settings
from survey_app.storage import inbox, org_units, questionnaires, tallies, waves
from survey_app.storage.questionnaires import PublishedVersion
from survey_app.storage.tallies import TallyFilter, UnitTallyKey


class NoSuchUnit(LookupError):
    """No unit has this code."""


class NoSuchVersion(LookupError):
    """No published version, recipe or wave goes by this name."""


@dataclass(frozen=True)
class ResultsQuery:
    """What is asked of the results. Months are first days, inclusive; None leaves a dimension open."""

    unit_code: str
    slug: str
    version: int
    recipe: str = "sipas-2022-mean5"
    wave: str | None = None
    first_month: date | None = None
    last_month: date | None = None
    stage: str | None = None
    with_flagged: bool = True
    audience: Audience = Audience.OFFICER


@dataclass(frozen=True)
class UnitResult:
    """A unit with its scorecard (None: nothing released in this cut) and how many responses wait for release."""

    unit: OrgUnit
    card: Scorecard | None
    waiting: int


@dataclass(frozen=True)
class TrendPoint:
    """The overall figure of one month; ``responses`` is what was released for it."""

    month: date
    responses: int
    overall: Figure


@dataclass(frozen=True)
class ResultsPage:
    """A unit's result, its place in the tree, the units below it, and its months."""

    query: ResultsQuery
    path: tuple[OrgUnit, ...]
    result: UnitResult
    below: tuple[UnitResult, ...]
    trend: tuple[TrendPoint, ...]
    thresholds: Thresholds


@dataclass(frozen=True)
class _Source:
    """Everything read once to answer a query."""

    tree: OrgTree
    ids: Mapping[str, int]
    version: PublishedVersion
    reading: Reading
    waiting: Mapping[str, int]


def _source(connection: Connection, recipes: Mapping[str, Recipe], query: ResultsQuery) -> _Source:
    every_unit, ids = org_units.read_all(connection)
    if query.unit_code not in ids:
        raise NoSuchUnit(query.unit_code)
    version = questionnaires.find(connection, query.slug, query.version)
    if version is None or query.recipe not in recipes:
        raise NoSuchVersion(f"{query.slug} v{query.version}, {query.recipe}")
    tree = OrgTree(every_unit)
    settings = read_settings(connection)
    return _Source(
        tree=tree,
        ids=ids,
        version=version,
        reading=Reading(recipes[query.recipe], settings.thresholds, query.audience),
        waiting=_waiting(connection, tree, ids, version.id),
    )


def _waiting(connection: Connection, tree: OrgTree, ids: Mapping[str, int], version_id: int) -> dict[str, int]:
    """Unit code -> responses of this version waiting at it and below."""
    code_of = {number: code for code, number in ids.items()}
    found: dict[str, int] = defaultdict(int)
    for (counter, _, version), number in inbox.groups(connection):
        if version == version_id:
            for code in (code_of[counter], *(unit.code for unit in tree.ancestors(code_of[counter]))):
                found[code] += number
    return found


def _tallies(
    connection: Connection, source: _Source, query: ResultsQuery, codes: Sequence[str]
) -> list[tuple[UnitTallyKey, Tally]]:
    wave_id = None
    if query.wave is not None:
        wave = waves.find(connection, query.wave)
        if wave is None:
            raise NoSuchVersion(query.wave)
        wave_id = wave[0]
    wanted = TallyFilter(
        [source.ids[code] for code in codes],
        source.version.id,
        wave_id,
        query.first_month,
        query.last_month,
        query.stage,
        query.with_flagged,
    )
    return tallies.read(connection, wanted)


def _result(source: _Source, unit: OrgUnit, found: Sequence[Tally]) -> UnitResult:
    card = score(source.version.layout, add(source.version.layout, found), source.reading) if found else None
    return UnitResult(unit, card, source.waiting.get(unit.code, 0))


def _trend(source: _Source, found: Sequence[tuple[UnitTallyKey, Tally]]) -> tuple[TrendPoint, ...]:
    months: dict[date, list[Tally]] = defaultdict(list)
    for key, tally in found:
        months[key.month].append(tally)
    layout = source.version.layout
    cards = {month: score(layout, add(layout, months[month]), source.reading) for month in sorted(months)}
    return tuple(TrendPoint(month, card.responses, card.overall) for month, card in cards.items())


def _listed_below(tree: OrgTree, unit: OrgUnit) -> list[OrgUnit]:
    """The units listed on a unit's page: those directly below it; a department only where it has counters."""
    return [
        child
        for child in tree.children(unit.code)
        if child.kind is not UnitKind.DEPARTMENT or tree.descendants(child.code, UnitKind.COUNTER)
    ]


def results_page(connection: Connection, recipes: Mapping[str, Recipe], query: ResultsQuery) -> ResultsPage:
    """A unit's scorecard, those of the units directly below it, and its monthly trend.

    Raises:
        NoSuchUnit, NoSuchVersion: the query names something that does not exist.
    """
    source = _source(connection, recipes, query)
    unit = source.tree.units[query.unit_code]
    below = _listed_below(source.tree, unit)
    found = _tallies(connection, source, query, [query.unit_code, *(child.code for child in below)])
    by_unit: dict[int, list[Tally]] = defaultdict(list)
    for key, tally in found:
        by_unit[key.unit_id].append(tally)
    own = [(key, tally) for key, tally in found if key.unit_id == source.ids[unit.code]]
    return ResultsPage(
        query=query,
        path=tuple(reversed(source.tree.ancestors(unit.code))),
        result=_result(source, unit, by_unit[source.ids[unit.code]]),
        below=tuple(_result(source, child, by_unit[source.ids[child.code]]) for child in below),
        trend=_trend(source, own),
        thresholds=source.reading.thresholds,
    )


def unit_results(connection: Connection, recipes: Mapping[str, Recipe], query: ResultsQuery) -> list[UnitResult]:
    """Scorecards of a unit and of every unit below it that has released responses (for datasets)."""
    source = _source(connection, recipes, query)
    units = [source.tree.units[query.unit_code], *source.tree.descendants(query.unit_code)]
    by_unit: dict[int, list[Tally]] = defaultdict(list)
    for key, tally in _tallies(connection, source, query, [unit.code for unit in units]):
        by_unit[key.unit_id].append(tally)
    found = [(unit, by_unit[source.ids[unit.code]]) for unit in units]
    return [_result(source, unit, unit_tallies) for unit, unit_tallies in found if unit_tallies]


def unit_trend(connection: Connection, recipes: Mapping[str, Recipe], query: ResultsQuery) -> tuple[TrendPoint, ...]:
    """The months of one unit alone (a page shows more months than its figures cover)."""
    source = _source(connection, recipes, query)
    return _trend(source, _tallies(connection, source, query, [query.unit_code]))
