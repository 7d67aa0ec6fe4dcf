"""Accounts as those see and change them who manage officers: within their own grant, never their own power."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, Engine

from survey_app.domain.audit_chain import AuditEntry
from survey_app.domain.local_day import local_day
from survey_app.domain.org_tree import OrgTree
from survey_app.domain.org_unit import OrgUnit
from survey_app.domain.permissions import ROLE_PLACES, Officer, Permission, Role, allows
from survey_app.services.officers import (
    NoSuchOfficer,
    OwnAccount,
    check_name,
    check_not_own_power,
    keeping_an_administrator,
    known,
)
from survey_app.services.sign_in import ABSOLUTE, IDLE
from survey_app.storage import audit_log, invitations, officers, org_units
from survey_app.storage.database import begin_read, begin_write
from survey_app.storage.officers import StoredOfficer

LATEST = 20
"""So many of an officer's last acts are shown."""


NOBODY = Officer(audit_log.SYSTEM, "", ())
"""Whoever reads the list outside the pages: nothing was granted, nothing can be changed from there."""


class NoSuchGrant(LookupError):
    """The officer holds no such role there today."""


class AccountState(StrEnum):
    """Whether somebody can sign in with an account."""

    INVITED = "invited"
    """Not yet: the invitation was not used, be it still good or expired."""
    ACTIVE = "active"
    CLOSED = "closed"


@dataclass(frozen=True)
class HeldGrant:
    """A grant with the name of its unit."""

    role: Role
    unit_code: str
    unit_name: str
    valid_to: date | None
    is_in_force: bool


@dataclass(frozen=True)
class Account:
    """An account in a list. ``can_be_changed``: it lies within what the viewer manages."""

    login: str
    name: str
    state: AccountState
    grants: tuple[HeldGrant, ...]
    last_signed_in_on: date | None
    invited_until: datetime | None
    can_be_changed: bool


@dataclass(frozen=True)
class AccountPage:
    """One account: in how many browsers it is signed in, what it did lately."""

    account: Account
    sessions: int
    latest: tuple[AuditEntry, ...]


def _manages(tree: OrgTree, viewer: Officer, unit_code: str, today: date) -> bool:
    above = [unit.code for unit in tree.ancestors(unit_code)]
    return allows(viewer.grants, Permission.OFFICERS_MANAGE, unit_code, above, today)


@dataclass(frozen=True)
class _Facts:
    """What every account of a list needs, read once."""

    tree: OrgTree
    invited: Mapping[int, datetime]
    last_sign_ins: Mapping[int, date]
    viewer: Officer
    today: date

    def account(self, stored: StoredOfficer) -> Account:
        state = AccountState.INVITED if stored.id in self.invited else AccountState.ACTIVE
        grants = tuple(
            HeldGrant(
                grant.role,
                grant.unit_code,
                self.tree.units[grant.unit_code].name,
                grant.valid_to,
                grant.is_in_force_on(self.today),
            )
            for grant in stored.officer.grants
        )
        return Account(
            stored.officer.login,
            stored.officer.name,
            AccountState.CLOSED if stored.is_disabled else state,
            grants,
            self.last_sign_ins.get(stored.id),
            self.invited.get(stored.id),
            all(_manages(self.tree, self.viewer, grant.unit_code, self.today) for grant in grants),
        )


def _facts(connection: Connection, viewer: Officer, now: datetime) -> _Facts:
    return _Facts(
        org_units.tree(connection),
        invitations.waiting(connection),
        officers.last_sign_ins(connection),
        viewer,
        local_day(now),
    )


def list_accounts(engine: Engine, now: datetime, viewer: Officer = NOBODY) -> list[Account]:
    """Every account by login."""
    with begin_read(engine) as connection:
        facts = _facts(connection, viewer, now)
        return [facts.account(stored) for stored in officers.every(connection)]


