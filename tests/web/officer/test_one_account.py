"""One account: name, roles, ways in, and what an administrator may not do to themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from survey_app.domain.permissions import Grant, Role
from survey_app.services import accounts, officers
from survey_app.storage import audit_log
from survey_app.storage.database import begin_read
from tests.rows import nothing_stored
from tests.scenes import CENTRES, COMMUNES, NOW
from tests.web.officer.conftest import SignIn, csrf_token, give_second_factor, send_sign_in
from tests.web.officer.test_accounts import LINK

CANBO = "/officer/accounts/canbo"
HELD = f"{CANBO}/grants/counter_staff/{CENTRES[0]}"


@pytest.fixture
def admin(signed_in: SignIn) -> FlaskClient:
    """The browser of the province's administrator."""
    return signed_in("quantri")


def send(client: FlaskClient, address: str, **fields: str):
    """Post a form of this administrator."""
    return client.post(address, data=fields | {"csrf_token": csrf_token(client, "/officer/methods")})


def grants_of(engine: Engine, login: str) -> tuple[Grant, ...]:
    return next(officer.grants for officer in officers.list_officers(engine) if officer.login == login)


def actions(engine: Engine) -> list[str]:
    with begin_read(engine) as connection:
        return [entry.action for entry in audit_log.chain(connection)]


def test_the_page_tells_roles_state_and_what_was_done_lately(signed_in: SignIn, admin: FlaskClient) -> None:
    signed_in("canbo")
    page = admin.get(CANBO).text
    assert "Cán bộ quầy" in page
    assert "Trung tâm Phục vụ hành chính công phường Kon Tum" in page
    assert "1 trình duyệt" in page
    assert "16/11/2026 09:00" in page, "the sign-in among the latest acts"


@pytest.mark.parametrize("login", ["nobody", "a%00b", "x" * 300, "%EF%BF%BD%F0%9F"])
def test_an_account_that_does_not_exist(admin: FlaskClient, login: str) -> None:
    assert admin.get(f"/officer/accounts/{login}").status_code == 404
    for action in ("name", "grants", "reset", "close", "open", "sign-out", "second-factor"):
        assert send(admin, f"/officer/accounts/{login}/{action}").status_code == 404


def test_renaming(engine: Engine, admin: FlaskClient) -> None:
    assert send(admin, f"{CANBO}/name", name="  Lê  Thị Bưởi ").location == CANBO
    page = admin.get(CANBO).text
    assert "<h1>Lê Thị Bưởi" in page
    assert "Đã đổi tên." in page
    assert "officer.rename" in actions(engine)


@pytest.mark.parametrize("name", ["", "a\x00", "x" * 121])
def test_a_bad_name_is_refused_and_kept(engine: Engine, admin: FlaskClient, name: str) -> None:
    with nothing_stored(engine):
        reply = send(admin, f"{CANBO}/name", name=name)
    assert reply.status_code == 422
    assert 'id="name-error"' in reply.text
    assert "<h1>Cán bộ canbo" in reply.text


def test_granting_one_more_role_until_a_day(engine: Engine, admin: FlaskClient) -> None:
    reply = send(admin, f"{CANBO}/grants", role="helper", unit=CENTRES[1], until="2026-12-31")
    assert (reply.status_code, reply.location) == (303, CANBO)
    assert Grant(Role.HELPER, CENTRES[1], NOW.date().replace(month=12, day=31)) in grants_of(engine, "canbo")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "Hãy chọn vai trò."),
        ({"role": "helper", "unit": "99"}, "Không có đơn vị này trong danh sách"),
        ({"role": "helper", "unit": COMMUNES[0]}, "chỉ được cấp tại"),
        ({"role": "province_admin", "unit": COMMUNES[0]}, "chỉ được cấp tại: tỉnh."),
        ({"role": "helper", "unit": CENTRES[0], "until": "2020-01-01"}, "không được trước hôm nay"),
    ],
)
def test_a_role_that_cannot_be_granted_is_told_at_its_field(
    engine: Engine, admin: FlaskClient, fields: dict[str, str], told: str
) -> None:
    with nothing_stored(engine):
        reply = send(admin, f"{CANBO}/grants", **fields)
    assert reply.status_code == 422
    assert told in reply.text
    assert "<details open>" in reply.text
    assert all(f'value="{value}"' in reply.text for value in fields.values())


