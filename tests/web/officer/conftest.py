"""Officers who are signed in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from survey_app.domain.permissions import ADMINISTRATORS, Role
from survey_app.services import passwords, second_factor
from survey_app.storage import officers, second_factors
from survey_app.storage.database import begin_write
from tests.scenes import CENTRES, COMMUNES, NOW, Province

PASSWORD = "mật khẩu để thử nghiệm"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SECRET_KEY = "officer-sessions-of-the-tests"
SignIn = Callable[[str], FlaskClient]


def code_at(moment: datetime = NOW, secret: str = SECRET) -> str:
    """What an authenticator app shows at a moment."""
    return pyotp.TOTP(secret).at(moment)


def give_second_factor(engine: Engine, login: str) -> None:
    """Enrol an officer with ``SECRET``; a code that was used before may be used once more."""
    with begin_write(engine) as connection:
        stored = officers.find(connection, login)
        assert stored is not None
        sealed = second_factor.seal_secret([SECRET_KEY], SECRET)
        second_factors.put(connection, stored.id, sealed, NOW, last_step=0)


def send_code(client: FlaskClient, code: str):
    """Fill in the page of the second factor and send it."""
    fields = {"csrf_token": csrf_token(client, "/officer/second-factor"), "code": code}
    return client.post("/officer/second-factor", data=fields)


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
    """The hash of ``PASSWORD``, once for all tests."""
    return passwords.hash_password(PASSWORD)


ACCOUNTS = {
    "quantri": (Role.PROVINCE_ADMIN, "51"),
    "tinh": (Role.PROVINCE_ANALYST, "51"),
    "xa01": (Role.COMMUNE_LEADER, COMMUNES[0]),
    "giamdoc": (Role.CENTRE_DIRECTOR, CENTRES[0]),
    "canbo": (Role.COUNTER_STAFF, CENTRES[0]),
    "hotro": (Role.HELPER, CENTRES[0]),
    "nhaplieu": (Role.DATA_ENTRY, CENTRES[0]),
    "mattran": (Role.OBSERVER, "51"),
    "thanhtra": (Role.INSPECTOR, "51"),
}
"""Login -> role and unit: one officer of every role."""


@pytest.fixture
def staff(engine: Engine, province: Province, password_hash: str) -> Province:
    """The officers of ``ACCOUNTS``, with the password ``PASSWORD``."""
    with begin_write(engine) as connection:
        for login, (role, unit) in ACCOUNTS.items():
            officer_id = officers.add(connection, login, f"Cán bộ {login}", password_hash)
            officers.put_grant(connection, officer_id, role, province.ids[unit], None)
    return province


@pytest.fixture
def signed_in(app: Flask, engine: Engine, staff: Province) -> SignIn:
    """A browser in which this login is signed in; administrators with their second factor."""

    def sign_in(login: str) -> FlaskClient:
        client = app.test_client()
        if ACCOUNTS.get(login, (None,))[0] in ADMINISTRATORS:
            give_second_factor(engine, login)
        reply = send_sign_in(client, login)
        if reply.location == "/officer/second-factor":
            reply = send_code(client, code_at(app.config["NOW"]()))
        assert reply.status_code == 303
        return client

    return sign_in
