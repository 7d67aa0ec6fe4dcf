"""The import file of transactions: how many dossiers each counter took in each month, taken whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from survey_app.domain.unit_lines import HEADER_LINE, LineProblem

COLUMNS = ("counter", "month", "transactions")
"""The header of the import file."""

MOST = 1_000_000
"""More in a month is a mistake."""

_MONTH = re.compile(r"(?:(?P<year>20\d\d)-(?P<month>0[1-9]|1[0-2])|(?P<m>0?[1-9]|1[0-2])/(?P<y>20\d\d))")
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{3})+|\d+")


@dataclass(frozen=True)
class Transactions:
    """A counter's transactions in a month (its first day)."""

    counter_code: str
    month: date
    number: int


def check_columns(columns: Sequence[str]) -> list[LineProblem]:
    """The columns that are missing; their order is free, others are passed over."""
    missing = [name for name in COLUMNS if name not in columns]
    return [LineProblem(HEADER_LINE, name, f"Thiếu cột “{name}”") for name in missing]


def month_from(text: str) -> date | None:
    """``2026-10`` or ``10/2026`` as the month's first day; None for anything else."""
    found = _MONTH.fullmatch(text.strip())
    if found is None:
        return None
    return date(int(found["year"] or found["y"]), int(found["month"] or found["m"]), 1)


def number_from(text: str) -> int | None:
    """A whole number, thousands with a point or without: ``1.234`` or ``1234``; None for anything else."""
    found = _NUMBER.fullmatch(text.strip())
    number = int(text.strip().replace(".", "")) if found and len(text.strip()) <= len("1.000.000") else None
    return number if number is not None and number <= MOST else None


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
                wrong = [LineProblem(line, "month", f"Quầy “{code}” tháng {month:%m/%Y} đã có ở dòng trên")]
            else:
                found[code, month] = Transactions(code, month, number)
        problems += wrong
    return ([], problems) if problems else (list(found.values()), [])


def _problems(
    line: int, cells: Mapping[str, str], is_counter: bool, month: date | None, number: int | None, this_month: date
) -> list[LineProblem]:
    wrong: list[LineProblem] = []
    if not is_counter:
        wrong.append(LineProblem(line, "counter", f"Không có quầy mã “{cells['counter']}” trong phạm vi của Ông/Bà"))
    if month is None:
        wrong.append(LineProblem(line, "month", f"Tháng “{cells['month']}” phải viết như 2026-10 hoặc 10/2026"))
    elif month > this_month:
        wrong.append(LineProblem(line, "month", f"Tháng {month:%m/%Y} chưa tới"))
    if number is None:
        told = f"Số lượt “{cells['transactions']}” phải là số nguyên từ 0 đến 1.000.000"
        wrong.append(LineProblem(line, "transactions", told))
    return wrong
