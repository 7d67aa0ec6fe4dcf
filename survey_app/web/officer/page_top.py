"""What stands above and below the figures of every results page: where one is, the choices, what must be known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from survey_app.domain.recipe import Overall, Recipe
from survey_app.services.result_choices import UnitPage
from survey_app.web.officer import filter_words, filters
from survey_app.web.officer.boundary_words import boundary_notes
from survey_app.web.officer.faces import Face
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import words

SIPAS = "sipas-"
MayRead = Callable[[str], bool]


@dataclass(frozen=True)
class Step:
    """A unit on the way from the province; ``address`` is empty where the officer may not go."""

    name: str
    address: str


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
    boundary_notes: tuple[str, ...] = ()
    caution: str = ""


def heading(recipe: Recipe, has_factors: bool) -> str:
    """What the figures are called: never SIPAS itself, and no index where one general question was asked."""
    if recipe.is_reference:
        return words(recipe.title)
    if not has_factors:
        return _("Mức độ hài lòng chung tại quầy (một câu hỏi)")
    if not recipe.slug.startswith(SIPAS):
        return _("Chỉ số hài lòng tại quầy (%(recipe)s)", recipe=words(recipe.short_title))
    return _("Chỉ số hài lòng tại quầy (cách tính theo SIPAS %(year)s)", year=recipe.applies_from)


def caution(recipe: Recipe) -> str:
    """Whom the figures of a recipe are about, and what they must not be taken for."""
    if recipe.dimensions:
        return _("Đây không phải là kết quả PAPI và không so sánh hơn kém với PAPI.")
    if recipe.overall is Overall.SUM_OF_INDICES:
        return _("Điểm để tham khảo, tính từ ý kiến người đến quầy và số liệu của hệ thống hồ sơ.")
    return _("Hỏi người đến quầy, theo cách tính của SIPAS. Đây không phải là chỉ số SIPAS chính thức.")


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
        ("officer.results_trend", _("Diễn biến")),
        ("officer.results_items", _("Từng tiêu chí")),
        ("officer.results_compare", _("So sánh đơn vị")),
        ("officer.results_drivers", _("Ưu điểm, hạn chế")),
        ("officer.results_ledgers", _("Hai sổ")),
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
        boundary_notes=boundary_notes(page),
        caution=caution(page.recipe),
    )
