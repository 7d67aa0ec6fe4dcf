"""The home page of each role: which blocks it has, what they say, what they keep to themselves."""

from __future__ import annotations

import re
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import Engine

from survey_app.domain.local_day import local_day
from survey_app.domain.permissions import Role
from survey_app.services import counters
from survey_app.services.homes import read_home
from survey_app.services.officers import grant_role
from survey_app.services.release import run_releases
from survey_app.storage import officers
from survey_app.storage.database import begin_read, begin_write
from survey_app.storage.recipe_files import load_recipes
from tests import scenes
from tests.scenes import CENTRES, NOW, Province
from tests.web.officer.conftest import ACCOUNTS, SignIn

CHANGES, TASKS, QUIET, WAITING = "Có gì thay đổi?", "Cần quyết định", "Nơi thiếu phiếu", "Đang chờ công bố"
HELPING, SENSITIVE, LOG = "Mở phiếu cho người dân", "Nhận định về phiền hà", "Mở nhật ký"
CENTRE, PUBLISHED = "Điểm của cả trung tâm", "Quý 3 năm 2026"
BASE = r"n = [3-6]\d\b"
EVERY = {CHANGES, TASKS, QUIET, WAITING, HELPING, SENSITIVE, LOG, CENTRE, PUBLISHED}
BLOCKS = {
    "quantri": {CHANGES, TASKS, QUIET, WAITING},
    "tinh": {CHANGES, TASKS, QUIET, WAITING},
    "xa01": {CHANGES, TASKS, QUIET, WAITING},
    "giamdoc": {CHANGES, TASKS, QUIET, WAITING},
    "canbo": {CENTRE},
    "hotro": {HELPING},
    "nhaplieu": {HELPING},
    "mattran": {PUBLISHED},
    "thanhtra": {SENSITIVE, LOG},
}


@pytest.fixture
def answered(engine: Engine, staff: Province, rng: Random) -> Province:
    """The first counter has 60 released responses, the second three that wait; the other commune has none."""
    scenes.fill_inbox(engine, staff, staff.counters[0], 60, rng)
    run_releases(engine, NOW)
    scenes.fill_inbox(engine, staff, staff.counters[1], 3, rng)
    return staff


@pytest.mark.parametrize("login", list(ACCOUNTS))
def test_every_role_has_its_own_blocks(signed_in: SignIn, answered: Province, login: str) -> None:
    reply = signed_in(login).get("/officer/")
    assert reply.status_code == 200
    assert {block for block in EVERY if block in reply.text} == BLOCKS[login]


def test_the_province_sees_what_is_missing_and_what_waits(signed_in: SignIn, answered: Province) -> None:
    page = signed_in("tinh").get("/officer/").text
    assert "2 trong 3 trung tâm có dưới 10 phiếu mới trong 4 tuần." in page
    assert "Trung tâm Phục vụ hành chính công xã Đăk Long" in page
    assert re.search(r"\d+ phiếu đang chờ đủ 10 phiếu của một quầy; lâu nhất từ 16/11/2026", page)
    assert re.search(BASE, page)


def test_the_rule_of_clear_changes_stands_on_the_page(signed_in: SignIn, answered: Province) -> None:
    page = signed_in("tinh").get("/officer/").text
    assert "xét cùng lúc (Benjamini – Hochberg)" in page
    assert "Mỗi kỳ cần từ 30 phiếu" in page
    assert "chưa đủ phiếu để so sánh" in page, "nothing was released in the three months before"


def test_an_index_of_two_periods_is_compared(engine: Engine, signed_in: SignIn, staff: Province, rng: Random) -> None:
    for days in (120, 0):
        scenes.fill_inbox(engine, staff, staff.counters[0], 60, rng, now=NOW - timedelta(days=days))
        run_releases(engine, NOW - timedelta(days=days))
    for login in ("tinh", "xa01", "giamdoc"):
        page = signed_in(login).get("/officer/").text
        assert "chưa đủ cơ sở kết luận" in page
        assert len(re.findall(BASE, page)) >= 2


def test_a_director_sees_the_counters_of_the_own_centre_at_allowed_bases(
    engine: Engine, signed_in: SignIn, answered: Province
) -> None:
    page = signed_in("giamdoc").get("/officer/").text
    assert "Quầy 1" in page
    assert "Quầy 2" in page
    assert "Đăk Long" not in page
    counters.revoke(engine, answered.codes[answered.counters[0]], NOW, "quantri")
    page = signed_in("giamdoc").get("/officer/").text
    assert "1 quầy chưa có mã QR đang dùng" in page
    assert "1 mã đã thu hồi trong 30 ngày" in page


