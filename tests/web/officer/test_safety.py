"""Every officer page: never kept by a cache, strict policy, no form without its token."""

from __future__ import annotations

import re
from statistics import median
from time import perf_counter

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

import config
from survey_app import create_app
from survey_app.storage.database import begin_read
from survey_app.storage.every_table import Base
from tests.scenes import Province
from tests.web.officer.addresses import every_request
from tests.web.officer.conftest import ACCOUNTS, SignIn, send_sign_in

HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
NEEDED = ("default-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'")


def stored(engine: Engine) -> dict[str, list[str]]:
    """Every row of every table."""
    with begin_read(engine) as connection:
        tables = Base.metadata.sorted_tables
        return {table.name: sorted(map(repr, connection.execute(select(table)))) for table in tables}


@pytest.mark.parametrize("login", [None, "quantri", "canbo", "hotro"])
def test_no_officer_page_is_kept_and_none_loosens_the_policy(
    app: Flask, client: FlaskClient, signed_in: SignIn, login: str | None
) -> None:
    browser = signed_in(login) if login else client
    for rule, method, address in every_request(app):
        if method == "POST" or rule.endpoint == "officer.asset":
            continue
        with browser.get(address, buffered=True) as reply:
            assert {name: reply.headers.get(name) for name in HEADERS} == HEADERS, address
            policy = reply.headers["Content-Security-Policy"]
        assert all(part in policy for part in NEEDED), address
        assert not re.search(r"unsafe-|\*|https?:", policy), address


def test_only_styles_and_scripts_under_their_hash_are_kept(client: FlaskClient, staff: Province) -> None:
    page = client.get("/officer/sign-in").text
    kept = re.findall(r'(?:href|src)="(/officer/static/[^"]+)"', page)
    assert len(kept) == 2
    for address in kept:
        assert "immutable" in client.get(address).headers["Cache-Control"]
        other = re.sub(r"/[0-9a-f]{16}/", f"/{'0' * 16}/", address)
        assert client.get(other).headers["Cache-Control"] == "no-cache"


def test_pages_bring_no_style_or_script_of_their_own(signed_in: SignIn, app: Flask) -> None:
    browser = signed_in("quantri")
    for rule, method, address in every_request(app):
        if method == "POST" or rule.endpoint == "officer.asset":
            continue
        with browser.get(address, buffered=True) as reply:
            if reply.mimetype != "text/html":
                continue
            text = reply.text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)", text), address


@pytest.mark.parametrize("login", ["quantri", "giamdoc"])
def test_no_form_is_taken_without_its_token(app: Flask, engine: Engine, signed_in: SignIn, login: str) -> None:
    browser = signed_in(login)
    browser.get("/officer/account")
    before = stored(engine)
    for _rule, method, address in every_request(app, ACCOUNTS[login][1]):
        if method != "POST":
            continue
        for token in ({}, {"csrf_token": ""}, {"csrf_token": "of-another-page"}):
            assert browser.post(address, data={"login": "tinh", "password": "x"} | token).status_code == 400, address
    assert stored(engine) == before


@pytest.mark.parametrize(("settings", "is_secure"), [(config.Production, True), (config.Development, False)])
def test_the_cookie_is_secure_in_production(settings: type, is_secure: bool) -> None:
    values = {name: getattr(settings, name) for name in dir(settings) if name.isupper()}
    made = create_app(values | {"DATABASE_URL": "sqlite://"}, surface="officer").config
    assert made["SESSION_COOKIE_SECURE"] is is_secure
    assert made["SESSION_COOKIE_HTTPONLY"] is True
    assert made["SESSION_COOKIE_SAMESITE"] == "Lax"


def test_an_unknown_login_takes_as_long_as_a_known_one(client: FlaskClient, staff: Province) -> None:
    """The password of nobody is hashed too; a tenth of the time would tell which logins there are."""

    def seconds(login: str) -> float:
        start = perf_counter()
        send_sign_in(client, login, "không phải mật khẩu")
        return perf_counter() - start

    known = median(seconds(login) for login in ("tinh", "xa01", "giamdoc"))
    unknown = median(seconds(login) for login in ("khong-co", "khong.co", "\x00"))
    assert 1 / 3 < unknown / known < 3
