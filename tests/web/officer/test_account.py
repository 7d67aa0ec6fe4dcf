"""One's own account in a browser."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from survey_app.domain.permissions import Role
from survey_app.services import officers
from tests.scenes import COMMUNES, NOW
from tests.web.officer.conftest import ACCOUNTS, PASSWORD, SignIn, csrf_token, send_sign_in

NEW = "một câu khác cũng dài"
SESSION = re.compile(r'name="session" value="([0-9a-f]{64})"')


def post(client: FlaskClient, part: str, **fields: str):
    token = csrf_token(client, "/officer/account")
    return client.post(f"/officer/account/{part}", data={"csrf_token": token} | fields)


def change(client: FlaskClient, old: str = PASSWORD, new: str = NEW, again: str = NEW):
    return post(client, "password", old_password=old, new_password=new, new_again=again)


@pytest.mark.parametrize("login", ACCOUNTS)
def test_everybody_has_the_page_linked_from_the_name(signed_in: SignIn, login: str) -> None:
    page = signed_in(login).get("/officer/account")
    assert page.status_code == 200
    assert 'href="/officer/account"' in page.text
    assert f"({login})" in page.text


def test_roles_are_named_with_until_when(signed_in: SignIn, engine: Engine) -> None:
    client = signed_in("xa01")
    officers.grant_role(
        engine, NOW, login="xa01", role=Role.COMMUNE_LEADER, unit_code=COMMUNES[0], valid_to=date(2026, 12, 5)
    )
    page = client.get("/officer/account").text
    assert "Phường Kon Tum" in page
    assert "đến hết 05/12/2026" in page


def test_changing_the_password_ends_the_other_sessions(app: Flask, signed_in: SignIn) -> None:
    client, other = signed_in("tinh"), signed_in("tinh")
    assert change(client).location == "/officer/account"
    assert "Đã đổi mật khẩu" in client.get("/officer/account").text
    assert other.get("/officer/account").location == "/officer/sign-in"
    assert send_sign_in(app.test_client(), "tinh").status_code == 422
    assert send_sign_in(app.test_client(), "tinh", NEW).status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "again", "told"),
    [
        ("", NEW, NEW, "Hãy nhập mật khẩu đang dùng."),
        ("sai mật khẩu rồi", NEW, NEW, "Mật khẩu đang dùng không đúng."),
        (PASSWORD, "ngắn", "ngắn", "từ 12 đến 200 ký tự"),
        (PASSWORD, "a" * 201, "a" * 201, "từ 12 đến 200 ký tự"),
        (PASSWORD, NEW, NEW + "x", "không giống nhau"),
        (PASSWORD, "", "", "từ 12 đến 200 ký tự"),
    ],
)
def test_a_problem_stands_at_its_field(
    app: Flask, signed_in: SignIn, old: str, new: str, again: str, told: str
) -> None:
    client = signed_in("tinh")
    reply = change(client, old, new, again)
    assert reply.status_code == 422
    assert told in reply.text
    assert NEW not in reply.text
    assert send_sign_in(app.test_client(), "tinh").status_code == 303


def test_guessing_the_old_password_is_slowed(signed_in: SignIn) -> None:
    client = signed_in("tinh")
    for _ in range(5):
        change(client, "sai mật khẩu rồi")
    assert change(client).status_code == 429


def test_sessions_are_told_by_day_and_hour_only(app: Flask, signed_in: SignIn) -> None:
    client = signed_in("tinh")
    app.config["NOW"] = lambda: NOW + timedelta(minutes=25)
    page = client.get("/officer/account").text
    assert "16/11/2026, lúc 9 giờ" in page
    assert "phiên này" in page
    assert not re.search(r"\d\d:\d\d", page)
    assert "127.0.0.1" not in page


def test_one_session_is_ended(signed_in: SignIn) -> None:
    client, other = signed_in("tinh"), signed_in("tinh")
    (number,) = SESSION.findall(client.get("/officer/account").text)
    assert post(client, "sessions/end", session=number).location == "/officer/account"
    assert other.get("/officer/account").location == "/officer/sign-in"
    assert (
        "đã kết thúc từ trước"
        in client.post(
            "/officer/account/sessions/end",
            data={"csrf_token": csrf_token(client, "/officer/account"), "session": number},
            follow_redirects=True,
        ).text
    )


def test_nobody_ends_somebody_elses_session(signed_in: SignIn) -> None:
    signed_in("tinh")
    client, other = signed_in("tinh"), signed_in("xa01")
    (number,) = SESSION.findall(client.get("/officer/account").text)
    post(other, "sessions/end", session=number)
    assert SESSION.findall(client.get("/officer/account").text) == [number]


@pytest.mark.parametrize("number", ["", "\x00", "x" * 5_000, "đ"])
def test_an_unknown_session_does_no_harm(signed_in: SignIn, number: str) -> None:
    assert post(signed_in("tinh"), "sessions/end", session=number).status_code == 303


def test_signing_out_everywhere(signed_in: SignIn) -> None:
    client, other = signed_in("tinh"), signed_in("tinh")
    assert post(client, "sessions/end-all").location == "/officer/sign-in"
    assert "Đã đăng xuất mọi thiết bị." in client.get("/officer/sign-in").text
    for browser in (client, other):
        assert browser.get("/officer/account").location == "/officer/sign-in"