def test_changing_until_when_a_role_holds(engine: Engine, admin: FlaskClient) -> None:
    assert "Đổi thời hạn" in admin.get(HELD).text
    assert send(admin, HELD, until="2026-11-30").location == CANBO
    assert grants_of(engine, "canbo") == (Grant(Role.COUNTER_STAFF, CENTRES[0], NOW.date().replace(day=30)),)
    assert 'value="2026-11-30"' in admin.get(HELD).text
    send(admin, HELD, until="")
    assert grants_of(engine, "canbo") == (Grant(Role.COUNTER_STAFF, CENTRES[0]),)


def test_a_bad_day_is_refused_and_kept(engine: Engine, admin: FlaskClient) -> None:
    with nothing_stored(engine):
        reply = send(admin, HELD, until="ngày mai")
    assert (reply.status_code, 'value="ngày mai"' in reply.text) == (422, True)


def test_ending_a_role_takes_it_away_at_once_and_it_stays_listed(
    engine: Engine, signed_in: SignIn, admin: FlaskClient
) -> None:
    clerk = signed_in("canbo")
    assert clerk.get("/officer/methods").status_code == 200
    assert send(admin, f"{HELD}/end").location == CANBO
    assert clerk.get("/officer/methods").status_code == 403
    assert "đã kết thúc ngày 15/11/2026" in admin.get(CANBO).text
    assert "officer.revoke" in actions(engine)
    assert send(admin, f"{HELD}/end").status_code == 404
    assert admin.get(HELD).status_code == 404


@pytest.mark.parametrize(
    "held",
    [f"counter_staff/{CENTRES[1]}", f"helper/{CENTRES[0]}", f"king/{CENTRES[0]}", "counter_staff/no-such-unit"],
)
def test_a_role_that_is_not_held_has_no_page(admin: FlaskClient, held: str) -> None:
    assert admin.get(f"{CANBO}/grants/{held}").status_code == 404
    assert send(admin, f"{CANBO}/grants/{held}").status_code == 404
    assert send(admin, f"{CANBO}/grants/{held}/end").status_code == 404


def test_a_reset_shows_a_new_link_and_voids_the_old_password(
    app: Flask, engine: Engine, signed_in: SignIn, admin: FlaskClient
) -> None:
    clerk = signed_in("canbo")
    first = LINK.search(send(admin, f"{CANBO}/reset").text)
    second = LINK.search(send(admin, f"{CANBO}/reset").text)
    assert first is not None
    assert second is not None
    assert clerk.get("/officer/methods").status_code == 303
    assert send_sign_in(app.test_client(), "canbo").status_code == 422
    browser = app.test_client()
    assert [browser.get(link[1]).status_code for link in (first, second)] == [404, 200]


def test_closing_ends_sessions_and_opening_brings_the_password_back(
    app: Flask, engine: Engine, signed_in: SignIn, admin: FlaskClient
) -> None:
    clerk = signed_in("canbo")
    assert send(admin, f"{CANBO}/close").location == CANBO
    assert clerk.get("/officer/methods").status_code == 303
    assert send_sign_in(app.test_client(), "canbo").status_code == 422
    page = admin.get(CANBO).text
    assert "đã khóa" in page
    assert "Mở lại tài khoản" in page
    assert send(admin, f"{CANBO}/reset").status_code == 422
    assert send(admin, f"{CANBO}/open").location == CANBO
    assert send_sign_in(app.test_client(), "canbo").status_code == 303
    assert {"officer.disable", "officer.enable"} <= set(actions(engine))


def test_signing_somebody_out_everywhere_keeps_the_password(app: Flask, signed_in: SignIn, admin: FlaskClient) -> None:
    clerks = [signed_in("canbo"), signed_in("canbo")]
    send(admin, f"{CANBO}/sign-out")
    assert [clerk.get("/officer/methods").status_code for clerk in clerks] == [303, 303]
    assert send_sign_in(app.test_client(), "canbo").status_code == 303


