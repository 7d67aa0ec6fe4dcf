"""What the pages of transactions show: counters or units below by month, what is missing, and one month to fill in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine

from survey_app.domain.local_day import month_of, months_back
from survey_app.domain.org_tree import OrgTree
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.transaction_file import is_valid_in
from survey_app.services.listings import only_centre
from survey_app.services.units import UnknownUnit
from survey_app.storage import org_units, transactions
from survey_app.storage.database import begin_read

MONTHS = 12

Numbers = Mapping[tuple[str, date], int]


@dataclass(frozen=True)
class Cell:
    """A month: what is known (None: nothing), and how many counters that served in it have no number."""

    month: date
    number: int | None
    missing: int


@dataclass(frozen=True)
class Line:
    """A counter, or a unit with its counters summed."""

    unit: OrgUnit
    cells: tuple[Cell, ...]

    @property
    def total(self) -> int:
        return sum(cell.number or 0 for cell in self.cells)

    @property
    def missing(self) -> int:
        return sum(cell.missing for cell in self.cells)


@dataclass(frozen=True)
class TransactionsPage:
    """A unit's transactions of the last twelve months, newest first; the month that runs is never missing.

    ``counters_of`` is the unit whose counters the lines are, and whose months can be filled in; None where the lines
    are units below.
    """

    unit: OrgUnit
    path: tuple[OrgUnit, ...]
    months: tuple[date, ...]
    lines: tuple[Line, ...]
    sums: Line
    counters_of: OrgUnit | None


@dataclass(frozen=True)
class MonthPage:
    """The counters of a unit that served in a month, each with its number if known."""

    unit: OrgUnit
    path: tuple[OrgUnit, ...]
    month: date
    months: tuple[date, ...]
    counters: tuple[tuple[OrgUnit, int | None], ...]


@dataclass(frozen=True)
class _Read:
    tree: OrgTree
    numbers: Numbers
    months: tuple[date, ...]


def _read(engine: Engine, unit_code: str, today: date) -> _Read:
    months = tuple(months_back(month_of(today), back) for back in range(MONTHS))
    with begin_read(engine) as connection:
        every_unit, ids = org_units.read_all(connection)
        stored = transactions.between(connection, months[-1], months[0])
    if unit_code not in ids:
        raise UnknownUnit(f"không có đơn vị mã {unit_code}")
    code_of = {number: code for code, number in ids.items()}
    return _Read(OrgTree(every_unit), {(code_of[i], month): n for (i, month), n in stored.items()}, months)


def _path(tree: OrgTree, unit_code: str) -> tuple[OrgUnit, ...]:
    return tree.ancestors(unit_code)[::-1]


def _counters_at(tree: OrgTree, unit: OrgUnit) -> list[OrgUnit]:
    return [counter for counter in (unit, *tree.descendants(unit.code)) if counter.kind is UnitKind.COUNTER]


def _cell(counters: Iterable[OrgUnit], numbers: Numbers, month: date, this_month: date) -> Cell:
    known, missing = [], 0
    for counter in counters:
        number = numbers.get((counter.code, month))
        if number is not None:
            known.append(number)
        elif month < this_month and is_valid_in(counter, month):
            missing += 1
    return Cell(month, sum(known) if known else None, missing)


def _line(unit: OrgUnit, counters: Sequence[OrgUnit], read: _Read) -> Line:
    return Line(unit, tuple(_cell(counters, read.numbers, month, read.months[0]) for month in read.months))


def counters_of(tree: OrgTree, unit: OrgUnit) -> OrgUnit | None:
    """The unit whose counters are listed one by one: itself, or the only centre of a commune."""
    is_above = unit.kind in (UnitKind.PROVINCE, UnitKind.COMMUNE)
    return only_centre(tree, unit) if is_above else unit


def page(engine: Engine, unit_code: str, today: date) -> TransactionsPage:
    """A unit's transactions by month. Raises UnknownUnit."""
    read = _read(engine, unit_code, today)
    tree, unit = read.tree, read.tree.units[unit_code]
    counters, listed = _counters_at(tree, unit), counters_of(tree, unit)
    groups = [(c, [c]) for c in counters] if listed else [(u, _counters_at(tree, u)) for u in tree.children(unit_code)]
    lines = [_line(one, served, read) for one, served in groups if served]
    return TransactionsPage(
        unit=unit,
        path=_path(tree, unit_code),
        months=read.months,
        lines=tuple(line for line in lines if line.missing or _is_known(line) or _is_open(line.unit, today)),
        sums=_line(unit, counters, read),
        counters_of=listed,
    )


def _is_known(line: Line) -> bool:
    return any(cell.number is not None for cell in line.cells)


def _is_open(unit: OrgUnit, today: date) -> bool:
    return unit.is_valid_on(today)


def month_page(engine: Engine, unit_code: str, month: date | None, today: date) -> MonthPage:
    """A month of a unit's counters; by default the last one that is over.

    Raises:
        UnknownUnit: no such unit, a unit whose counters are not listed together, or a month out of the last twelve.
    """
    read = _read(engine, unit_code, today)
    tree, unit, chosen = read.tree, read.tree.units[unit_code], month or read.months[1]
    if counters_of(tree, unit) != unit or chosen not in read.months:
        raise UnknownUnit(f"{unit_code}, {chosen}")
    found = [(counter, read.numbers.get((counter.code, chosen))) for counter in _counters_at(tree, unit)]
    shown = [(counter, number) for counter, number in found if number is not None or is_valid_in(counter, chosen)]
    return MonthPage(unit, _path(tree, unit_code), chosen, read.months, tuple(shown))
