"""The one tap every reader drinks from: a frozen query in, scorecards out. Figures are sums of whole releases.

What is asked is described in ``result_query``, what it is answered from in ``result_source``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import Connection

from survey_app.domain.disclosure import Audience, Days, Thresholds
from survey_app.domain.integrity import outline_without_sensitive, without_sensitive
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.overall import outlines, scorecards
from survey_app.domain.recipe import Recipe
from survey_app.domain.scoring import Figure, Outline, Scorecard
from survey_app.domain.series import Series, Table, check_one_basis
from survey_app.domain.tally import Tally
from survey_app.services.comparands import Comparands, Earlier
from survey_app.services.listings import Listing, listed_below, nested, only_centre
from survey_app.services.result_periods import period_before
from survey_app.services.result_query import NoSuchUnit, NoSuchVersion, ResultsQuery
from survey_app.services.result_source import Source, read_source
from survey_app.services.unit_pools import UnitMark
from survey_app.services.unit_result import TrendPoint, UnitResult, UnitScorecard
from survey_app.services.waiting import waiting_below

__all__ = [
    "NoSuchUnit",
    "NoSuchVersion",
    "ResultsPage",
    "ResultsQuery",
    "overall_results",
    "results_of",
    "results_page",
    "unit_results",
]


@dataclass(frozen=True)
class ResultsPage:
    """A unit's result, its place in the tree, the units listed with it, and its months.

    ``only_centre`` is the one centre of a commune, whose counters are then listed in its place. ``nested``: pairs of
    codes of the units listed of which one lies within the other. ``marks``: units whose figures come from former ones.
    ``breaks``: days on which boundaries changed, which no line of the trend crosses.
    """

    query: ResultsQuery
    path: tuple[OrgUnit, ...]
    result: UnitScorecard
    below: Table[UnitResult]
    trend: Series[TrendPoint]
    thresholds: Thresholds
    only_centre: OrgUnit | None = None
    nested: frozenset[frozenset[str]] = frozenset()
    comparands: Comparands | None = None
    marks: Mapping[str, UnitMark] = field(default_factory=dict)
    breaks: tuple[date, ...] = ()
    class_reference: str = ""

    def __post_init__(self) -> None:
        check_one_basis((self.result, *self.below, *self.trend))


def _scorecards(source: Source, query: ResultsQuery, found: Mapping[str, Tally]) -> dict[str, Scorecard]:
    """Scorecards by code, of what was released."""
    cards = scorecards(source.layout, list(found.values()), source.readings(query, found))
    return dict(zip(found, cards if query.with_sensitive else map(without_sensitive, cards), strict=True))


def _outlines(source: Source, query: ResultsQuery, found: Mapping[str, Tally]) -> dict[str, Outline]:
    """What tables show, by code, of what was released."""
    cards = outlines(source.layout, list(found.values()), source.readings(query, found))
    return dict(zip(found, cards if query.with_sensitive else map(outline_without_sensitive, cards), strict=True))


def _waiting(source: Source, query: ResultsQuery, units: Sequence[OrgUnit]) -> dict[str, int]:
    """How many responses wait at each unit; the public is not told."""
    if query.audience is Audience.PUBLIC:
        return dict.fromkeys((unit.code for unit in units), 0)
    found = waiting_below(source.connection, source.tree, source.ids, source.version.id)
    return {unit.code: sum(found.get(code, 0) for code in source.counted_at(query, unit.code)) for unit in units}


def _trend(source: Source, query: ResultsQuery) -> Series[TrendPoint]:
    """The months of the query's own period, or from ``trend_since`` on where that is earlier."""
    since = query.trend_since
    if since is not None and query.first_month is not None and since < query.first_month:
        query = replace(query, first_month=since)
    found, code = source.months(query, query.unit_code), query.unit_code
    readings = [source.reading_of(replace(query, first_month=month, last_month=month), code) for month in found]
    figures = source.scored(query, list(found.values()), readings)
    return Series(
        TrendPoint(month, tally.responses, figure, reading.basis(source.version.questionnaire))
        for (month, tally), figure, reading in zip(found.items(), figures, readings, strict=True)
    )


