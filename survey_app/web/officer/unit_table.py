"""The table of the units below: sorted on exact values, searched without regard to marks."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.recipe import Recipe, Span
from survey_app.domain.rounding import rounded_units
from survey_app.domain.scoring import Figure
from survey_app.domain.series import Table
from survey_app.services.comparisons import Standings
from survey_app.services.unit_result import UnitResult
from survey_app.web.officer.explain_names import STANDINGS
from survey_app.web.officer.figures import span
from survey_app.web.officer.sorting import Column, Order, by_place, places, sort_column
from survey_app.web.officer.verdicts import DifferenceView, difference_view, unit_words
from survey_app.web.officer.withheld import label
from survey_app.web.rendering import Number, numbers, words
from survey_app.web.rendering import gettext as _

Write = Callable[[Number, int], str]
"""A number with so many decimals, in the language of the page."""

SEARCH_OVER = 12
"""A list longer than this can be searched."""

HEAT_STEPS = (60, 70, 80, 90)
"""Scores, in percent of the highest, at which the shade of a cell changes: the same on every page, to compare."""


@dataclass(frozen=True)
class Drawn:
    """How the rows of a table are drawn: where they lead, what they are called, whether what waits is told.

    ``standings``: how the units stand, where that may be told. ``shrunken``: what the units are put in order by where
    no order is asked for, and the overall score is shaded by; it is never shown. ``within``: the unit of the page.
    ``marks``: what must be said with a unit's name.
    """

    address: Callable[[str], str]
    name: Callable[[OrgUnit], str] = lambda unit: unit.name
    has_waiting: bool = True
    standings: Standings | None = None
    explain: Callable[[str, str], str] | None = None
    shrunken: Mapping[str, float] = field(default_factory=dict)
    within: str = ""
    marks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Cell:
    """A cell: text (None: withheld), interval beside it, and the row's place when sorted by this column.

    ``step`` is the shade of a score, 1 (lowest) to 5; 0 where there is none. ``judged``: a difference and its verdict.
    ``lacking``: why there is no text, where it is not that a figure is withheld; ``why``: where it is.
    """

    text: str | None
    interval: str
    place: int
    step: int = 0
    judged: DifferenceView | None = None
    lacking: str = ""
    explain: str = ""
    why: str = ""


@dataclass(frozen=True)
class Row:
    code: str
    address: str
    name: str
    place: int
    folded: str
    cells: tuple[Cell, ...]
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class UnitTable:
    """The table as shown; ``total`` counts the units before searching.

    ``is_ordered``: it stands in the order of scores drawn to their mean, because no other was asked for.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: int
    search: str
    can_search: bool
    has_standings: bool = False
    is_ordered: bool = False
    is_shrunken: bool = False
    explain: str = ""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why figures of this table are withheld, each reason once."""
        return tuple(dict.fromkeys(cell.why for row in self.rows for cell in row.cells if cell.why))


def fold(text: str) -> str:
    """Lower case without marks: what a search compares."""
    parts = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(character for character in parts if not unicodedata.combining(character))


def step_of(value: Fraction, on: Span, places: int) -> int:
    """The shade of a score as it is shown: rounded first, so that 80,0 is never below 80."""
    dividend, divisor = on.high.as_integer_ratio()
    share, whole = 100 * rounded_units(value, places) * divisor, int(dividend * 10**places)
    return 1 + sum(share >= least * whole for least in HEAT_STEPS)


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
    standing: Callable[[OrgUnit, int], Cell] | None = None
    order: Callable[[OrgUnit], float | None] | None = None

    def exact(self, result: UnitResult) -> Fraction | None:
        if self.count:
            return Fraction(self.count(result))
        if self.order:
            value = self.order(result.unit)
            return None if value is None else Fraction(value)
        figure = self.figure(result) if self.figure else None
        return figure.value if figure else None

    def cell(self, result: UnitResult, place: int, drawn: Drawn, write: Write) -> Cell:
        if self.count:
            return Cell(write(self.count(result), 0), "", place)
        if self.standing:
            return self.standing(result.unit, place)
        figure, recipe = self.figure(result) if self.figure else None, result.card.recipe if result.card else None
        if figure is None or figure.value is None or recipe is None:
            return Cell(None, "", place, why=label(figure.reason if figure else None))
        places, on = recipe.rounding.places, self._span(recipe)
        explain = drawn.explain(result.unit.code, self.key) if drawn.explain else ""
        text = write(figure.value, places)
        if self.key != "overall":
            return Cell(text, "", place, step_of(figure.value, on, places), explain=explain)
        shade = drawn.shrunken.get(result.unit.code)
        step = step_of(figure.value if shade is None else Fraction(shade), on, places)
        return Cell(text, span(figure.interval, places), place, step, explain=explain)

    def _span(self, recipe: Recipe) -> Span:
        return recipe.spans.overall if self.key == "overall" else recipe.section_span(self.key)


def rank_text(standings: Standings, code: str) -> str | None:
    """The range of places: 12–58/96."""
    rank = standings.ranks.get(code)
    return f"{rank.best}–{rank.worst}/{rank.of}" if rank else None


def _standing_fields(standings: Standings, shrunken: Mapping[str, float], decimals: int) -> tuple[_Field, _Field]:
    """Against the rest, and the range of places; the latter is ordered by shrunken figures, which are never shown."""

    def against_rest(unit: OrgUnit, place: int) -> Cell:
        found = standings.rests.get(unit.code)
        view = difference_view(found, unit_words(found), decimals)
        return Cell(view.value or None, "", place, judged=view if view.value else None, lacking=view.verdict)

    lacking = _("Chỉ xếp hạng xã, phường có điểm được công bố và từ 30 phiếu")

    def rank(unit: OrgUnit, place: int) -> Cell:
        return Cell(rank_text(standings, unit.code), "", place, lacking=lacking)

    def points(unit: OrgUnit) -> float | None:
        found = standings.rests.get(unit.code)
        return found.value if found and found.interval else None

    return (
        _Field("rest", _("So với phần còn lại"), standing=against_rest, order=points),
        _Field("rank", _("Khoảng thứ hạng"), standing=rank, order=lambda unit: shrunken.get(unit.code)),
    )


def _fields(results: Sequence[UnitResult], drawn: Drawn) -> list[_Field]:
    card = next((result.card for result in results if result.card), None)
    sections = [section.section for section in card.sections] if card else []
    several = sections if len(sections) > 1 else []
    waiting = _Field("waiting", _("Chờ công bố"), count=lambda result: result.waiting)
    return [
        _Field("n", _("Số phiếu"), count=lambda result: result.card.responses if result.card else 0),
        _Field("overall", _("Chỉ số chung"), figure=_overall),
        *(
            _standing_fields(drawn.standings, drawn.shrunken, card.recipe.rounding.places)
            if drawn.standings and card
            else ()
        ),
        *(_Field(section.id, words(section.title), figure=_section(place)) for place, section in enumerate(several)),
        *((waiting,) if drawn.has_waiting else ()),
    ]


def _title(results: Sequence[UnitResult]) -> str:
    kinds = {result.unit.kind for result in results}
    if UnitKind.COMMUNE in kinds:
        return _("Các xã, phường, đặc khu")
    return _("Các quầy") if kinds == {UnitKind.COUNTER} else _("Các trung tâm, quầy")


def _rows(results: Sequence[UnitResult], fields: Sequence[_Field], drawn: Drawn) -> list[Row]:
    names = places([f"{fold(drawn.name(result.unit))} {result.unit.name}" for result in results])
    columns = [places([field.exact(result) for result in results]) for field in fields]
    write = numbers()
    return [
        Row(
            code=result.unit.code,
            address=drawn.address(result.unit.code),
            name=drawn.name(result.unit),
            place=names[index],
            folded=f"{fold(result.unit.name)} {result.unit.code.lower()}",
            cells=tuple(
                field.cell(result, found[index], drawn, write) for field, found in zip(fields, columns, strict=True)
            ),
            marks=drawn.marks.get(result.unit.code, ()),
        )
        for index, result in enumerate(results)
    ]


def _sorted(rows: Sequence[Row], column: int | None, order: str) -> list[Row]:
    """Rows by a column (None: by name); withheld figures stay last whichever way."""
    by_name = sorted(rows, key=lambda row: row.place, reverse=column is None and order == "desc")
    return by_name if column is None else by_place(by_name, [row.cells[column].place for row in by_name], order)


def _place_of(sort: str, keys: Sequence[str]) -> int | None:
    return keys.index(sort) if sort in keys else None


def _by_shrunken(rows: Sequence[Row], drawn: Drawn) -> list[Row]:
    """The highest first; those without a score by name after them."""
    by_name = sorted(rows, key=lambda row: row.place)
    return sorted(by_name, key=lambda row: -drawn.shrunken.get(row.code, float("-inf")))


def unit_table(results: Table[UnitResult], asked: Order, drawn: Drawn) -> UnitTable | None:
    """The table of ``results``; None when there is no unit below.

    Where no order is asked for, by shrunken scores where there are such, else by name; an unknown column is by name.
    """
    if not results:
        return None
    fields = _fields(results, drawn)
    keys = [entry.key for entry in fields]
    is_ordered = not asked.sort and bool(drawn.shrunken)
    sort = asked.sort if asked.sort in keys else "rank" if is_ordered and drawn.standings else "name"
    order = asked.direction("asc" if sort == "name" else "desc")
    search = asked.search.strip()
    rows = _rows(results, fields, drawn)
    in_order = _by_shrunken(rows, drawn) if is_ordered else _sorted(rows, _place_of(sort, keys), order)
    heads = [("name", _("Đơn vị")), *((entry.key, entry.label) for entry in fields)]
    shown = "" if is_ordered and sort == "name" else sort
    return UnitTable(
        title=_title(results),
        columns=tuple(sort_column(key, label, shown, order) for key, label in heads),
        rows=tuple(row for row in in_order if fold(search) in row.folded),
        total=len(results),
        search=search,
        can_search=len(results) > SEARCH_OVER,
        has_standings=drawn.standings is not None,
        is_ordered=is_ordered,
        is_shrunken=bool(drawn.shrunken),
        explain=drawn.explain(drawn.within, STANDINGS) if drawn.explain and drawn.standings else "",
    )
