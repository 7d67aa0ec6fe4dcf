"""The inbox: the only place where the citizen surface writes, and where responses wait for their release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, delete, exists, func, select, tuple_, update

from survey_app.storage.bulk import delete_values, insert_columns
from survey_app.storage.database import insert_ignore, rewrite
from survey_app.storage.driver import KeptDriver
from survey_app.storage.tables import ResponseInboxRow, SpentKeyRow

INBOX = cast(Table, ResponseInboxRow.__table__)
DAY = 24 * 60
UTC_PLUS_7 = 7 * 60
COUNTED = {"preserve_rowcount": True}
GROUPS_AT_ONCE = 200
ROWS_AT_ONCE = 500
"""Rows are taken apart while they are so few that Python does not look for garbage among them."""


@dataclass(frozen=True)
class InboxEntry:
    """A checked response as it is stored. ``key`` is the SHA-256 of the response key and the counter."""

    key: str
    counter_id: int
    wave_id: int
    version_id: int
    record_length: int
    channel: str
    language: str
    received_minute: int
    seconds_taken: int | None
    flagged: bool
    record: str
    comment: str | None


FIELDS = tuple(InboxEntry.__dataclass_fields__)
_INTO = f"INSERT INTO {INBOX.name} ({', '.join(FIELDS)}) VALUES "  # noqa: S608 - our table
_MARKS = {"sqlite": f"({', '.join('?' * len(FIELDS))})", "postgresql": f"({', '.join(['%s'] * len(FIELDS))})"}
_ALONE = {dialect: f"{_INTO}{marks} ON CONFLICT DO NOTHING" for dialect, marks in _MARKS.items()}

Group = tuple[int, int, int]
"""(counter, wave, version) row numbers."""


def put(connection: Connection, entry: InboxEntry) -> bool:
    """Store a response; False if its key is already here. One INSERT naming every column, nothing read."""
    return connection.execute(insert_ignore(connection, INBOX), vars(entry), execution_options=COUNTED).rowcount == 1


def put_alone(kept: KeptDriver, entry: InboxEntry) -> bool:
    """The same as a transaction of its own. Raises DatabaseUnavailable, IntegrityError: nothing was stored."""
    with kept.statement() as cursor:
        cursor.execute(_ALONE[kept.dialect], tuple(vars(entry).values()))
        return bool(cursor.rowcount == 1)


def put_together(kept: KeptDriver, entries: Sequence[InboxEntry]) -> None:
    """Store responses in one statement and transaction: all of them or none.

    Raises:
        IntegrityError: one may not be stored, or its key was here before, or came twice.
        DatabaseUnavailable: nothing was stored.
    """
    statement = _INTO + ", ".join([_MARKS[kept.dialect]] * len(entries))
    with kept.statement() as cursor:
        cursor.execute(statement, [value for entry in entries for value in vars(entry).values()])


def put_many(connection: Connection, entries: Sequence[InboxEntry]) -> None:
    """Store many responses whose keys are new, in key order."""
    ordered = sorted(entries, key=lambda entry: entry.key)
    insert_columns(connection, INBOX, {name: [getattr(entry, name) for entry in ordered] for name in FIELDS})


def drop_spent(connection: Connection) -> int:
    """Drop late retries of responses that were already released; returns how many."""
    return connection.execute(delete(INBOX).where(INBOX.c.key.in_(select(SpentKeyRow.key)))).rowcount


def blur(connection: Connection, now_minute: int, hours: int) -> int:
    """Cut the minute of rows waiting longer than ``hours`` to their local day; returns how many."""
    past_midnight = (INBOX.c.received_minute + UTC_PLUS_7) % DAY
    old = (INBOX.c.received_minute < now_minute - hours * 60, past_midnight != 0)
    return connection.execute(
        update(INBOX).where(*old).values(received_minute=INBOX.c.received_minute - past_midnight)
    ).rowcount


def groups(connection: Connection) -> list[tuple[Group, int]]:
    """Every (counter, wave, version) with waiting responses, and how many."""
    columns = (INBOX.c.counter_id, INBOX.c.wave_id, INBOX.c.version_id)
    query = select(*columns, func.count()).group_by(*columns).order_by(*columns)
    return [((counter, wave, version), n) for counter, wave, version, n in connection.execute(query)]


def waiting(connection: Connection, group: Group) -> list[InboxEntry]:
    """The waiting responses of a group, without late retries of released ones that came in this very moment."""
    return [InboxEntry(*row) for row in zip(*waiting_at(connection, [group]).values(), strict=True)]


def waiting_at(connection: Connection, groups: Sequence[Group]) -> dict[str, list[Any]]:
    """The same of many groups at once, column by column, as the fields of ``InboxEntry``."""
    place = tuple_(INBOX.c.counter_id, INBOX.c.wave_id, INBOX.c.version_id)
    query = select(*(INBOX.c[name] for name in FIELDS)).where(~exists().where(SpentKeyRow.key == INBOX.c.key))
    columns: dict[str, list[Any]] = {name: [] for name in FIELDS}
    for start in range(0, len(groups), GROUPS_AT_ONCE):
        found = connection.execute(query.where(place.in_(groups[start : start + GROUPS_AT_ONCE])))
        for rows in found.partitions(ROWS_AT_ONCE):
            for column, values in zip(columns.values(), zip(*rows, strict=True), strict=True):
                column.extend(values)
    return columns


def flag(connection: Connection, keys: Sequence[str]) -> None:
    """Mark waiting responses as signs to check."""
    one = update(INBOX).where(INBOX.c.key == bindparam("caught")).values(flagged=True)
    if keys:
        connection.execute(one, [{"caught": key} for key in keys])


def remove(connection: Connection, keys: Sequence[str]) -> None:
    """Delete rows by key (they are being released in this transaction), in key order."""
    delete_values(connection, INBOX.c.key, sorted(keys))


def settle(connection: Connection) -> None:
    """Wipe what released rows and cut minutes left between the rows that go on waiting."""
    rewrite(connection, INBOX)
