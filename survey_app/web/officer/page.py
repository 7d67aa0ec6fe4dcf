"""A unit's page put together: everything its template shows, worked out beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from flask import url_for

from survey_app.domain.disclosure import Withheld
from survey_app.domain.org_unit import UnitKind
from survey_app.domain.permissions import Permission
from survey_app.domain.scoring import Scorecard
from survey_app.services.comparisons import change, shrunken, standings
from survey_app.services.result_choices import UnitPage
from survey_app.services.results import ResultsPage
from survey_app.web.access import may_at
from survey_app.web.officer import figures, filters
from survey_app.web.officer.boundary_words import mark_words
from survey_app.web.officer.charts import IntervalBar, TrendChart, trend_chart
from survey_app.web.officer.counted_view import CountedView, counted_items
from survey_app.web.officer.explain_names import CHANGE
from survey_app.web.officer.faces import Face
from survey_app.web.officer.page_top import MayRead, Step, Top, page_top
from survey_app.web.officer.points_view import PointsView, points_view
from survey_app.web.officer.published_elsewhere import PublishedBox
from survey_app.web.officer.sorting import Order
from survey_app.web.officer.unit_change import ChangeView, change_view
from survey_app.web.officer.unit_table import Drawn, UnitTable, unit_table
from survey_app.web.officer.weighted_view import WeightedView
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import number, words


@dataclass(frozen=True)
class EmptyState:
    """Why nothing is shown: how many wait, how many are needed, and whether choices narrowed the page."""

    waiting: str
    needed: str
    meter: float | None
    is_published: bool
    is_narrowed: bool
    has_counters: bool
    print_address: str | None = None


@dataclass(frozen=True)
class CardView:
    """The figures of a unit."""

    responses: str
    overall: figures.FigureView
    overall_lacking: tuple[str, ...]
    has_factors: bool
    has_perceptions: bool
    summary: tuple[figures.NamedFigure, ...]
    axis: IntervalBar | None
    factors: tuple[figures.FactorView, ...]
    counted: tuple[CountedView, ...]
    labels: tuple[str, ...]
    dimensions: tuple[figures.NamedFigure, ...] = ()
    points: PointsView | None = None
    explain: str = ""
    course: str = ""


@dataclass(frozen=True)
class PageView:
    """Everything the template of a unit's page shows."""

    top: Top
    kept_by_search: tuple[tuple[str, str], ...]
    whole_address: str
    recipe_title: str
    waiting: int
    waiting_text: str
    card: CardView | None
    empty: EmptyState | None
    only_centre: Step | None
    trend: TrendChart | None
    months: tuple[figures.NamedFigure, ...]
    below: UnitTable | None
    change: ChangeView | None
    weighted: WeightedView | None = None
    published: tuple[PublishedBox, ...] = ()


def bases_of(results: ResultsPage) -> figures.Bases:
    """The smallest bases that hold for who reads this page."""
    return figures.Bases(results.thresholds, results.query.audience)


def card_view(card: Scorecard, results: ResultsPage, face: Face) -> CardView:
    """A scorecard as shown."""
    bases = bases_of(results)
    is_asked = card.overall.reason is not Withheld.INCOMPLETE
    explain = partial(face.explain_addresses(), results.result.unit.code)
    course = partial(face.trend_addresses(), results.result.unit.code)
    summary = tuple(figures.factor_figures(card, bases, explain, course))
    counted = tuple(counted_items(card, bases, explain))
    return CardView(
        responses=number(card.responses),
        overall=figures.figure_view(card.overall, card.recipe, ""),
        overall_lacking=tuple(figures.overall_lacking(card.sections, bases)) if is_asked else (),
        summary=summary,
        axis=next((entry.figure.bar for entry in summary if entry.figure.bar), None),
        factors=tuple(figures.factors(card, bases, explain, course)),
        has_factors=len(card.sections) > 1,
        has_perceptions=any(item.is_perception for item in counted),
        counted=counted,
        labels=figures.common_labels(card),
        dimensions=tuple(figures.dimension_figures(card, explain)),
        points=points_view(card, results.class_reference),
        explain=explain("overall"),
        course=course("overall"),
    )


def _empty(page: UnitPage, arguments: Mapping[str, str], face: Face) -> EmptyState | None:
    results = page.results
    if results is None:
        return EmptyState("0", "", None, is_published=False, is_narrowed=False, has_counters=False)
    if results.result.card is not None:
        return None
    waiting, needed = results.result.waiting, results.thresholds.release
    is_counter = results.result.unit.kind is UnitKind.COUNTER
    return EmptyState(
        waiting=number(waiting),
        needed=number(needed),
        meter=round(min(waiting / needed, 1) * 100, 1) if is_counter else None,
        is_published=True,
        is_narrowed=any(arguments.get(name) for name in face.filters),
        has_counters=is_counter or bool(results.below),
        print_address=_print_address(page.path[-1].code),
    )


def _print_address(unit_code: str) -> str | None:
    """Where posters of the unit are printed, for officers who may."""
    is_allowed = may_at(unit_code, Permission.POSTERS_PRINT)
    return url_for("officer.places_print", unit_code=unit_code) if is_allowed else None


def order_of(arguments: Mapping[str, str]) -> Order:
    """The order and search an address asks for."""
    return Order(arguments.get("sort", ""), arguments.get("order", ""), arguments.get("q", ""))


def _months(page: UnitPage, face: Face) -> tuple[figures.NamedFigure, ...]:
    explain = partial(face.explain_month, page.path[-1].code)
    return tuple(figures.trend_rows(page.results.trend, page.recipe, explain)) if page.results else ()


def _change(page: UnitPage, face: Face) -> ChangeView | None:
    if page.results is None:
        return None
    explain = face.explain_address(page.path[-1].code, CHANGE)
    return change_view(change(page.results), page.recipe.rounding.places, explain)


def page_view(page: UnitPage, arguments: Mapping[str, str], face: Face, may_read: MayRead) -> PageView:
    """``page`` as its template shows it; ``arguments`` are the address's, for order and search."""
    results = page.results
    waiting = results.result.waiting if results else 0
    centre = results.only_centre if results and face.is_explored else None
    standing = standings(results) if results else None
    drawn = Drawn(
        face.addresses(),
        has_waiting=face.has_waiting,
        standings=standing,
        explain=face.explain_addresses(),
        shrunken=shrunken(results) if results else {},
        within=page.path[-1].code,
        marks=mark_words(results),
    )
    return PageView(
        top=page_top(page, face, may_read, face.endpoint),
        kept_by_search=tuple(filters.kept_fields((*face.filters, "sort", "order"))),
        whole_address=filters.link_with(**{"period": "whole", "from": None, "to": None, "wave": None}),
        recipe_title=words(page.recipe.title),
        waiting=waiting,
        waiting_text=_("%(n)s phiếu đang chờ công bố", n=number(waiting)),
        card=card_view(results.result.card, results, face) if results and results.result.card else None,
        empty=_empty(page, arguments, face),
        only_centre=Step(centre.name, face.address(centre.code)) if centre else None,
        trend=trend_chart(results.trend, page.recipe, results.breaks) if results else None,
        months=_months(page, face),
        below=unit_table(results.below, order_of(arguments), drawn) if results and face.has_below else None,
        change=_change(page, face),
    )