def test_counter_staff_see_their_centre_and_never_a_counter(signed_in: SignIn, answered: Province) -> None:
    page = signed_in("canbo").get("/officer/").text
    assert re.search(BASE, page)
    assert "Quầy 1" not in page


@pytest.mark.parametrize("login", ["hotro", "nhaplieu"])
def test_who_helps_sees_no_figure(signed_in: SignIn, answered: Province, login: str) -> None:
    page = signed_in(login).get("/officer/").text
    assert "Quầy 1" in page
    assert "n = " not in page


CENTRE_NAME = "Trung tâm Phục vụ hành chính công xã Đăk Long"
CHOICE = re.compile(r'<a href="(/officer/(?:\?at=[^"]*)?)"( aria-current="page")?>([^<]+)</a>')


def choices(page: str) -> list[tuple[str, str, bool]]:
    """(address, label, is here) of the chooser of granted units."""
    nav = page.partition('aria-label="Các đơn vị được cấp quyền"')[2].partition("</nav>")[0]
    return [(address, label, bool(here)) for address, here, label in CHOICE.findall(nav)]


def test_who_holds_roles_at_several_units_chooses_between_them(
    engine: Engine, signed_in: SignIn, answered: Province
) -> None:
    grant_role(engine, NOW, login="giamdoc", role=Role.CENTRE_DIRECTOR, unit_code=CENTRES[1])
    client = signed_in("giamdoc")
    everything = choices(client.get("/officer/").text)
    kon_tum, dak_long = "Trung tâm Phục vụ hành chính công phường Kon Tum", CENTRE_NAME
    assert [label for _, label, _ in everything] == ["Tổng quan", kon_tum, dak_long]
    assert [is_here for *_, is_here in everything] == [True, False, False]
    there = client.get(everything[2][0]).text
    assert f"<h1>{dak_long}</h1>" in there
    assert [label for _, label, is_here in choices(there) if is_here] == [dak_long]
    assert f"<h1>{kon_tum}</h1>" in client.get(everything[1][0]).text


def test_a_single_grant_needs_no_choice(signed_in: SignIn, answered: Province) -> None:
    page = signed_in("giamdoc").get("/officer/").text
    assert choices(page) == []


@pytest.mark.parametrize("at", [CENTRES[1], "51", "none", "%00", "x" * 3000])
def test_nobody_chooses_a_unit_without_a_grant_of_their_own(signed_in: SignIn, staff: Province, at: str) -> None:
    assert signed_in("giamdoc").get(f"/officer/?at={at}").status_code == 404


def test_an_ended_grant_is_no_choice(engine: Engine, signed_in: SignIn, staff: Province) -> None:
    yesterday = local_day(NOW) - timedelta(days=1)
    grant_role(engine, NOW, login="giamdoc", role=Role.CENTRE_DIRECTOR, unit_code=CENTRES[1], valid_to=yesterday)
    client = signed_in("giamdoc")
    assert choices(client.get("/officer/").text) == []
    assert client.get(f"/officer/?at={CENTRES[1]}").status_code == 404


def test_what_is_released_too_thinly_is_withheld(
    engine: Engine, signed_in: SignIn, staff: Province, rng: Random
) -> None:
    scenes.fill_inbox(engine, staff, staff.counters[0], 12, rng, stage="filing")
    run_releases(engine, NOW)
    page = signed_in("canbo").get("/officer/").text
    assert "Chưa công bố (ít phiếu)" in page


def test_accounts_about_to_expire_wait_for_the_administrator(
    engine: Engine, signed_in: SignIn, staff: Province
) -> None:
    with begin_write(engine) as connection:
        stored = officers.find(connection, "canbo")
        assert stored is not None
        last_day = (NOW + timedelta(days=10)).date()
        officers.put_grant(connection, stored.id, Role.COUNTER_STAFF, staff.ids[CENTRES[0]], last_day)
    assert "1 tài khoản hết hạn quyền trong 30 ngày" in signed_in("quantri").get("/officer/").text
    assert "hết hạn quyền" not in signed_in("tinh").get("/officer/").text


def test_a_system_without_a_wave_begins_with_the_first_run(engine: Engine, signed_in: SignIn) -> None:
    recipes = load_recipes(scenes.QUESTIONNAIRES_DIR / "recipes")
    client = signed_in("quantri")
    with begin_read(engine) as connection:
        admin = officers.find(connection, "quantri")
    assert admin is not None
    assert not read_home(engine, recipes, admin.officer, NOW).is_bare
    with begin_write(engine) as connection:
        connection.exec_driver_sql("UPDATE wave SET status = 'planned'")
    assert read_home(engine, recipes, admin.officer, NOW).is_bare
    page = client.get("/officer/").text
    assert "Bắt đầu trong một buổi" in page
