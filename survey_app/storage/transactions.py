"""Transactions of counters by month, as stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, delete, func, insert, select, tuple_

from survey_app.storage.tables import OrgUnitRow
from survey_app.storage.transaction_tables import TransactionCountRow

CHUNK = 200


def put(connection: Connection, numbers: Mapping[tuple[int, date], int]) -> None:
    """Store numbers by (counter's row, month), in place of earlier ones."""
    row, keys = TransactionCountRow, list(numbers)
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        connection.execute(delete(row).where(tuple_(row.counter_id, row.month).in_(chunk)))
        values = [{"counter_id": c, "month": month, "transactions": numbers[c, month]} for c, month in chunk]
        connection.execute(insert(row), values)


def by_month(connection: Connection, counter_ids: Sequence[int]) -> list[tuple[str, date, int]]:
    """(counter code, month, transactions) of these counters, by code and newest month first."""
    row = TransactionCountRow
    query = (
        select(OrgUnitRow.code, row.month, row.transactions)
        .join(OrgUnitRow, OrgUnitRow.id == row.counter_id)
        .where(row.counter_id.in_(counter_ids))
        .order_by(OrgUnitRow.code, row.month.desc())
    )
    return [(code, month, number) for code, month, number in connection.execute(query)]


def remove(connection: Connection, keys: Sequence[tuple[int, date]]) -> None:
    """Forget numbers by (counter's row, month)."""
    row = TransactionCountRow
    for start in range(0, len(keys), CHUNK):
        connection.execute(delete(row).where(tuple_(row.counter_id, row.month).in_(keys[start : start + CHUNK])))


def between(connection: Connection, first_month: date, last_month: date) -> dict[tuple[int, date], int]:
    """(Counter's row, month) -> transactions, of every counter between two months, inclusive."""
    row = TransactionCountRow
    query = select(row.counter_id, row.month, row.transactions).where(row.month.between(first_month, last_month))
    return {(counter_id, month): number for counter_id, month, number in connection.execute(query)}


def totals(connection: Connection, first_month: date, last_month: date) -> dict[int, tuple[int, int]]:
    """Counter's row -> (months known, transactions in them) between two months, inclusive."""
    row = TransactionCountRow
    query = select(row.counter_id, func.count(), func.sum(row.transactions)).group_by(row.counter_id)
    found = connection.execute(query.where(row.month.between(first_month, last_month))).all()
    return {counter_id: (int(months), int(number)) for counter_id, months, number in found}
