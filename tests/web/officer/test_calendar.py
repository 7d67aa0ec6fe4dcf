"""The working calendar on the desk."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from tests.rows import nothing_stored
from tests.web.officer.conftest import SignIn, csrf_token

CENTRE = "/officer/calendar/51-23293-TT"
RULE = {"kind": "closed", "first_day": "2026-11-16", "last_day": "2026-11-20", "hours": "", "reason": "Mưa lũ"}


def send(client: FlaskClient, address: str, **fields: object) -> TestResponse:
    return client.post(address, data={"csrf_token": csrf_token(client, CENTRE), **fields})


@pytest.fixture
def director(signed_in: SignIn) -> FlaskClient:
    return signed_in("giamdoc")


def test_the_menu_leads_to_ones_own_unit(director: FlaskClient) -> None:
    assert director.get("/officer/calendar").location == CENTRE
    page = director.get(CENTRE).text
    assert "Tháng 11/2026" in page
    assert "chưa đơn vị nào nhập" in page
    assert 'href="/officer/calendar/51' not in page.replace(CENTRE, ""), "units above are named, not linked"


def test_days_that_differ_show_in_the_month_and_can_be_undone(director: FlaskClient) -> None:
    assert send(director, f"{CENTRE}/rules", **RULE).status_code == 303
    page = director.get(CENTRE).text
    assert page.count("shut differs") == 5
    assert "Kết thúc hôm nay" in page
    assert send(director, f"{CENTRE}/rules/1/remove").status_code == 303
    page = director.get(CENTRE).text
    assert "differs" not in page
    assert "Khôi phục" in page
    send(director, f"{CENTRE}/rules/1/restore")
    assert director.get(CENTRE).text.count("shut differs") == 5
    send(director, f"{CENTRE}/rules/1/end")
    assert director.get(CENTRE).text.count("shut differs") == 1


def test_a_day_alone_and_open_hours(director: FlaskClient) -> None:
    duty = {"kind": "open", "first_day": "21/11/2026", "last_day": "", "hours": "7h30-11h30", "reason": "Trực thứ Bảy"}
    assert send(director, f"{CENTRE}/rules", **duty).status_code == 303
    page = director.get(CENTRE).text
    assert page.count("open differs") == 1
    assert "07:30-11:30" in page


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"kind": "x"}, "Hãy chọn nghỉ hay làm việc."),
        ({"first_day": ""}, "Ngày phải có dạng"),
        ({"last_day": "x"}, "Ngày phải có dạng"),
        ({"last_day": "2026-11-15"}, "Ngày cuối đứng trước ngày đầu."),
        ({"last_day": "2028-11-15"}, "dài quá một năm"),
        ({"kind": "open"}, "Hãy ghi giờ làm việc"),
        ({"kind": "open", "hours": "sáng"}, "Viết như 07:30-11:30"),
        ({"reason": ""}, "Hãy điền mục này."),
        ({"reason": "a" * 201}, "Dài quá 200 ký tự."),
        ({"reason": "a\x00"}, "Có ký tự không đọc được."),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_kept(
    engine: Engine, director: FlaskClient, changed: dict[str, str], told: str
) -> None:
    with nothing_stored(engine):
        reply = send(director, f"{CENTRE}/rules", **RULE | changed)
    assert reply.status_code == 422
    assert told in reply.text


def test_the_same_days_are_not_entered_twice(director: FlaskClient) -> None:
    send(director, f"{CENTRE}/rules", **RULE)
    reply = send(director, f"{CENTRE}/rules", **RULE)
    assert reply.status_code == 422
    assert "đã được nhập như vậy rồi" in reply.text


def test_a_week_of_ones_own(director: FlaskClient) -> None:
    week = {"monday": "7h-11h", "saturday": "08:00-10:00"}
    assert send(director, f"{CENTRE}/week", **week).status_code == 303
    page = director.get(CENTRE).text
    assert "của chính đơn vị này" in page
    assert "08:00-10:00" in page
    assert send(director, f"{CENTRE}/inherit").status_code == 303
    assert "08:00-10:00" not in director.get(CENTRE).text
    reply = send(director, f"{CENTRE}/week", monday="sáng")
    assert (reply.status_code, 'value="sáng"' in reply.text) == (422, True)


def test_holidays_of_fixed_days_take_one_button(director: FlaskClient) -> None:
    page = director.get(f"{CENTRE}?month=2027-01").text
    assert "Tết Dương lịch" in page
    reply = send(director, f"{CENTRE}/holidays?month=2027-01", day="2027-01-01")
    assert reply.location == f"{CENTRE}?month=2027-01"
    page = director.get(f"{CENTRE}?month=2027-01").text
    assert page.count("shut differs") == 1
    assert 'value="2027-01-01"' not in page
    assert send(director, f"{CENTRE}/holidays", day="2026-02-17").status_code == 404


def test_what_the_province_enters_shows_below_with_its_source(director: FlaskClient, signed_in: SignIn) -> None:
    send_to = "/officer/calendar/51"
    administrator = signed_in("quantri")
    token = csrf_token(administrator, send_to)
    administrator.post(f"{send_to}/rules", data={"csrf_token": token, **RULE})
    page = director.get(CENTRE).text
    assert page.count("shut differs") == 5
    assert "Mưa lũ (Tỉnh Quảng Ngãi)" in page
    assert "/rules/1/remove" not in page


@pytest.mark.parametrize("word", ["end", "remove", "restore"])
def test_rules_of_elsewhere_do_not_exist(signed_in: SignIn, director: FlaskClient, word: str) -> None:
    administrator = signed_in("quantri")
    token = csrf_token(administrator, "/officer/calendar/51")
    administrator.post("/officer/calendar/51/rules", data={"csrf_token": token, **RULE})
    for number in ("1", "999", "9" * 30, "x"):
        assert send(director, f"{CENTRE}/rules/{number}/{word}").status_code == 404
    assert send(director, f"/officer/calendar/51/rules/1/{word}").status_code == 404


@pytest.mark.parametrize("address", ["51", "51-23368-TT", "none", "%00"])
def test_units_beyond_the_grant_do_not_exist(director: FlaskClient, address: str) -> None:
    assert director.get(f"/officer/calendar/{address}").status_code == 404
    assert director.get(f"/officer/calendar?unit={address}").status_code == 404


@pytest.mark.parametrize("month", ["2026-13", "x", "1999-01", "%00"])
def test_months_that_are_none_do_not_exist(director: FlaskClient, month: str) -> None:
    assert director.get(f"{CENTRE}?month={month}").status_code == 404


def test_leaders_do_not_keep_the_calendar(signed_in: SignIn) -> None:
    assert signed_in("xa01").get(CENTRE).status_code == 403
