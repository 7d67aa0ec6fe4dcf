"""One figure of a unit over time: by month or quarter, through changes of units and questionnaires, and what was
measured elsewhere before. Figures are those of the results page for the same months."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from sqlalchemy import Connection, Engine

from survey_app.domain.disclosure import Days
from survey_app.domain.external_series import ExternalFigure, external_value
from survey_app.domain.integrity import without_sensitive
from survey_app.domain.lineage import OVERALL, Lineage, items_of, read_as
from survey_app.domain.questionnaire import Item, Questionnaire
from survey_app.domain.recipe import Recipe
from survey_app.domain.scorecard import Figure, Scorecard
from survey_app.domain.scoring import score
from survey_app.domain.tally import Tally, add
from survey_app.services.result_query import NoSuchVersion, ResultsQuery
from survey_app.services.result_source import Source, read_source
from survey_app.services.trend_points import (
    Break,
    BreakKind,
    Bucket,
    ExternalPoint,
    Point,
    Step,
    Trend,
    bucket_of,
)
from survey_app.storage import external_series, questionnaires
from survey_app.storage.database import begin_read
from survey_app.storage.questionnaires import PublishedVersion


def figures_of(questionnaire: Questionnaire, recipe: Recipe, *, with_sensitive: bool) -> list[str]:
    """The figures that have a trend: overall, dimensions, factors, items; sensitive ones only for who sees them."""
    sections = questionnaire.scored_sections(recipe.scale)
    names = [OVERALL, *(dimension.id for dimension in recipe.dimensions)]
    names += [section.id for section, _items in sections]
    names += [item.id for _section, items in sections for item in items]
    made_of = {name: items_of(questionnaire, recipe, name) for name in names}
    return [
        name
        for name, items in made_of.items()
        if items and (with_sensitive or not any(item.is_sensitive for item in items))
    ]


@dataclass(frozen=True)
class _Line:
    """Versions whose figure goes on from one to the next; counted as the ``head``, the newest of them.

    ``others``: version -> item of the head -> item of that version.
    """

    head: PublishedVersion
    others: tuple[tuple[PublishedVersion, Mapping[str, str]], ...]

    @property
    def name(self) -> str:
        return f"{self.head.questionnaire.slug}.v{self.head.questionnaire.version}"


@dataclass(frozen=True)
class _Asked:
    """What is read once for a trend."""

    connection: Connection
    source: Source
    query: ResultsQuery
    figure: str
    step: Step

    @property
    def recipe(self) -> Recipe:
        return self.source.reading.recipe

    @property
    def unit_code(self) -> str:
        return self.query.unit_code


def _lines(asked: _Asked, versions: Sequence[PublishedVersion]) -> list[_Line]:
    """The line of the version that was asked for, then those it does not go on from, newest first."""
    lineage = Lineage(tuple(version.questionnaire for version in versions))
    chosen = asked.source.version
    newest_first = sorted(versions, key=lambda version: version.questionnaire.version, reverse=True)
    rest = [version for version in newest_first if version.id != chosen.id]
    heads: dict[int, list[tuple[PublishedVersion, Mapping[str, str]]]] = {chosen.id: []}
    by_id = {version.id: version for version in versions}
    for version in rest:
        for head_id, others in heads.items():
            head = by_id[head_id].questionnaire
            if pairs := lineage.goes_on(head, version.questionnaire, asked.recipe, asked.figure):
                others.append((version, pairs))
                break
        else:
            is_older_self = version.questionnaire.slug == chosen.questionnaire.slug
            if is_older_self and items_of(version.questionnaire, asked.recipe, asked.figure):
                heads[version.id] = []
    return [_Line(by_id[head_id], tuple(others)) for head_id, others in heads.items()]


def _counted(asked: _Asked, version: PublishedVersion) -> list[tuple[int, date, Tally]]:
    """What was released of a version for the unit: (row number of the unit, month, sum)."""
    source = replace(asked.source, version=version)
    query = replace(asked.query, slug=version.questionnaire.slug, version=version.questionnaire.version)
    return source.by_month(query, asked.unit_code)


def _picked(card: Scorecard, figure: str) -> Figure:
    every = {dimension.dimension.id: dimension.figure for dimension in card.dimensions}
    for section in card.sections:
        every |= {entry.item.id: entry.figure for entry in section.items} | {section.section.id: section.figure}
    return every.get(figure, Figure(0, None, None))


def _figure(asked: _Asked, head: PublishedVersion, bucket: Bucket, tally: Tally) -> Figure:
    """The figure as the page of these months has it."""
    source = replace(asked.source, version=head)
    query = replace(
        asked.query,
        slug=head.questionnaire.slug,
        version=head.questionnaire.version,
        first_month=bucket.first,
        last_month=bucket.last,
    )
    if asked.figure == OVERALL:
        return source.overalls(query, {asked.unit_code: tally})[asked.unit_code]
    card = score(head.layout, tally, source.reading_of(query, asked.unit_code))
    return _picked(card if query.with_sensitive else without_sensitive(card), asked.figure)


def _points(asked: _Asked, line: _Line) -> list[Point]:
    layout = line.head.layout
    found: dict[Bucket, list[Tally]] = defaultdict(list)
    reconstructed: set[Bucket] = set()
    tree, ids = asked.source.tree, asked.source.ids
    pooled = asked.source.pools.codes(asked.unit_code)[1:]
    former = {ids[unit.code] for code in pooled for unit in (tree.units[code], *tree.descendants(code))}
    for unit_id, month, tally in _counted(asked, line.head):
        bucket = bucket_of(month, asked.step)
        found[bucket].append(tally)
        reconstructed |= {bucket} if unit_id in former else set()
    for version, pairs in line.others:
        for unit_id, month, tally in _counted(asked, version):
            bucket = bucket_of(month, asked.step)
            found[bucket].append(read_as(tally, version.layout, layout, pairs))
            reconstructed |= {bucket} if unit_id in former else set()
    return [
        Point(bucket, line.name, _figure(asked, line.head, bucket, add(layout, found[bucket])), bucket in reconstructed)
        for bucket in sorted(found)
    ]


def _unit_breaks(asked: _Asked, span: Days) -> list[Break]:
    pools, since = asked.source.pools, None
    if pools.is_pooling:
        since = pools.successions.pool(asked.unit_code).since
    breaks = [
        Break(day, BreakKind.SPLIT if day == since else BreakKind.UNITS, len({one.predecessor for one in changes}))
        for day, changes in pools.changes_at(asked.source.tree, asked.source.tree.units[asked.unit_code]).items()
    ]
    reaches_back = since is not None and (asked.query.first_month is None or asked.query.first_month < since)

    def is_seen(entry: Break) -> bool:
        if entry.kind is BreakKind.SPLIT and reaches_back:
            return True
        return span.first is not None and span.last is not None and span.first < entry.day <= span.last

    return [entry for entry in breaks if is_seen(entry)]


def _version_breaks(lines: Sequence[_Line], every: Sequence[Sequence[Point]]) -> list[Break]:
    """Where a line begins that does not go on from the one before; of two that begin together the older is first."""
    begun = [
        (points[0].bucket, line.head.questionnaire.version, points)
        for line, points in zip(lines, every, strict=True)
        if points
    ]
    in_order = [points for *_order, points in sorted(begun, key=lambda entry: entry[:2])]
    return [
        Break(later[0].bucket.first, BreakKind.VERSION, versions=(earlier[0].line, later[0].line))
        for earlier, later in pairwise(in_order)
    ]


def _is_cut(query: ResultsQuery) -> bool:
    return any((query.wave, query.stage, query.channel, query.service_field))


def _pooled(asked: _Asked, found: Iterable[tuple[int, ExternalFigure]]) -> list[tuple[int, ExternalFigure, int]]:
    """The unit's own figures, and where it has none those of its former units together."""
    groups: dict[tuple[int, date, date], list[ExternalFigure]] = defaultdict(list)
    for series_id, figure in found:
        groups[series_id, *figure.months].append(figure)
    made: list[tuple[int, ExternalFigure, int]] = []
    for (series_id, *_months), figures in groups.items():
        own = [figure for figure in figures if figure.unit_code == asked.unit_code]
        if own:
            made.append((series_id, own[0], 0))
            continue
        total = figures[0]
        for figure in figures[1:]:
            total = total.pooled(figure)
        made.append((series_id, total, len(figures)))
    return made


