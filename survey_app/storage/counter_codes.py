"""The printed codes of counters: issued, moved, revoked; never reused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Select, func, insert, select, update

from survey_app.storage.tables import CounterCodeRow, OrgUnitRow


@dataclass(frozen=True)
class CounterCode:
    """A code's stay at a counter. In force on a day when valid then and not revoked."""

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


def history(connection: Connection, code: str) -> list[CounterCode]:
    """Every stay of a printed code, newest first."""
    return [CounterCode(*row) for row in connection.execute(_query().where(CounterCodeRow.code == code))]


def of_counters(connection: Connection, counter_codes: Sequence[str]) -> list[CounterCode]:
    """Every code ever issued for these counters, newest first."""
    return [CounterCode(*row) for row in connection.execute(_query().where(OrgUnitRow.code.in_(counter_codes)))]


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
    """Revoke a code everywhere; returns how many stays it ended (0: unknown or already revoked)."""
    stays = (CounterCodeRow.code == code, CounterCodeRow.revoked_at.is_(None))
    return connection.execute(update(CounterCodeRow).where(*stays).values(revoked_at=moment)).rowcount
