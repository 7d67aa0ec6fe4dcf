"""The one tap every reader drinks from: a frozen query in, scorecards out. Figures are sums of whole releases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from survey_app.domain.disclosure import Audience, Days, Thresholds, is_too_fine
from survey_app.domain.integrity import without_sensitive
from survey_app.domain.org_tree import OrgTree
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.overall import score_overalls
from survey_app.domain.recipe import Recipe
from survey_app.domain.scoring import Figure, Reading, Scorecard, score
from survey_app.domain.series import Series, Table, check_one_basis
from survey_app.domain.tally import Tally, add
from survey_app.domain.wave import Wave
from survey_app.services.comparands import Comparands, Earlier
from survey_app.services.counter_figures import CounterFigures
from survey_app.services.listings import Listing, listed_below, nested, only_centre
from survey_app.services.province_settings import read_settings
from survey_app.services.result_periods import period_before
from survey_app.services.unit_result import TrendPoint, UnitResult
from survey_app.services.waiting import waiting_below
from survey_app.storage import org_units, questionnaires, tallies, waves
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
    to this month, however short the period of the figures. ``with_comparands``: with what they are compared with.
    ``today``: the day of reading; sensitive items are shown of quarters that are over.
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
    with_comparands: bool = False
    today: date | None = None


@dataclass(frozen=True)
class ResultsPage:
    """A unit's result, its place in the tree, the units listed with it, and its months.

    ``only_centre`` is the one centre of a commune, whose counters are then listed in its place. ``nested``: pairs of
    codes of the units listed of which one lies within the other.
    """

    query: ResultsQuery
    path: tuple[OrgUnit, ...]
    result: UnitResult
    below: Table[UnitResult]
    trend: Series[TrendPoint]
    thresholds: Thresholds
    only_centre: OrgUnit | None = None
    nested: frozenset[frozenset[str]] = frozenset()
    comparands: Comparands | None = None

    def __post_init__(self) -> None:
        check_one_basis((self.result, *self.below, *self.trend))


Tallies = list[tuple[UnitTallyKey, Tally]]


@dataclass(frozen=True)
class _Source:
    """Everything read once to answer a query."""

    tree: OrgTree
    ids: Mapping[str, int]
    version: PublishedVersion
    reading: Reading
    waiting: Mapping[str, int]
    wave: tuple[int, Wave] | None

    def reading_of(self, query: ResultsQuery, code: str) -> Reading:
        """How a unit's tally is read: a wave may be shorter than its months, a service field is finer than a place."""
        days = Days.of_months(query.first_month, query.last_month)
        days = days.within(Days(self.wave[1].opens_on, self.wave[1].closes_on)) if self.wave else days
        too_fine = bool(query.service_field) or is_too_fine(self.tree.units[code].kind, days, query.today)
        return replace(self.reading, is_too_fine=too_fine, stage=query.stage, channel=query.channel)


def _source(connection: Connection, recipes: Mapping[str, Recipe], query: ResultsQuery) -> _Source:
    every_unit, ids = org_units.read_all(connection)
    if query.unit_code not in ids:
        raise NoSuchUnit(query.unit_code)
    version = questionnaires.find(connection, query.slug, query.version)
    if version is None or query.recipe not in recipes:
        raise NoSuchVersion(f"{query.slug} v{query.version}, {query.recipe}")
    tree, settings = OrgTree(every_unit), read_settings(connection)
    wave = waves.find(connection, query.wave) if query.wave is not None else None
    if query.wave is not None and wave is None:
        raise NoSuchVersion(query.wave)
    return _Source(
        tree=tree,
        ids=ids,
        version=version,
        reading=Reading(recipes[query.recipe], settings.thresholds, query.audience),
        waiting=waiting_below(connection, tree, ids, version.id),
        wave=wave,
    )


def _counted_at(source: _Source, query: ResultsQuery, code: str) -> list[str]:
    """The units whose releases make up a unit's figure: its own sums, or the counters of a service field."""
    if query.service_field is None:
        return [code]
    units = (source.tree.units[code], *source.tree.descendants(code))
    counters = (unit for unit in units if unit.kind is UnitKind.COUNTER)
    return [unit.code for unit in counters if query.service_field in unit.service_fields]


def _filter(source: _Source, query: ResultsQuery, codes: Iterable[str]) -> TallyFilter:
    return TallyFilter(
        unit_ids=sorted({source.ids[code] for code in codes}),
        version_id=source.version.id,
        wave_id=source.wave[0] if source.wave else None,
        first_month=query.first_month,
        last_month=query.last_month,
        stage=query.stage,
        channel=query.channel,
        with_flagged=query.with_flagged,
    )


def _tallies(connection: Connection, source: _Source, query: ResultsQuery, codes: Iterable[str]) -> dict[str, Tallies]:
    """Unit code -> the tallies whose sum is its figure."""
    parts = {code: _counted_at(source, query, code) for code in codes}
    wanted = _filter(source, query, {part for counted in parts.values() for part in counted})
    found: dict[int, Tallies] = defaultdict(list)
    for key, tally in tallies.read(connection, wanted):
        found[key.unit_id].append((key, tally))
    return {code: [pair for part in counted for pair in found[source.ids[part]]] for code, counted in parts.items()}


def _card(source: _Source, query: ResultsQuery, code: str, found: Iterable[Tally]) -> Scorecard:
    card = score(source.version.layout, add(source.version.layout, found), source.reading_of(query, code))
    return card if query.with_sensitive else without_sensitive(card)


