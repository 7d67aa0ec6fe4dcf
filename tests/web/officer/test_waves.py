"""Waves on the desk: planned, submitted, approved by a second person, opened, paused, closed."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from survey_app.domain.wave import Wave, WaveStatus
from survey_app.services import waves
from survey_app.storage import audit_log
from survey_app.storage.database import begin_read, begin_write
from tests import scenes
from tests.rows import nothing_stored
from tests.web.officer.conftest import SignIn, csrf_token

PLAN = {
    "title": "Quý I năm 2027",
    "code": "2027-q1",
    "opens_on": "2027-01-01",
    "closes_on": "2027-03-31",
    "questionnaires": ["sipas_desk.v1", "quick_pulse.v1"],
    "first": "quick_pulse.v1",
    "units": ["51"],
}


def send(client: FlaskClient, address: str, **fields: object) -> TestResponse:
    return client.post(address, data={"csrf_token": csrf_token(client, "/officer/waves"), **fields})


def step(client: FlaskClient, word: str, seen: int | None = None, **fields: object) -> TestResponse:
    """Press a button of the wave's page, as it is now."""
    if seen is None:
        seen = 0
        page = client.get("/officer/waves/2027-q1").text
        if 'name="seen" value="' in page:
            seen = int(page.split('name="seen" value="')[1].split('"')[0])
    return send(client, f"/officer/waves/2027-q1/{word}", seen=str(seen), **fields)


def stored(engine: Engine, code: str = "2027-q1") -> Wave | None:
    return next((wave for wave in waves.every(engine) if wave.code == code), None)


@pytest.fixture
def planner(signed_in: SignIn) -> FlaskClient:
    return signed_in("tinh")


@pytest.fixture
def administrator(signed_in: SignIn) -> FlaskClient:
    return signed_in("quantri")


@pytest.fixture
def planned(planner: FlaskClient) -> FlaskClient:
    """The planner, with a plan."""
    assert send(planner, "/officer/waves/new", **PLAN).status_code == 303
    return planner


def test_the_next_quarter_is_proposed(planner: FlaskClient) -> None:
    page = planner.get("/officer/waves/new").text
    for proposed in ("Quý I năm 2027", 'value="2027-q1"', 'value="2027-01-01"', 'value="2027-03-31"'):
        assert proposed in page
    assert 'value="51" checked' in page, "as the newest wave ran"


def test_a_plan_is_kept_with_what_opens_first_in_front(engine: Engine, planned: FlaskClient) -> None:
    asked = (("quick_pulse", 1), ("sipas_desk", 1))
    days = (date(2027, 1, 1), date(2027, 3, 31))
    assert stored(engine) == Wave("2027-q1", "Quý I năm 2027", *days, WaveStatus.PLANNED, asked, ("51",))
    assert "Đang soạn" in planned.get("/officer/waves").text


def test_a_code_left_empty_is_made_of_the_quarter_and_units_below_a_chosen_one_are_left_out(
    engine: Engine, planner: FlaskClient
) -> None:
    units = ["51-23293", "51-23293-TT", "51-TT"]
    send(planner, "/officer/waves/new", **PLAN | {"code": "", "units": units})
    found = stored(engine)
    assert found is not None
    assert set(found.units) == {"51-23293", "51-TT"}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"title": " "}, "Hãy điền mục này."),
        ({"title": "a" * 201}, "Dài quá 200 ký tự."),
        ({"title": "a\x00b"}, "Có ký tự không đọc được."),
        ({"code": "Quý 1"}, "Mã chỉ gồm chữ thường"),
        ({"code": "new"}, "Mã chỉ gồm chữ thường"),
        ({"code": "2026-q4"}, "Mã này đã có đợt khảo sát khác dùng."),
        ({"opens_on": "mai"}, "Ngày phải có dạng"),
        ({"opens_on": ""}, "Ngày phải có dạng"),
        ({"opens_on": "0001-01-01"}, "Năm không hợp lý."),
        ({"closes_on": "2026-12-31"}, "Ngày kết thúc đứng trước ngày bắt đầu."),
        ({"questionnaires": []}, "Hãy chọn ít nhất một mẫu phiếu."),
        ({"questionnaires": ["none.v1"]}, "Có mẫu phiếu chưa được ban hành."),
        ({"first": "none.v9"}, "Hãy chọn mẫu phiếu mở đầu tiên trong danh sách."),
        ({"units": []}, "Hãy chọn ít nhất một đơn vị."),
        ({"units": ["99"]}, "Có đơn vị nằm ngoài phạm vi của tài khoản."),
        ({"opens_on": "2026-12-01"}, "Đợt này trùng với đợt khác."),
    ],
)
def test_what_is_wrong_is_told_at_the_field_and_nothing_is_kept(
    engine: Engine, planner: FlaskClient, changed: dict[str, object], told: str
) -> None:
    fields = PLAN | {"title": "Đợt của tôi"} | changed
    with nothing_stored(engine):
        reply = send(planner, "/officer/waves/new", **fields)
    assert reply.status_code == 422
    assert told in reply.text
    assert ("Đợt của tôi" in reply.text) != ("title" in changed), "what was typed is kept"


