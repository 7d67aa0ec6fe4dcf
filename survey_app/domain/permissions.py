"""Who may do what where: every role and permission on one screen. What is not allowed here is denied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType


class Permission(StrEnum):
    """What an address of the officer surface may ask for."""

    RESULTS_READ = "results.read"
    DATASET_EXPORT = "dataset.export"
    POSTERS_PRINT = "posters.print"


class Role(StrEnum):
    """What somebody is, at a unit and everything below it."""

    PROVINCE_ADMIN = "province_admin"
    PROVINCE_ANALYST = "province_analyst"
    COMMUNE_LEADER = "commune_leader"
    CENTRE_DIRECTOR = "centre_director"


ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.PROVINCE_ADMIN: frozenset({Permission.RESULTS_READ, Permission.DATASET_EXPORT, Permission.POSTERS_PRINT}),
        Role.PROVINCE_ANALYST: frozenset({Permission.RESULTS_READ, Permission.DATASET_EXPORT}),
        Role.COMMUNE_LEADER: frozenset({Permission.RESULTS_READ}),
        Role.CENTRE_DIRECTOR: frozenset({Permission.RESULTS_READ, Permission.POSTERS_PRINT}),
    }
)


@dataclass(frozen=True)
class Grant:
    """A role at a unit and everything below it; ``valid_to`` is its last valid day (None: no end)."""

    role: Role
    unit_code: str
    valid_to: date | None = None

    def gives(self, permission: Permission, today: date) -> bool:
        """Whether this grant holds ``permission`` somewhere on that day."""
        is_in_force = self.valid_to is None or today <= self.valid_to
        return is_in_force and permission in ROLE_PERMISSIONS[self.role]


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