def _result(source: _Source, query: ResultsQuery, unit: OrgUnit, found: Tallies) -> UnitResult:
    card = _card(source, query, unit.code, (tally for _, tally in found)) if found else None
    if query.audience is Audience.PUBLIC:
        return UnitResult(unit, card, 0)
    return UnitResult(unit, card, sum(source.waiting.get(code, 0) for code in _counted_at(source, query, unit.code)))


def _trend(source: _Source, query: ResultsQuery, found: Tallies) -> Series[TrendPoint]:
    months: dict[date, Tallies] = defaultdict(list)
    for key, tally in found:
        months[key.month].append((key, tally))

    def point(month: date) -> TrendPoint:
        own, asked = months[month], replace(query, first_month=month, last_month=month)
        overall = _overall(source, asked, query.unit_code, own)
        basis = source.reading_of(asked, query.unit_code).basis(source.version.questionnaire)
        return TrendPoint(month, sum(tally.responses for _, tally in own), overall, basis)

    return Series(point(month) for month in sorted(months))


def _longer_trend(connection: Connection, source: _Source, query: ResultsQuery, found: Tallies) -> Series[TrendPoint]:
    """The trend of a page: of its own period, or from ``trend_since`` on where that is earlier."""
    since = query.trend_since
    if since is None or query.first_month is None or since >= query.first_month:
        return _trend(source, query, found)
    longer = replace(query, first_month=since)
    return _trend(source, query, _tallies(connection, source, longer, [query.unit_code])[query.unit_code])


def _earlier(connection: Connection, source: _Source, query: ResultsQuery) -> Earlier | None:
    """The unit's card of the period of equal length before; None where the period has no beginning or no end."""
    months = period_before(query.first_month, query.last_month)
    if months is None:
        return None
    before = replace(query, first_month=months[0], last_month=months[1])
    found = _tallies(connection, source, before, [query.unit_code])[query.unit_code]
    return Earlier(*months, _card(source, before, query.unit_code, (tally for _, tally in found)) if found else None)


def _comparands(
    connection: Connection, source: _Source, query: ResultsQuery, found: Mapping[str, Tallies]
) -> Comparands:
    """What a page's figures are compared with; the rest of a province is its releases without a unit's own."""
    rests: dict[str, Figure] = {}
    if source.tree.units[query.unit_code].kind is UnitKind.PROVINCE:
        layout = source.version.layout
        sums = {code: add(layout, (tally for _, tally in own)) for code, own in found.items() if own}
        total = sums.pop(query.unit_code, None)
        rests = _overalls(source, query, {code: total - own for code, own in sums.items()}) if total else {}
    return Comparands(_earlier(connection, source, query), rests)


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
        below=Table(_result(source, query, other, found[other.code]) for other in listed),
        trend=_longer_trend(connection, source, query, found[unit.code]),
        thresholds=source.reading.thresholds,
        only_centre=only_centre(source.tree, unit),
        nested=nested(source.tree, listed),
        comparands=_comparands(connection, source, query, found) if query.with_comparands else None,
    )


def unit_results(connection: Connection, recipes: Mapping[str, Recipe], query: ResultsQuery) -> list[UnitResult]:
    """Scorecards of a unit and of every unit below it that has released responses (for datasets)."""
    source = _source(connection, recipes, query)
    units = [source.tree.units[query.unit_code], *source.tree.descendants(query.unit_code)]
    found = _tallies(connection, source, query, [unit.code for unit in units])
    return [_result(source, query, unit, found[unit.code]) for unit in units if found[unit.code]]


def _overall(source: _Source, query: ResultsQuery, code: str, found: Tallies) -> Figure:
    return _overalls(source, query, {code: add(source.version.layout, (tally for _, tally in found))})[code]


def _overalls(source: _Source, query: ResultsQuery, found: Mapping[str, Tally]) -> dict[str, Figure]:
    """The overall figures alone, by code; hidden where a sensitive item would follow from them."""
    layout = source.version.layout
    readings = [source.reading_of(query, code) for code in found]
    figures = score_overalls(layout, list(found.values()), readings)
    factors = layout.questionnaire.scored_sections(source.reading.recipe.scale)
    if not query.with_sensitive and any(item.is_sensitive for _, items in factors for item in items):
        figures = [Figure(figure.base, None, None) for figure in figures]
    return dict(zip(found, figures, strict=True))


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
    layout = source.version.layout
    sums = [
        (query, {code: add(layout, (tally for _, tally in found[code])) for code in codes if found[code]})
        for query, found in every
    ]
    return [_overalls(source, query, own) for query, own in sums]


def counter_figures(connection: Connection, recipes: Mapping[str, Recipe], query: ResultsQuery) -> CounterFigures:
    """What each counter of a unit shows."""
    source = _source(connection, recipes, query)
    counters = source.tree.descendants(query.unit_code, UnitKind.COUNTER)
    found = _tallies(connection, source, query, [query.unit_code, *(counter.code for counter in counters)])
    own = found[query.unit_code]
    return CounterFigures(
        counters=counters,
        responses={c.code: sum(tally.responses for _, tally in found[c.code]) for c in counters},
        overall=lambda code: _overall(source, query, code, found[code]),
        least=max(1, source.reading.thresholds.score(query.audience, is_sensitive=False)),
        in_all=sum(tally.responses for _, tally in own),
        months=(min(key.month for key, _ in own), max(key.month for key, _ in own)) if own else None,
    )
