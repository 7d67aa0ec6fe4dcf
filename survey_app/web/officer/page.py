"""A unit's page put together: everything its template shows, worked out beforehand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from flask import url_for

from survey_app.domain.org_unit import UnitKind
from survey_app.domain.permissions import Permission
from survey_app.domain.recipe import Recipe
from survey_app.domain.scoring import Scorecard
from survey_app.services.comparisons import change, shrunken, standings
from survey_app.services.result_choices import UnitPage
from survey_app.services.results import ResultsPage
from survey_app.web.access import may_at
from survey_app.web.officer import figures, filter_words, filters
from survey_app.web.officer.charts import IntervalBar, TrendChart, trend_chart
from survey_app.web.officer.explain_names import CHANGE
from survey_app.web.officer.sorting import Order
from survey_app.web.officer.unit_change import ChangeView, change_view
from survey_app.web.officer.unit_table import Drawn, UnitTable, unit_table
from survey_app.web.officer.weighted_view import WeightedView
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import number, words

SIPAS = "sipas-"
MayRead = Callable[[str], bool]


@dataclass(frozen=True)
class Face:
    """One of the ways results are read: the endpoint of its pages, its filters, and what it tells beyond figures."""

    endpoint: str
    filters: tuple[str, ...]
    has_below: bool = True
    has_waiting: bool = True
    is_explored: bool = False
    explained_at: str = "officer.results_explain"

    def explain_address(self, unit_code: str, name: str) -> str:
        """ "Cách tính" of a figure of a unit under the filters of this address."""
        return filters.address(self.explained_at, unit_code, self.filters, figure=name)

    def explain_addresses(self) -> Callable[[str, str], str]:
        """The same for many figures: (unit, name) -> address."""
        return filters.addresses(self.explained_at, self.filters)

    def explain_month(self, unit_code: str, month: date) -> str:
        """ "Cách tính" of the overall figure of one month."""
        of_month = {"from": f"{month:%Y-%m}", "to": f"{month:%Y-%m}"}
        names = [name for name in self.filters if name != "period"]
        return filters.address(self.explained_at, unit_code, names, figure="overall", **of_month)

    def address(self, unit_code: str) -> str:
        """The page of another unit under the filters of this address."""
        return filters.address(self.endpoint, unit_code, self.filters)


OFFICER = Face("officer.unit", filters.FILTERS, is_explored=True)
PUBLISHED = Face(
    "officer.published_unit",
    filters.PUBLISHED_FILTERS,
    has_waiting=False,
    explained_at="officer.published_explain",
)
WHOLE_CENTRE = Face(
    "officer.centre_scores_unit",
    filters.WHOLE_CENTRE_FILTERS,
    has_below=False,
    has_waiting=False,
    explained_at="officer.centre_scores_explain",
)


@dataclass(frozen=True)
class Step:
    """A unit on the way from the province; ``address`` is empty where the officer may not go."""

    name: str
    address: str


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
    counted: tuple[figures.CountedView, ...]
    explain: str = ""


@dataclass(frozen=True)
class Top:
    """What stands above the figures of every results page: where one is, and the choices in force."""

    heading: str
    unit_name: str
    unit_code: str
    path: tuple[Step, ...]
    choices: tuple[filters.Select, ...]
    kept_by_filters: tuple[tuple[str, str], ...]
    plain_address: str
    summary: tuple[tuple[str, str], ...]
    cuts: tuple[str, ...]
    downloads: tuple[tuple[str, str], ...]
    tabs: tuple[tuple[str, str, bool], ...]


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


def heading(recipe: Recipe, has_factors: bool) -> str:
    """What the figures are called: never SIPAS itself, and no index where one general question was asked."""
    if not has_factors:
        return _("Mức độ hài lòng chung tại quầy (một câu hỏi)")
    if not recipe.slug.startswith(SIPAS):
        return _("Chỉ số hài lòng tại quầy (%(recipe)s)", recipe=words(recipe.short_title))
    return _("Chỉ số hài lòng tại quầy (cách tính theo SIPAS %(year)s)", year=recipe.applies_from)


def bases_of(results: ResultsPage) -> figures.Bases:
    """The smallest bases that hold for who reads this page."""
    return figures.Bases(results.thresholds, results.query.audience)


def card_view(card: Scorecard, results: ResultsPage, face: Face) -> CardView:
    """A scorecard as shown."""
    bases = bases_of(results)
    explain = partial(face.explain_address, results.result.unit.code)
    summary = tuple(figures.factor_figures(card, bases, explain))
    counted = tuple(figures.counted_items(card, bases, explain))
    return CardView(
        responses=number(card.responses),
        overall=figures.figure_view(card.overall, card.recipe, ""),
        overall_lacking=tuple(figures.overall_lacking(card.sections, bases)),
        summary=summary,
        axis=next((entry.figure.bar for entry in summary if entry.figure.bar), None),
        factors=tuple(figures.factors(card, bases, explain)),
        has_factors=len(card.sections) > 1,
        has_perceptions=any(item.is_perception for item in counted),
        counted=counted,
        explain=explain("overall"),
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


def _cuts(page: UnitPage) -> tuple[str, ...]:
    """The cuts that leave something out, so that the page says what."""
    asked = page.asked
    cuts = (("stage", asked.stage), ("channel", asked.channel), ("field", asked.service_field))
    return tuple(name for name, chosen in cuts if chosen)


def _downloads() -> tuple[tuple[str, str], ...]:
    """(address, label) of this page as a file."""
    formats = (("csv", _("CSV cho Excel tiếng Việt")), ("xlsx", _("Excel (XLSX)")))
    return tuple((filters.link_with(**{"as": name}), label) for name, label in formats)


def _tabs(unit_code: str, here: str) -> tuple[tuple[str, str, bool], ...]:
    entries = (
        ("officer.unit", _("Tổng quan")),
        ("officer.results_heat_map", _("Bản đồ điểm")),
        ("officer.results_items", _("Từng tiêu chí")),
        ("officer.results_compare", _("So sánh đơn vị")),
        ("officer.results_drivers", _("Ưu điểm, hạn chế")),
    )
    return tuple((filters.address(to, unit_code, filters.FILTERS), label, to == here) for to, label in entries)


def page_top(page: UnitPage, face: Face, may_read: MayRead, here: str) -> Top:
    """The top of a page; ``here`` is its endpoint."""
    unit = page.path[-1]
    steps = (Step(above.name, face.address(above.code) if may_read(above.code) else "") for above in page.path[:-1])
    return Top(
        heading=heading(page.recipe, filter_words.form_has_factors(page)),
        unit_name=unit.name,
        unit_code=unit.code,
        path=tuple(steps) if face.has_below else (),
        choices=tuple(filters.selects(page, face.filters)),
        kept_by_filters=tuple(filters.kept_fields(("sort", "order", "q", "units"))),
        plain_address=filters.address(here, unit.code, ("units",)),
        summary=tuple(filters.summary(page, face.filters)),
        cuts=_cuts(page),
        downloads=_downloads() if page.results else (),
        tabs=_tabs(unit.code, here) if face.is_explored else (),
    )


def order_of(arguments: Mapping[str, str]) -> Order:
    """The order and search an address asks for."""
    return Order(arguments.get("sort", ""), arguments.get("order", ""), arguments.get("q", ""))


def _months(page: UnitPage, face: Face) -> tuple[figures.NamedFigure, ...]:
    explain = partial(face.explain_month, page.path[-1].code)
    return tuple(figures.trend_rows(page.results.trend, page.recipe, explain)) if page.results else ()


def page_view(page: UnitPage, arguments: Mapping[str, str], face: Face, may_read: MayRead) -> PageView:
    """``page`` as its template shows it; ``arguments`` are the address's, for order and search."""
    results = page.results
    waiting = results.result.waiting if results else 0
    centre = results.only_centre if results and face.is_explored else None
    standing = standings(results) if results else None
    drawn = Drawn(
        face.address,
        has_waiting=face.has_waiting,
        standings=standing,
        explain=face.explain_addresses(),
        shrunken=shrunken(results) if results else {},
        within=page.path[-1].code,
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
        trend=trend_chart(results.trend, page.recipe) if results else None,
        months=_months(page, face),
        below=unit_table(results.below, order_of(arguments), drawn) if results and face.has_below else None,
        change=change_view(change(results), face.explain_address(page.path[-1].code, CHANGE)) if results else None,
    )
