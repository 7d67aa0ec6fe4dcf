"""The page behind an invitation's link."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from survey_app.domain.permissions import Role
from survey_app.services import accounts, invitations, officers
from tests.rows import nothing_stored
from tests.scenes import CENTRES, NOW, Province
from tests.web.officer.conftest import TOKEN, csrf_token, send_sign_in

PASSWORD = "bốn từ dễ nhớ lâu"
LONG = {"password": PASSWORD, "again": PASSWORD}


@pytest.fixture
def link(engine: Engine, province: Province) -> str:
    """The address of an invitation of ``hoa.nguyen``."""
    made = invitations.invite_officer(
        engine,
        NOW,
        login="hoa.nguyen",
        name="Nguyễn Thị Hoà",
        role=Role.CENTRE_DIRECTOR,
        unit_code=CENTRES[0],
        valid_to=None,
        actor="quantri",
    )
    return f"/officer/invitations/{made.secret}"


def accept(client: FlaskClient, link: str, **fields: str):
    return client.post(link, data=LONG | fields | {"csrf_token": csrf_token(client)})


def test_the_link_tells_who_is_invited_as_what(client: FlaskClient, link: str) -> None:
    page = client.get(link)
    assert page.status_code == 200
    for told in ("Nguyễn Thị Hoà", "hoa.nguyen", "Giám đốc Trung tâm"):
        assert told in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_setting_the_password_signs_nobody_in_and_uses_the_link_up(client: FlaskClient, link: str) -> None:
    reply = accept(client, link)
    assert (reply.status_code, reply.location) == (303, "/officer/sign-in")
    told = client.get("/officer/sign-in").text
    assert "Đã đặt mật khẩu." in told
    assert client.get("/officer/").status_code == 303
    assert client.get(link).status_code == 404
    assert accept(client, link).status_code == 404
    assert send_sign_in(client, "hoa.nguyen", PASSWORD).location == "/officer/"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"password": "mười-một-ký", "again": "mười-một-ký"}, "Mật khẩu phải có từ 12 đến 200 ký tự."),
        ({"password": "x" * 201, "again": "x" * 201}, "Mật khẩu phải có từ 12 đến 200 ký tự."),
        ({"again": "một câu khác hẳn"}, "Hai lần nhập mật khẩu không giống nhau."),
    ],
)
def test_a_password_that_will_not_do_is_told_and_never_sent_back(
    engine: Engine, client: FlaskClient, link: str, fields: dict[str, str], told: str
) -> None:
    with nothing_stored(engine):
        reply = accept(client, link, **fields)
    assert reply.status_code == 422
    assert told in reply.text
    assert (LONG | fields)["password"] not in reply.text
    assert client.get(link).status_code == 200


def test_links_that_do_not_work_look_the_same(app: Flask, engine: Engine, client: FlaskClient, link: str) -> None:
    unknown = client.get("/officer/invitations/" + "A" * 43)
    assert unknown.status_code == 404
    app.config["NOW"] = lambda: NOW + timedelta(days=7)
    expired = client.get(link)
    app.config["NOW"] = lambda: NOW
    accounts.disable(engine, NOW, "hoa.nguyen")
    closed = client.get(link)
    accounts.enable(engine, NOW, "hoa.nguyen")
    accept(client, link)
    client.get("/officer/sign-in")
    used = client.get(link)
    pages = [TOKEN.sub("", page.text) for page in (unknown, expired, closed, used)]
    assert len(set(pages)) == 1
    assert [page.status_code for page in (expired, closed, used)] == [404, 404, 404]


@pytest.mark.parametrize("secret", ["%00", "x" * 3_000, "%EF%BF%BD%FF", "..%2Fx"])
def test_hostile_links_find_nothing(client: FlaskClient, province: Province, secret: str) -> None:
    assert client.get(f"/officer/invitations/{secret}").status_code == 404


def test_the_link_still_works_on_its_last_day(app: Flask, client: FlaskClient, link: str) -> None:
    app.config["NOW"] = lambda: NOW + timedelta(days=7) - timedelta(seconds=1)
    assert client.get(link).status_code == 200


def test_a_new_password_from_a_terminal_voids_the_link(engine: Engine, client: FlaskClient, link: str) -> None:
    officers.reset_password(engine, NOW, "hoa.nguyen")
    assert client.get(link).status_code == 404


def test_the_page_speaks_english_too(client: FlaskClient, link: str) -> None:
    assert "Set a password" in client.get(link + "?lang=en").text
