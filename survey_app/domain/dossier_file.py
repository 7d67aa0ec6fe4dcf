"""The import files of what the dossier system reports by month: read line by line, taken whole or not at all.

Two kinds of file: ``indices``, the points of the indices that citizens do not answer, of a counter and month, and
``ledger``, how many dossiers of a centre in a month were late, complained about or disliked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from survey_app.domain.marked_text import _
from survey_app.domain.org_unit import UnitKind
from survey_app.domain.transaction_file import MOST_QUOTED, month_from, number_from
from survey_app.domain.unit_lines import HEADER_LINE, LineProblem

MOST_POINTS = 2
LONGEST_SOURCE = 200
_POINTS = re.compile(r"[0-9]{1,2}(?:[.,][0-9]{1,3})?")


class Report(StrEnum):
    """What a file is about."""

    INDICES = "indices"
    LEDGER = "ledger"


@dataclass(frozen=True)
class Shape:
    """The columns of a kind of file, beside ``month`` and ``source``: whose months, points, and numbers.

    ``optional``: columns that may be empty; of points at least one is given.
    """

    report: Report
    unit: str
    unit_kind: UnitKind
    points: tuple[str, ...]
    numbers: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def values(self) -> tuple[str, ...]:
        """The columns of figures."""
        return (*self.points, *self.numbers)

    @property
    def columns(self) -> tuple[str, ...]:
        """The header."""
        return (self.unit, "month", *self.values, "source")


LEDGER_SHAPE = Shape(
    Report.LEDGER,
    "centre",
    UnitKind.CENTRE,
    (),
    ("dossiers", "overdue", "complaints", "disliked", "in_time", "rejected"),
    ("in_time", "rejected"),
)
PARTS = {"overdue": "dossiers", "disliked": "dossiers", "in_time": "complaints", "rejected": "complaints"}
"""Number -> the number it is a part of."""


def indices_shape(index_ids: Sequence[str]) -> Shape:
    """Of a file with the points of these indices and the dossiers they stand for."""
    return Shape(Report.INDICES, "counter", UnitKind.COUNTER, tuple(index_ids), ("dossiers",), tuple(index_ids))


@dataclass(frozen=True)
class Reported:
    """One line: a unit's month. A figure that was left out is None."""

    unit_code: str
    month: date
    points: Mapping[str, Fraction | None]
    numbers: Mapping[str, int | None]
    source: str


def check_columns(columns: Sequence[str], shape: Shape) -> list[LineProblem]:
    """The columns that are missing; their order is free, others are passed over."""
    missing = [name for name in shape.columns if name not in columns and name not in (*shape.optional, "source")]
    return [LineProblem(HEADER_LINE, name, _("Thiếu cột “%(name)s”"), {"name": name}) for name in missing]


def points_from(text: str) -> Fraction | None:
    """Points with at most three decimals, after a comma or a point; None for anything else."""
    found = _POINTS.fullmatch(text.strip())
    points = Fraction(text.strip().replace(",", ".")) if found else None
    return points if points is not None and points <= MOST_POINTS else None


def _quoted(cell: str) -> str:
    printable = "".join(letter for letter in cell if letter.isprintable())
    return printable if len(printable) <= MOST_QUOTED else f"{printable[:MOST_QUOTED]}…"


@dataclass
class _Line:
    """The cells of a line, and what is wrong with them."""

    line: int
    cells: Mapping[str, str]
    problems: list[LineProblem]

    def wrong(self, column: str, told: str, **values: object) -> None:
        self.problems.append(LineProblem(self.line, column, told, values))

    def unit(self, shape: Shape, units: Collection[str]) -> str:
        code = self.cells[shape.unit]
        if code not in units:
            text = (
                _("Không có quầy mã “%(code)s” trong phạm vi của Ông/Bà")
                if shape.unit_kind is UnitKind.COUNTER
                else _("Không có trung tâm mã “%(code)s” trong phạm vi của Ông/Bà")
            )
            self.wrong(shape.unit, text, code=_quoted(code))
        return code

    def month(self, this_month: date) -> date | None:
        month = month_from(self.cells["month"])
        if month is None:
            told = _("Tháng “%(month)s” phải viết như 2026-10 hoặc 10/2026")
            self.wrong("month", told, month=_quoted(self.cells["month"]))
        elif month > this_month:
            self.wrong("month", _("Tháng %(month)s chưa tới"), month=f"{month:%m/%Y}")
        return month

    def points(self, column: str) -> Fraction | None:
        found = points_from(self.cells[column])
        if found is None and self.cells[column]:
            told = _("Điểm “%(text)s” phải là số từ 0 đến 2, nhiều nhất ba chữ số thập phân, ví dụ 1,75")
            self.wrong(column, told, text=_quoted(self.cells[column]))
        return found

    def number(self, column: str, is_optional: bool) -> int | None:
        found = number_from(self.cells[column])
        if found is None and (self.cells[column] or not is_optional):
            told = _("Số “%(number)s” phải là số nguyên từ 0 đến 1.000.000")
            self.wrong(column, told, number=_quoted(self.cells[column]))
        return found

    def source(self) -> str:
        source = " ".join(self.cells["source"].split())
        if len(source) > LONGEST_SOURCE or not source.isprintable():
            told = _("Nguồn số liệu phải viết bằng chữ, tối đa %(n)s ký tự")
            self.wrong("source", told, n=LONGEST_SOURCE)
        return source


def _reported(line: _Line, shape: Shape, units: Collection[str], this_month: date) -> Reported | None:
    code, month = line.unit(shape, units), line.month(this_month)
    points = {name: line.points(name) for name in shape.points}
    numbers = {name: line.number(name, name in shape.optional) for name in shape.numbers}
    source = line.source()
    if shape.points and not any(line.cells[name] for name in shape.points):
        line.wrong(shape.points[0], _("Hãy ghi điểm của ít nhất một chỉ số"))
    for part, whole in PARTS.items():
        least, most = numbers.get(part), numbers.get(whole)
        if least is not None and most is not None and least > most:
            told = _("Cột “%(part)s” không được lớn hơn cột “%(whole)s”")
            line.wrong(part, told, part=part, whole=whole)
    return None if line.problems or month is None else Reported(code, month, points, numbers, source)


def parse_dossier_rows(
    rows: Iterable[Mapping[str, str | None]], shape: Shape, units: Collection[str], this_month: date
) -> tuple[list[Reported], list[LineProblem]]:
    """The file's lines, or their problems; one of both is empty. The first row is line 2.

    Args:
        units: codes that may be named.
        this_month: nothing is known of a later month yet.
    """
    found: dict[tuple[str, date], Reported] = {}
    problems: list[LineProblem] = []
    for number, row in enumerate(rows, HEADER_LINE + 1):
        line = _Line(number, {name: (row.get(name) or "").strip() for name in shape.columns}, [])
        if not any(line.cells.values()):
            continue
        entry = _reported(line, shape, units, this_month)
        if entry and (entry.unit_code, entry.month) in found:
            told = _("“%(code)s” tháng %(month)s đã có ở dòng trên")
            line.wrong("month", told, code=entry.unit_code, month=f"{entry.month:%m/%Y}")
        elif entry:
            found[entry.unit_code, entry.month] = entry
        problems += line.problems
    return ([], problems) if problems else (list(found.values()), [])