def read_account(engine: Engine, now: datetime, viewer: Officer, login: str) -> AccountPage:
    """One account the viewer may change. Raises NoSuchOfficer for every other, as for one that does not exist."""
    with begin_read(engine) as connection:
        stored = known(connection, login)
        account = _facts(connection, viewer, now).account(stored)
        if not account.can_be_changed:
            raise NoSuchOfficer(login)
        sessions = officers.count_sessions(connection, stored.id, now - ABSOLUTE, now - IDLE)
        latest = audit_log.latest_of(connection, stored.officer.login, LATEST)
    return AccountPage(account, sessions, tuple(latest))


def places_to_grant(engine: Engine, now: datetime, viewer: Officer) -> list[OrgUnit]:
    """The units valid today at which the viewer may grant a role, by code."""
    kinds = frozenset[object]().union(*ROLE_PLACES.values())
    today = local_day(now)
    with begin_read(engine) as connection:
        tree = org_units.tree(connection)
    fitting = (unit for unit in tree.units.values() if unit.kind in kinds and unit.is_valid_on(today))
    return sorted((unit for unit in fitting if _manages(tree, viewer, unit.code, today)), key=lambda unit: unit.code)


def end_grant(
    engine: Engine, now: datetime, *, login: str, role: Role, unit_code: str, actor: str = audit_log.SYSTEM
) -> None:
    """End a grant at once: yesterday was its last valid day. It stays listed as ended.

    Raises:
        NoSuchOfficer, NoSuchGrant, OwnAccount, LastAdministrator: nothing was stored.
    """
    today = local_day(now)
    with begin_write(engine) as connection, keeping_an_administrator(connection, today):
        stored = known(connection, login)
        if not any(
            (grant.role, grant.unit_code) == (role, unit_code) and grant.is_in_force_on(today)
            for grant in stored.officer.grants
        ):
            raise NoSuchGrant
        check_not_own_power(stored, role, actor)
        unit_id = org_units.row_id(connection, unit_code)
        assert unit_id is not None
        officers.put_grant(connection, stored.id, role, unit_id, today - timedelta(days=1))
        detail = {"login": stored.officer.login, "role": role.value}
        audit_log.append(connection, now, actor, "officer.revoke", unit_code, detail)


def rename(engine: Engine, now: datetime, *, login: str, name: str, actor: str) -> None:
    """Change the name pages show. Raises NoSuchOfficer, BadOfficer."""
    name = check_name(name)
    with begin_write(engine) as connection:
        stored = known(connection, login)
        officers.set_name(connection, stored.id, name)
        detail = {"login": stored.officer.login, "from": stored.officer.name, "to": name}
        audit_log.append(connection, now, actor, "officer.rename", None, detail)


def disable(engine: Engine, now: datetime, login: str, actor: str = audit_log.SYSTEM) -> None:
    """Close an account: nobody signs in with it, every session ends; it stays, with all it did.

    Raises:
        NoSuchOfficer, OwnAccount, LastAdministrator: nothing was changed.
    """
    with begin_write(engine) as connection, keeping_an_administrator(connection, local_day(now)):
        stored = known(connection, login)
        if stored.officer.login == actor:
            raise OwnAccount
        officers.set_disabled_at(connection, stored.id, now)
        officers.end_sessions_of(connection, stored.id)
        audit_log.append(connection, now, actor, "officer.disable", None, {"login": stored.officer.login})


def enable(engine: Engine, now: datetime, login: str, actor: str = audit_log.SYSTEM) -> None:
    """Open a closed account again: password and grants are those it had. Raises NoSuchOfficer."""
    with begin_write(engine) as connection:
        stored = known(connection, login)
        officers.set_disabled_at(connection, stored.id, None)
        audit_log.append(connection, now, actor, "officer.enable", None, {"login": stored.officer.login})


def sign_out_everywhere(engine: Engine, now: datetime, login: str, actor: str) -> None:
    """End every session of an officer; the password stays. Raises NoSuchOfficer."""
    with begin_write(engine) as connection:
        stored = known(connection, login)
        officers.end_sessions_of(connection, stored.id)
        audit_log.append(connection, now, actor, "officer.sign_out_everywhere", None, {"login": stored.officer.login})
