"""Signing in and out in a browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from survey_app.services import officers
from tests.scenes import COMMUNES, NOW, Province
from tests.web.officer.conftest import TOKEN, SignIn, csrf_token, send_sign_in


def cookie_of(reply) -> str:
    return next(value for value in reply.headers.getlist("Set-Cookie") if value.startswith("hailong_officer="))


def test_the_sign_in_page_is_open_and_in_vietnamese(client: FlaskClient, staff: Province) -> None:
    page = client.get("/officer/sign-in")
    assert page.status_code == 200
    assert '<html lang="vi">' in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_signing_in_leads_home_and_results_to_the_highest_unit(client: FlaskClient, staff: Province) -> None:
    reply = send_sign_in(client, "tinh")
    assert (reply.status_code, reply.location) == (303, "/officer/")
    assert client.get("/officer/results").location == "/officer/units/51"


def test_signing_in_goes_on_to_the_page_that_was_asked_for(client: FlaskClient, staff: Province) -> None:
    wanted = f"/officer/units/{COMMUNES[0]}?stage=filing"
    assert client.get(wanted).location == "/officer/sign-in"
    assert send_sign_in(client, "tinh").location == wanted


def test_wrong_password_and_unknown_login_get_the_same_answer(client: FlaskClient, staff: Province) -> None:
    wrong, unknown = send_sign_in(client, "tinh", "x" * 12), send_sign_in(client, "nobody", "x" * 12)
    assert wrong.status_code == unknown.status_code == 422
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in wrong.text
    told = [TOKEN.sub("", page.text).replace("nobody", "").replace("tinh", "") for page in (wrong, unknown)]
    assert told[0] == told[1]


def test_too_many_failures_are_told_with_the_minutes_to_wait(client: FlaskClient, staff: Province) -> None:
    for _ in range(5):
        send_sign_in(client, "tinh", "x" * 12)
    reply = send_sign_in(client, "tinh")
    assert reply.status_code == 429
    assert "sau 1 phút" in reply.text


def test_a_post_without_its_token_is_refused(client: FlaskClient, staff: Province) -> None:
    reply = client.post("/officer/sign-in", data={"login": "tinh", "password": "x"})
    assert reply.status_code == 400
    assert "Biểu mẫu" in reply.text


def test_the_cookie_is_for_officer_pages_only(client: FlaskClient, staff: Province) -> None:
    cookie = cookie_of(send_sign_in(client, "tinh"))
    for part in ("HttpOnly", "SameSite=Lax", "Path=/officer"):
        assert part in cookie
    assert "Expires" not in cookie


def test_under_a_sub_path_the_cookie_goes_with_it(app: Flask, staff: Province) -> None:
    reply = app.test_client().get("/officer/sign-in", environ_overrides={"SCRIPT_NAME": "/khao-sat"})
    assert "Path=/khao-sat/officer" in cookie_of(reply)


def test_citizen_and_health_pages_set_no_cookie(client: FlaskClient, staff: Province) -> None:
    assert "Set-Cookie" not in client.get("/healthz").headers


def test_a_cookie_signed_with_the_older_key_still_holds(app: Flask, signed_in: SignIn) -> None:
    held = signed_in("tinh").get_cookie("hailong_officer", path="/officer")
    assert held is not None
    for keys, status in (("a-newer-key officer-sessions-of-the-tests", 200), ("a-newer-key", 303)):
        app.config["SECRET_KEY"] = keys
        client = app.test_client()
        client.set_cookie("hailong_officer", held.value, path="/officer")
        assert client.get("/officer/methods").status_code == status


def test_signing_out_ends_the_session_for_a_copied_cookie_too(app: Flask, signed_in: SignIn) -> None:
    client = signed_in("tinh")
    held = client.get_cookie("hailong_officer", path="/officer")
    assert held is not None
    token = csrf_token(client, "/officer/methods")
    assert client.post("/officer/sign-out", data={"csrf_token": token}).location == "/officer/sign-in"
    thief = app.test_client()
    thief.set_cookie("hailong_officer", held.value, path="/officer")
    assert thief.get("/officer/methods").status_code == 303


@pytest.mark.parametrize(("minutes", "status"), [(29, 200), (31, 303)])
def test_half_an_hour_without_a_page_signs_out(app: Flask, signed_in: SignIn, minutes: int, status: int) -> None:
    client = signed_in("tinh")
    app.config["NOW"] = lambda: NOW + timedelta(minutes=minutes)
    assert client.get("/officer/methods").status_code == status


def test_a_reset_signs_out_everywhere(engine: Engine, signed_in: SignIn) -> None:
    client = signed_in("tinh")
    officers.reset_password(engine, NOW, "tinh")
    assert client.get("/officer/methods").status_code == 303


def test_the_language_is_kept_through_signing_in(client: FlaskClient, staff: Province) -> None:
    assert '<html lang="en">' in client.get("/officer/sign-in?lang=en").text
    send_sign_in(client, "tinh")
    assert "How it is calculated" in client.get("/officer/methods").text
    assert '<html lang="vi">' in client.get("/officer/methods?lang=vi").text
