"""Officers: accounts, grants, signing in and out. Passwords are argon2id; a session lives in the database.

Guessing is slowed per login, known or not: a try is counted before the password is looked at, and from the
fifth failure within a day on each further try must wait: a minute, then twice as long each time, an hour at most.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Engine

from survey_app.domain.permissions import Officer, Permission, Role, allows, allows_somewhere
from survey_app.storage import audit_log, officers, org_units
from survey_app.storage.database import begin_read, begin_write, try_lock
from survey_app.storage.officers import StoredOfficer

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{2,59}")
LEAST_PASSWORD = 12
MOST_PASSWORD = 200
MOST_NAME = 120
FREE_FAILURES = 5
FAILURES_COUNT_FOR = timedelta(days=1)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=8)
TOUCH_EVERY = timedelta(minutes=1)
_HASHER = PasswordHasher()


class BadOfficer(ValueError):
    """A login, name or password breaks the rules; the message says which."""


class LoginTaken(Exception):
    """Another officer has this login."""


class NoSuchOfficer(LookupError):
    """No officer has this login."""


class NoSuchPlace(LookupError):
    """No unit has this code."""


class SignInFailed(Exception):
    """Login and password do not belong together; which of them is wrong is not told."""


class TooManyTries(Exception):
    """This login must wait; told alike for logins that exist and logins that do not."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.wait = wait


def _normal(password: str) -> str:
    """One form for a password typed with combining or with ready-made Vietnamese letters."""
    return unicodedata.normalize("NFKC", password)


def _hash(password: str) -> str:
    if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
        raise BadOfficer(f"a password has {LEAST_PASSWORD} to {MOST_PASSWORD} characters")
    return _HASHER.hash(_normal(password))


@cache
def _nobodys_hash() -> str:
    """Verified in place of an unknown login's hash, so that both take as long."""
    return _HASHER.hash(secrets.token_urlsafe(16))


def _is_right(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, _normal(password[: MOST_PASSWORD + 1]))
    except (VerificationError, InvalidHashError):
        return False


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def make_password() -> str:
    """A random password of 20 characters (about 100 bits) without letters easily taken for another."""
    return "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(20))


def _known(connection: Connection, login: str) -> StoredOfficer:
    found = officers.find(connection, login.lower())
    if found is None:
        raise NoSuchOfficer(login)
    return found


def _grant(connection: Connection, officer_id: int, role: Role, unit_code: str, valid_to: date | None = None) -> None:
    unit_id = org_units.row_id(connection, unit_code)
    if unit_id is None:
        raise NoSuchPlace(unit_code)
    officers.put_grant(connection, officer_id, role, unit_id, valid_to)


def _check_names(login: str, name: str) -> None:
    if not LOGIN.fullmatch(login):
        raise BadOfficer("a login has 3 to 60 of a-z 0-9 . - _ and begins with a letter or digit")
    if not 1 <= len(name) <= MOST_NAME:
        raise BadOfficer(f"a name has 1 to {MOST_NAME} characters")


def create_officer(
    engine: Engine,
    now: datetime,
    *,
    login: str,
    name: str,
    role: Role,
    unit_code: str,
    password: str | None = None,
    actor: str = audit_log.SYSTEM,
) -> str:
    """Create an officer with one grant; returns the password: the one given, or a random one to show once.

    Raises:
        BadOfficer, LoginTaken, NoSuchPlace: nothing was stored.
    """
    login, name, password = login.lower(), name.strip(), make_password() if password is None else password
    _check_names(login, name)
    password_hash = _hash(password)
    with begin_write(engine) as connection:
        if officers.find(connection, login) is not None:
            raise LoginTaken(login)
        _grant(connection, officers.add(connection, login, name, password_hash), role, unit_code)
        detail = {"login": login, "role": role.value}
        audit_log.append(connection, now, actor, "officer.create", unit_code, detail)
    return password


def reset_password(engine: Engine, now: datetime, login: str, actor: str = audit_log.SYSTEM) -> str:
    """Give a new random password, returned once; every session of the officer ends.

    Raises:
        NoSuchOfficer: no such login.
    """
    password = make_password()
    password_hash = _hash(password)
    with begin_write(engine) as connection:
        stored = _known(connection, login)
        officers.set_password_hash(connection, stored.id, password_hash)
        officers.end_sessions_of(connection, stored.id)
        officers.clear_failures(connection, _digest(stored.officer.login))
        audit_log.append(connection, now, actor, "officer.reset", None, {"login": stored.officer.login})
    return password


