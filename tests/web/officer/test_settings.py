"""The settings on the desk: bounds, reasons, nobody overwrites anybody."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from survey_app.services.province_settings import (
    Channel,
    OfficialText,
    ProvinceSettings,
    read_settings,
)
from survey_app.services.settings_changes import change_settings
from survey_app.storage import audit_log
from survey_app.storage.database import begin_read
from tests import scenes
from tests.web.officer.conftest import SignIn, csrf_token

BASES = {
    "release": "10",
    "officer_score": "10",
    "public_score": "30",
    "distribution": "20",
    "sensitive": "30",
    "demographic": "10",
    "reason": "",
}
SEND = {
    "waiting": {"mixed_release_days": "14", "exact_minute_hours": "72"},
    "comments": {"comment_batch": "10", "comment_days": "7", "comment_months": "12"},
    "pace": {"ten_minutes": "30", "day": "150", "page": "5"},
    "channels": {"complaint_channels_name": ["Đường dây nóng"], "complaint_channels_contact": ["1022"]},
    "thanks": {"thanks_vi": "", "thanks_en": ""},
    "texts": {"official_texts_number": [""], "official_texts_title": [""]},
    "safety": {"second_factor_required": "1"},
    "classes": {"class_reference": ""},
    "thresholds": BASES,
}


@pytest.fixture
def administrator(signed_in: SignIn) -> FlaskClient:
    return signed_in("quantri")


def seen(client: FlaskClient, group: str) -> str:
    found = re.search(rf'/settings/{group}".*?name="seen" value="(\w+)"', client.get("/officer/settings").text, re.S)
    assert found is not None
    return found[1]


def send(client: FlaskClient, group: str, mark: str | None = None, **changed: object) -> TestResponse:
    fields = {"csrf_token": csrf_token(client, "/officer/settings"), "seen": mark or seen(client, group)}
    return client.post(f"/officer/settings/{group}", data=fields | SEND[group] | changed)


def stored(engine: Engine) -> ProvinceSettings:
    with begin_read(engine) as connection:
        return read_settings(connection)


def test_every_group_is_kept(engine: Engine, administrator: FlaskClient) -> None:
    assert "Chưa ai đổi phần này." in administrator.get("/officer/settings").text
    changes: dict[str, dict[str, object]] = {
        "thresholds": {"public_score": "50"},
        "waiting": {"mixed_release_days": "7", "exact_minute_hours": "24"},
        "comments": {"comment_days": "14"},
        "pace": {"day": "200"},
        "channels": {},
        "thanks": {"thanks_vi": "Cảm ơn bà con!\r\nTỉnh Quảng Ngãi", "thanks_en": "Thanks"},
        "texts": {"official_texts_number": ["1001/QĐ-BNV", ""], "official_texts_title": ["Phương pháp", ""]},
    }
    for group, changed in changes.items():
        assert send(administrator, group, **changed).status_code == 303, group
    found = stored(engine)
    assert (found.thresholds.public_score, found.thresholds.release) == (50, 10)
    assert (found.mixed_release_days, found.exact_minute_hours, found.comment_days) == (7, 24, 14)
    assert (found.pace.day, found.complaint_channels) == (200, (Channel("Đường dây nóng", "1022"),))
    assert found.thanks_text == {"vi": "Cảm ơn bà con!\nTỉnh Quảng Ngãi", "en": "Thanks"}
    assert found.official_texts == (OfficialText("1001/QĐ-BNV", "Phương pháp"),)
    page = administrator.get("/officer/settings").text
    assert page.count("Đổi lần cuối bởi Cán bộ quantri, 16/11/2026 09:00.") == len(changes)
    assert "1001/QĐ-BNV" in administrator.get("/officer/methods").text


@pytest.mark.parametrize(
    ("group", "changed", "told"),
    [
        ("thresholds", {"release": "4"}, "Hãy nhập số từ 5 đến 10.000."),
        ("thresholds", {"release": "mười"}, "Hãy nhập số nguyên."),
        ("thresholds", {"release": "9" * 5000}, "Hãy nhập số nguyên."),
        ("thresholds", {"release": ""}, "Hãy nhập số"),
        ("thresholds", {"release": "40"}, "Không được nhỏ hơn số phiếu của một lần công bố (40)."),
        ("thresholds", {"public_score": "20"}, "Có ngưỡng thấp hơn mặc định."),
        ("thresholds", {"public_score": "20", "lowering_known": "1"}, "Hãy điền mục này."),
        ("waiting", {"exact_minute_hours": "73"}, "Hãy nhập số từ 0 đến 72."),
        ("waiting", {"mixed_release_days": "-1"}, "Hãy nhập số từ 0 đến 366."),
        ("comments", {"comment_batch": "9"}, "Hãy nhập số từ 10 đến 1.000."),
        ("pace", {"day": "20"}, "không được nhỏ hơn giới hạn mười phút"),
        ("channels", {"complaint_channels_name": [""], "complaint_channels_contact": ["1022"]}, "Hãy điền mục này."),
        ("channels", {"complaint_channels_name": [""], "complaint_channels_contact": [""]}, "Cần ít nhất một dòng"),
        ("channels", {"complaint_channels_name": ["a"] * 30, "complaint_channels_contact": ["b"] * 30}, "Nhiều nhất"),
        ("channels", {"complaint_channels_name": ["a\x00"]}, "Có ký tự không đọc được."),
        ("thanks", {"thanks_vi": "a" * 301}, "Dài quá 300 ký tự."),
        ("thanks", {"thanks_en": "a\x07"}, "Có ký tự không đọc được."),
    ],
)
def test_what_is_wrong_is_told_and_nothing_changes(
    engine: Engine, administrator: FlaskClient, group: str, changed: dict[str, object], told: str
) -> None:
    before = stored(engine)
    reply = send(administrator, group, **changed)
    assert reply.status_code == 422
    assert told in reply.text
    assert stored(engine) == before


def test_lowering_a_base_needs_a_reason_that_is_kept(engine: Engine, administrator: FlaskClient) -> None:
    reply = send(administrator, "thresholds", public_score="20", lowering_known="1", reason="Xã ít dân")
    assert reply.status_code == 303
    assert stored(engine).thresholds.public_score == 20
    with begin_read(engine) as connection:
        *_, (actor, _, detail) = audit_log.entries(connection, "settings.change")
    assert (actor, detail["reason"], detail["thresholds"]["public_score"]) == ("quantri", "Xã ít dân", 20)
    assert "Xã ít dân" in administrator.get("/officer/settings").text
    assert send(administrator, "thresholds", public_score="25").status_code == 303, "raising it again needs none"


def test_nobody_overwrites_what_somebody_else_changed(engine: Engine, administrator: FlaskClient) -> None:
    mark = seen(administrator, "pace")
    change_settings(engine, scenes.NOW, "binh", {"pace": {"day": 300}})
    reply = send(administrator, "pace", mark, day="250")
    assert reply.status_code == 409
    assert "Người khác vừa đổi phần này." in reply.text
    assert 'value="250"' in reply.text
    assert stored(engine).pace.day == 300
    assert send(administrator, "pace", day="250").status_code == 303


def test_another_group_may_change_meanwhile(engine: Engine, administrator: FlaskClient) -> None:
    mark = seen(administrator, "pace")
    change_settings(engine, scenes.NOW, "binh", {"mixed_release_days": 3})
    assert send(administrator, "pace", mark, day="250").status_code == 303


def test_a_group_goes_back_to_its_defaults(engine: Engine, administrator: FlaskClient) -> None:
    assert "/settings/pace/reset" not in administrator.get("/officer/settings").text
    send(administrator, "pace", day="250")
    send(administrator, "waiting", mixed_release_days="3")
    assert "/settings/pace/reset" in administrator.get("/officer/settings").text
    token = csrf_token(administrator, "/officer/settings")
    assert administrator.post("/officer/settings/pace/reset", data={"csrf_token": token}).status_code == 303
    assert (stored(engine).pace.day, stored(engine).mixed_release_days) == (150, 3)
    assert "Đặt lại mặc định bởi Cán bộ quantri" in administrator.get("/officer/settings").text


def test_the_thank_you_page_says_the_provinces_words_escaped(
    engine: Engine, client: FlaskClient, administrator: FlaskClient, staff: scenes.Province
) -> None:
    words = "Cảm ơn <b>bà con</b> & hẹn gặp lại"
    change_settings(engine, scenes.NOW, "an", {"thanks_text": {"vi": words}})
    address = f"/q/{staff.codes[staff.counters[0]]}/thanks?form=quick_pulse"
    page = client.get(address).text
    assert "Cảm ơn &lt;b&gt;bà con&lt;/b&gt; &amp; hẹn gặp lại" in page
    assert "hẹn gặp lại" not in client.get(f"{address}&lang=en").text


def test_unknown_groups_do_not_exist(administrator: FlaskClient) -> None:
    token = csrf_token(administrator, "/officer/settings")
    for group in ("none", "is_sample", "%00"):
        for address in (f"/officer/settings/{group}", f"/officer/settings/{group}/reset"):
            assert administrator.post(address, data={"csrf_token": token}).status_code == 404


def test_missing_fields_are_no_failure(administrator: FlaskClient) -> None:
    token = csrf_token(administrator, "/officer/settings")
    for group in SEND:
        reply = administrator.post(f"/officer/settings/{group}", data={"csrf_token": token})
        assert reply.status_code in (409, 422), group


@pytest.mark.parametrize("login", ["tinh", "xa01", "giamdoc", "thanhtra"])
def test_only_the_administrator_changes_settings(signed_in: SignIn, login: str) -> None:
    client = signed_in(login)
    assert client.get("/officer/settings").status_code == 403
    token = csrf_token(client, "/officer/methods")
    assert client.post("/officer/settings/pace", data={"csrf_token": token}).status_code == 403


def test_a_legal_basis_turns_classes_on_and_an_empty_one_off(administrator: FlaskClient, engine: Engine) -> None:
    for typed, stored in (("  12/QĐ-UBND ngày 05/01/2026 ", "12/QĐ-UBND ngày 05/01/2026"), ("", "")):
        assert send(administrator, "classes", class_reference=typed).status_code == 303
        with begin_read(engine) as connection:
            assert read_settings(connection).class_reference == stored


@pytest.mark.parametrize("typed", ["x" * 201, "a\x00b"])
def test_a_legal_basis_is_one_line_of_text(administrator: FlaskClient, typed: str) -> None:
    assert send(administrator, "classes", class_reference=typed).status_code == 422
