"""Officers, what was granted to them, their sessions, and failed sign-ins. Times come back aware, in UTC."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import cast

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, select, update

from survey_app.domain.permissions import Grant, Officer, Role
from survey_app.storage.database import insert_ignore, wait_for_lock
from survey_app.storage.officer_tables import (
    HalfOpenSignInRow,
    LastSignInRow,
    OfficerGrantRow,
    OfficerRow,
    OfficerSessionRow,
    SignInFailureRow,
)
from survey_app.storage.tables import OrgUnitRow

ACCOUNTS_LOCK = 7_274_010
"""Advisory lock number: one change of accounts at a time."""

LAST_SIGN_IN = cast(Table, LastSignInRow.__table__)


@dataclass(frozen=True)
class StoredOfficer:
    """An officer with row number, password hash, and whether the account is closed."""

    id: int
    password_hash: str
    is_disabled: bool
    officer: Officer


@dataclass(frozen=True)
class StoredSession:
    """A signed-in browser."""

    officer_id: int
    created_at: datetime
    last_seen_at: datetime
    proved_at: datetime


def _aware(moment: datetime) -> datetime:
    """SQLite returns times without their zone; they were written in UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _grants(connection: Connection, officer_ids: Sequence[int]) -> dict[int, list[Grant]]:
    found: dict[int, list[Grant]] = defaultdict(list)
    row = OfficerGrantRow
    query = (
        select(row.officer_id, row.role, OrgUnitRow.code, row.valid_to)
        .join(OrgUnitRow, OrgUnitRow.id == row.unit_id)
        .where(row.officer_id.in_(officer_ids))
        .order_by(OrgUnitRow.id, row.role)
    )
    for officer_id, role, code, valid_to in connection.execute(query):
        found[officer_id].append(Grant(Role(role), code, valid_to))
    return found


def _read(connection: Connection, *conditions: ColumnElement[bool]) -> list[StoredOfficer]:
    query = select(OfficerRow.__table__).where(*conditions).order_by(OfficerRow.login)
    rows = connection.execute(query).all()
    grants = _grants(connection, [row.id for row in rows])
    return [
        StoredOfficer(
            row.id,
            row.password_hash,
            row.disabled_at is not None,
            Officer(row.login, row.name, tuple(grants[row.id])),
        )
        for row in rows
    ]


def every(connection: Connection) -> list[StoredOfficer]:
    """All officers by login, with their grants."""
    return _read(connection)


def find(connection: Connection, login: str) -> StoredOfficer | None:
    """The officer with this login."""
    return next(iter(_read(connection, OfficerRow.login == login)), None)


def by_id(connection: Connection, officer_id: int) -> StoredOfficer | None:
    """The officer of a session."""
    return next(iter(_read(connection, OfficerRow.id == officer_id)), None)


def add(connection: Connection, login: str, name: str, password_hash: str) -> int:
    """Store a new officer; returns the row number."""
    values = {"login": login, "name": name, "password_hash": password_hash, "disabled_at": None}
    return connection.execute(insert(OfficerRow).returning(OfficerRow.id), values).scalar_one()


def set_password_hash(connection: Connection, officer_id: int, password_hash: str) -> None:
    row = OfficerRow
    connection.execute(update(row).where(row.id == officer_id).values(password_hash=password_hash))


def put_grant(connection: Connection, officer_id: int, role: Role, unit_id: int, valid_to: date | None) -> None:
    """Store a grant, in place of an earlier one of the same role at the same unit."""
    row = OfficerGrantRow
    place = (row.officer_id == officer_id, row.role == role.value, row.unit_id == unit_id)
    connection.execute(delete(row).where(*place))
    values = {"officer_id": officer_id, "role": role.value, "unit_id": unit_id, "valid_to": valid_to}
    connection.execute(insert(row), values)


def add_session(connection: Connection, session_id: str, officer_id: int, at: datetime) -> None:
    """Store a session; who opens it has just proved who they are."""
    values = {"id": session_id, "officer_id": officer_id, "created_at": at, "last_seen_at": at, "proved_at": at}
    connection.execute(insert(OfficerSessionRow), values)


