"""A unit's page put together: everything its template shows, worked out beforehand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import url_for

from survey_app.domain.org_unit import UnitKind
from survey_app.domain.recipe import Recipe
from survey_app.domain.scoring import Scorecard
from survey_app.services.result_choices import UnitPage
from survey_app.services.results import ResultsPage
from survey_app.web.officer import figures, filters
from survey_app.web.officer.charts import IntervalBar, TrendChart, trend_chart
from survey_app.web.officer.unit_table import UnitTable, unit_table
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import number, words

SIPAS = "sipas-"


@dataclass(frozen=True)
class Step:
    """A unit on the way from the province; ``code`` is None where the officer may not go."""

    name: str
    code: str | None


@dataclass(frozen=True)
class EmptyState:
    """Why nothing is shown: how many wait, how many are needed, and whether choices narrowed the page."""

    waiting: str
    needed: str
    meter: float | None
    is_published: bool
    is_narrowed: bool
    has_counters: bool


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


@dataclass(frozen=True)
class PageView:
    """Everything the template of a unit's page shows."""

    heading: str
    unit_name: str
    unit_code: str
    path: tuple[Step, ...]
    choices: tuple[filters.Select, ...]
    kept_by_filters: tuple[tuple[str, str], ...]
    kept_by_search: tuple[tuple[str, str], ...]
    plain_address: str
    whole_address: str
    summary: tuple[tuple[str, str], ...]
    recipe_title: str
    waiting: int
    waiting_text: str
    card: CardView | None
    empty: EmptyState | None
    is_stage_cut: bool
    trend: TrendChart | None
    months: tuple[figures.NamedFigure, ...]
    below: UnitTable | None


def heading(recipe: Recipe, has_factors: bool) -> str:
    """What the figures are called: never SIPAS itself, and no index where one general question was asked."""
    if not has_factors:
        return _("Mức độ hài lòng chung tại quầy (một câu hỏi)")
    if not recipe.slug.startswith(SIPAS):
        return _("Chỉ số hài lòng tại quầy (%(recipe)s)", recipe=words(recipe.short_title))
    return _("Chỉ số hài lòng tại quầy (cách tính theo SIPAS %(year)s)", year=recipe.applies_from)


def _card(card: Scorecard, results: ResultsPage) -> CardView:
    thresholds = results.thresholds
    summary = tuple(figures.factor_figures(card, thresholds))
    counted = tuple(figures.counted_items(card, thresholds))
    return CardView(
        responses=number(card.responses),
        overall=figures.figure_view(card.overall, card.recipe, ""),
        overall_lacking=tuple(figures.overall_lacking(card.sections, thresholds)),
        summary=summary,
        axis=next((entry.figure.bar for entry in summary if entry.figure.bar), None),
        factors=tuple(figures.factors(card, thresholds)),
        has_factors=len(card.sections) > 1,
        has_perceptions=any(item.is_perception for item in counted),
        counted=counted,
    )


def _empty(page: UnitPage, arguments: Mapping[str, str]) -> EmptyState | None:
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
        is_narrowed=any(arguments.get(name) for name in filters.FILTERS),
        has_counters=is_counter or bool(results.below),
    )


def _path(page: UnitPage, may_read: Callable[[str], bool]) -> tuple[Step, ...]:
    return tuple(Step(unit.name, unit.code if may_read(unit.code) else None) for unit in page.path[:-1])


def page_view(page: UnitPage, arguments: Mapping[str, str], may_read: Callable[[str], bool]) -> PageView:
    """``page`` as its template shows it; ``arguments`` are the address's, for order and search."""
    results, unit = page.results, page.path[-1]
    waiting = results.result.waiting if results else 0
    asked_order = (arguments.get("sort", ""), arguments.get("order", ""), arguments.get("q", ""))
    return PageView(
        heading=heading(page.recipe, filters.chosen_form_has_factors(page)),
        unit_name=unit.name,
        unit_code=unit.code,
        path=_path(page, may_read),
        choices=tuple(filters.selects(page)),
        kept_by_filters=tuple(filters.kept_fields(("sort", "order", "q"))),
        kept_by_search=tuple(filters.kept_fields((*filters.FILTERS, "sort", "order"))),
        plain_address=url_for("officer.unit", unit_code=unit.code),
        whole_address=filters.link_with(**{"from": f"{page.choices.months[-1]:%Y-%m}", "to": None, "wave": None}),
        summary=tuple(filters.summary(page)),
        recipe_title=words(page.recipe.title),
        waiting=waiting,
        waiting_text=_("%(n)s phiếu đang chờ công bố", n=number(waiting)),
        card=_card(results.result.card, results) if results and results.result.card else None,
        empty=_empty(page, arguments),
        is_stage_cut=page.asked.stage is not None,
        trend=trend_chart(results.trend, page.recipe) if results else None,
        months=tuple(figures.trend_rows(results.trend, page.recipe)) if results else (),
        below=unit_table(results.below, *asked_order) if results else None,
    )
