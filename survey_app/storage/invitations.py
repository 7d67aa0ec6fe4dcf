"""Invitations by link, found by the SHA-256 of their secret. Times come back aware, in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, insert, select

from survey_app.storage.officer_tables import InvitationRow


@dataclass(frozen=True)
class StoredInvitation:
    """Whose it is and until when it can be used."""

    officer_id: int
    expires_at: datetime


def _aware(moment: datetime) -> datetime:
    """SQLite returns times without their zone; they were written in UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def put(connection: Connection, officer_id: int, secret_sha256: str, expires_at: datetime) -> None:
    """Store an invitation in place of an earlier one of this officer."""
    drop(connection, officer_id)
    values = {"officer_id": officer_id, "secret_sha256": secret_sha256, "expires_at": expires_at}
    connection.execute(insert(InvitationRow), values)


def drop(connection: Connection, officer_id: int) -> bool:
    """Remove the invitation of an officer; whether there was one."""
    done = connection.execute(delete(InvitationRow).where(InvitationRow.officer_id == officer_id))
    return done.rowcount > 0


def find(connection: Connection, secret_sha256: str) -> StoredInvitation | None:
    row = InvitationRow
    query = select(row.officer_id, row.expires_at).where(row.secret_sha256 == secret_sha256)
    found = connection.execute(query).one_or_none()
    return StoredInvitation(found.officer_id, _aware(found.expires_at)) if found else None


def waiting(connection: Connection) -> dict[int, datetime]:
    """Officer's row number -> until when the invitation can be used, of all that were not used; expired ones too."""
    query = select(InvitationRow.officer_id, InvitationRow.expires_at)
    return {officer_id: _aware(expires_at) for officer_id, expires_at in connection.execute(query)}