def test_missing_fields_are_no_failure(planner: FlaskClient) -> None:
    assert send(planner, "/officer/waves/new").status_code == 422


def test_a_known_overlap_is_accepted(engine: Engine, planner: FlaskClient) -> None:
    fields = PLAN | {"opens_on": "2026-12-01", "overlap_known": "1"}
    assert send(planner, "/officer/waves/new", **fields).status_code == 303
    assert stored(engine) is not None


def test_the_whole_way_with_two_people(engine: Engine, planned: FlaskClient, administrator: FlaskClient) -> None:
    assert step(planned, "submit").status_code == 303
    assert "Chờ phê duyệt" in planned.get("/officer/waves").text
    assert step(administrator, "approve").status_code == 303
    for word, status in (("open", "open"), ("pause", "paused"), ("open", "open"), ("close", "closed")):
        assert step(administrator, word).status_code == 303
        found = stored(engine)
        assert found is not None
        assert found.status == status
    page = administrator.get("/officer/waves/2027-q1").text
    assert "Cán bộ tinh" in page
    assert "Cán bộ quantri" in page
    with begin_read(engine) as connection:
        [(who, unit, detail)] = audit_log.entries(connection, "wave.approved")
        assert len(audit_log.entries(connection, "wave.status")) == 4
    assert (who, unit, detail) == ("quantri", "51", {"wave": "2027-q1", "result": "done"})


def test_nobody_approves_their_own_submission(engine: Engine, administrator: FlaskClient) -> None:
    send(administrator, "/officer/waves/new", **PLAN)
    step(administrator, "submit")
    assert "Không thể tự phê duyệt" in administrator.get("/officer/waves/2027-q1").text
    reply = step(administrator, "approve", seen=1)
    assert reply.status_code == 303
    assert "Chờ phê duyệt" in administrator.get("/officer/waves").text
    with begin_read(engine) as connection:
        [(_, _, detail)] = audit_log.entries(connection, "wave.approved")
    assert detail["result"] == "refused: own submission"


def test_a_plan_that_is_not_approved_does_not_open(
    engine: Engine, planned: FlaskClient, administrator: FlaskClient
) -> None:
    for _ in range(2):
        step(administrator, "open")
        found = stored(engine)
        assert found is not None
        assert found.status is WaveStatus.PLANNED
        step(planned, "submit")


def test_a_changed_plan_loses_its_approval(planned: FlaskClient, administrator: FlaskClient) -> None:
    step(planned, "submit")
    step(administrator, "approve")
    reply = send(planned, "/officer/waves/2027-q1/edit", **PLAN | {"title": "Quý I"})
    assert reply.status_code == 303
    assert "phải trình phê duyệt lại" in planned.get("/officer/waves/2027-q1").text
    assert "Đang soạn" in planned.get("/officer/waves").text


def test_nobody_approves_what_they_did_not_read(planned: FlaskClient, administrator: FlaskClient) -> None:
    step(planned, "submit")
    send(planned, "/officer/waves/2027-q1/edit", **PLAN | {"units": ["51-TT"]})
    step(planned, "submit")
    step(administrator, "approve", seen=1)
    page = administrator.get("/officer/waves/2027-q1").text
    assert "vừa được người khác thay đổi" in page
    assert "Chờ phê duyệt" in page


def test_saving_without_a_change_keeps_the_approval(planned: FlaskClient) -> None:
    step(planned, "submit")
    send(planned, "/officer/waves/2027-q1/edit", **PLAN)
    assert "Chờ phê duyệt" in planned.get("/officer/waves").text


def test_a_return_needs_a_reason_and_shows_it(planned: FlaskClient, administrator: FlaskClient) -> None:
    step(planned, "submit")
    reply = step(administrator, "return", note=" ")
    assert reply.status_code == 422
    assert "Hãy ghi lý do" in reply.text
    step(administrator, "return", note="Thiếu xã Đăk Long")
    page = planned.get("/officer/waves/2027-q1").text
    assert "Thiếu xã Đăk Long" in page
    assert "Trả lại để sửa" in page


def test_a_plan_is_withdrawn_by_its_planner(planned: FlaskClient) -> None:
    step(planned, "submit")
    step(planned, "withdraw")
    assert "Đang soạn" in planned.get("/officer/waves").text


def test_of_an_open_wave_only_title_and_end_change(engine: Engine, planner: FlaskClient) -> None:
    changed = {"title": "Quý cuối năm", "closes_on": "2027-01-15", "units": ["51-TT"], "opens_on": "2026-01-01"}
    assert send(planner, "/officer/waves/2026-q4/edit", **changed).status_code == 303
    found = stored(engine, "2026-q4")
    assert found is not None
    assert (found.title, found.closes_on) == ("Quý cuối năm", date(2027, 1, 15))
    assert (found.units, found.opens_on) == (("51",), date(2026, 10, 1))


