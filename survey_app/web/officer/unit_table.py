"""The table of the units below: sorted on exact values, searched without regard to marks."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from survey_app.domain.org_unit import UnitKind
from survey_app.domain.scoring import Figure
from survey_app.services.results import UnitResult
from survey_app.web.officer.figures import span
from survey_app.web.officer.filters import link_with
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import number, words

SEARCH_OVER = 12
"""A list longer than this can be searched."""

Key = Fraction | str | None


@dataclass(frozen=True)
class Column:
    """A column's heading, the address that sorts by it, and its ``aria-sort`` (None: not sorted by it)."""

    key: str
    label: str
    link: str
    direction: str | None


@dataclass(frozen=True)
class Cell:
    """A cell: text (None: withheld), interval beside it, and the row's place when sorted by this column."""

    text: str | None
    interval: str
    place: int


@dataclass(frozen=True)
class Row:
    code: str
    name: str
    place: int
    folded: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class UnitTable:
    """The table as shown; ``total`` counts the units before searching."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: int
    search: str
    can_search: bool


def fold(text: str) -> str:
    """Lower case without marks: what a search compares."""
    parts = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(character for character in parts if not unicodedata.combining(character))


def _overall(result: UnitResult) -> Figure | None:
    return result.card.overall if result.card else None


def _section(place: int) -> Callable[[UnitResult], Figure | None]:
    return lambda result: result.card.sections[place].figure if result.card else None


@dataclass(frozen=True)
class _Field:
    """A column before it is drawn: its key, heading, and what it takes from a unit's result."""

    key: str
    label: str
    figure: Callable[[UnitResult], Figure | None] | None = None
    count: Callable[[UnitResult], int] | None = None

    def exact(self, result: UnitResult) -> Fraction | None:
        if self.count:
            return Fraction(self.count(result))
        figure = self.figure(result) if self.figure else None
        return figure.value if figure else None

    def cell(self, result: UnitResult, place: int) -> Cell:
        if self.count:
            return Cell(number(self.count(result)), "", place)
        figure = self.figure(result) if self.figure else None
        if figure is None or figure.value is None:
            return Cell(None, "", place)
        return Cell(number(figure.value, 1), span(figure.interval) if self.key == "overall" else "", place)


def _fields(results: Sequence[UnitResult]) -> list[_Field]:
    card = next((result.card for result in results if result.card), None)
    sections = [section.section for section in card.sections] if card else []
    several = sections if len(sections) > 1 else []
    return [
        _Field("n", _("Số phiếu"), count=lambda result: result.card.responses if result.card else 0),
        _Field("overall", _("Chỉ số chung"), figure=_overall),
        *(_Field(section.id, words(section.title), figure=_section(place)) for place, section in enumerate(several)),
        _Field("waiting", _("Chờ công bố"), count=lambda result: result.waiting),
    ]


def _places(keys: Sequence[Key]) -> list[int]:
    """The place of each key in rising order; equal keys share one, None is -1."""
    order = {key: place for place, key in enumerate(sorted({key for key in keys if key is not None}))}
    return [-1 if key is None else order[key] for key in keys]


def _direction(key: str, sort: str, order: str) -> str | None:
    if key != sort:
        return None
    return "descending" if order == "desc" else "ascending"


def _column(key: str, label: str, sort: str, order: str) -> Column:
    first = "asc" if key == "name" else "desc"
    turned = {"asc": "desc", "desc": "asc"}[order] if key == sort else first
    return Column(key, label, link_with(sort=key, order=turned), _direction(key, sort, order))


def _title(results: Sequence[UnitResult]) -> str:
    kinds = {result.unit.kind for result in results}
    if UnitKind.COMMUNE in kinds:
        return _("Các xã, phường, đặc khu")
    return _("Các quầy") if kinds == {UnitKind.COUNTER} else _("Các trung tâm, quầy")


def _rows(results: Sequence[UnitResult], fields: Sequence[_Field]) -> list[Row]:
    names = _places([f"{fold(result.unit.name)} {result.unit.name}" for result in results])
    columns = [_places([field.exact(result) for result in results]) for field in fields]
    return [
        Row(
            code=result.unit.code,
            name=result.unit.name,
            place=names[index],
            folded=f"{fold(result.unit.name)} {result.unit.code.lower()}",
            cells=tuple(field.cell(result, places[index]) for field, places in zip(fields, columns, strict=True)),
        )
        for index, result in enumerate(results)
    ]


def _sorted(rows: Sequence[Row], column: int | None, order: str) -> list[Row]:
    """Rows by a column (None: by name); withheld figures stay last whichever way."""
    if column is None:
        return sorted(rows, key=lambda row: row.place, reverse=order == "desc")
    sign = -1 if order == "desc" else 1
    by_name = sorted(rows, key=lambda row: row.place)
    return sorted(by_name, key=lambda row: (row.cells[column].place < 0, sign * row.cells[column].place))


def unit_table(results: Sequence[UnitResult], sort: str, order: str, search: str) -> UnitTable | None:
    """The table of ``results``; None when there is no unit below. An unknown ``sort`` is by name."""
    if not results:
        return None
    fields = _fields(results)
    keys = [field.key for field in fields]
    sort = sort if sort in keys else "name"
    order = order if order in ("asc", "desc") else ("asc" if sort == "name" else "desc")
    found = [row for row in _rows(results, fields) if fold(search.strip()) in row.folded]
    heads = [("name", _("Đơn vị")), *((field.key, field.label) for field in fields)]
    return UnitTable(
        title=_title(results),
        columns=tuple(_column(key, label, sort, order) for key, label in heads),
        rows=tuple(_sorted(found, keys.index(sort) if sort in keys else None, order)),
        total=len(results),
        search=search.strip(),
        can_search=len(results) > SEARCH_OVER,
    )