def find_session(connection: Connection, session_id: str) -> StoredSession | None:
    """A session by the SHA-256 of what its cookie holds."""
    row = OfficerSessionRow
    query = select(row.officer_id, row.created_at, row.last_seen_at, row.proved_at).where(row.id == session_id)
    found = connection.execute(query).one_or_none()
    return StoredSession(found[0], *map(_aware, found[1:])) if found else None


def touch_session(connection: Connection, session_id: str, at: datetime) -> None:
    row = OfficerSessionRow
    connection.execute(update(row).where(row.id == session_id).values(last_seen_at=at))


def end_session(connection: Connection, session_id: str) -> None:
    connection.execute(delete(OfficerSessionRow).where(OfficerSessionRow.id == session_id))


def end_sessions_of(connection: Connection, officer_id: int) -> None:
    """Sign the officer out everywhere, where a code is still awaited too."""
    connection.execute(delete(HalfOpenSignInRow).where(HalfOpenSignInRow.officer_id == officer_id))
    connection.execute(delete(OfficerSessionRow).where(OfficerSessionRow.officer_id == officer_id))


def forget_sessions(connection: Connection, created_before: datetime) -> None:
    """Drop sessions too old to be resumed."""
    connection.execute(delete(OfficerSessionRow).where(OfficerSessionRow.created_at < created_before))


def failures(connection: Connection, login_sha256: str) -> Sequence[datetime]:
    """When signing in to this login failed, oldest first."""
    row = SignInFailureRow
    query = select(row.failed_at).where(row.login_sha256 == login_sha256).order_by(row.failed_at)
    return [_aware(moment) for moment in connection.scalars(query)]


def add_failure(connection: Connection, login_sha256: str, at: datetime) -> None:
    connection.execute(insert(SignInFailureRow), {"login_sha256": login_sha256, "failed_at": at})


def clear_failures(connection: Connection, login_sha256: str) -> None:
    connection.execute(delete(SignInFailureRow).where(SignInFailureRow.login_sha256 == login_sha256))


def forget_failures(connection: Connection, failed_before: datetime) -> None:
    """Drop failures too old to count."""
    connection.execute(delete(SignInFailureRow).where(SignInFailureRow.failed_at < failed_before))


def codes_above(connection: Connection, unit_code: str) -> list[str] | None:
    """The codes of the units above, nearest first; None for an unknown unit."""
    row = OrgUnitRow
    unit = connection.execute(select(row.code, row.parent_id).where(row.code == unit_code)).one_or_none()
    if unit is None:
        return None
    found: list[str] = []
    while unit is not None and unit.parent_id is not None:
        unit = connection.execute(select(row.code, row.parent_id).where(row.id == unit.parent_id)).one()
        found.append(unit.code)
    return found


def set_name(connection: Connection, officer_id: int, name: str) -> None:
    connection.execute(update(OfficerRow).where(OfficerRow.id == officer_id).values(name=name))


def set_disabled_at(connection: Connection, officer_id: int, at: datetime | None) -> None:
    """Close the account, or open it again (None)."""
    connection.execute(update(OfficerRow).where(OfficerRow.id == officer_id).values(disabled_at=at))


def lock_accounts(connection: Connection) -> None:
    """Until this transaction ends nobody else makes or changes an account."""
    wait_for_lock(connection, ACCOUNTS_LOCK)


def count_sessions(connection: Connection, officer_id: int, created_after: datetime, seen_after: datetime) -> int:
    """How many browsers are signed in with this account."""
    row = OfficerSessionRow
    alive = (row.officer_id == officer_id, row.created_at >= created_after, row.last_seen_at >= seen_after)
    return connection.scalar(select(func.count()).select_from(row).where(*alive)) or 0


def put_last_sign_in(connection: Connection, officer_id: int, day: date) -> None:
    row = LastSignInRow
    connection.execute(insert_ignore(connection, LAST_SIGN_IN), {"officer_id": officer_id, "day": day})
    connection.execute(update(row).where(row.officer_id == officer_id, row.day != day).values(day=day))


def last_sign_ins(connection: Connection) -> dict[int, date]:
    """Officer's row number -> the day of the last sign-in, of all who ever did."""
    query = select(LastSignInRow.officer_id, LastSignInRow.day)
    return {row.officer_id: row.day for row in connection.execute(query)}
