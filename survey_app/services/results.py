"""The one tap every reader drinks from: a frozen query in, scorecards out. Figures are sums of whole releases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from survey_app.domain.disclosure import Audience, Thresholds
from survey_app.domain.integrity import without_sensitive
from survey_app.domain.org_tree import OrgTree
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.recipe import Recipe
from survey_app.domain.scoring import Figure, Reading, Scorecard, score, score_overall
from survey_app.domain.tally import Tally, add
from survey_app.services.province_settings import read_settings
from survey_app.storage import inbox, org_units, questionnaires, tallies, waves
from survey_app.storage.questionnaires import PublishedVersion
from survey_app.storage.tallies import TallyFilter, UnitTallyKey


class NoSuchUnit(LookupError):
    """No unit has this code."""


class NoSuchVersion(LookupError):
    """No published version, recipe, wave or service field goes by this name."""


@dataclass(frozen=True)
class ResultsQuery:
    """What is asked of the results. Months are first days, inclusive; None leaves a dimension open.

    ``stage`` and ``channel`` take whole releases of that stage or channel; ``service_field`` the releases made at
    counters that handle it (what was released at a centre is in no field). ``trend_since``: the trend reaches back
    to this month, however short the period of the figures.
    """

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
    channel: str | None = None
    service_field: str | None = None
    with_sensitive: bool = False
    trend_since: date | None = None


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
    """A unit's result, its place in the tree, the units listed with it, and its months.

    ``only_centre`` is the one centre of a commune, whose counters are then listed in its place.
    """

    query: ResultsQuery
    path: tuple[OrgUnit, ...]
    result: UnitResult
    below: tuple[UnitResult, ...]
    trend: tuple[TrendPoint, ...]
    thresholds: Thresholds
    only_centre: OrgUnit | None = None


Listing = Callable[[OrgTree, OrgUnit], Sequence[OrgUnit]]
"""Which units a page lists with a unit."""

Tallies = list[tuple[UnitTallyKey, Tally]]


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


def _counted_at(source: _Source, query: ResultsQuery, code: str) -> list[str]:
    """The units whose releases make up a unit's figure: its own sums, or the counters of a service field."""
    if query.service_field is None:
        return [code]
    units = (source.tree.units[code], *source.tree.descendants(code))
    counters = (unit for unit in units if unit.kind is UnitKind.COUNTER)
    return [unit.code for unit in counters if query.service_field in unit.service_fields]


def _filter(connection: Connection, source: _Source, query: ResultsQuery, codes: Iterable[str]) -> TallyFilter:
    wave_id = None
    if query.wave is not None:
        wave = waves.find(connection, query.wave)
        if wave is None:
            raise NoSuchVersion(query.wave)
        wave_id = wave[0]
    return TallyFilter(
        unit_ids=sorted({source.ids[code] for code in codes}),
        version_id=source.version.id,
        wave_id=wave_id,
        first_month=query.first_month,
        last_month=query.last_month,
        stage=query.stage,
        channel=query.channel,
        with_flagged=query.with_flagged,
    )


def _tallies(connection: Connection, source: _Source, query: ResultsQuery, codes: Iterable[str]) -> dict[str, Tallies]:
    """Unit code -> the tallies whose sum is its figure."""
    parts = {code: _counted_at(source, query, code) for code in codes}
    wanted = _filter(connection, source, query, {part for counted in parts.values() for part in counted})
    found: dict[int, Tallies] = defaultdict(list)
    for key, tally in tallies.read(connection, wanted):
        found[key.unit_id].append((key, tally))
    return {code: [pair for part in counted for pair in found[source.ids[part]]] for code, counted in parts.items()}


def _card(source: _Source, query: ResultsQuery, found: Iterable[Tally]) -> Scorecard:
    card = score(source.version.layout, add(source.version.layout, found), source.reading)
    return card if query.with_sensitive else without_sensitive(card)


def _result(source: _Source, query: ResultsQuery, unit: OrgUnit, found: Tallies) -> UnitResult:
    card = _card(source, query, (tally for _, tally in found)) if found else None
    if query.audience is Audience.PUBLIC:
        return UnitResult(unit, card, 0)
    return UnitResult(unit, card, sum(source.waiting.get(code, 0) for code in _counted_at(source, query, unit.code)))