def test_taking_away_a_lost_second_factor(app: Flask, engine: Engine, admin: FlaskClient) -> None:
    give_second_factor(engine, "canbo")
    assert send(admin, f"{CANBO}/second-factor").location == CANBO
    assert "Đã gỡ xác thực lớp thứ hai." in admin.get(CANBO).text
    assert send_sign_in(app.test_client(), "canbo").location == "/officer/"
    send(admin, f"{CANBO}/second-factor")
    assert "không có gì để gỡ" in admin.get(CANBO).text


@pytest.mark.parametrize("action", ["close", "sign-out", "reset"])
def test_a_sign_in_that_waits_for_its_code_ends_too(
    app: Flask, engine: Engine, admin: FlaskClient, action: str
) -> None:
    give_second_factor(engine, "canbo")
    waiting = app.test_client()
    assert send_sign_in(waiting, "canbo").location == "/officer/second-factor"
    send(admin, f"{CANBO}/{action}")
    assert waiting.get("/officer/second-factor").location == "/officer/sign-in"


OWN = "/officer/accounts/quantri"


@pytest.mark.parametrize(
    "address",
    [
        f"{OWN}/close",
        f"{OWN}/reset",
        f"{OWN}/second-factor",
        f"{OWN}/grants/province_admin/51/end",
        "/officer/accounts/QUANTRI/close",
    ],
)
def test_administrators_do_not_lock_themselves_out(engine: Engine, admin: FlaskClient, address: str) -> None:
    officers.create_officer(engine, NOW, login="thu.hai", name="Hai", role=Role.PROVINCE_ADMIN, unit_code="51")
    with nothing_stored(engine):
        reply = send(admin, address)
    assert reply.status_code == 422
    assert "Hãy nhờ một người quản trị khác." in reply.text
    assert admin.get("/officer/accounts").status_code == 200


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        (f"{OWN}/grants/province_admin/51", {"until": "2026-11-16"}),
        (f"{OWN}/grants", {"role": "province_admin", "unit": "51", "until": "2026-12-31"}),
    ],
)
def test_administrators_set_no_end_to_their_own_power(
    engine: Engine, admin: FlaskClient, address: str, fields: dict[str, str]
) -> None:
    with nothing_stored(engine):
        assert send(admin, address, **fields).status_code == 422
    assert grants_of(engine, "quantri") == (Grant(Role.PROVINCE_ADMIN, "51"),)


def test_ones_own_page_offers_no_button_that_locks_out(admin: FlaskClient) -> None:
    page = admin.get(OWN).text
    assert "/grants/province_admin/51" not in page
    assert f"{OWN}/close" not in page
    assert "tài khoản của chính người đang đăng nhập" in page


def test_every_change_waits_for_its_permission(signed_in: SignIn) -> None:
    client = signed_in("tinh")
    for action in ("name", "grants", "reset", "close", "open", "sign-out", "second-factor"):
        assert send(client, f"{CANBO}/{action}").status_code == 403
    assert send(client, f"{HELD}/end").status_code == 403
    assert send(client, HELD).status_code == 403


def test_an_administrator_who_was_closed_changes_nothing_more(engine: Engine, admin: FlaskClient) -> None:
    officers.create_officer(engine, NOW, login="thu.hai", name="Hai", role=Role.PROVINCE_ADMIN, unit_code="51")
    accounts.disable(engine, NOW, "quantri", "thu.hai")
    reply = admin.post(f"{CANBO}/close", data={"csrf_token": csrf_token(admin)})
    assert (reply.status_code, reply.location) == (303, "/officer/sign-in")


def test_a_change_long_after_signing_in_asks_who_this_is(app: Flask, engine: Engine, admin: FlaskClient) -> None:
    app.config["NOW"] = lambda: NOW + timedelta(minutes=20)
    send(admin, f"{CANBO}/close")
    assert "officer.disable" not in actions(engine)