def _earlier(source: Source, query: ResultsQuery) -> Earlier | None:
    """The unit in the period of equal length before; None where the period has no beginning or no end."""
    months = period_before(query.first_month, query.last_month)
    if months is None:
        return None
    before = replace(query, first_month=months[0], last_month=months[1])
    found = _outlines(source, before, source.sums(before, [query.unit_code]))
    return Earlier(*months, found.get(query.unit_code))


def _comparands(source: Source, query: ResultsQuery, found: Mapping[str, Tally]) -> Comparands:
    """What a page's figures are compared with; the rest of a province is its releases without a unit's own."""
    rests: dict[str, Figure] = {}
    total = found.get(query.unit_code)
    if source.tree.units[query.unit_code].kind is UnitKind.PROVINCE and total:
        others = {code: total - own for code, own in found.items() if code != query.unit_code}
        rests = source.rests(query, others)
    return Comparands(_earlier(source, query), rests)


def results_page(
    connection: Connection, recipes: Mapping[str, Recipe], query: ResultsQuery, listing: Listing = listed_below
) -> ResultsPage:
    """A unit's scorecard, the figures of the units listed with it, and its monthly trend.

    Raises:
        NoSuchUnit, NoSuchVersion: the query names something that does not exist.
    """
    return results_of(read_source(connection, recipes, query), query, listing)


def results_of(source: Source, query: ResultsQuery, listing: Listing = listed_below) -> ResultsPage:
    """``results_page`` of what was read for the query."""
    unit = source.tree.units[query.unit_code]
    listed = listing(source.tree, unit)
    found = source.sums(query, {unit.code: None} | {other.code: None for other in listed})
    listed = source.pools.listed(source.tree, listed, Days.of_months(query.first_month, query.last_month), found)
    made_of = source.made_of(query, [unit.code, *(other.code for other in listed)]) if source.pools.is_pooling else {}
    own = _scorecards(source, query, {unit.code: found[unit.code]} if unit.code in found else {})
    cards = _outlines(source, query, {other.code: found[other.code] for other in listed if other.code in found})
    waiting = _waiting(source, query, [unit, *listed])
    return ResultsPage(
        query=query,
        path=tuple(reversed(source.tree.ancestors(unit.code))),
        result=UnitScorecard(unit, own.get(unit.code), waiting[unit.code]),
        below=Table(UnitResult(other, cards.get(other.code), waiting[other.code]) for other in listed),
        trend=_trend(source, query),
        thresholds=source.reading.thresholds,
        only_centre=only_centre(source.tree, unit),
        nested=nested(source.tree, listed),
        class_reference=source.class_reference,
        comparands=_comparands(source, query, found) if query.with_comparands else None,
        marks=source.pools.marks(made_of, query.first_month),
        breaks=tuple(source.pools.changes_at(source.tree, unit)),
    )


def unit_results(connection: Connection, recipes: Mapping[str, Recipe], query: ResultsQuery) -> list[UnitScorecard]:
    """Scorecards of a unit and of every unit below it that has released responses (for datasets)."""
    source = read_source(connection, recipes, query)
    units = source.within(query.unit_code)
    cards = _scorecards(source, query, source.sums(query, [unit.code for unit in units]))
    waiting = _waiting(source, query, units)
    return [UnitScorecard(unit, cards[unit.code], waiting[unit.code]) for unit in units if unit.code in cards]


def overall_results(
    connection: Connection, recipes: Mapping[str, Recipe], queries: Sequence[ResultsQuery], listing: Listing
) -> list[dict[str, Figure]]:
    """For each query, the overall figures of its unit and of those listed with it, by code, where any was released.

    The queries are about one unit, questionnaire, recipe and audience.
    """
    source = read_source(connection, recipes, queries[0])
    unit = source.tree.units[queries[0].unit_code]
    listed = source.pools.listed(source.tree, listing(source.tree, unit))
    codes = dict.fromkeys([unit.code, *(other.code for other in listed)])
    return [source.overalls(query, source.sums(query, codes)) for query in queries]
