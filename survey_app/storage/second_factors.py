"""Second factors, the codes that stand in for them, and sign-ins that still wait for theirs. Times come back in UTC."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from survey_app.storage.database import wait_for_lock
from survey_app.storage.officer_tables import HalfOpenSignInRow, RecoveryCodeRow, SecondFactorRow

ENROLMENT_LOCK = 7_274_020
"""Advisory lock number: one enrolment, or making of recovery codes, at a time."""


@dataclass(frozen=True)
class StoredSecondFactor:
    """An officer's secret as it is kept, and the last step a code was accepted for."""

    encrypted_secret: str
    enrolled_at: datetime
    last_step: int


def _aware(moment: datetime) -> datetime:
    """SQLite returns times without their zone; they were written in UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def lock(connection: Connection) -> None:
    """Until this transaction ends nobody else enrols."""
    wait_for_lock(connection, ENROLMENT_LOCK)


def find(connection: Connection, officer_id: int) -> StoredSecondFactor | None:
    """The officer's second factor; None: not enrolled."""
    row = SecondFactorRow
    query = select(row.encrypted_secret, row.enrolled_at, row.last_step).where(row.officer_id == officer_id)
    found = connection.execute(query).one_or_none()
    return StoredSecondFactor(found[0], _aware(found[1]), found[2]) if found else None


def is_enrolled(connection: Connection, officer_id: int) -> bool:
    """Whether signing in to this account asks for a code."""
    row = SecondFactorRow
    return connection.scalar(select(row.officer_id).where(row.officer_id == officer_id)) is not None


def put(connection: Connection, officer_id: int, encrypted_secret: str, at: datetime, last_step: int) -> None:
    """Store a second factor in place of an earlier one."""
    row = SecondFactorRow
    connection.execute(delete(row).where(row.officer_id == officer_id))
    values = {"officer_id": officer_id, "encrypted_secret": encrypted_secret, "enrolled_at": at, "last_step": last_step}
    connection.execute(insert(row), values)


def use_step(connection: Connection, officer_id: int, step: int, encrypted_secret: str) -> bool:
    """Mark a step as used; False if it, or a later one, was used already. Of two at once one gets True."""
    row = SecondFactorRow
    newer = update(row).where(row.officer_id == officer_id, row.last_step < step)
    values = {"last_step": step, "encrypted_secret": encrypted_secret}
    return connection.execute(newer.values(values)).rowcount == 1


def remove(connection: Connection, officer_id: int) -> bool:
    """Drop the second factor with its recovery codes; whether there was one."""
    connection.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.officer_id == officer_id))
    row = SecondFactorRow
    return connection.execute(delete(row).where(row.officer_id == officer_id)).rowcount == 1


def put_recovery_codes(connection: Connection, officer_id: int, codes_sha256: Iterable[str]) -> None:
    """Store recovery codes in place of all earlier ones."""
    row = RecoveryCodeRow
    connection.execute(delete(row).where(row.officer_id == officer_id))
    connection.execute(insert(row), [{"officer_id": officer_id, "code_sha256": code} for code in codes_sha256])


def use_recovery_code(connection: Connection, officer_id: int, code_sha256: str) -> bool:
    """Use a recovery code up; False if there is none such. Of two at once one gets True."""
    row = RecoveryCodeRow
    mine = delete(row).where(row.officer_id == officer_id, row.code_sha256 == code_sha256)
    return connection.execute(mine).rowcount == 1


def count_recovery_codes(connection: Connection, officer_id: int) -> int:
    """How many recovery codes are left."""
    row = RecoveryCodeRow
    return connection.scalar(select(func.count()).select_from(row).where(row.officer_id == officer_id)) or 0


def add_half_open(connection: Connection, half_open_id: str, officer_id: int, at: datetime) -> None:
    """Store that the password was right and the code is still to come."""
    values = {"id": half_open_id, "officer_id": officer_id, "created_at": at}
    connection.execute(insert(HalfOpenSignInRow), values)


def half_open_officer(connection: Connection, half_open_id: str, created_after: datetime) -> int | None:
    """The row number of the officer of a half-open sign-in; None: unknown, or too old."""
    row = HalfOpenSignInRow
    query = select(row.officer_id).where(row.id == half_open_id, row.created_at >= created_after)
    return connection.scalar(query)


def end_half_open(connection: Connection, half_open_id: str) -> bool:
    """Drop a half-open sign-in; whether it was there."""
    row = HalfOpenSignInRow
    return connection.execute(delete(row).where(row.id == half_open_id)).rowcount == 1


def forget_half_open(connection: Connection, created_before: datetime) -> None:
    """Drop half-open sign-ins too old to go on."""
    connection.execute(delete(HalfOpenSignInRow).where(HalfOpenSignInRow.created_at < created_before))
