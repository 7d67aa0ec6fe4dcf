"""The page of PAPI-style scores: eight dimensions of a place, their parts, and the communes below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flask import url_for

from survey_app.domain.scorecard import Figure, SectionScore
from survey_app.services.residence_results import Asked, Counted, ResidencePage
from survey_app.web.officer import filters
from survey_app.web.officer.charts import BAR_MARGIN, BAR_WIDTH, Axis, IntervalBar, Tick
from survey_app.web.officer.figures import span
from survey_app.web.officer.page_top import MayRead, Step
from survey_app.web.officer.papi_style_table import PlaceTable, place_table
from survey_app.web.officer.papi_style_words import period_name, why_missing
from survey_app.web.officer.sorting import Order
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import number, words

PLACES = 2
"""Decimals of every figure here."""
PARAMETERS = ("period",)
STEPS = 3
"""Between the marks of an axis."""


@dataclass(frozen=True)
class Shown:
    """A figure in words; ``value`` is empty where there is none, and ``why`` then tells why."""

    value: str
    interval: str
    base: str
    bar: IntervalBar | None
    why: str = ""


@dataclass(frozen=True)
class Named:
    """A figure under its name, with the range it can have and the way to how it was worked out."""

    name: str
    figure: Shown
    range: str = ""
    note: str = ""
    explain: str = ""


@dataclass(frozen=True)
class Detail:
    """A dimension with its parts, and the items of the parts."""

    id: str
    name: str
    parts: tuple[Named, ...]
    axis: IntervalBar | None
    items: tuple[tuple[str, tuple[Named, ...]], ...]
    is_perception: bool


@dataclass(frozen=True)
class PapiView:
    """The page. ``placed``: responses counted for a commune and for the province only (None at a commune)."""

    unit_name: str
    unit_code: str
    path: tuple[Step, ...]
    period: str
    choices: tuple[filters.Select, ...]
    plain_address: str
    total: Shown
    explain_total: str
    lacking: tuple[str, ...]
    dimensions: tuple[Named, ...]
    axis: IntervalBar | None
    details: tuple[Detail, ...]
    below: PlaceTable | None
    kept_by_search: tuple[tuple[str, str], ...]
    placed: tuple[str, str] | None
    downloads: tuple[tuple[str, str], ...]
    least: str

    @property
    def has_figures(self) -> bool:
        return bool(self.period)


def bar_of(figure: Figure, low: Fraction, high: Fraction) -> IntervalBar | None:
    """The bar of a figure on the range it can have; None without a value."""
    if figure.value is None or figure.interval is None:
        return None
    axis = Axis(float(low), float(high), BAR_MARGIN, BAR_WIDTH - BAR_MARGIN)
    marks = [low + (high - low) * step / STEPS for step in range(STEPS + 1)]
    places = 0 if all(mark.denominator == 1 for mark in marks) else PLACES
    ticks = tuple(Tick(axis.at(float(mark)), number(mark, places)) for mark in marks)
    left, right = axis.at(figure.interval.low), axis.at(figure.interval.high)
    return IntervalBar(left, round(right - left, 1), axis.at(float(figure.value)), ticks)


def shown(figure: Figure | None, low: Fraction, high: Fraction) -> Shown:
    """A figure in words and as a bar between ``low`` and ``high``."""
    if figure is None or figure.value is None:
        base = number(figure.base) if figure else number(0)
        return Shown("", "", base, None, why_missing(figure))
    bar = bar_of(figure, low, high)
    return Shown(number(figure.value, PLACES), span(figure.interval, PLACES), number(figure.base), bar)


def dimension_name(asked: Sequence[Asked], place: int) -> str:
    """A dimension with its number."""
    return f"{place + 1}. {words(asked[place].dimension.title)}"


def explain_address(page: ResidencePage, name: str) -> str:
    """How a figure of this page was worked out."""
    return filters.address("officer.papi_style_explain", page.path[-1].code, PARAMETERS, figure=name)


def _dimensions(page: ResidencePage) -> tuple[Named, ...]:
    ends = page.recipe.spans.dimension or page.recipe.spans.item
    return tuple(
        Named(
            dimension_name(page.asked, place),
            shown(figure, ends.low, ends.high),
            note="" if asked.is_by_residence else _("theo nơi làm thủ tục"),
            explain=explain_address(page, asked.dimension.id) if figure and figure.value is not None else "",
        )
        for place, (asked, figure) in enumerate(zip(page.asked, page.place.figures, strict=True))
    )


def _part(section: SectionScore, parts: int) -> Named:
    low, high = Fraction(1, parts), Fraction(10, parts)
    told = f"{number(low, PLACES)} – {number(high, PLACES)}"
    return Named(words(section.section.title), shown(section.figure, low, high), told)


def _detail(page: ResidencePage, place: int, counted: Counted) -> Detail:
    sections = counted.card.sections
    parts = tuple(_part(section, len(counted.asked.dimension.sections)) for section in sections)
    ends = page.recipe.spans.item
    items = tuple(
        (
            words(section.section.title),
            tuple(Named(words(score.item.text), shown(score.figure, ends.low, ends.high)) for score in section.items),
        )
        for section in sections
    )
    axis = next((part.figure.bar for part in parts if part.figure.bar), None)
    return Detail(
        counted.asked.dimension.id,
        dimension_name(page.asked, place),
        parts,
        axis,
        items,
        counted.asked.is_sensitive,
    )


def papi_view(page: ResidencePage, order: Order, may_read: MayRead) -> PapiView:
    """The page as its template shows it."""
    unit, overall = page.path[-1], page.recipe.spans.overall
    dimensions = _dimensions(page)
    is_province = len(page.path) == 1
    return PapiView(
        unit_name=unit.name,
        unit_code=unit.code,
        path=tuple(
            Step(above.name, address_of(above.code) if may_read(above.code) else "") for above in page.path[:-1]
        ),
        period=period_name(page.period) if page.period else "",
        choices=_choices(page),
        plain_address=url_for("officer.papi_style_unit", unit_code=unit.code),
        total=shown(page.place.total, overall.low, overall.high),
        explain_total=explain_address(page, "total") if page.place.total.value is not None else "",
        lacking=tuple(f"{one.name}: {one.figure.why}" for one in dimensions if not one.figure.value),
        dimensions=dimensions,
        axis=next((one.figure.bar for one in dimensions if one.figure.bar), None),
        details=tuple(
            _detail(page, place, counted)
            for place, counted in enumerate(page.details)
            if counted is not None and counted.card.sections
        ),
        below=place_table(page, order, address_of) if is_province and page.period else None,
        kept_by_search=tuple(filters.kept_fields((*PARAMETERS, "sort", "order"))),
        placed=(number(page.placed[0]), number(page.placed[1])) if is_province else None,
        downloads=_downloads() if page.period else (),
        least=number(page.thresholds.release),
    )


def address_of(code: str) -> str:
    """The same page of another place, in the same period."""
    return filters.address("officer.papi_style_unit", code, PARAMETERS)


def _choices(page: ResidencePage) -> tuple[filters.Select, ...]:
    if page.period is None:
        return ()
    options = [(period.code, period_name(period)) for period in page.periods]
    return (filters.select("period", _("Kỳ"), page.period.code, options),)


def _downloads() -> tuple[tuple[str, str], ...]:
    formats = (("csv", _("CSV cho Excel tiếng Việt")), ("xlsx", _("Excel (XLSX)")))
    return tuple((filters.link_with(**{"as": name}), told) for name, told in formats)
