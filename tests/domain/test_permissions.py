"""Roles, permissions and how far a grant reaches."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from survey_app.domain.org_unit import UnitKind
from survey_app.domain.permissions import (
    ADMINISTRATORS,
    ROLE_PERMISSIONS,
    ROLE_PLACES,
    Grant,
    Permission,
    Role,
    allows,
    allows_somewhere,
)

TODAY = date(2026, 11, 16)
READ = Permission.RESULTS_READ


def test_every_role_says_what_it_may() -> None:
    assert set(ROLE_PERMISSIONS) == set(Role)


@pytest.mark.parametrize(
    ("role", "permission", "expected"),
    [
        (Role.PROVINCE_ADMIN, Permission.POSTERS_PRINT, True),
        (Role.PROVINCE_ANALYST, Permission.DATASET_EXPORT, True),
        (Role.PROVINCE_ANALYST, Permission.POSTERS_PRINT, False),
        (Role.COMMUNE_LEADER, Permission.RESULTS_READ, True),
        (Role.COMMUNE_LEADER, Permission.DATASET_EXPORT, False),
        (Role.CENTRE_DIRECTOR, Permission.POSTERS_PRINT, True),
        (Role.CENTRE_DIRECTOR, Permission.DATASET_EXPORT, False),
    ],
)
def test_what_a_role_may(role: Role, permission: Permission, expected: bool) -> None:
    assert allows([Grant(role, "51")], permission, "51", [], TODAY) is expected


@pytest.mark.parametrize(
    ("unit", "ancestors", "expected"),
    [
        ("A", ["51"], True),
        ("A-TT-Q1", ["A-TT", "A", "51"], True),
        ("B", ["51"], False),
        ("51", [], False),
        ("A2", ["51"], False),
    ],
)
def test_a_grant_covers_its_unit_and_everything_below(unit: str, ancestors: list[str], expected: bool) -> None:
    assert allows([Grant(Role.COMMUNE_LEADER, "A")], READ, unit, ancestors, TODAY) is expected


def test_one_of_several_grants_is_enough() -> None:
    grants = [Grant(Role.COMMUNE_LEADER, "A"), Grant(Role.PROVINCE_ANALYST, "B")]
    assert allows(grants, Permission.DATASET_EXPORT, "B", ["51"], TODAY)
    assert not allows(grants, Permission.DATASET_EXPORT, "A", ["51"], TODAY)


@pytest.mark.parametrize(("days", "expected"), [(1, True), (0, True), (-1, False)])
def test_a_grant_ends_after_its_last_valid_day(days: int, expected: bool) -> None:
    grant = Grant(Role.COMMUNE_LEADER, "A", TODAY + timedelta(days=days))
    assert allows([grant], READ, "A", [], TODAY) is expected
    assert allows_somewhere([grant], READ, TODAY) is expected


def test_nothing_is_allowed_without_a_grant() -> None:
    assert not allows([], READ, "51", [], TODAY)
    assert not allows_somewhere([], READ, TODAY)


def test_every_role_has_its_places_and_none_is_a_counter() -> None:
    assert set(ROLE_PLACES) == set(Role)
    assert all(places and UnitKind.COUNTER not in places for places in ROLE_PLACES.values())
    assert all(ROLE_PLACES[role] == {UnitKind.PROVINCE} for role in ADMINISTRATORS)
