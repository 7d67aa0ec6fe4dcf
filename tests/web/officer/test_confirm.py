"""Dangerous acts ask again who is there, and the request goes on as it was."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import Engine

from survey_app.domain.permissions import Permission
from survey_app.storage import audit_log
from survey_app.storage.database import begin_read
from survey_app.web import access
from tests.pages import read_page
from tests.scenes import NOW
from tests.web.officer.conftest import PASSWORD, SignIn, code_at, csrf_token

LATE = NOW + timedelta(minutes=11)
ACT = "/officer/account/sessions/end?back=1&back=2"
FIELDS = {"unit": ["51-23293", "51-23368"], "note": ["một\r\nhai “<b>”"], "empty": [""], "new_password": ["bí mật"]}
CARRIED = [(name, value) for name, values in FIELDS.items() for value in values if name != "new_password"]
Seen = list[list[tuple[str, str]]]


@pytest.fixture
def seen(app: Flask) -> Seen:
    """The fields a dangerous view was given, each time it ran."""
    found: Seen = []

    @access.requires(Permission.DESK)
    @access.dangerous
    def act() -> str:
        found.append([(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"])
        return "done"

    app.view_functions["officer.account_end_session"] = act
    return found


@pytest.fixture
def late(app: Flask, signed_in: SignIn) -> Callable[[str], FlaskClient]:
    """Signed in eleven minutes ago."""

    def sign_in(login: str) -> FlaskClient:
        client = signed_in(login)
        app.config["NOW"] = lambda: LATE
        return client

    return sign_in


def act(client: FlaskClient, fields: dict[str, list[str]] = FIELDS):
    return client.post(ACT, data={"csrf_token": csrf_token(client, "/officer/account")} | fields)


def asking_form(reply):
    """The form of the page that asks."""
    assert "Nhập lại mật khẩu" in reply.text
    page = read_page(reply)
    return next(form for form in page.forms if "proof_password" in form.filled)


def answer(client: FlaskClient, reply, password: str = PASSWORD, code: str = ""):
    """Fill in the page that asks and send it."""
    form = asking_form(reply)
    proof = {"proof_password": [password]} | ({"proof_code": [code]} if code else {})
    return client.post(form.action, data=form.filled | proof)


def audited(engine: Engine, action: str) -> int:
    with begin_read(engine) as connection:
        return len(audit_log.entries(connection, action))


def test_signing_in_is_proof_for_ten_minutes(app: Flask, signed_in: SignIn, seen: Seen) -> None:
    client = signed_in("xa01")
    app.config["NOW"] = lambda: NOW + timedelta(minutes=10)
    assert act(client).text == "done"


def test_after_that_one_submission_proves_and_acts(late: Callable[[str], FlaskClient], seen: Seen) -> None:
    client = late("xa01")
    reply = act(client)
    assert (reply.status_code, seen) == (200, [])
    assert answer(client, reply).text == "done"
    assert seen == [CARRIED]
    assert act(client).text == "done"


def test_the_page_carries_the_request_but_no_password(late: Callable[[str], FlaskClient], seen: Seen) -> None:
    form = asking_form(act(late("xa01")))
    assert form.action.endswith(ACT)
    assert {name: form.filled[name] for name in ("unit", "note", "empty")} == {
        name: values for name, values in FIELDS.items() if name != "new_password"
    }
    assert "new_password" not in form.filled
    assert form.filled["proof_password"] == [""]


def test_a_wrong_password_asks_again_and_is_audited(
    late: Callable[[str], FlaskClient], seen: Seen, engine: Engine
) -> None:
    client = late("xa01")
    again = answer(client, act(client), "không phải đâu")
    assert (again.status_code, seen) == (422, [])
    assert "không phải đâu" not in again.text
    assert audited(engine, "officer.confirm_failed") == 1
    assert answer(client, again).text == "done"
    assert seen == [CARRIED]
    assert audited(engine, "officer.confirm") == 1


def test_guessing_is_slowed(late: Callable[[str], FlaskClient], seen: Seen) -> None:
    client = late("xa01")
    reply = act(client)
    for _ in range(5):
        reply = answer(client, reply, "không phải đâu")
    assert answer(client, reply).status_code == 429
    assert seen == []


def test_who_has_a_second_factor_gives_a_code_too(late: Callable[[str], FlaskClient], seen: Seen) -> None:
    client = late("quantri")
    again = answer(client, act(client))
    assert (again.status_code, seen) == (422, [])
    assert answer(client, again, code=code_at(LATE)).text == "done"


def test_a_dangerous_page_is_opened_after_the_proof(late: Callable[[str], FlaskClient]) -> None:
    client = late("xa01")
    reply = client.get("/officer/account/second-factor?lang=vi")
    assert reply.status_code == 200
    found = answer(client, reply)
    assert (found.status_code, found.location) == (303, "/officer/account/second-factor?lang=vi")
    assert "Nhập lại mật khẩu" not in client.get(found.location).text


def test_a_wrong_password_before_a_page_is_told(late: Callable[[str], FlaskClient]) -> None:
    client = late("xa01")
    again = answer(client, client.get("/officer/account/second-factor"), "không phải đâu")
    assert again.status_code == 422
    assert answer(client, again).location == "/officer/account/second-factor"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/officer/",
        "/\\evil.example",
        "/officer/\\..\\",
        "/officer/\x00",
        "/officer/\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "/q/d4k0ng1",
        "",
    ],
)
def test_the_proof_leads_to_officer_pages_only(signed_in: SignIn, wanted: str) -> None:
    client = signed_in("xa01")
    token = csrf_token(client, "/officer/account")
    fields = {"csrf_token": token, "next": wanted, "proof_password": PASSWORD}
    assert client.post("/officer/confirm", data=fields).location == "/officer/"
    assert client.get("/officer/confirm", query_string={"next": wanted}).status_code == 200


def test_a_file_is_not_carried_and_that_is_told(late: Callable[[str], FlaskClient], seen: Seen) -> None:
    client = late("xa01")
    token = csrf_token(client, "/officer/account")
    data = {"csrf_token": token, "file": (io.BytesIO(b"code;name"), "units.csv")}
    reply = client.post(ACT, data=data, content_type="multipart/form-data")
    assert "hãy chọn lại tệp" in reply.text
    found = answer(client, reply)
    assert (found.status_code, seen) == (303, [])


def test_a_form_whose_file_was_left_out_is_carried(late: Callable[[str], FlaskClient], seen: Seen) -> None:
    client = late("xa01")
    token = csrf_token(client, "/officer/account")
    data = {"csrf_token": token, "unit": "51", "file": (io.BytesIO(b""), "")}
    assert answer(client, client.post(ACT, data=data, content_type="multipart/form-data")).text == "done"
    assert seen == [[("unit", "51")]]


def test_no_view_sees_the_password_typed_for_a_proof_that_was_not_needed(signed_in: SignIn, seen: Seen) -> None:
    client = signed_in("xa01")
    act(client, {"unit": ["51"], "proof_password": [PASSWORD], "proof_code": ["1"]})
    assert seen == [[("unit", "51")]]


def test_under_a_sub_path_the_request_goes_on_there(app: Flask, late: Callable[[str], FlaskClient], seen: Seen) -> None:
    client = late("xa01")
    token = csrf_token(client, "/officer/account")
    held = client.get_cookie("hailong_officer", path="/officer")
    assert held is not None
    reply = app.test_client(use_cookies=False).post(
        ACT,
        data={"csrf_token": token},
        headers={"Cookie": f"hailong_officer={held.value}"},
        environ_overrides={"SCRIPT_NAME": "/khao-sat"},
    )
    assert f'action="/khao-sat{ACT.replace("&", "&amp;")}"' in reply.text


def test_what_is_not_granted_is_refused_without_asking(app: Flask, late: Callable[[str], FlaskClient]) -> None:
    client = late("xa01")
    dangerous = access.requires(Permission.OFFICERS_MANAGE)(access.dangerous(lambda: "done"))
    app.view_functions["officer.methods"] = dangerous
    assert client.get("/officer/methods").status_code == 403
