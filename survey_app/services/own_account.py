"""What officers do with their own account: change the password, see and end their sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from survey_app.domain.permissions import Officer
from survey_app.services.passwords import digest, hash_password
from survey_app.services.sign_in import ABSOLUTE, IDLE, check_password
from survey_app.storage import audit_log, officer_sessions, officers
from survey_app.storage.database import begin_read, begin_write


@dataclass(frozen=True)
class OwnSession:
    """A browser signed in with one's account; neither device nor address is known."""

    id: str
    begun_at: datetime
    used_at: datetime
    is_this_one: bool


def sessions(engine: Engine, now: datetime, officer: Officer, token: str) -> list[OwnSession]:
    """The officer's sessions that are open, last used first; ``token`` is what this browser's cookie holds."""
    this = digest(token)
    with begin_read(engine) as connection:
        stored = officers.find(connection, officer.login)
        assert stored is not None
        found = officer_sessions.of_officer(connection, stored.id, now - ABSOLUTE, now - IDLE)
    return [OwnSession(one.id, one.created_at, one.last_seen_at, one.id == this) for one in found]


def end_session(engine: Engine, now: datetime, officer: Officer, session_id: str) -> bool:
    """End one of the officer's own sessions; whether it was one."""
    with begin_write(engine) as connection:
        stored = officers.find(connection, officer.login)
        assert stored is not None
        was_open = officer_sessions.end_one_of(connection, stored.id, session_id)
        if was_open:
            audit_log.append(connection, now, officer.login, "officer.session_end", None, {})
    return was_open


def sign_out_everywhere(engine: Engine, now: datetime, officer: Officer) -> None:
    """End every session of the officer, this one too."""
    with begin_write(engine) as connection:
        stored = officers.find(connection, officer.login)
        assert stored is not None
        officers.end_sessions_of(connection, stored.id)
        audit_log.append(connection, now, officer.login, "officer.sign_out_own", None, {})


def change_password(engine: Engine, now: datetime, officer: Officer, token: str, old: str, new: str) -> None:
    """Give oneself a new password; every other session ends.

    Raises:
        BadPassword: the new one is too short or too long; the old one was not looked at.
        SignInFailed, TooManyTries: the old one is wrong, or was not looked at.
    """
    password_hash = hash_password(new)
    stored = check_password(engine, now, officer, old)
    with begin_write(engine) as connection:
        officers.set_password_hash(connection, stored.id, password_hash)
        officer_sessions.end_others(connection, stored.id, digest(token))
        audit_log.append(connection, now, officer.login, "officer.password_change", None, {})
