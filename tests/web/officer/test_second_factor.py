"""Signing in with a code, and enrolling, in a browser."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from survey_app.services.settings_changes import change_settings
from tests.scenes import COMMUNES, NOW, Province
from tests.web.officer.conftest import (
    PASSWORD,
    SignIn,
    code_at,
    csrf_token,
    give_second_factor,
    send_code,
    send_sign_in,
)

KEY = re.compile(r'<code id="key">([A-Z2-7 ]+)</code>')
OFFER = re.compile(r'name="offer" value="([^"]+)"')
CODES = re.compile(r"<li><code>([a-z0-9 ]+)</code></li>")
ENROLMENT = "/officer/account/second-factor"


def cookie(client: FlaskClient) -> str:
    held = client.get_cookie("hailong_officer", path="/officer")
    assert held is not None
    return held.value


def send_enrolment(client: FlaskClient, code: str | None = None, moment=NOW):
    """Open the page, read its key as an app would, and send the code."""
    page = client.get(ENROLMENT).text
    secret = KEY.search(page)[1].replace(" ", "")
    fields = {"csrf_token": csrf_token(client, ENROLMENT), "offer": OFFER.search(page)[1]}
    return client.post(ENROLMENT, data=fields | {"code": code or code_at(moment, secret)})


def test_the_right_password_alone_opens_nothing(client: FlaskClient, engine: Engine, staff: Province) -> None:
    give_second_factor(engine, "quantri")
    assert send_sign_in(client, "quantri").location == "/officer/second-factor"
    for address in ("/officer/", "/officer/account", ENROLMENT, "/officer/accounts", "/officer/confirm"):
        assert client.get(address).location == "/officer/sign-in", address


def test_the_code_leads_on_to_the_page_that_was_asked_for(client: FlaskClient, engine: Engine, staff: Province) -> None:
    give_second_factor(engine, "quantri")
    wanted = f"/officer/units/{COMMUNES[0]}?stage=filing"
    client.get(wanted)
    send_sign_in(client, "quantri")
    assert send_code(client, code_at()).location == wanted
    assert client.get("/officer/account").status_code == 200


def test_every_step_of_signing_in_gives_a_new_cookie(client: FlaskClient, engine: Engine, staff: Province) -> None:
    give_second_factor(engine, "quantri")
    client.get("/officer/sign-in")
    seen = [cookie(client)]
    send_sign_in(client, "quantri")
    seen.append(cookie(client))
    send_code(client, code_at())
    seen.append(cookie(client))
    client.get("/officer/account")
    assert len(set(seen)) == 3


def test_what_waited_for_the_code_finds_nothing_afterwards(
    app: Flask, client: FlaskClient, engine: Engine, staff: Province
) -> None:
    give_second_factor(engine, "quantri")
    send_sign_in(client, "quantri")
    waiting = cookie(client)
    send_code(client, code_at())
    thief = app.test_client()
    thief.set_cookie("hailong_officer", waiting, path="/officer")
    assert thief.get("/officer/account").location == "/officer/sign-in"
    assert thief.get("/officer/second-factor").location == "/officer/sign-in"


def test_a_wrong_code_is_told_and_too_many_wait(client: FlaskClient, engine: Engine, staff: Province) -> None:
    give_second_factor(engine, "quantri")
    send_sign_in(client, "quantri")
    for _ in range(5):
        reply = send_code(client, "000000")
        assert reply.status_code == 422
        assert "Mã không đúng" in reply.text
        assert "000000" not in reply.text
    reply = send_code(client, code_at())
    assert reply.status_code == 429
    assert "sau 1 phút" in reply.text


def test_waiting_too_long_begins_again(app: Flask, client: FlaskClient, engine: Engine, staff: Province) -> None:
    give_second_factor(engine, "quantri")
    send_sign_in(client, "quantri")
    token = csrf_token(client, "/officer/second-factor")
    app.config["NOW"] = lambda: NOW + timedelta(minutes=11)
    assert client.get("/officer/second-factor").location == "/officer/sign-in"
    reply = client.post("/officer/second-factor", data={"csrf_token": token, "code": code_at()})
    assert (reply.status_code, reply.location) == (303, "/officer/sign-in")


def test_without_a_password_before_there_is_no_page_for_codes(client: FlaskClient, staff: Province) -> None:
    assert client.get("/officer/second-factor").location == "/officer/sign-in"
    token = csrf_token(client)
    reply = client.post("/officer/second-factor", data={"csrf_token": token, "code": "1"})
    assert reply.location == "/officer/sign-in"


def test_an_administrator_without_one_is_led_to_enrol_first(client: FlaskClient, staff: Province) -> None:
    send_sign_in(client, "quantri")
    for address in ("/officer/", "/officer/account", "/officer/accounts", "/officer/units/51"):
        assert client.get(address).location == ENROLMENT, address
    token = csrf_token(client, ENROLMENT)
    assert client.post("/officer/account/sessions/end-all", data={"csrf_token": token}).location == ENROLMENT
    page = client.get(ENROLMENT).text
    assert 'src="data:image/svg+xml;base64,' in page
    assert "/officer/accounts" not in page
    reply = send_enrolment(client)
    assert reply.status_code == 200
    assert len(set(CODES.findall(reply.text))) == 8
    assert client.get("/officer/accounts").status_code == 200


def test_recovery_codes_are_shown_once_and_sign_in(app: Flask, client: FlaskClient, staff: Province) -> None:
    send_sign_in(client, "quantri")
    (first, *_rest) = CODES.findall(send_enrolment(client).text)
    assert first not in client.get("/officer/account").text
    other = app.test_client()
    send_sign_in(other, "quantri")
    assert send_code(other, first).location == "/officer/"
    assert other.get("/officer/account").status_code == 200


def test_a_wrong_first_code_keeps_the_key(client: FlaskClient, staff: Province) -> None:
    send_sign_in(client, "quantri")
    page = client.get(ENROLMENT).text
    fields = {"csrf_token": csrf_token(client, ENROLMENT), "offer": OFFER.search(page)[1], "code": "000000"}
    reply = client.post(ENROLMENT, data=fields)
    assert reply.status_code == 422
    assert KEY.search(reply.text)[1] == KEY.search(page)[1]


def test_a_broken_offer_gets_a_new_key(client: FlaskClient, staff: Province) -> None:
    send_sign_in(client, "quantri")
    token = csrf_token(client, ENROLMENT)
    for offer in ("", "x", "\x00đ", "gAAAA" * 100):
        reply = client.post(ENROLMENT, data={"csrf_token": token, "offer": offer, "code": "1\x00"})
        assert reply.status_code == 422
        assert KEY.search(reply.text)


def test_where_the_province_does_not_ask_for_it_nobody_must(
    client: FlaskClient, engine: Engine, staff: Province
) -> None:
    change_settings(engine, NOW, "test", {"second_factor_required": False})
    send_sign_in(client, "quantri")
    assert client.get("/officer/account").status_code == 200


def test_others_may_enrol_and_turn_it_off(client: FlaskClient, staff: Province) -> None:
    send_sign_in(client, "xa01")
    assert "đang tắt" in client.get("/officer/account").text
    assert send_enrolment(client).status_code == 200
    page = client.get("/officer/account").text
    assert "đang bật" in page
    assert "Còn 8 mã" in page
    token = csrf_token(client, "/officer/account")
    off = client.post("/officer/account/second-factor/off", data={"csrf_token": token})
    assert off.location == "/officer/account"
    assert "đang tắt" in client.get("/officer/account").text


def test_administrators_cannot_turn_it_off(signed_in: SignIn) -> None:
    client = signed_in("quantri")
    assert "Tắt xác thực" not in client.get("/officer/account").text
    token = csrf_token(client, "/officer/account")
    client.post("/officer/account/second-factor/off", data={"csrf_token": token})
    assert "đang bật" in client.get("/officer/account").text


def test_the_language_is_kept_through_both_steps(client: FlaskClient, engine: Engine, staff: Province) -> None:
    give_second_factor(engine, "quantri")
    client.get("/officer/sign-in?lang=en")
    send_sign_in(client, "quantri", PASSWORD)
    assert '<html lang="en">' in client.get("/officer/second-factor").text
    send_code(client, code_at())
    assert '<html lang="en">' in client.get("/officer/account").text


def test_the_page_of_recovery_codes_offers_no_link_that_loses_them(client: FlaskClient, staff: Province) -> None:
    send_sign_in(client, "quantri")
    assert "hreflang" in client.get(ENROLMENT).text
    assert "hreflang" not in send_enrolment(client).text
