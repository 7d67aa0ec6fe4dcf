"""Transactions of counters: imported from a file, typed in, listed. Weights are taken from them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from itertools import zip_longest

from sqlalchemy import Connection, Engine

from survey_app.domain.local_day import local_day, month_of
from survey_app.domain.org_unit import UnitKind
from survey_app.domain.transaction_file import COLUMNS, Transactions, check_columns, parse_transaction_rows
from survey_app.domain.unit_lines import LineProblem
from survey_app.services.units import UnknownUnit
from survey_app.storage import audit_log, org_units, transactions
from survey_app.storage.database import begin_read, begin_write


class TransactionFileProblems(Exception):
    """The file has mistakes; nothing was stored. ``problems`` lists every one with its line."""

    def __init__(self, problems: Sequence[LineProblem]) -> None:
        super().__init__("\n".join(f"dòng {problem.line}: {problem.message}" for problem in problems))
        self.problems = tuple(problems)


def _rows(text: str) -> list[dict[str, str | None]]:
    """The file's rows; ``;`` or ``,`` between columns."""
    first = text.split("\n", 1)[0]
    lines = csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    header = [name.strip() for name in next(lines, [])]
    problems = check_columns(header)
    if problems:
        raise TransactionFileProblems(problems)
    return [dict(zip_longest(header, cells[: len(header)])) for cells in lines]


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
    rows = _rows(text.removeprefix("\ufeff"))
    with begin_write(engine) as connection:
        counters = _counters(connection, unit_code)
        found, problems = parse_transaction_rows(rows, counters.keys(), month_of(local_day(now)))
        if problems:
            raise TransactionFileProblems(problems)
        transactions.put(connection, {(counters[t.counter_code], t.month): t.number for t in found})
        audit_log.append(connection, now, actor, "transactions.import", unit_code, {"lines": len(found)})
    return len(found)


def put_transactions(engine: Engine, entry: Transactions, now: datetime, actor: str) -> None:
    """Store one counter's month. Raises UnknownUnit for what is no counter, TransactionFileProblems as a file would."""
    line = {"counter": entry.counter_code, "month": f"{entry.month:%Y-%m}", "transactions": str(entry.number)}
    import_transactions(engine, _as_file([line]), entry.counter_code, now, actor)


def _as_file(lines: Sequence[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue()


def export_transactions(engine: Engine, unit_code: str) -> str:
    """What is stored for a unit and below, as a file that can be imported again. Raises UnknownUnit."""
    listed = listing(engine, unit_code)
    return _as_file([{"counter": c, "month": f"{m:%Y-%m}", "transactions": str(n)} for c, m, n in listed])


def listing(engine: Engine, unit_code: str) -> list[tuple[str, date, int]]:
    """(counter code, month, transactions) at a unit and below. Raises UnknownUnit."""
    with begin_read(engine) as connection:
        return transactions.by_month(connection, list(_counters(connection, unit_code).values()))