def grant_role(
    engine: Engine,
    now: datetime,
    *,
    login: str,
    role: Role,
    unit_code: str,
    valid_to: date | None = None,
    actor: str = audit_log.SYSTEM,
) -> None:
    """Grant a role at a unit and below, or change until when it holds.

    Raises:
        NoSuchOfficer, NoSuchPlace: nothing was stored.
    """
    with begin_write(engine) as connection:
        stored = _known(connection, login)
        _grant(connection, stored.id, role, unit_code, valid_to)
        detail = {"login": stored.officer.login, "role": role.value, "valid_to": valid_to}
        audit_log.append(connection, now, actor, "officer.grant", unit_code, detail)


def list_officers(engine: Engine) -> list[Officer]:
    """Every officer by login."""
    with begin_read(engine) as connection:
        return [stored.officer for stored in officers.every(connection)]


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
        if not try_lock(connection, int(login_sha256[:15], 16)):
            raise TooManyTries(FIRST_WAIT)
        wait = wait_after(officers.failures(connection, login_sha256), now)
        if wait > timedelta(0):
            raise TooManyTries(wait)
        officers.add_failure(connection, login_sha256, now)


def sign_in(engine: Engine, now: datetime, login: str, password: str) -> str:
    """Check a password and open a session; returns what the cookie is to hold (256 random bits).

    Raises:
        SignInFailed: wrong login, wrong password, or a closed account.
        TooManyTries: the password was not looked at.
    """
    login = login.strip().lower()
    _count_try(engine, now, _digest(login))
    with begin_read(engine) as connection:
        stored = officers.find(connection, login) if LOGIN.fullmatch(login) else None
    is_right = _is_right(stored.password_hash if stored else _nobodys_hash(), password)
    with begin_write(engine) as connection:
        if stored is None or stored.is_disabled or not is_right:
            actor = stored.officer.login if stored else "unknown"
            audit_log.append(connection, now, actor, "officer.sign_in_failed", None, {})
            token = None
        else:
            token = _open_session(connection, now, stored, password)
    if token is None:
        raise SignInFailed
    return token


def _open_session(connection: Connection, now: datetime, stored: StoredOfficer, password: str) -> str:
    token = secrets.token_urlsafe(32)
    officers.clear_failures(connection, _digest(stored.officer.login))
    officers.forget_sessions(connection, now - ABSOLUTE)
    officers.add_session(connection, _digest(token), stored.id, now)
    if _HASHER.check_needs_rehash(stored.password_hash):
        officers.set_password_hash(connection, stored.id, _HASHER.hash(_normal(password)))
    audit_log.append(connection, now, stored.officer.login, "officer.sign_in", None, {})
    return token


def resume_session(engine: Engine, now: datetime, token: str) -> Officer | None:
    """The officer of a session, or None when it is unknown, idle for 30 minutes, or 8 hours old."""
    session_id = _digest(token)
    with begin_read(engine) as connection:
        session = officers.find_session(connection, session_id)
        stored = officers.by_id(connection, session.officer_id) if session else None
    if session is None or stored is None:
        return None
    if stored.is_disabled or now - session.last_seen_at > IDLE or now - session.created_at > ABSOLUTE:
        with begin_write(engine) as connection:
            officers.end_session(connection, session_id)
        return None
    if now - session.last_seen_at >= TOUCH_EVERY:
        with begin_write(engine) as connection:
            officers.touch_session(connection, session_id, now)
    return stored.officer


def sign_out(engine: Engine, now: datetime, token: str, officer: Officer) -> None:
    """End a session."""
    with begin_write(engine) as connection:
        officers.end_session(connection, _digest(token))
        audit_log.append(connection, now, officer.login, "officer.sign_out", None, {})


def may(engine: Engine, officer: Officer, permission: Permission, unit_code: str, today: date) -> bool:
    """Whether the officer holds ``permission`` at this unit. False for an unknown unit."""
    if not unit_code.isprintable():
        return False
    with begin_read(engine) as connection:
        above = officers.codes_above(connection, unit_code)
    return above is not None and allows(officer.grants, permission, unit_code, above, today)


def home_unit(engine: Engine, officer: Officer, permission: Permission, today: date) -> str | None:
    """The highest unit at which the officer holds ``permission``; the first granted of several."""
    if not allows_somewhere(officer.grants, permission, today):
        return None
    codes = [grant.unit_code for grant in officer.grants if grant.gives(permission, today)]
    with begin_read(engine) as connection:
        return min(codes, key=lambda code: len(officers.codes_above(connection, code) or ()))
