"""Officers: making accounts and granting roles. What administrators see and change of them is in ``accounts``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from sqlalchemy import Connection, Engine

from survey_app.domain.local_day import local_day
from survey_app.domain.permissions import (
    ADMINISTRATORS,
    ROLE_PLACES,
    Officer,
    Permission,
    Role,
    allows,
    allows_somewhere,
)
from survey_app.services.passwords import (
    LEAST_PASSWORD,
    MOST_PASSWORD,
    BadPassword,
    digest,
    hash_password,
    make_password,
)
from survey_app.storage import audit_log, invitations, officers, org_units
from survey_app.storage.database import begin_read, begin_write
from survey_app.storage.officers import StoredOfficer

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{2,59}")
RESERVED = frozenset({audit_log.SYSTEM, "unknown", "new"})
"""Words that stand for something else where a login could stand: in the audit log, in an address."""

MOST_NAME = 120


class BadOfficer(ValueError):
    """A login, name or password breaks the rules; the message says which."""


class LoginTaken(Exception):
    """Another officer has this login."""


class NoSuchOfficer(LookupError):
    """No officer has this login."""


class NoSuchPlace(LookupError):
    """No unit has this code."""


class WrongPlace(ValueError):
    """A role is granted only at units of fitting kinds (``ROLE_PLACES``)."""

    def __init__(self, role: Role) -> None:
        super().__init__(role)
        self.role = role


class OwnAccount(Exception):
    """Administrators neither close their own account nor end what makes them administrators."""


class LastAdministrator(Exception):
    """Nobody who administers would be left; nothing was changed."""


def _hash(password: str) -> str:
    try:
        return hash_password(password)
    except BadPassword as error:
        raise BadOfficer(f"mật khẩu có {LEAST_PASSWORD} đến {MOST_PASSWORD} ký tự") from error


def known(connection: Connection, login: str) -> StoredOfficer:
    """The officer with this login, in the caller's transaction. Raises NoSuchOfficer."""
    login = login.lower()
    found = officers.find(connection, login) if LOGIN.fullmatch(login) else None
    if found is None:
        raise NoSuchOfficer(login)
    return found


def put_grant(connection: Connection, officer_id: int, role: Role, unit_code: str, valid_to: date | None) -> None:
    """Store a grant in the caller's transaction. Raises NoSuchPlace, WrongPlace."""
    kind = org_units.kind_of(connection, unit_code) if unit_code.isprintable() else None
    unit_id = org_units.row_id(connection, unit_code) if kind else None
    if kind is None or unit_id is None:
        raise NoSuchPlace(unit_code)
    if kind not in ROLE_PLACES[role]:
        raise WrongPlace(role)
    officers.put_grant(connection, officer_id, role, unit_id, valid_to)


def check_name(name: str) -> str:
    """The name as it is kept. Raises BadOfficer."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= MOST_NAME or not name.isprintable():
        raise BadOfficer(f"tên người dùng có 1 đến {MOST_NAME} ký tự")
    return name


def _check_login(login: str) -> str:
    login = login.lower()
    if not LOGIN.fullmatch(login) or login in RESERVED:
        raise BadOfficer("tên đăng nhập có 3 đến 60 ký tự a-z 0-9 . - _, bắt đầu bằng chữ cái hoặc chữ số")
    return login


def _has_administrator(connection: Connection, today: date) -> bool:
    """Whether somebody can sign in today and manage accounts."""
    invited = invitations.waiting(connection)
    return any(
        not stored.is_disabled
        and stored.id not in invited
        and allows_somewhere(stored.officer.grants, Permission.OFFICERS_MANAGE, today)
        for stored in officers.every(connection)
    )


@contextmanager
def keeping_an_administrator(connection: Connection, today: date) -> Iterator[None]:
    """What happens inside must not take away the last active administrator. Raises LastAdministrator."""
    officers.lock_accounts(connection)
    had = _has_administrator(connection, today)
    yield
    if had and not _has_administrator(connection, today):
        raise LastAdministrator


def check_not_own_power(stored: StoredOfficer, role: Role, actor: str) -> None:
    """Nobody ends or limits what makes themselves an administrator. Raises OwnAccount."""
    if stored.officer.login == actor and role in ADMINISTRATORS:
        raise OwnAccount


def add_officer(
    connection: Connection,
    now: datetime,
    *,
    login: str,
    name: str,
    role: Role,
    unit_code: str,
    valid_to: date | None,
    password_hash: str,
    actor: str,
) -> int:
    """Store an officer with one grant in the caller's transaction; returns the row number.

    Raises:
        BadOfficer, LoginTaken, NoSuchPlace, WrongPlace.
    """
    login, name = _check_login(login), check_name(name)
    officers.lock_accounts(connection)
    if officers.find(connection, login) is not None:
        raise LoginTaken(login)
    officer_id = officers.add(connection, login, name, password_hash)
    put_grant(connection, officer_id, role, unit_code, valid_to)
    detail = {"login": login, "role": role.value} | ({"valid_to": valid_to} if valid_to else {})
    audit_log.append(connection, now, actor, "officer.create", unit_code, detail)
    return officer_id


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
        BadOfficer, LoginTaken, NoSuchPlace, WrongPlace: nothing was stored.
    """
    password = make_password() if password is None else password
    _check_login(login)
    password_hash = _hash(password)
    with begin_write(engine) as connection:
        add_officer(
            connection,
            now,
            login=login,
            name=name,
            role=role,
            unit_code=unit_code,
            valid_to=None,
            password_hash=password_hash,
            actor=actor,
        )
    return password


def forget_ways_in(connection: Connection, stored: StoredOfficer, password_hash: str) -> None:
    """Replace the password and void everything else by which somebody is, or could get, signed in."""
    officers.set_password_hash(connection, stored.id, password_hash)
    officers.end_sessions_of(connection, stored.id)
    officers.clear_failures(connection, digest(stored.officer.login))
    invitations.drop(connection, stored.id)


def reset_password(engine: Engine, now: datetime, login: str, actor: str = audit_log.SYSTEM) -> str:
    """Give a new random password, returned once; every session of the officer ends.

    Raises:
        NoSuchOfficer: no such login.
    """
    password = make_password()
    password_hash = _hash(password)
    with begin_write(engine) as connection:
        officers.lock_accounts(connection)
        stored = known(connection, login)
        forget_ways_in(connection, stored, password_hash)
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
        NoSuchOfficer, NoSuchPlace, WrongPlace, OwnAccount, LastAdministrator: nothing was stored.
    """
    today = local_day(now)
    with begin_write(engine) as connection, keeping_an_administrator(connection, today):
        stored = known(connection, login)
        if valid_to is not None:
            check_not_own_power(stored, role, actor)
        put_grant(connection, stored.id, role, unit_code, valid_to)
        detail = {"login": stored.officer.login, "role": role.value, "valid_to": valid_to}
        audit_log.append(connection, now, actor, "officer.grant", unit_code, detail)


def list_officers(engine: Engine) -> list[Officer]:
    """Every officer by login."""
    with begin_read(engine) as connection:
        return [stored.officer for stored in officers.every(connection)]


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
