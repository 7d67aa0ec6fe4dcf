"""Who may do what where: every role and permission on one screen. What is not allowed here is denied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from survey_app.domain.org_unit import UnitKind


class Permission(StrEnum):
    """What an address of the officer surface may ask for."""

    DESK = "desk"
    """Sign in at all: the home page, one's own account, how figures are calculated."""
    RESULTS_READ = "results.read"
    CENTRE_SCORES_READ = "centre_scores.read"
    """The released scores of a whole centre, never of one counter: a counter may be one person."""
    PUBLISHED_READ = "published.read"
    """Closed quarters at the bases of the public."""
    INTEGRITY_READ = "integrity.read"
    """Sensitive items (phiền hà, đưa tiền ngoài quy định), at their own higher base."""
    DATASET_EXPORT = "dataset.export"
    COMMENTS_READ = "comments.read"
    COMMENTS_HANDLE = "comments.handle"
    CITIZENS_HELP = "citizens.help"
    """Open a counter's form for somebody at the desk; sees no result."""
    POSTERS_PRINT = "posters.print"
    CODES_MANAGE = "codes.manage"
    UNITS_MANAGE = "units.manage"
    WAVES_READ = "waves.read"
    WAVE_TARGETS_READ = "wave_targets.read"
    """How many responses the formula asks for: not for staff, a target invites stuffing."""
    WAVES_PLAN = "waves.plan"
    WAVES_APPROVE = "waves.approve"
    """Approve, open, pause and close; never a wave one submitted oneself."""
    TRANSACTIONS_ENTER = "transactions.enter"
    """How many dossiers each counter took, by month: weights are taken from it."""
    EXTERNAL_SERIES_ENTER = "external_series.enter"
    """Results measured elsewhere, before ours: taken in, replaced, deleted."""
    CALENDAR_MANAGE = "calendar.manage"
    SETTINGS_CHANGE = "settings.change"
    OFFICERS_MANAGE = "officers.manage"
    AUDIT_READ = "audit.read"


class Role(StrEnum):
    """What somebody is, at a unit and everything below it."""

    PROVINCE_ADMIN = "province_admin"
    PROVINCE_ANALYST = "province_analyst"
    COMMUNE_LEADER = "commune_leader"
    CENTRE_DIRECTOR = "centre_director"
    COUNTER_STAFF = "counter_staff"
    HELPER = "helper"
    DATA_ENTRY = "data_entry"
    OBSERVER = "observer"
    INSPECTOR = "inspector"


_P = Permission
ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.PROVINCE_ADMIN: frozenset(Permission) - {_P.CENTRE_SCORES_READ, _P.CITIZENS_HELP},
        Role.PROVINCE_ANALYST: frozenset(
            {_P.DESK, _P.RESULTS_READ, _P.PUBLISHED_READ, _P.INTEGRITY_READ, _P.DATASET_EXPORT, _P.COMMENTS_READ}
            | {_P.WAVES_READ, _P.WAVE_TARGETS_READ, _P.WAVES_PLAN, _P.EXTERNAL_SERIES_ENTER}
        ),
        Role.COMMUNE_LEADER: frozenset(
            {_P.DESK, _P.RESULTS_READ, _P.PUBLISHED_READ, _P.COMMENTS_READ, _P.COMMENTS_HANDLE, _P.WAVES_READ}
        ),
        Role.CENTRE_DIRECTOR: frozenset(
            {_P.DESK, _P.RESULTS_READ, _P.PUBLISHED_READ, _P.COMMENTS_READ, _P.COMMENTS_HANDLE, _P.POSTERS_PRINT}
            | {_P.CODES_MANAGE, _P.WAVES_READ, _P.WAVE_TARGETS_READ, _P.CALENDAR_MANAGE, _P.TRANSACTIONS_ENTER}
        ),
        Role.COUNTER_STAFF: frozenset({_P.DESK, _P.CENTRE_SCORES_READ}),
        Role.HELPER: frozenset({_P.DESK, _P.CITIZENS_HELP}),
        Role.DATA_ENTRY: frozenset({_P.DESK, _P.CITIZENS_HELP}),
        Role.OBSERVER: frozenset({_P.DESK, _P.PUBLISHED_READ}),
        Role.INSPECTOR: frozenset({_P.DESK, _P.RESULTS_READ, _P.PUBLISHED_READ, _P.INTEGRITY_READ, _P.AUDIT_READ}),
    }
)
"""Role -> what it may do. Nobody reads a single response; nobody but the settings sets a threshold."""

_AT_THE_DESK = frozenset({UnitKind.CENTRE, UnitKind.DEPARTMENT})
ROLE_PLACES: Mapping[Role, frozenset[UnitKind]] = MappingProxyType(
    {
        Role.PROVINCE_ADMIN: frozenset({UnitKind.PROVINCE}),
        Role.PROVINCE_ANALYST: frozenset({UnitKind.PROVINCE}),
        Role.COMMUNE_LEADER: frozenset({UnitKind.COMMUNE}),
        Role.CENTRE_DIRECTOR: frozenset({UnitKind.CENTRE}),
        Role.COUNTER_STAFF: _AT_THE_DESK,
        Role.HELPER: _AT_THE_DESK,
        Role.DATA_ENTRY: _AT_THE_DESK,
        Role.OBSERVER: frozenset({UnitKind.PROVINCE}),
        Role.INSPECTOR: frozenset({UnitKind.PROVINCE}),
    }
)
"""Role -> the kinds of unit it may be granted at. Never a counter: a counter may be one person."""

ADMINISTRATORS = frozenset({Role.PROVINCE_ADMIN})
"""Roles that sign in with a second factor."""


@dataclass(frozen=True)
class Grant:
    """A role at a unit and everything below it; ``valid_to`` is its last valid day (None: no end)."""

    role: Role
    unit_code: str
    valid_to: date | None = None

    def is_in_force_on(self, today: date) -> bool:
        return self.valid_to is None or today <= self.valid_to

    def gives(self, permission: Permission, today: date) -> bool:
        """Whether this grant holds ``permission`` somewhere on that day."""
        return self.is_in_force_on(today) and permission in ROLE_PERMISSIONS[self.role]


@dataclass(frozen=True)
class Officer:
    """A person who signs in, and what was granted."""

    login: str
    name: str
    grants: tuple[Grant, ...]


def allows(
    grants: Iterable[Grant], permission: Permission, unit_code: str, ancestors: Iterable[str], today: date
) -> bool:
    """Whether one of ``grants`` holds ``permission`` at the unit, whose units above are ``ancestors``."""
    places = {unit_code, *ancestors}
    return any(grant.unit_code in places and grant.gives(permission, today) for grant in grants)


def allows_somewhere(grants: Iterable[Grant], permission: Permission, today: date) -> bool:
    """Whether one of ``grants`` holds ``permission`` at any unit."""
    return any(grant.gives(permission, today) for grant in grants)
