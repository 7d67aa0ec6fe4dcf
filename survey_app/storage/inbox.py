"""The inbox: the only place where the citizen surface writes, and where responses wait for their release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import cast

from sqlalchemy import Connection, Table, bindparam, delete, exists, func, select, update

from survey_app.storage.database import insert_ignore, rewrite
from survey_app.storage.tables import ResponseInboxRow, SpentKeyRow

INBOX = cast(Table, ResponseInboxRow.__table__)
DAY = 24 * 60
UTC_PLUS_7 = 7 * 60
COUNTED = {"preserve_rowcount": True}


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


Group = tuple[int, int, int]
"""(counter, wave, version) row numbers."""


def put(connection: Connection, entry: InboxEntry) -> bool:
    """Store a response; False if its key is already here. One INSERT naming every column, nothing read."""
    return connection.execute(insert_ignore(connection, INBOX), vars(entry), execution_options=COUNTED).rowcount == 1


def put_many(connection: Connection, entries: Sequence[InboxEntry]) -> None:
    """Store many responses whose keys are new."""
    if entries:
        connection.execute(INBOX.insert(), [asdict(entry) for entry in entries])


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
    counter, wave, version = group
    query = select(INBOX).where(
        INBOX.c.counter_id == counter,
        INBOX.c.wave_id == wave,
        INBOX.c.version_id == version,
        ~exists().where(SpentKeyRow.key == INBOX.c.key),
    )
    return [InboxEntry(**row) for row in connection.execute(query).mappings()]


def flag(connection: Connection, keys: Sequence[str]) -> None:
    """Mark waiting responses as signs to check."""
    one = update(INBOX).where(INBOX.c.key == bindparam("caught")).values(flagged=True)
    connection.execute(one, [{"caught": key} for key in keys])


def remove(connection: Connection, keys: Sequence[str]) -> None:
    """Delete rows by key (they are being released in this transaction)."""
    connection.execute(delete(INBOX).where(INBOX.c.key == bindparam("spent")), [{"spent": key} for key in keys])


def settle(connection: Connection) -> None:
    """Wipe what released rows and cut minutes left between the rows that go on waiting."""
    rewrite(connection, INBOX)
