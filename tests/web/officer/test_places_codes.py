"""Codes of counters and centres on their pages: issue, revoke, issue again, move, each only within the grant."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from survey_app.domain.local_day import local_day
from survey_app.services import counters
from survey_app.storage import audit_log
from survey_app.storage.database import begin_read
from survey_app.web import access
from tests.rows import nothing_stored
from tests.scenes import CENTRES, NOW, Province
from tests.web.officer.conftest import SignIn
from tests.web.officer.test_places import send

CENTRE, OTHER = CENTRES
Q1, Q2, FAR = f"{CENTRE}-Q1", f"{CENTRE}-Q2", f"{OTHER}-Q1"


def code_at(engine: Engine, unit: str) -> str | None:
    with begin_read(engine) as connection:
        held = counters.codes_in_force(connection, [unit], local_day(NOW))
    return held[unit].code if unit in held else None


@pytest.fixture
def director(signed_in: SignIn) -> FlaskClient:
    return signed_in("giamdoc")


def act(client: FlaskClient, unit: str, action: str, code: str = ""):
    return send(client, f"/officer/places/{unit}/codes/{action}", f"/officer/places/{unit}", code=code)


def test_the_page_of_a_counter_shows_its_code(director: FlaskClient, province: Province) -> None:
    page = director.get(f"/officer/places/{Q1}").text
    assert 'href="https://khaosat.example/q/k0nt0m1"' in page
    assert 'src="data:image/svg+xml' in page
    assert "Lần cấp 1, từ ngày 01/10/2026" in page
    assert "Mã cũ thôi dùng trong vòng 10 giây" in page


def test_a_code_is_revoked_and_a_missing_one_issued(
    director: FlaskClient, client: FlaskClient, engine: Engine, province: Province
) -> None:
    assert act(director, Q1, "revoke", "k0nt0m1").status_code == 303
    assert (code_at(engine, Q1), client.get("/q/k0nt0m1").status_code) == (None, 410)
    assert "không còn dùng tại đây" in director.get(act(director, Q1, "revoke", "k0nt0m1").location).text
    page = director.get(f"/officer/places/{CENTRE}").text
    assert "Cấp mã cho 1 quầy chưa có mã" in page
    assert act(director, CENTRE, "issue").status_code == 303
    assert code_at(engine, Q1) not in (None, "k0nt0m1")
    with begin_read(engine) as connection:
        assert [(actor, unit) for actor, unit, _ in audit_log.entries(connection, "counter.revoke")] == [
            ("giamdoc", Q1)
        ]


def test_a_code_is_issued_again(director: FlaskClient, client: FlaskClient, engine: Engine) -> None:
    assert act(director, Q1, "reissue", "k0nt0m1").status_code == 303
    fresh = code_at(engine, Q1)
    page = director.get(f"/officer/places/{Q1}").text
    assert f"mã mới là {fresh}" in page
    assert "Mã đã thôi dùng tại đây (1)" in page
    assert "thu hồi ngày 16/11/2026" in page
    assert (client.get("/q/k0nt0m1").status_code, client.get(f"/q/{fresh}").status_code) == (410, 200)


def test_a_code_moves_within_the_grant(director: FlaskClient, engine: Engine, province: Province) -> None:
    address = f"/officer/places/{Q1}/codes/k0nt0m1/move"
    page = director.get(address).text
    assert f'value="{Q2}"' in page
    assert f'value="{FAR}"' not in page
    with nothing_stored(engine):
        for wrong in ("", FAR, CENTRE, Q1, "none", "\0"):
            assert send(director, address, counter=wrong).status_code == 422
    assert send(director, address, counter=Q2).location == f"/officer/places/{Q2}"
    assert (code_at(engine, Q1), code_at(engine, Q2)) == (None, "k0nt0m1")
    assert "nay thuộc Quầy 2" in director.get(f"/officer/places/{Q1}").text
    assert director.get(address).status_code == 404


def test_the_centres_own_code(director: FlaskClient, client: FlaskClient, engine: Engine) -> None:
    assert act(director, CENTRE, "issue-centres").status_code == 303
    code = code_at(engine, CENTRE)
    assert f"/q/{code}" in director.get(f"/officer/places/{CENTRE}").text
    assert "quầy nào" in client.get(f"/q/{code}").text
    assert director.get(f"/officer/places/{CENTRE}/codes/{code}/move").status_code == 200
    assert send(director, f"/officer/places/{CENTRE}/codes/{code}/move", counter=Q1).status_code == 422
    assert act(director, CENTRE, "reissue", code or "").status_code == 303
    assert code_at(engine, CENTRE) not in (None, code)


@pytest.mark.parametrize("action", ["issue", "issue-centres", "revoke", "reissue"])
def test_nothing_is_changed_beyond_the_grant(
    director: FlaskClient, engine: Engine, province: Province, action: str
) -> None:
    here = f"/officer/places/{CENTRE}"
    for unit in (OTHER, "51", "none"):
        reply = send(director, f"/officer/places/{unit}/codes/{action}", here, code=province.codes[FAR])
        assert reply.status_code == 404
    before = [code_at(engine, unit) for unit in (Q1, Q2, FAR)]
    for code in (province.codes[FAR], "", "\0", "x" * 5000):
        if action.startswith("re"):
            assert send(director, f"{here}/codes/{action}", here, code=code).status_code == 303
    assert [code_at(engine, unit) for unit in (Q1, Q2, FAR)] == before


def test_what_cannot_be_taken_back_asks_who_this_is(director: FlaskClient) -> None:
    with director.application.app_context():
        for endpoint in ("revoke_code", "reissue_code", "send_move_code", "send_retire", "send_move"):
            assert access.is_dangerous(f"officer.places_{endpoint}")


def test_no_post_button_without_a_token(director: FlaskClient) -> None:
    page = director.get(f"/officer/places/{CENTRE}").text
    forms = re.findall(r'<form method="post".*?</form>', page, re.S)
    assert forms
    assert all("csrf_token" in form for form in forms)
