"""What the dossier system reports by month, as stored."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from survey_app.storage.dossier_tables import CounterIndexRow, DossierLedgerRow

CHUNK = 500


@dataclass(frozen=True)
class StoredIndex:
    """The points of an index at a counter in a month."""

    counter_id: int
    month: date
    index_id: str
    thousandths: int
    dossiers: int
    source: str


@dataclass(frozen=True)
class StoredLedger:
    """A centre's month in the administrative ledger."""

    centre_id: int
    month: date
    dossiers: int
    overdue: int
    complaints: int
    disliked: int
    in_time: int | None
    rejected: int | None
    source: str


def put_indices(connection: Connection, entries: Collection[StoredIndex]) -> None:
    """Store points, in place of all earlier ones of the same counter and month."""
    row = CounterIndexRow
    for counter_id, month in dict.fromkeys((entry.counter_id, entry.month) for entry in entries):
        connection.execute(delete(row).where(row.counter_id == counter_id, row.month == month))
    _insert(connection, row, [vars(entry) for entry in entries])


def put_ledger(connection: Connection, entries: Collection[StoredLedger]) -> None:
    """Store months, in place of earlier ones."""
    row = DossierLedgerRow
    for entry in entries:
        connection.execute(delete(row).where(row.centre_id == entry.centre_id, row.month == entry.month))
    _insert(connection, row, [vars(entry) for entry in entries])


def _insert(connection: Connection, row: Any, values: list[Mapping[str, Any]]) -> None:
    for start in range(0, len(values), CHUNK):
        connection.execute(insert(row), values[start : start + CHUNK])


def every_index(connection: Connection, index_ids: Collection[str]) -> list[tuple[int, date, str, int, int]]:
    """(Counter's row, month, index, thousandths times dossiers, dossiers) of everything stored of these indices."""
    row = CounterIndexRow
    query = select(row.counter_id, row.month, row.index_id, row.thousandths, row.dossiers)
    found = connection.execute(query.where(row.index_id.in_(index_ids))).all()
    return [(counter, month, name, points * number, number) for counter, month, name, points, number in found]


def indices(connection: Connection, first_month: date, last_month: date) -> list[StoredIndex]:
    """Of every counter between two months, inclusive."""
    row = CounterIndexRow
    query = select(row.counter_id, row.month, row.index_id, row.thousandths, row.dossiers, row.source)
    query = query.where(row.month.between(first_month, last_month))
    query = query.order_by(row.counter_id, row.month, row.index_id)
    return [StoredIndex(*found) for found in connection.execute(query)]


def ledger(connection: Connection, first_month: date, last_month: date) -> list[StoredLedger]:
    """Of every centre between two months, inclusive."""
    row = DossierLedgerRow
    columns = (row.dossiers, row.overdue, row.complaints, row.disliked, row.in_time, row.rejected, row.source)
    query = select(row.centre_id, row.month, *columns).where(row.month.between(first_month, last_month))
    return [StoredLedger(*found) for found in connection.execute(query.order_by(row.centre_id, row.month))]
