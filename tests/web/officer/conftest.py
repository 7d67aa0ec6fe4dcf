"""Officers who are signed in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from survey_app.domain.permissions import Role
from survey_app.storage import officers
from survey_app.storage.database import begin_write
from tests.scenes import COMMUNES, Province

PASSWORD = "mật khẩu để thử nghiệm"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
SignIn = Callable[[str], FlaskClient]


def csrf_token(client: FlaskClient, address: str = "/officer/sign-in") -> str:
    """The token of a form at this address."""
    found = TOKEN.search(client.get(address).text)
    assert found is not None
    return found[1]


def send_sign_in(client: FlaskClient, login: str, password: str = PASSWORD):
    """Fill in the sign-in page and send it."""
    fields = {"csrf_token": csrf_token(client), "login": login, "password": password}
    return client.post("/officer/sign-in", data=fields)


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Hashing is slow on purpose: once for all tests."""
    return PasswordHasher().hash(unicodedata.normalize("NFKC", PASSWORD))


@pytest.fixture
def staff(engine: Engine, province: Province, password_hash: str) -> Province:
    """``tinh`` analyses the province, ``xa01`` leads the first commune, ``giamdoc`` its centre."""
    accounts = (
        ("tinh", Role.PROVINCE_ANALYST, province.code),
        ("xa01", Role.COMMUNE_LEADER, COMMUNES[0]),
        ("giamdoc", Role.CENTRE_DIRECTOR, province.centres[0]),
    )
    with begin_write(engine) as connection:
        for login, role, unit in accounts:
            officer_id = officers.add(connection, login, f"Cán bộ {login}", password_hash)
            officers.put_grant(connection, officer_id, role, province.ids[unit], None)
    return province


@pytest.fixture
def signed_in(app: Flask, staff: Province) -> SignIn:
    """A browser in which this login is signed in."""

    def sign_in(login: str) -> FlaskClient:
        client = app.test_client()
        assert send_sign_in(client, login).status_code == 303
        return client

    return sign_in
