"""The page that leads from an empty system to the first wave."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import Engine

from survey_app.domain.permissions import Role
from survey_app.services import counters, first_run, officers, questionnaires
from tests import scenes
from tests.web.officer.conftest import (
    PASSWORD,
    SignIn,
    code_at,
    csrf_token,
    give_second_factor,
    send_code,
    send_sign_in,
)

PAGE = "/officer/first-run"


def test_an_empty_system_begins_with_units_and_publishes_at_a_press(app: Flask, engine: Engine):
    first_run.ensure_province(engine, "51", scenes.NOW, "system")
    admin = {"login": "admin", "name": "Bà Lan", "role": Role.PROVINCE_ADMIN, "unit_code": "51"}
    officers.create_officer(engine, scenes.NOW, password=PASSWORD, **admin)
    client = app.test_client()
    give_second_factor(engine, "admin")
    send_sign_in(client, "admin")
    assert send_code(client, code_at()).status_code == 303
    page = client.get(PAGE)
    assert page.text.count('class="tag warm"') == 1
    assert "Có 0 xã, phường, đặc khu; 0 trung tâm; 0 quầy." in page.text
    assert page.text.count("đã kiểm tra, không có lỗi") == len(questionnaires.load_files(scenes.QUESTIONNAIRES_DIR))
    sent = client.post(f"{PAGE}/questionnaires", data={"csrf_token": csrf_token(client, PAGE)})
    assert (sent.status_code, sent.location) == (303, PAGE)
    page = client.get(PAGE).text
    assert "Đã ban hành: " in page
    assert "sipas_desk v1" in page
    again = client.post(f"{PAGE}/questionnaires", data={"csrf_token": csrf_token(client, PAGE)})
    assert again.status_code == 303


def test_codes_for_all_counters_and_centres_at_a_press(signed_in: SignIn, engine: Engine, staff: scenes.Province):
    admin = signed_in("quantri")
    counters.revoke(engine, staff.codes[staff.counters[0]], scenes.NOW, "an")
    assert "4/5 quầy đã có mã đang dùng." in admin.get(PAGE).text
    admin.post(f"{PAGE}/codes", data={"csrf_token": csrf_token(admin, PAGE)})
    page = admin.get(PAGE).text
    assert "Đã cấp mã cho 1 quầy và 3 trung tâm." in page
    assert "5/5 quầy đã có mã đang dùng." in page


def test_a_running_province_is_told_that_citizens_can_answer(signed_in: SignIn):
    page = signed_in("quantri").get(PAGE).text
    assert "Người dân đã trả lời được." in page
    assert "2 trung tâm chưa có tài khoản giám đốc." in page
    assert f'href="/officer/places/{scenes.PROVINCE_CENTRE}"' in page


@pytest.mark.parametrize("login", ["tinh", "giamdoc", "thanhtra", "canbo"])
def test_others_have_no_first_run(signed_in: SignIn, login: str):
    client = signed_in(login)
    assert client.get(PAGE).status_code == 403
    token = csrf_token(client, "/officer/methods")
    for address in ("questionnaires", "codes"):
        assert client.post(f"{PAGE}/{address}", data={"csrf_token": token}).status_code == 403


def test_the_page_speaks_english(signed_in: SignIn):
    assert "Begin in one morning" in signed_in("quantri").get(f"{PAGE}?lang=en").text
