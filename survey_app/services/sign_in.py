"""Signing in and out, and proving again who one is. A session lives in the database; the cookie holds what finds it.

Guessing is slowed per login, known or not: a try is counted before the password is looked at, and from the
fifth failure within a day on each further try must wait: a minute, then twice as long each time, an hour at most.
Codes of the second factor are counted in the same way, apart: a right password forgives no wrong code.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from survey_app.domain.local_day import local_day
from survey_app.domain.permissions import Officer
from survey_app.services import second_factor
from survey_app.services.officers import LOGIN
from survey_app.services.passwords import digest, is_right, nobodys_hash, rehashed
from survey_app.storage import audit_log, officer_sessions, officers, second_factors
from survey_app.storage.database import begin_read, begin_write, try_lock, wait_for_lock
from survey_app.storage.officers import StoredOfficer

FREE_FAILURES = 5
FAILURES_COUNT_FOR = timedelta(days=1)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=8)
TOUCH_EVERY = timedelta(minutes=1)
HALF_OPEN = timedelta(minutes=10)
PROOF_HOLDS = timedelta(minutes=10)


class SignInFailed(Exception):
    """Login, password or code do not belong together; which of them is wrong is not told."""


class CodeNeeded(Exception):
    """The password was right; ``token`` finds the half-open sign-in that waits for a code, and nothing else."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self.token = token


class HalfOpenEnded(Exception):
    """The sign-in waited too long for its code, or was ended: begin again with the password."""


