"""Up to five units side by side, measure by measure, on one axis; no ranks: tests say what can be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.domain.org_unit import OrgUnit
from survey_app.domain.scoring import Figure
from survey_app.services.exploring import MOST_COMPARED, Neighbours
from survey_app.services.result_choices import UnitPage
from survey_app.services.unit_result import UnitResult
from survey_app.web.officer import filters
from survey_app.web.officer.charts import IntervalBar
from survey_app.web.officer.explain_names import PAIRS
from survey_app.web.officer.faces import OFFICER
from survey_app.web.officer.figures import FigureView, figure_view
from survey_app.web.officer.page_top import MayRead, Top, page_top
from survey_app.web.officer.unit_pairs import PairView, pair_views
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import words


@dataclass(frozen=True)
class ComparedUnit:
    name: str
    address: str
    figure: FigureView
    explain: str = ""


@dataclass(frozen=True)
class Measure:
    """The overall figure or a factor at every unit, and what the differences of every two allow to conclude."""

    name: str
    units: tuple[ComparedUnit, ...]
    axis: IntervalBar | None
    pairs: tuple[PairView, ...]


@dataclass(frozen=True)
class Choice:
    """A select of one unit: (heading, (code, name) of its units), and the one chosen."""

    groups: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    chosen: str


@dataclass(frozen=True)
class CompareView:
    top: Top
    choices: tuple[Choice, ...]
    kept: tuple[tuple[str, str], ...]
    measures: tuple[Measure, ...]
    explain: str = ""


def _names(page: UnitPage) -> list[str]:
    """What the measures are called in an address: the overall figure, then the factors by their ids."""
    results = page.results.below if page.results else ()
    card = next((result.card for result in results if result.card), None)
    return ["overall", *(section.section.id for section in card.sections)] if card else []


def measures_of(page: UnitPage) -> list[tuple[str, list[tuple[UnitResult, Figure]]]]:
    """(measure, its figure at each unit): the overall figure, then the factors; nothing released is base 0."""
    results = page.results.below if page.results else ()
    card = next((result.card for result in results if result.card), None)
    if card is None:
        return []
    nothing = Figure(0, None, None)
    found = [(_("Chỉ số chung"), [(r, r.card.overall if r.card else nothing) for r in results])]
    if len(card.sections) > 1:
        found += [
            (words(section.section.title), [(r, r.card.sections[at].figure if r.card else nothing) for r in results])
            for at, section in enumerate(card.sections)
        ]
    return found


def _measure(page: UnitPage, key: str, name: str, figures: Sequence[tuple[UnitResult, Figure]]) -> Measure:
    spans = page.recipe.spans
    units = tuple(
        ComparedUnit(
            result.unit.name,
            OFFICER.address(result.unit.code),
            figure_view(figure, page.recipe, "", spans.overall if key == "overall" else page.recipe.section_span(key)),
            OFFICER.explain_address(result.unit.code, key),
        )
        for result, figure in figures
    )
    axis = next((unit.figure.bar for unit in units if unit.figure.bar), None)
    return Measure(name, units, axis, pair_views(page, figures))


def _named(units: Sequence[OrgUnit]) -> tuple[tuple[str, str], ...]:
    return tuple((unit.code, unit.name) for unit in units)


def _choices(page: UnitPage, near: Neighbours, may_read: MayRead) -> tuple[Choice, ...]:
    """Five selects: the unit itself, those below, and those beside it where the officer reads them all."""
    unit, above = page.path[-1], page.path[-2:-1]
    chosen = [result.unit for result in page.results.below] if page.results else []
    groups = [(_("Đơn vị này"), _named([unit])), (_("Đơn vị trực thuộc"), _named(near.below))]
    if above and may_read(above[0].code):
        groups.append((_("Đơn vị cùng cấp"), _named(near.beside)))
    offered = {code for _, units in groups for code, _ in units}
    groups.append((_("Đang chọn"), _named([other for other in chosen if other.code not in offered])))
    codes = [other.code for other in chosen] + [""] * MOST_COMPARED
    return tuple(Choice(tuple(group for group in groups if group[1]), code) for code in codes[:MOST_COMPARED])


def _explain_pairs(page: UnitPage) -> str:
    """ "Cách tính" of the differences of every pair."""
    chosen = ",".join(result.unit.code for result in page.results.below) if page.results else ""
    asked = {"figure": PAIRS, "units": chosen}
    return filters.address("officer.results_explain", page.path[-1].code, filters.FILTERS, **asked)


def compare_view(page: UnitPage, near: Neighbours, may_read: MayRead) -> CompareView:
    """The comparison as its template shows it."""
    return CompareView(
        top=page_top(page, OFFICER, may_read, "officer.results_compare"),
        choices=_choices(page, near, may_read),
        kept=tuple(filters.kept_fields(filters.FILTERS)),
        measures=tuple(
            _measure(page, key, name, found)
            for key, (name, found) in zip(_names(page), measures_of(page), strict=False)
        ),
        explain=_explain_pairs(page),
    )
