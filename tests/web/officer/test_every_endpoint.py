"""Every officer address × every role × units inside and outside the grant: what is answered follows from
domain/permissions.py and from what the view declares, nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.routing import Rule

from survey_app.domain.permissions import ROLE_PERMISSIONS, Grant, Permission, allows
from survey_app.web import access
from tests.scenes import COMMUNES, NOW, Province, units
from tests.web.officer.addresses import NONE_THERE, OPEN, address_of, methods, officer_rules
from tests.web.officer.conftest import ACCOUNTS, SignIn, csrf_token

INSIDE = {"51": ("51", COMMUNES[0], "51-TT"), COMMUNES[0]: (COMMUNES[0],)}
"""Unit of a grant -> units inside it that are asked for, beside the centre and counter below."""

BELOW = ("51-23293-TT", "51-23293-TT-Q1")
OUTSIDE = (COMMUNES[1], "51-23368-TT", "51-23368-TT-Q1", "51", "no-such-unit")
PARENTS = {unit.code: unit.parent_code for unit in units()}
Problem = str


def above(code: str) -> list[str]:
    """The units above, nearest first."""
    found = []
    while (code := PARENTS[code]) is not None:
        found.append(code)
    return found


def is_allowed(login: str, permission: Permission, unit_code: str) -> bool:
    """What domain/permissions.py says."""
    if unit_code not in PARENTS:
        return False
    role, unit = ACCOUNTS[login]
    return allows([Grant(role, unit)], permission, unit_code, above(unit_code), NOW.date())


class Asker:
    """Asks one address after the other as the same officer; what an answer stored is put back before the next."""

    def __init__(self, client: FlaskClient, engine: Engine, folder: Path) -> None:
        self.client, self.token = client, csrf_token(client, "/officer/account")
        self.cookie = client.get_cookie("hailong_officer", path="/officer").value
        self.file, self.copy = Path(engine.url.database), folder / "before.sqlite3"
        self._copy(self.file, self.copy)

    @staticmethod
    def _copy(source: Path, target: Path) -> None:
        with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as write:
            read.backup(write)

    def status(self, method: str, address: str) -> int:
        """The status; a failure of the program counts as 500."""
        self.client.set_cookie("hailong_officer", self.cookie, path="/officer")
        form = {"csrf_token": self.token} if method == "POST" else None
        try:
            with self.client.open(address, method=method, data=form, buffered=True) as reply:
                return reply.status_code
        except Exception:  # the test names every address that fails, not the first only
            return 500
        finally:
            if method == "POST":
                self._copy(self.copy, self.file)


@pytest.fixture
def asker(engine: Engine, signed_in: SignIn, tmp_path: Path) -> Callable[[str], Asker]:
    """Signs in once and asks many times."""
    return lambda login: Asker(signed_in(login), engine, tmp_path)


def problems_without_unit(app: Flask, asked: Asker, rule: Rule, wanted: Permission, login: str) -> Iterator[Problem]:
    """An address that names no unit: 403 exactly for roles without the permission; no failure."""
    may = wanted in ROLE_PERMISSIONS[ACCOUNTS[login][0]]
    for method in methods(rule):
        address = address_of(app, rule)
        status = asked.status(method, address)
        if (status == 403) is may or status >= 500:
            yield f"{login} {method} {address}: {status}, may: {may}"


def problems_with_unit(app: Flask, asked: Asker, rule: Rule, wanted: Permission, login: str) -> Iterator[Problem]:
    """An address about a unit: 403 for roles without the permission, 404 for units beyond the grant."""
    role, unit = ACCOUNTS[login]
    for method in methods(rule):
        if wanted not in ROLE_PERMISSIONS[role]:
            status = asked.status(method, address_of(app, rule, unit))
            if status != 403:
                yield f"{login} {method} {rule} at {unit}: {status}, not 403"
            continue
        inside = {code: 0 for code in (*INSIDE.get(unit, ()), *BELOW) if is_allowed(login, wanted, code)}
        for code in inside:
            inside[code] = asked.status(method, address_of(app, rule, code))
        if any(status == 403 or status >= 500 for status in inside.values()):
            yield f"{login} {method} {rule} inside: {inside}"
        is_there = not rule.arguments & NONE_THERE
        if method == "GET" and is_there and set(inside.values()) == {404}:
            yield f"{login} {method} {rule} is found at none of {list(inside)}"
        for code in OUTSIDE:
            if not is_allowed(login, wanted, code) and asked.status(method, address_of(app, rule, code)) != 404:
                yield f"{login} {method} {rule} at {code} beyond the grant is not 404"


@pytest.mark.parametrize("login", ACCOUNTS)
def test_every_address_answers_every_role_as_the_permissions_say(
    app: Flask, staff: Province, asker: Callable[[str], Asker], login: str
) -> None:
    asked, found = asker(login), []
    for rule in officer_rules(app):
        if rule.endpoint in OPEN:
            continue
        with app.app_context():
            wanted = access.declared(rule.endpoint)
        assert isinstance(wanted, Permission), rule
        look = problems_with_unit if "unit_code" in rule.arguments else problems_without_unit
        found += look(app, asked, rule, wanted, login)
    assert not found, "\n".join(found)


def test_the_accounts_of_the_tests_cover_every_role() -> None:
    assert {role for role, _ in ACCOUNTS.values()} == set(ROLE_PERMISSIONS)
