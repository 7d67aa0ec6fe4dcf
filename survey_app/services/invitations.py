"""Inviting by link: an account without a password, and a link by which its owner sets one, once, within days.

Nobody but who was shown the link can know its secret: the database keeps a SHA-256, the audit log nothing of it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Engine

from survey_app.domain.permissions import Officer, Role
from survey_app.services.officers import BadOfficer, OwnAccount, add_officer, forget_ways_in, known
from survey_app.services.passwords import BadPassword, digest, hash_password
from survey_app.storage import audit_log, invitations, officers
from survey_app.storage.database import begin_read, begin_write
from survey_app.storage.officers import StoredOfficer

VALID_FOR = timedelta(days=7)


class NoSuchInvitation(LookupError):
    """The link was never made, is used, void or expired, or its account is closed; which of them is not told."""


class ClosedAccount(Exception):
    """A closed account is opened again before anybody is invited to it."""


@dataclass(frozen=True)
class Invitation:
    """What goes into the link, to be shown once, and until when it can be used."""

    secret: str
    expires_at: datetime


def _password_nobody_knows() -> str:
    """A hash like every other, so that trying to sign in takes as long as for any account."""
    return hash_password(secrets.token_urlsafe(32))


def _make(connection: Connection, now: datetime, officer_id: int) -> Invitation:
    made = Invitation(secrets.token_urlsafe(32), now + VALID_FOR)
    invitations.put(connection, officer_id, digest(made.secret), made.expires_at)
    return made


def invite_officer(
    engine: Engine,
    now: datetime,
    *,
    login: str,
    name: str,
    role: Role,
    unit_code: str,
    valid_to: date | None,
    actor: str,
) -> Invitation:
    """Create an account with one grant and no password, and an invitation for it.

    Raises:
        BadOfficer, LoginTaken, NoSuchPlace, WrongPlace: nothing was stored.
    """
    password_hash = _password_nobody_knows()
    with begin_write(engine) as connection:
        officer_id = add_officer(
            connection,
            now,
            login=login,
            name=name,
            role=role,
            unit_code=unit_code,
            valid_to=valid_to,
            password_hash=password_hash,
            actor=actor,
        )
        made = _make(connection, now, officer_id)
        audit_log.append(connection, now, actor, "officer.invite", unit_code, {"login": login.lower()})
    return made


def invite_again(engine: Engine, now: datetime, login: str, actor: str = audit_log.SYSTEM) -> Invitation:
    """A new link for an account: the old password, an older link and every session are void from now on.

    Raises:
        NoSuchOfficer, ClosedAccount.
        OwnAccount: nobody locks themselves out.
    """
    password_hash = _password_nobody_knows()
    with begin_write(engine) as connection:
        officers.lock_accounts(connection)
        stored = known(connection, login)
        if stored.officer.login == actor:
            raise OwnAccount
        if stored.is_disabled:
            raise ClosedAccount
        forget_ways_in(connection, stored, password_hash)
        made = _make(connection, now, stored.id)
        audit_log.append(connection, now, actor, "officer.reset", None, {"login": stored.officer.login})
    return made


def _invited(connection: Connection, now: datetime, secret: str) -> StoredOfficer:
    invitation = invitations.find(connection, digest(secret))
    stored = officers.by_id(connection, invitation.officer_id) if invitation and now < invitation.expires_at else None
    if stored is None or stored.is_disabled:
        raise NoSuchInvitation
    return stored


def find_invited(engine: Engine, now: datetime, secret: str) -> Officer:
    """Whose invitation this is. Raises NoSuchInvitation."""
    with begin_read(engine) as connection:
        return _invited(connection, now, secret).officer


def accept(engine: Engine, now: datetime, secret: str, password: str) -> Officer:
    """Set the password of who was invited; the link is used up. Signs nobody in.

    Raises:
        NoSuchInvitation; BadOfficer (password too short or too long): nothing was stored.
    """
    try:
        password_hash = hash_password(password)
    except BadPassword as error:
        raise BadOfficer(str(error)) from error
    with begin_write(engine) as connection:
        officers.lock_accounts(connection)
        stored = _invited(connection, now, secret)
        forget_ways_in(connection, stored, password_hash)
        audit_log.append(connection, now, stored.officer.login, "officer.accept", None, {})
    return stored.officer
