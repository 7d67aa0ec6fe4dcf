"""The printed codes of counters and of whole centres: issued, moved, revoked; never reused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sqlalchemy import Connection, Select, func, insert, or_, select, update

from survey_app.domain.local_day import local_day
from survey_app.storage.database import wait_for_lock
from survey_app.storage.tables import CounterCodeRow, OrgUnitRow

CODES_LOCK = 7_274_010
"""Advisory lock number: one change of codes at a time, so that no code comes to stand at two counters."""


@dataclass(frozen=True)
class CounterCode:
    """A code's stay at a counter (or a whole centre). In force on a day when valid then and not revoked."""

    code: str
    counter_code: str
    issue_number: int
    valid_from: date
    valid_to: date | None
    revoked_at: datetime | None

    def is_in_force_on(self, day: date) -> bool:
        return self.revoked_at is None and self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def _query() -> Select[str, str, int, date, date | None, datetime | None]:
    row = CounterCodeRow
    return (
        select(row.code, OrgUnitRow.code, row.issue_number, row.valid_from, row.valid_to, row.revoked_at)
        .join(OrgUnitRow, OrgUnitRow.id == row.counter_id)
        .order_by(row.id.desc())
    )


def _aware(moment: datetime) -> datetime:
    """SQLite returns times without their zone; they were written in UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _read(
    connection: Connection, query: Select[str, str, int, date, date | None, datetime | None]
) -> list[CounterCode]:
    found = [CounterCode(*row) for row in connection.execute(query)]
    return [replace(stay, revoked_at=_aware(stay.revoked_at)) if stay.revoked_at else stay for stay in found]


def history(connection: Connection, code: str) -> list[CounterCode]:
    """Every stay of a printed code, newest first."""
    return _read(connection, _query().where(CounterCodeRow.code == code))


def of_counters(connection: Connection, counter_codes: Sequence[str]) -> list[CounterCode]:
    """Every code ever issued for these counters, newest first."""
    return _read(connection, _query().where(OrgUnitRow.code.in_(counter_codes)))


def every(connection: Connection) -> list[CounterCode]:
    """Every stay of every code, newest first."""
    return _read(connection, _query())


def lock(connection: Connection) -> None:
    """Wait until nobody else changes codes; held to the end of this transaction."""
    wait_for_lock(connection, CODES_LOCK)


def is_taken(connection: Connection, code: str) -> bool:
    """Whether this code was ever printed for anybody."""
    return connection.scalar(select(CounterCodeRow.id).where(CounterCodeRow.code == code).limit(1)) is not None


def add(connection: Connection, code: str, counter_id: int, valid_from: date) -> int:
    """Put a code at a counter; returns its issue number there."""
    last = connection.scalar(
        select(func.max(CounterCodeRow.issue_number)).where(CounterCodeRow.counter_id == counter_id)
    )
    values = {
        "code": code,
        "counter_id": counter_id,
        "issue_number": (last or 0) + 1,
        "valid_from": valid_from,
    }
    connection.execute(insert(CounterCodeRow), values)
    return (last or 0) + 1


def end(connection: Connection, code: str, last_day: date) -> None:
    """End a code's present stay after ``last_day`` (before moving it)."""
    open_stay = (
        CounterCodeRow.code == code,
        CounterCodeRow.valid_to.is_(None),
        CounterCodeRow.revoked_at.is_(None),
    )
    connection.execute(update(CounterCodeRow).where(*open_stay).values(valid_to=last_day))


def revoke(connection: Connection, code: str, moment: datetime) -> int:
    """Revoke a code wherever it stands now or later; returns how many stays it ended. Past stays keep their story."""
    row = CounterCodeRow
    not_over = or_(row.valid_to.is_(None), row.valid_to >= local_day(moment))
    stays = (row.code == code, row.revoked_at.is_(None), not_over)
    return connection.execute(update(row).where(*stays).values(revoked_at=moment)).rowcount
