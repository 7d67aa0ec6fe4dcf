"""The import file of transactions: how many dossiers each counter took in each month, taken whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from survey_app.domain.local_day import months_back
from survey_app.domain.marked_text import _
from survey_app.domain.org_unit import OrgUnit
from survey_app.domain.unit_lines import HEADER_LINE, LineProblem

COLUMNS = ("counter", "month", "transactions")
"""The header of the import file."""

MOST = 1_000_000
"""More in a month is a mistake."""

_MONTH = re.compile(
    r"(?P<year>20[0-9]{2})-(?P<month>0[1-9]|1[0-2])(?:-01)?|(?:0?1/)?(?P<m>0?[1-9]|1[0-2])/(?P<y>20[0-9]{2})"
)
_EXCEL_MONTH = re.compile(r"(?P<name>[A-Za-z]{3}|(?:thg|th|t) ?(?P<m>1[0-2]|0?[1-9]))[-/ ](?:20)?(?P<y>[0-9]{2})", re.I)
"""``Oct-26``, ``Thg10-26``: what a spreadsheet makes of ``2026-10`` when the file is opened and saved."""
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBER = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+")
MOST_QUOTED = 40
"""Characters of a wrong cell that are repeated to whoever wrote it."""


@dataclass(frozen=True)
class Transactions:
    """A counter's transactions in a month (its first day)."""

    counter_code: str
    month: date
    number: int


def check_columns(columns: Sequence[str]) -> list[LineProblem]:
    """The columns that are missing; their order is free, others are passed over."""
    missing = [name for name in COLUMNS if name not in columns]
    return [LineProblem(HEADER_LINE, name, _("Thiếu cột “%(name)s”"), {"name": name}) for name in missing]


def month_from(text: str) -> date | None:
    """``2026-10``, ``10/2026`` or as spreadsheets write it, as the month's first day; None for anything else."""
    found = _MONTH.fullmatch(text.strip())
    return date(int(found["year"] or found["y"]), int(found["month"] or found["m"]), 1) if found else _excel_month(text)


def _excel_month(text: str) -> date | None:
    found = _EXCEL_MONTH.fullmatch(text.strip())
    if found is None or (found["m"] is None and found["name"].lower() not in _MONTH_NAMES):
        return None
    month = int(found["m"]) if found["m"] else _MONTH_NAMES.index(found["name"].lower()) + 1
    return date(2000 + int(found["y"]), month, 1)


def number_from(text: str) -> int | None:
    """A whole number, thousands with a point or without: ``1.234`` or ``1234``; None for anything else."""
    found = _NUMBER.fullmatch(text.strip())
    number = int(text.strip().replace(".", "")) if found and len(text.strip()) <= len("1.000.000") else None
    return number if number is not None and number <= MOST else None


def is_valid_in(counter: OrgUnit, month: date) -> bool:
    """Whether a counter was valid on some day of a month (its first day), so that it may have taken dossiers."""
    return counter.valid_from < months_back(month, -1) and (counter.valid_to is None or counter.valid_to >= month)


def parse_transaction_rows(
    rows: Iterable[Mapping[str, str | None]], counters: Collection[str], this_month: date
) -> tuple[list[Transactions], list[LineProblem]]:
    """The file's lines, or their problems; one of both is empty. The first row is line 2.

    Args:
        counters: codes that may be named.
        this_month: no later month has transactions yet.
    """
    found: dict[tuple[str, date], Transactions] = {}
    problems: list[LineProblem] = []
    for line, row in enumerate(rows, HEADER_LINE + 1):
        cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
        if not any(cells.values()):
            continue
        code, month, number = cells["counter"], month_from(cells["month"]), number_from(cells["transactions"])
        wrong = _problems(line, cells, code in counters, month, number, this_month)
        if not wrong and month is not None and number is not None:
            if (code, month) in found:
                told = _("Quầy “%(code)s” tháng %(month)s đã có ở dòng trên")
                wrong = [LineProblem(line, "month", told, {"code": code, "month": f"{month:%m/%Y}"})]
            else:
                found[code, month] = Transactions(code, month, number)
        problems += wrong
    return ([], problems) if problems else (list(found.values()), [])


def _quoted(cell: str) -> str:
    printable = "".join(letter for letter in cell if letter.isprintable())
    return printable if len(printable) <= MOST_QUOTED else f"{printable[:MOST_QUOTED]}…"


def _problems(
    line: int, cells: Mapping[str, str], is_counter: bool, month: date | None, number: int | None, this_month: date
) -> list[LineProblem]:
    wrong: list[LineProblem] = []
    if not is_counter:
        told = _("Không có quầy mã “%(code)s” trong phạm vi của Ông/Bà")
        wrong.append(LineProblem(line, "counter", told, {"code": _quoted(cells["counter"])}))
    if month is None:
        told = _("Tháng “%(month)s” phải viết như 2026-10 hoặc 10/2026")
        wrong.append(LineProblem(line, "month", told, {"month": _quoted(cells["month"])}))
    elif month > this_month:
        wrong.append(LineProblem(line, "month", _("Tháng %(month)s chưa tới"), {"month": f"{month:%m/%Y}"}))
    if number is None:
        told = _("Số lượt “%(number)s” phải là số nguyên từ 0 đến 1.000.000")
        wrong.append(LineProblem(line, "transactions", told, {"number": _quoted(cells["transactions"])}))
    return wrong
