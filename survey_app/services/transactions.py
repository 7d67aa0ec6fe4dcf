"""Transactions of counters: imported from a file, typed in, listed. Weights are taken from them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, Engine

from survey_app.domain.local_day import local_day, month_of
from survey_app.domain.marked_text import _
from survey_app.domain.org_unit import UnitKind
from survey_app.domain.transaction_file import (
    COLUMNS,
    Transactions,
    check_columns,
    is_valid_in,
    parse_transaction_rows,
)
from survey_app.domain.unit_lines import HEADER_LINE, LineProblem
from survey_app.services import line_files
from survey_app.services.datasets_files import neutralise
from survey_app.services.line_files import FileProblems, read_lines, read_rows
from survey_app.services.units import UnknownUnit
from survey_app.storage import audit_log, org_units, transactions
from survey_app.storage.database import begin_read, begin_write

NO_LINES = _("Tệp chưa có dòng số liệu nào")


class TransactionFileProblems(FileProblems):
    """A file of numbers by counter or centre and month has mistakes; nothing was stored."""


def decode(content: bytes) -> str:
    """The text of an uploaded file, UTF-8 with or without a byte-order mark. Raises TransactionFileProblems."""
    return line_files.decode(content, TransactionFileProblems)


def _counters(connection: Connection, unit_code: str) -> dict[str, int]:
    """Row numbers of the counters at a unit and below, retired ones as well. Raises UnknownUnit."""
    tree, ids = org_units.tree(connection), org_units.read_all(connection)[1]
    if unit_code not in tree.units:
        raise UnknownUnit(f"không có đơn vị mã {unit_code}")
    units = [tree.units[unit_code], *tree.descendants(unit_code)]
    return {unit.code: ids[unit.code] for unit in units if unit.kind is UnitKind.COUNTER}


def import_transactions(engine: Engine, text: str, unit_code: str, now: datetime, actor: str) -> int:
    """Import a CSV (counter, month, transactions) for counters at a unit and below, all or nothing; how many lines.

    Raises:
        TransactionFileProblems: every bad line with its number and reason. UnknownUnit.
    """
    rows = read_rows(read_lines(text, TransactionFileProblems), check_columns, TransactionFileProblems)
    with begin_write(engine) as connection:
        counters = _counters(connection, unit_code)
        found, problems = parse_transaction_rows(rows, counters.keys(), month_of(local_day(now)))
        if not found:
            raise TransactionFileProblems(problems or [LineProblem(HEADER_LINE, "", NO_LINES)])
        transactions.put(connection, {(counters[t.counter_code], t.month): t.number for t in found})
        audit_log.append(connection, now, actor, "transactions.import", unit_code, {"lines": len(found)})
    return len(found)


def put_transactions(engine: Engine, entry: Transactions, now: datetime, actor: str) -> None:
    """Store one counter's month. Raises UnknownUnit for what is no counter, TransactionFileProblems as a file would."""
    import_transactions(engine, lines_of([entry]), entry.counter_code, now, actor)


def enter_month(
    engine: Engine, unit_code: str, month: date, numbers: Mapping[str, int | None], now: datetime, actor: str
) -> None:
    """Store a month of counters at a unit and below; None forgets a number. Nothing is written for no counters.

    Raises:
        UnknownUnit: the unit, or a counter that is not at or below it.
    """
    if not numbers:
        return
    with begin_write(engine) as connection:
        counters = _counters(connection, unit_code)
        if not numbers.keys() <= counters.keys():
            raise UnknownUnit(f"có quầy không thuộc đơn vị mã {unit_code}")
        known = {(counters[code], month): number for code, number in numbers.items() if number is not None}
        forgotten = [(counters[code], month) for code, number in numbers.items() if number is None]
        transactions.put(connection, known)
        transactions.remove(connection, forgotten)
        detail = {"month": f"{month:%Y-%m}", "lines": len(known), "removed": len(forgotten)}
        audit_log.append(connection, now, actor, "transactions.enter", unit_code, detail)


def _as_file(lines: Sequence[dict[str, str]], delimiter: str = ",", columns: Sequence[str] = COLUMNS) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue()


def lines_of(entries: Iterable[Transactions], delimiter: str = ",") -> str:
    """A file of these entries that can be imported."""
    lines = [{"counter": e.counter_code, "month": f"{e.month:%Y-%m}", "transactions": str(e.number)} for e in entries]
    return _as_file(lines, delimiter)


def export_transactions(engine: Engine, unit_code: str, delimiter: str = ",") -> str:
    """What is stored for a unit and below, as a file that can be imported again. Raises UnknownUnit."""
    return lines_of([Transactions(*line) for line in listing(engine, unit_code)], delimiter)


def empty_file(engine: Engine, unit_code: str, month: date, delimiter: str = ",") -> str:
    """A file to fill in: a line for each counter at a unit and below that is valid in ``month``.

    The counter's name stands beside its code for whoever fills it in; importing passes it over. Raises UnknownUnit.
    """
    with begin_read(engine) as connection:
        tree, counters = org_units.tree(connection), _counters(connection, unit_code)
    valid = [tree.units[code] for code in counters if is_valid_in(tree.units[code], month)]
    lines = [{"counter": u.code, "name": neutralise(u.name), "month": f"{month:%Y-%m}"} for u in valid]
    return _as_file(lines, delimiter, ("counter", "name", "month", "transactions"))


def listing(engine: Engine, unit_code: str) -> list[tuple[str, date, int]]:
    """(counter code, month, transactions) at a unit and below. Raises UnknownUnit."""
    with begin_read(engine) as connection:
        return transactions.by_month(connection, list(_counters(connection, unit_code).values()))