def _external(asked: _Asked) -> list[ExternalPoint]:
    """What was measured elsewhere in these months; nothing under a cut, which nobody made there."""
    query, source = asked.query, asked.source
    items = items_of(source.version.questionnaire, asked.recipe, asked.figure)
    if _is_cut(query) or not _may_see(items, query):
        return []
    stored = {one.id: one.series for one in external_series.every(asked.connection)}
    ids = [source.ids[code] for code in source.pools.codes(asked.unit_code)]
    since = source.pools.successions.pool(asked.unit_code).first_month if source.pools.is_pooling else None
    made: list[ExternalPoint] = []
    for series_id, figure, units in _pooled(asked, external_series.figures_at(asked.connection, ids, asked.figure)):
        bucket = Bucket(*figure.months)
        is_ours = stored[series_id].slug == query.slug and _overlaps(bucket, query)
        if is_ours and not (units and since is not None and bucket.first < since):
            reading = source.reading_of(
                replace(query, first_month=bucket.first, last_month=bucket.last), query.unit_code
            )
            value = external_value(figure, items, reading)
            made.append(ExternalPoint(stored[series_id], bucket, figure.responses, value.value, value.reason, units))
    return sorted(made, key=lambda point: (point.bucket, point.series.name))


def _may_see(items: Sequence[Item], query: ResultsQuery) -> bool:
    return bool(items) and (query.with_sensitive or not any(item.is_sensitive for item in items))


def _overlaps(bucket: Bucket, query: ResultsQuery) -> bool:
    after = query.first_month is None or bucket.last >= query.first_month
    return after and (query.last_month is None or bucket.first <= query.last_month)


def unit_trend(engine: Engine, recipes: Mapping[str, Recipe], query: ResultsQuery, figure: str, step: Step) -> Trend:
    """A figure of the unit of the query over its months.

    Raises:
        NoSuchUnit, NoSuchVersion: the query names something that does not exist, or there is no such figure.
    """
    with begin_read(engine) as connection:
        source = read_source(connection, recipes, query)
        known = figures_of(source.version.questionnaire, source.reading.recipe, with_sensitive=query.with_sensitive)
        if figure not in known:
            raise NoSuchVersion(figure)
        asked = _Asked(connection, source, query, figure, step)
        lines = _lines(asked, questionnaires.every(connection))
        every = [_points(asked, line) for line in lines]
        external = _external(asked)
    points = sorted((point for own in every for point in own), key=lambda point: (point.bucket, point.line))
    buckets = [*(point.bucket for point in points), *(point.bucket for point in external)]
    span = Days(
        min((bucket.first for bucket in buckets), default=None), max((bucket.after for bucket in buckets), default=None)
    )
    breaks = [*_unit_breaks(asked, span), *_version_breaks(lines, every)]
    return Trend(
        questionnaire=source.version.questionnaire,
        known=tuple(known),
        figure=figure,
        step=step,
        points=tuple(points),
        breaks=tuple(sorted(breaks, key=lambda entry: entry.day)),
        external=tuple(external),
        lines=tuple(line.name for line in lines),
    )
