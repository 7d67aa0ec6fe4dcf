"""The pages of units: who sees what, add, edit, move, retire, bring back; nothing a browser sends is a fault."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from survey_app.services import units
from survey_app.services.recount import recount
from survey_app.services.release import run_releases
from survey_app.storage import audit_log
from survey_app.storage.database import begin_read
from tests import scenes
from tests.rows import nothing_stored
from tests.scenes import CENTRES, COMMUNES, NOW, Province
from tests.web.officer.conftest import TOKEN, SignIn

CENTRE, OTHER = CENTRES
Q1 = f"{CENTRE}-Q1"
NEW = {
    "kind": "counter",
    "code": f"{CENTRE}-Q9",
    "name": "Quầy 9",
    "service_fields": "Thuế\r\n\r\n Hộ tịch ",
    "valid_from": "2026-11-01",
}


def send(client: FlaskClient, address: str, shown_at: str = "", **fields: str) -> TestResponse:
    """Fill in the form of a page and send it."""
    token = TOKEN.search(client.get(shown_at or address).text)
    assert token is not None
    return client.post(address, data={"csrf_token": token[1], **fields})


def unit(engine: Engine, code: str):
    return units.unit_tree(engine).units[code]


@pytest.mark.parametrize(("login", "code"), [("quantri", "51"), ("giamdoc", CENTRE)])
def test_the_menu_leads_to_the_officers_highest_unit(signed_in: SignIn, login: str, code: str) -> None:
    client = signed_in(login)
    reply = client.get("/officer/places")
    assert (reply.status_code, reply.location) == (303, f"/officer/places/{code}")
    page = client.get(reply.location).text
    assert 'href="/officer/places" aria-current="page"' in page
    assert client.get(reply.location + "?lang=en").status_code == 200


def test_a_centre_director_sees_the_own_centre_and_cannot_edit_the_tree(signed_in: SignIn) -> None:
    client = signed_in("giamdoc")
    page = client.get(f"/officer/places/{CENTRE}").text
    assert "Quầy 1" in page
    assert "Cấp mã chung" in page
    assert "Sửa thông tin" not in page
    assert f'"/officer/places/{COMMUNES[0]}"' not in page, "units above are named, not linked"
    assert client.get(f"/officer/places/{COMMUNES[0]}").status_code == 404
    assert client.get(f"/officer/places/{OTHER}").status_code == 404
    for action in ("new", "edit", "move", "retire", "import", "units.csv", "empty.csv"):
        assert client.get(f"/officer/places/{CENTRE}/{action}").status_code == 403


def test_a_search_covers_the_grant_and_not_more(signed_in: SignIn) -> None:
    director, admin = signed_in("giamdoc"), signed_in("quantri")
    assert "Không có đơn vị nào khớp" in director.get("/officer/places/search?q=dak+long").text
    assert "Xã Đăk Long" in admin.get("/officer/places/search?q=dak+long").text
    assert director.get("/officer/places/search").status_code == 200


def test_a_unit_is_added_with_its_fields(signed_in: SignIn, engine: Engine) -> None:
    reply = send(signed_in("quantri"), f"/officer/places/{CENTRE}/new", **NEW)
    assert (reply.status_code, reply.location) == (303, f"/officer/places/{CENTRE}-Q9")
    added = unit(engine, f"{CENTRE}-Q9")
    assert (added.name, added.service_fields, added.parent_code) == ("Quầy 9", ("Thuế", "Hộ tịch"), CENTRE)
    with begin_read(engine) as connection:
        [(actor, code, _)] = audit_log.entries(connection, "unit.add")
    assert (actor, code) == ("quantri", added.code)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"code": Q1}, "đã có đơn vị khác dùng"),
        ({"name": ""}, "Chưa ghi tên đơn vị"),
        ({"name": "x" * 201}, "tối đa 200"),
        ({"service_fields": ""}, "Quầy phải có ít nhất một lĩnh vực"),
        ({"valid_from": "hôm nay"}, "không đọc được"),
        ({"valid_from": "2020-01-01"}, "Bắt đầu trước đơn vị cấp trên"),
        ({"kind": "province"}, ""),
        ({"code": "a\0b"}, "Có ký tự điều khiển"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_nothing_is_lost(
    signed_in: SignIn, engine: Engine, changed: dict[str, str], told: str
) -> None:
    client = signed_in("quantri")
    client.get(f"/officer/places/{CENTRE}")
    with nothing_stored(engine):
        reply = send(client, f"/officer/places/{CENTRE}/new", **(NEW | changed))
    assert reply.status_code == 422
    assert told in reply.text
    assert 'class="error"' in reply.text
    if "name" not in changed:
        assert 'value="Quầy 9"' in reply.text, "what was typed is kept"


def test_a_unit_is_edited(signed_in: SignIn, engine: Engine) -> None:
    client = signed_in("quantri")
    page = client.get(f"/officer/places/{Q1}/edit").text
    assert "Hộ tịch\nChứng thực" in page
    fields = {"name": "Quầy Một", "service_fields": "Thuế", "valid_from": "2025-08-01"}
    assert send(client, f"/officer/places/{Q1}/edit", **fields).status_code == 303
    changed = unit(engine, Q1)
    assert (changed.name, changed.service_fields, changed.valid_from) == ("Quầy Một", ("Thuế",), date(2025, 8, 1))
    assert send(client, f"/officer/places/{Q1}/edit", **(fields | {"name": " "})).status_code == 422


def test_a_counter_without_responses_moves(signed_in: SignIn, engine: Engine) -> None:
    client = signed_in("quantri")
    reply = send(client, f"/officer/places/{Q1}/move", parent_code=OTHER)
    assert reply.status_code == 303
    assert unit(engine, Q1).parent_code == OTHER
    for wrong in ("", "none", COMMUNES[1], Q1, "a\0"):
        assert send(client, f"/officer/places/{Q1}/move", parent_code=wrong).status_code == 422


def test_a_counter_with_responses_gets_a_successor(
    signed_in: SignIn, engine: Engine, province: Province, rng: Random
) -> None:
    scenes.fill_inbox(engine, province, Q1, 12, rng)
    run_releases(engine, NOW)
    client = signed_in("quantri")
    fields = {"parent_code": OTHER, "code": f"{OTHER}-Q7", "valid_from": "2026-11-20"}
    for wrong in ({"code": ""}, {"code": Q1}, {"valid_from": "x"}, {"valid_from": "2020-01-01"}):
        assert send(client, f"/officer/places/{Q1}/move", **(fields | wrong)).status_code == 422
    reply = send(client, f"/officer/places/{Q1}/move", **fields)
    assert (reply.status_code, reply.location) == (303, f"/officer/places/{OTHER}-Q7")
    assert unit(engine, Q1).valid_to == date(2026, 11, 19)
    assert recount(engine) == []
    assert "không chuyển được" in client.get(f"/officer/places/{CENTRE}/move").text


def test_a_unit_is_retired_after_those_below_it_and_brought_back(signed_in: SignIn, engine: Engine) -> None:
    client = signed_in("quantri")
    last_day = str(NOW.date() - timedelta(days=1))
    reply = send(client, f"/officer/places/{CENTRE}/retire", last_day=last_day)
    assert reply.status_code == 422
    assert "Quầy 1 (51-23293-TT-Q1), Quầy 2 (51-23293-TT-Q2)" in reply.text
    assert send(client, f"/officer/places/{Q1}/retire", last_day=last_day).status_code == 303
    for wrong in ("", "x", "2020-01-01", "99999-01-01"):
        assert send(client, f"/officer/places/{Q1}/retire", last_day=wrong).status_code == 422
    page = client.get(f"/officer/places/{CENTRE}").text
    assert f'"/officer/places/{Q1}"' not in page
    assert "?retired=1" in page
    assert f'"/officer/places/{Q1}"' in client.get(f"/officer/places/{CENTRE}?retired=1").text
    reply = send(client, f"/officer/places/{Q1}/restore", f"/officer/places/{Q1}")
    assert reply.status_code == 303
    assert unit(engine, Q1).valid_to is None
