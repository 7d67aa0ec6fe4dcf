"""The heat map of centres and factors: the table of units, shaded in five steps that the legend names."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.domain.org_unit import KIND_LABELS, OrgUnit, UnitKind
from survey_app.domain.recipe import Recipe
from survey_app.services.comparisons import shrunken
from survey_app.services.result_choices import UnitPage
from survey_app.web.officer import filters
from survey_app.web.officer.faces import OFFICER
from survey_app.web.officer.page_top import MayRead, Top, page_top
from survey_app.web.officer.sorting import Order
from survey_app.web.officer.unit_table import HEAT_STEPS, Drawn, UnitTable, unit_table
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import number

CENTRE = KIND_LABELS[UnitKind.CENTRE]


@dataclass(frozen=True)
class HeatView:
    """``legend``: (step, its scores in words)."""

    top: Top
    table: UnitTable | None
    legend: tuple[tuple[int, str], ...]
    kept_by_search: tuple[tuple[str, str], ...]


def short_name(unit: OrgUnit) -> str:
    """A centre by the name of its place: the column says that all of them are centres."""
    place = unit.name.removeprefix(CENTRE).strip()
    return place[:1].upper() + place[1:] if unit.kind is UnitKind.CENTRE and place else unit.name


def _step(percent: int, recipe: Recipe) -> str:
    """A step in scores where all columns have one range, else in percent of the highest score."""
    spans = recipe.spans
    if spans.overall.high == spans.section.high:
        return number(percent * spans.overall.high / 100)
    return f"{number(percent)}\u00a0%"


def _legend(recipe: Recipe) -> tuple[tuple[int, str], ...]:
    lows, highs = (None, *HEAT_STEPS), (*HEAT_STEPS, None)
    told = []
    for step, (low, high) in enumerate(zip(lows, highs, strict=True), 1):
        if low is None:
            text = _("dưới %(high)s", high=_step(high or 0, recipe))
        elif high is None:
            text = _("từ %(low)s", low=_step(low, recipe))
        else:
            text = _("từ %(low)s đến dưới %(high)s", low=_step(low, recipe), high=_step(high, recipe))
        told.append((step, text))
    if recipe.spans.overall.high != recipe.spans.section.high:
        most = _("điểm tối đa")
        told[0] = (1, f"{told[0][1]} {most}")
    return tuple(told)


def heat_view(page: UnitPage, asked: Order, may_read: MayRead) -> HeatView:
    """The heat map as its template shows it."""
    drawn = Drawn(
        OFFICER.addresses(),
        short_name,
        has_waiting=False,
        explain=OFFICER.explain_addresses(),
        shrunken=shrunken(page.results) if page.results else {},
    )
    return HeatView(
        top=page_top(page, OFFICER, may_read, "officer.results_heat_map"),
        table=unit_table(page.results.below, asked, drawn) if page.results else None,
        legend=_legend(page.recipe),
        kept_by_search=tuple(filters.kept_fields((*filters.FILTERS, "sort", "order"))),
    )