class TooManyTries(Exception):
    """This login must wait; told alike for logins that exist and logins that do not."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.wait = wait


def wait_after(failed_at: Sequence[datetime], now: datetime) -> timedelta:
    """How long a login with these failures must still wait; zero or less: not at all."""
    counted = [moment for moment in failed_at if moment > now - FAILURES_COUNT_FOR]
    if len(counted) < FREE_FAILURES:
        return timedelta(0)
    doubled: int = 2 ** min(len(counted) - FREE_FAILURES, 10)
    wait = min(FIRST_WAIT * doubled, LONGEST_WAIT)
    return max(counted) + wait - now


def _count_try(engine: Engine, now: datetime, login_sha256: str) -> None:
    """Count this try as a failure until it proves right; tries for one login at once exclude each other."""
    with begin_write(engine) as connection:
        officers.forget_failures(connection, now - FAILURES_COUNT_FOR)
        if not try_lock(connection, _lock_number(login_sha256)):
            raise TooManyTries(FIRST_WAIT)
        wait = wait_after(officers.failures(connection, login_sha256), now)
        if wait > timedelta(0):
            raise TooManyTries(wait)
        officers.add_failure(connection, login_sha256, now)


def _lock_number(login_sha256: str) -> int:
    return int(login_sha256[:15], 16)


def sign_in(engine: Engine, now: datetime, login: str, password: str) -> str:
    """Check a password and open a session; returns what the cookie is to hold (256 random bits).

    Raises:
        CodeNeeded: the password was right, and this officer has a second factor.
        SignInFailed: wrong login, wrong password, or a closed account.
        TooManyTries: the password was not looked at.
    """
    login = login.strip().lower()
    _count_try(engine, now, digest(login))
    with begin_read(engine) as connection:
        stored = officers.find(connection, login) if LOGIN.fullmatch(login) else None
    fits = is_right(stored.password_hash if stored else nobodys_hash(), password)
    if stored is None or stored.is_disabled or not fits:
        with begin_write(engine) as connection:
            actor = stored.officer.login if stored else "unknown"
            audit_log.append(connection, now, actor, "officer.sign_in_failed", None, {})
        raise SignInFailed
    return _pass_password(engine, now, stored, password)


def _pass_password(engine: Engine, now: datetime, stored: StoredOfficer, password: str) -> str:
    """The password was right: a session, or a half-open sign-in where a code is needed too (CodeNeeded)."""
    token = secrets.token_urlsafe(32)
    with begin_write(engine) as connection:
        officers.clear_failures(connection, digest(stored.officer.login))
        new_hash = rehashed(stored.password_hash, password)
        if new_hash is not None:
            officers.set_password_hash(connection, stored.id, new_hash)
        is_half_open = second_factors.is_enrolled(connection, stored.id)
        if is_half_open:
            second_factors.forget_half_open(connection, now - HALF_OPEN)
            second_factors.add_half_open(connection, digest(token), stored.id, now)
        else:
            _open_session(connection, now, stored, token, {})
    if is_half_open:
        raise CodeNeeded(token)
    return token


def _open_session(
    connection: Connection, now: datetime, stored: StoredOfficer, token: str, detail: dict[str, str]
) -> None:
    officers.forget_sessions(connection, now - ABSOLUTE)
    officers.add_session(connection, digest(token), stored.id, now)
    wait_for_lock(connection, _lock_number(digest(f"last sign-in of {stored.officer.login}")))
    officers.put_last_sign_in(connection, stored.id, local_day(now))
    audit_log.append(connection, now, stored.officer.login, "officer.sign_in", None, detail)


def _check_code(engine: Engine, keys: Sequence[str], now: datetime, stored: StoredOfficer, code: str) -> dict[str, str]:
    """Use up a code of the device or a recovery code; returns for the audit log which it was.

    Raises:
        SignInFailed, TooManyTries.
    """
    login = stored.officer.login
    counted_as = digest(f"second factor of {login}")
    _count_try(engine, now, counted_as)
    with begin_write(engine) as connection:
        accepted = second_factor.accept(connection, keys, now, stored.id, code)
        if accepted is None:
            audit_log.append(connection, now, login, "officer.second_factor_failed", None, {})
        else:
            officers.clear_failures(connection, counted_as)
    if accepted is None:
        raise SignInFailed
    return {"second_factor": accepted}


def send_code(engine: Engine, keys: Sequence[str], now: datetime, half_open: str, code: str) -> str:
    """Go on with a half-open sign-in; returns what the cookie of the session is to hold.

    Raises:
        HalfOpenEnded: unknown, older than ten minutes, ended, or the account is closed.
        SignInFailed: wrong code, or one that was used already.
        TooManyTries: the code was not looked at.
    """
    with begin_read(engine) as connection:
        officer_id = second_factors.half_open_officer(connection, digest(half_open), now - HALF_OPEN)
        stored = officers.by_id(connection, officer_id) if officer_id is not None else None
    if stored is None or stored.is_disabled:
        raise HalfOpenEnded
    detail = _check_code(engine, keys, now, stored, code)
    token = secrets.token_urlsafe(32)
    with begin_write(engine) as connection:
        if not second_factors.end_half_open(connection, digest(half_open)):
            raise HalfOpenEnded
        _open_session(connection, now, stored, token, detail)
    return token


def is_half_open(engine: Engine, now: datetime, half_open: str) -> bool:
    """Whether a sign-in waits for its code."""
    with begin_read(engine) as connection:
        return second_factors.half_open_officer(connection, digest(half_open), now - HALF_OPEN) is not None


@dataclass(frozen=True)
class OpenSession:
    """A session as a request meets it; ``must_enrol``: nothing is open before there is a second factor."""

    officer: Officer
    proved_at: datetime
    is_enrolled: bool
    must_enrol: bool

    def is_proved(self, now: datetime) -> bool:
        """Whether who uses it proved within the last ten minutes who they are."""
        return now - self.proved_at <= PROOF_HOLDS


def resume_session(engine: Engine, now: datetime, token: str) -> OpenSession | None:
    """The session of a cookie, or None when it is unknown, idle for 30 minutes, or 8 hours old."""
    session_id = digest(token)
    with begin_read(engine) as connection:
        session = officers.find_session(connection, session_id)
        stored = officers.by_id(connection, session.officer_id) if session else None
        if session is None or stored is None:
            return None
        is_enrolled = second_factors.is_enrolled(connection, stored.id)
        must_enrol = not is_enrolled and second_factor.is_required(connection, now, stored.officer)
    if stored.is_disabled or now - session.last_seen_at > IDLE or now - session.created_at > ABSOLUTE:
        with begin_write(engine) as connection:
            officers.end_session(connection, session_id)
        return None
    if now - session.last_seen_at >= TOUCH_EVERY:
        with begin_write(engine) as connection:
            officers.touch_session(connection, session_id, now)
    return OpenSession(stored.officer, session.proved_at, is_enrolled, must_enrol)


def check_password(engine: Engine, now: datetime, officer: Officer, password: str) -> StoredOfficer:
    """Whether somebody who is signed in knows the password. Raises SignInFailed, TooManyTries."""
    _count_try(engine, now, digest(officer.login))
    with begin_read(engine) as connection:
        stored = officers.find(connection, officer.login)
    fits = stored is not None and is_right(stored.password_hash, password)
    with begin_write(engine) as connection:
        if fits:
            officers.clear_failures(connection, digest(officer.login))
        else:
            audit_log.append(connection, now, officer.login, "officer.confirm_failed", None, {})
    if stored is None or not fits:
        raise SignInFailed
    return stored


def prove(
    engine: Engine, keys: Sequence[str], now: datetime, token: str, opened: OpenSession, password: str, code: str
) -> None:
    """Prove again, in a session that is open, who uses it: by the password, and a code where one is enrolled.

    Raises:
        SignInFailed: one of them is wrong.
        TooManyTries: they were not looked at.
    """
    stored = check_password(engine, now, opened.officer, password)
    detail = _check_code(engine, keys, now, stored, code) if opened.is_enrolled else {}
    with begin_write(engine) as connection:
        officer_sessions.set_proved_at(connection, digest(token), now)
        audit_log.append(connection, now, opened.officer.login, "officer.confirm", None, detail)


def sign_out(engine: Engine, now: datetime, token: str, officer: Officer) -> None:
    """End a session."""
    with begin_write(engine) as connection:
        officers.end_session(connection, digest(token))
        audit_log.append(connection, now, officer.login, "officer.sign_out", None, {})