@pytest.mark.parametrize("day", ["2026-11-15", "2026-09-30", "x"])
def test_an_open_wave_never_ends_in_the_past(planner: FlaskClient, day: str) -> None:
    reply = send(planner, "/officer/waves/2026-q4/edit", title="Quý IV", closes_on=day)
    assert reply.status_code == 422


def test_a_closed_wave_is_not_edited(administrator: FlaskClient) -> None:
    send(administrator, "/officer/waves/2026-q4/close")
    assert administrator.get("/officer/waves/2026-q4/edit").status_code == 404


@pytest.mark.parametrize("word", ["submit", "withdraw", "approve", "return", "open", "pause", "close"])
def test_leaders_and_directors_only_read(signed_in: SignIn, engine: Engine, word: str) -> None:
    for login in ("xa01", "giamdoc"):
        client = signed_in(login)
        assert client.get("/officer/waves/2026-q4").status_code == 200
        with nothing_stored(engine):
            assert send(client, f"/officer/waves/2026-q4/{word}", seen="0", note="x").status_code == 403
        assert client.get("/officer/waves/new").status_code == 403


def test_the_planner_does_not_approve(planned: FlaskClient) -> None:
    for word in ("approve", "return", "open", "pause", "close"):
        assert step(planned, word, note="x").status_code == 403


@pytest.mark.parametrize("code", ["none", "%00", "%ff", "'--", "a" * 500])
def test_unknown_waves_are_not_found(administrator: FlaskClient, code: str) -> None:
    assert administrator.get(f"/officer/waves/{code}").status_code == 404
    for word in ("edit", "submit", "withdraw", "approve", "return", "open", "pause", "close", "transactions"):
        assert send(administrator, f"/officer/waves/{code}/{word}", seen="x").status_code == 404


def test_waves_elsewhere_do_not_exist(engine: Engine, signed_in: SignIn) -> None:
    there = Wave(
        "la", "Xã khác", date(2027, 1, 1), date(2027, 2, 1), WaveStatus.PLANNED, (("quick_pulse", 1),), ("51-23368",)
    )
    waves.create(engine, there, scenes.NOW, "an")
    client = signed_in("xa01")
    assert "Xã khác" not in client.get("/officer/waves").text
    assert client.get("/officer/waves/la").status_code == 404


def test_counts_end_at_ones_own_units(
    engine: Engine, province: scenes.Province, signed_in: SignIn, rng: Random
) -> None:
    scenes.fill_inbox(engine, province, province.counters[0], 4, rng)
    scenes.fill_inbox(engine, province, province.counters[2], 3, rng)
    assert "Đã nhận 7 phiếu" in signed_in("tinh").get("/officer/waves/2026-q4").text
    page = signed_in("xa01").get("/officer/waves/2026-q4").text
    assert "Đã nhận 4 phiếu" in page
    assert "Đăk Long" not in page


def test_targets_are_for_province_and_director_only(planner: FlaskClient, signed_in: SignIn) -> None:
    numbers = {"n-51": "86.933", "n-51-23293-TT": "1000", "n-51-TT": ""}
    assert send(planner, "/officer/waves/2026-q4/transactions", **numbers).status_code == 303
    page = planner.get("/officer/waves/2026-q4").text
    for figure in ("86.933", ">399<", ">100<", ">286<"):
        assert figure in page
    assert "đủ mẫu" not in page.lower()
    director = signed_in("giamdoc").get("/officer/waves/2026-q4").text
    assert ">286<" in director
    assert ">399<" not in director
    assert "theo công thức" not in signed_in("xa01").get("/officer/waves/2026-q4").text


@pytest.mark.parametrize("typed", ["0", "-1", "nhiều", "1" * 30, "100000001", "²"])
def test_numbers_that_are_none_are_told(engine: Engine, planner: FlaskClient, typed: str) -> None:
    with nothing_stored(engine):
        reply = send(planner, "/officer/waves/2026-q4/transactions", **{"n-51": typed})
    assert reply.status_code == 422
    assert f'value="{typed[:30]}"' in reply.text


def test_without_any_wave_the_page_says_what_to_do(engine: Engine, signed_in: SignIn) -> None:
    client = signed_in("tinh")
    with begin_write(engine) as connection:
        for table in ("wave_unit", "wave_questionnaire", "wave"):
            connection.execute(text(f"DELETE FROM {table}"))
    assert "Chưa có đợt khảo sát nào" in client.get("/officer/waves").text


def test_the_pages_speak_english(planned: FlaskClient) -> None:
    assert "Plan a wave" in planned.get("/officer/waves?lang=en").text
    for address in ("/officer/waves/2027-q1", "/officer/waves/new", "/officer/waves/2027-q1/edit"):
        assert planned.get(address).status_code == 200
