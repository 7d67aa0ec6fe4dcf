"""The audit log: who did what to which unit with what result. Append-only, each entry chained to the one before."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select

from survey_app.domain.audit_chain import BEGINNING, AuditEntry, seal
from survey_app.storage.database import AUDIT_LOCK, wait_for_lock
from survey_app.storage.officer_tables import AuditEntryRow

SYSTEM = "system"
"""The actor of commands and timers."""

ROWS_AT_ONCE = 1000


@dataclass(frozen=True)
class AuditFilter:
    """Which entries are wanted; None leaves a dimension open. ``until`` is exclusive, ``actor`` a part of a login."""

    actor: str | None = None
    action: str | None = None
    unit_codes: Collection[str] | None = None
    since: datetime | None = None
    until: datetime | None = None


def _aware(moment: datetime) -> datetime:
    """SQLite returns times without their zone; they were written in UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def append(
    connection: Connection,
    at: datetime,
    actor: str,
    action: str,
    unit_code: str | None,
    detail: Mapping[str, Any],
) -> None:
    """Write an entry in the caller's transaction: it stands or falls with what it tells of.

    Whoever appends waits for the others that do: until this transaction ends nobody else adds to the chain.
    """
    wait_for_lock(connection, AUDIT_LOCK)
    row = AuditEntryRow
    last = connection.execute(select(row.id, row.hash).order_by(row.id.desc()).limit(1)).one_or_none()
    number, previous = (last.id + 1, last.hash) if last else (1, BEGINNING)
    told = json.dumps(detail, ensure_ascii=False, sort_keys=True, default=str)
    entry = seal(AuditEntry(number, at.astimezone(UTC), actor, action, unit_code, told, previous))
    values = {"id": number, "at": entry.at, "actor": actor, "action": action, "unit_code": unit_code}
    connection.execute(insert(row), values | {"detail": told, "previous": previous, "hash": entry.hash})


def _entry(row: Row[Any]) -> AuditEntry:
    return AuditEntry(row.id, _aware(row.at), row.actor, row.action, row.unit_code, row.detail, row.previous, row.hash)


def _oldest_first(connection: Connection, after: int, *conditions: ColumnElement[bool]) -> Iterator[AuditEntry]:
    """Entries by number, read a thousand at a time so that a reader may stop anywhere and leave nothing open."""
    row = AuditEntryRow
    while True:
        query = select(row.__table__).where(*conditions, row.id > after).order_by(row.id).limit(ROWS_AT_ONCE)
        found = connection.execute(query).all()
        for one in found:
            yield _entry(one)
        if len(found) < ROWS_AT_ONCE:
            return
        after = found[-1].id


def chain(connection: Connection) -> Iterator[AuditEntry]:
    """Every entry by number, streamed."""
    return _oldest_first(connection, 0)


def last(connection: Connection) -> AuditEntry | None:
    """The newest entry."""
    query = select(AuditEntryRow.__table__).order_by(AuditEntryRow.id.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return _entry(row) if row else None


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    row = AuditEntryRow
    found: list[ColumnElement[bool]] = []
    if wanted.actor is not None:
        found.append(row.actor.contains(wanted.actor, autoescape=True))
    if wanted.action is not None:
        found.append(row.action == wanted.action)
    if wanted.unit_codes is not None:
        found.append(row.unit_code.in_(sorted(wanted.unit_codes)))
    if wanted.since is not None:
        found.append(row.at >= wanted.since.astimezone(UTC))
    if wanted.until is not None:
        found.append(row.at < wanted.until.astimezone(UTC))
    return found


def newest_first(connection: Connection, wanted: AuditFilter, before: int | None = None) -> Iterator[AuditEntry]:
    """The entries that match, newest first, from under the number ``before`` on; streamed."""
    row, conditions = AuditEntryRow, _conditions(wanted)
    while True:
        place = [] if before is None else [row.id < before]
        query = select(row.__table__).where(*conditions, *place).order_by(row.id.desc()).limit(ROWS_AT_ONCE)
        found = connection.execute(query).all()
        for one in found:
            yield _entry(one)
        if len(found) < ROWS_AT_ONCE:
            return
        before = found[-1].id


def oldest_first(connection: Connection, wanted: AuditFilter, after: int) -> Iterator[AuditEntry]:
    """The entries that match, oldest first, from above the number ``after`` on; streamed."""
    return _oldest_first(connection, after, *_conditions(wanted))


def entries(connection: Connection, action: str) -> list[tuple[str, str | None, dict[str, Any]]]:
    """(actor, unit code, detail) of every entry of this action, oldest first."""
    row = AuditEntryRow
    query = select(row.actor, row.unit_code, row.detail).where(row.action == action).order_by(row.id)
    return [(actor, unit, json.loads(detail)) for actor, unit, detail in connection.execute(query)]


def latest_of(connection: Connection, actor: str, at_most: int) -> list[AuditEntry]:
    """The newest entries of one actor, newest first."""
    row = AuditEntryRow
    query = select(row.__table__).where(row.actor == actor).order_by(row.id.desc()).limit(at_most)
    return [_entry(found) for found in connection.execute(query)]
