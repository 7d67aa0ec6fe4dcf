"""An officer's own sessions: which there are, ending them, when one was last proved. Times come back in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, select, update

from survey_app.storage.officer_tables import OfficerSessionRow


@dataclass(frozen=True)
class SessionInUse:
    """A signed-in browser; ``id`` is the SHA-256 of what its cookie holds."""

    id: str
    created_at: datetime
    last_seen_at: datetime


def _aware(moment: datetime) -> datetime:
    """SQLite returns times without their zone; they were written in UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def of_officer(
    connection: Connection, officer_id: int, created_after: datetime, seen_after: datetime
) -> list[SessionInUse]:
    """The officer's sessions that can be resumed, last used first."""
    row = OfficerSessionRow
    query = (
        select(row.id, row.created_at, row.last_seen_at)
        .where(row.officer_id == officer_id, row.created_at >= created_after, row.last_seen_at >= seen_after)
        .order_by(row.last_seen_at.desc(), row.id)
    )
    return [SessionInUse(number, _aware(begun), _aware(used)) for number, begun, used in connection.execute(query)]


def end_one_of(connection: Connection, officer_id: int, session_id: str) -> bool:
    """End a session if it is this officer's; whether it was."""
    row = OfficerSessionRow
    return connection.execute(delete(row).where(row.officer_id == officer_id, row.id == session_id)).rowcount == 1


def end_others(connection: Connection, officer_id: int, kept_id: str) -> None:
    """End every session of the officer but one."""
    row = OfficerSessionRow
    connection.execute(delete(row).where(row.officer_id == officer_id, row.id != kept_id))


def set_proved_at(connection: Connection, session_id: str, at: datetime) -> None:
    """Who uses this session has just proved who they are."""
    row = OfficerSessionRow
    connection.execute(update(row).where(row.id == session_id).values(proved_at=at))