def _trend(source: _Source, query: ResultsQuery, found: Tallies) -> tuple[TrendPoint, ...]:
    months: dict[date, Tallies] = defaultdict(list)
    for key, tally in found:
        months[key.month].append((key, tally))
    return tuple(
        TrendPoint(month, sum(tally.responses for _, tally in months[month]), _overall(source, query, months[month]))
        for month in sorted(months)
    )


def _longer_trend(
    connection: Connection, source: _Source, query: ResultsQuery, found: Tallies
) -> tuple[TrendPoint, ...]:
    """The trend of a page: of its own period, or from ``trend_since`` on where that is earlier."""
    since = query.trend_since
    if since is None or query.first_month is None or since >= query.first_month:
        return _trend(source, query, found)
    longer = replace(query, first_month=since)
    return _trend(source, query, _tallies(connection, source, longer, [query.unit_code])[query.unit_code])


def only_centre(tree: OrgTree, unit: OrgUnit) -> OrgUnit | None:
    """The centre of a commune that has no other unit below it."""
    below = tree.children(unit.code)
    is_only = unit.kind is UnitKind.COMMUNE and len(below) == 1 and below[0].kind is UnitKind.CENTRE
    return below[0] if is_only else None


def listed_below(tree: OrgTree, unit: OrgUnit) -> list[OrgUnit]:
    """Those directly below; in place of an only centre its counters; a department only where it has counters."""
    centre = only_centre(tree, unit)
    return [
        child
        for child in tree.children(centre.code if centre else unit.code)
        if child.kind is not UnitKind.DEPARTMENT or tree.descendants(child.code, UnitKind.COUNTER)
    ]


def results_page(
    connection: Connection, recipes: Mapping[str, Recipe], query: ResultsQuery, listing: Listing = listed_below
) -> ResultsPage:
    """A unit's scorecard, those of the units listed with it, and its monthly trend.

    Raises:
        NoSuchUnit, NoSuchVersion: the query names something that does not exist.
    """
    source = _source(connection, recipes, query)
    unit = source.tree.units[query.unit_code]
    listed = listing(source.tree, unit)
    found = _tallies(connection, source, query, {query.unit_code, *(other.code for other in listed)})
    return ResultsPage(
        query=query,
        path=tuple(reversed(source.tree.ancestors(unit.code))),
        result=_result(source, query, unit, found[unit.code]),
        below=tuple(_result(source, query, other, found[other.code]) for other in listed),
        trend=_longer_trend(connection, source, query, found[unit.code]),
        thresholds=source.reading.thresholds,
        only_centre=only_centre(source.tree, unit),
    )


def unit_results(connection: Connection, recipes: Mapping[str, Recipe], query: ResultsQuery) -> list[UnitResult]:
    """Scorecards of a unit and of every unit below it that has released responses (for datasets)."""
    source = _source(connection, recipes, query)
    units = [source.tree.units[query.unit_code], *source.tree.descendants(query.unit_code)]
    found = _tallies(connection, source, query, [unit.code for unit in units])
    return [_result(source, query, unit, found[unit.code]) for unit in units if found[unit.code]]


def _overall(source: _Source, query: ResultsQuery, found: Tallies) -> Figure:
    """The overall figure alone; hidden where a sensitive item would follow from it."""
    layout = source.version.layout
    figure = score_overall(layout, add(layout, (tally for _, tally in found)), source.reading)
    factors = layout.questionnaire.scored_sections(source.reading.recipe.scale)
    is_open = query.with_sensitive or not any(item.is_sensitive for _, items in factors for item in items)
    return figure if is_open else Figure(figure.base, None, None)


def overall_results(
    connection: Connection, recipes: Mapping[str, Recipe], queries: Sequence[ResultsQuery], listing: Listing
) -> list[dict[str, Figure]]:
    """For each query, the overall figures of its unit and of those listed with it, by code, where any was released.

    The queries are about one unit, questionnaire, recipe and audience.
    """
    source = _source(connection, recipes, queries[0])
    unit = source.tree.units[queries[0].unit_code]
    codes = dict.fromkeys([unit.code, *(other.code for other in listing(source.tree, unit))])
    every = [(query, _tallies(connection, source, query, codes)) for query in queries]
    return [{code: _overall(source, query, found[code]) for code in codes if found[code]} for query, found in every]
