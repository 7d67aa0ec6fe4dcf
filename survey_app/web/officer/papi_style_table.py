"""PAPI-style scores of many places side by side, and as a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from survey_app import extensions
from survey_app.domain.local_day import local_day
from survey_app.domain.rounding import rounded
from survey_app.domain.scorecard import Figure
from survey_app.services.province_settings import is_sample_data
from survey_app.services.residence_results import PlaceScores, ResidencePage
from survey_app.services.result_tables import Block, ResultTable, Value
from survey_app.web.officer.figures import span
from survey_app.web.officer.papi_style_words import period_name, short_title, why_missing
from survey_app.web.officer.sorting import Column, Order, by_place, places, sort_column
from survey_app.web.officer.unit_table import fold
from survey_app.web.rendering import day, number, words
from survey_app.web.rendering import gettext as _

PLACES = 2
SEARCHED_FROM = 12
"""A longer table can be searched."""


@dataclass(frozen=True)
class Cell:
    """A figure with interval and base; ``why`` stands in its place where there is none."""

    value: str
    interval: str
    base: str
    place: int
    why: str = ""


@dataclass(frozen=True)
class PlaceRow:
    name: str
    folded: str
    address: str
    place: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class PlaceTable:
    """Communes by dimension; ``total`` counts them before searching."""

    columns: tuple[Column, ...]
    rows: tuple[PlaceRow, ...]
    total: int
    search: str
    can_search: bool


def _value(figure: Figure | None) -> Fraction | None:
    return figure.value if figure else None


def _cell(figure: Figure | None, place: int) -> Cell:
    if figure is None or figure.value is None:
        return Cell("", "", "", place, why_missing(figure))
    return Cell(number(figure.value, PLACES), span(figure.interval, PLACES), number(figure.base), place)


def place_table(page: ResidencePage, order: Order, address: Callable[[str], str]) -> PlaceTable:
    """The communes of a province in the order asked for, by default those with most figures first."""
    keys = ["name", "total", *(asked.dimension.id for asked in page.asked)]
    sort = order.sort if order.sort in keys else ""
    direction = order.direction("asc" if sort == "name" else "desc")
    labels = [_("Nơi sinh sống"), _("Tổng điểm"), *(short_title(asked.dimension) for asked in page.asked)]
    figures = [(scores.total, *scores.figures) for scores in page.below]
    found = [
        places([fold(scores.unit.name) for scores in page.below]),
        *(places([_value(row[column]) for row in figures]) for column in range(len(keys) - 1)),
    ]
    rows = [
        PlaceRow(
            name=scores.unit.name,
            folded=fold(scores.unit.name),
            address=address(scores.unit.code),
            place=found[0][at],
            cells=tuple(_cell(figure, found[column][at]) for column, figure in enumerate(figures[at], 1)),
        )
        for at, scores in enumerate(page.below)
    ]
    known = [sum(_value(figure) is not None for figure in row) for row in figures]
    sorted_rows = by_place(rows, found[keys.index(sort)] if sort else known, direction)
    wanted = fold(order.search.strip())
    return PlaceTable(
        columns=tuple(sort_column(key, label, sort, direction) for key, label in zip(keys, labels, strict=True)),
        rows=tuple(row for row in sorted_rows if wanted in row.folded),
        total=len(rows),
        search=order.search,
        can_search=len(rows) >= SEARCHED_FROM,
    )


def _columns(name: str) -> list[str]:
    return [
        name,
        f"{name}: {_('Khoảng tin cậy 95 %: từ')}",
        f"{name}: {_('Khoảng tin cậy 95 %: đến')}",
        f"{name}: n",
    ]


def _values(figure: Figure | None) -> list[Value]:
    if figure is None or figure.value is None or figure.interval is None:
        return [why_missing(figure), None, None, figure.base if figure else 0]
    ends = (rounded(Fraction(end), PLACES) for end in (figure.interval.low, figure.interval.high))
    return [rounded(figure.value, PLACES), *ends, figure.base]


def _places_block(page: ResidencePage) -> Block:
    names = [_("Tổng điểm"), *(f"{n}. {words(asked.dimension.title)}" for n, asked in enumerate(page.asked, 1))]

    def row(scores: PlaceScores) -> list[Value]:
        figures = (scores.total, *scores.figures)
        return [scores.unit.code, scores.unit.name, *(value for figure in figures for value in _values(figure))]

    columns = [_("Mã đơn vị"), _("Nơi sinh sống"), *(column for name in names for column in _columns(name))]
    return Block(_("Điểm theo nơi sinh sống"), columns, [row(scores) for scores in (page.place, *page.below)])


def _parts_block(page: ResidencePage) -> Block:
    rows: list[list[Value]] = []
    for number_, counted in enumerate(page.details, 1):
        if counted is None:
            continue
        name = f"{number_}. {words(counted.asked.dimension.title)}"
        for section in counted.card.sections:
            title = words(section.section.title)
            rows.append([name, title, "", *_values(section.figure)])
            rows += [[name, title, words(score.item.text), *_values(score.figure)] for score in section.items]
    columns = [_("Chỉ số nội dung"), _("Nội dung thành phần"), _("Câu hỏi"), *_columns(_("Điểm"))]
    return Block(_("Nội dung thành phần và câu hỏi"), columns, rows)


def papi_table(page: ResidencePage) -> ResultTable:
    """The page as a file: its places, and the parts of its own dimensions."""
    unit = page.path[-1]
    sample = [("DỮ LIỆU MẪU", _("Số liệu mẫu, không phải của người dân."))]
    facts = [
        *(sample if is_sample_data(extensions.engine()) else []),
        (_("Trang"), _("Điểm theo kiểu PAPI")),
        (_("Đơn vị"), f"{unit.name} ({unit.code})"),
        (_("Kỳ"), period_name(page.period) if page.period else ""),
        (_("Cách tính"), f"{page.recipe.slug} v{page.recipe.version}"),
        (_("Ngày tải"), day(local_day(extensions.now()))),
        (_("Lưu ý"), _("Đây không phải là kết quả PAPI và không so sánh hơn kém với PAPI.")),
    ]
    return ResultTable(_("Thông tin"), facts, [_places_block(page), _parts_block(page)])
