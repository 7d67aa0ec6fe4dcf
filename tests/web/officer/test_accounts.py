"""The list of accounts, and inviting somebody by link."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from survey_app.domain.permissions import Role
from survey_app.services import accounts, invitations, officers
from survey_app.storage import audit_log
from survey_app.storage import officers as stored
from survey_app.storage.database import begin_read, begin_write
from tests.rows import nothing_stored
from tests.scenes import CENTRES, COMMUNES, NOW
from tests.web.officer.conftest import SignIn, csrf_token

LINK = re.compile(r"http://localhost(/officer/invitations/[\w-]+)")
TYPED = {
    "name": "Nguyễn Thị Hoà",
    "login": "hoa.nguyen",
    "role": "centre_director",
    "unit": f"{CENTRES[1]} – Trung tâm Phục vụ hành chính công xã Đăk Long",
    "until": "",
}


@pytest.fixture
def admin(signed_in: SignIn) -> FlaskClient:
    """The browser of the province's administrator."""
    return signed_in("quantri")


def names(page: str) -> list[str]:
    """The logins listed."""
    return re.findall(r'<span class="asked">([a-z0-9]+)</span></th>', page)


def invite(client: FlaskClient, **changed: str):
    token = csrf_token(client, "/officer/accounts/new")
    return client.post("/officer/accounts/new", data=TYPED | {"csrf_token": token} | changed)


def test_everybody_is_listed_with_role_unit_state_and_last_sign_in(engine: Engine, admin: FlaskClient) -> None:
    until = NOW.date() + timedelta(days=3)
    officers.grant_role(engine, NOW, login="canbo", role=Role.HELPER, unit_code=CENTRES[1], valid_to=until)
    page = admin.get("/officer/accounts").text
    assert len(names(page)) == 9
    assert "Người hỗ trợ tại quầy – Trung tâm Phục vụ hành chính công xã Đăk Long" in page
    assert f"đến hết {until:%d/%m/%Y}" in page
    assert "16/11/2026" in page, "the administrator signed in today"
    assert "chưa lần nào" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=CAN BO HOTRO", ["hotro"]),
        ("q=phuong kon tum", ["canbo", "giamdoc", "hotro", "nhaplieu", "xa01"]),
        ("role=observer", ["mattran"]),
        ("role=helper&state=active", ["hotro"]),
        ("state=invited", []),
        ("q=%00%EF%BF%BD", []),
    ],
)
def test_the_list_is_searched_without_marks_and_narrowed(admin: FlaskClient, query: str, found: list[str]) -> None:
    page = admin.get(f"/officer/accounts?{query}").text
    assert sorted(names(page)) == found
    assert ("Không có tài khoản nào khớp" in page) == (not found)


@pytest.mark.parametrize("query", ["role=king", "state=asleep"])
def test_filters_that_were_not_offered_do_not_exist(admin: FlaskClient, query: str) -> None:
    assert admin.get(f"/officer/accounts?{query}").status_code == 404


def test_a_long_list_has_pages_and_keeps_its_filters(engine: Engine, admin: FlaskClient) -> None:
    with begin_write(engine) as connection:
        for number in range(60):
            stored.add(connection, f"them{number:02}", f"Người thêm {number}", "")
    first = admin.get("/officer/accounts?q=them").text
    assert names(first) == [f"them{number:02}" for number in range(50)]
    assert "1–50 trong 60" in first
    assert "Trang trước" not in first
    [address] = re.findall(r'<a href="([^"]+)">Trang sau</a>', first)
    second = admin.get(address.replace("&amp;", "&")).text
    assert names(second) == [f"them{number:02}" for number in range(50, 60)]
    assert "51–60 trong 60" in second
    assert "Trang sau" not in second
    [address] = re.findall(r'<a href="([^"]+)">Trang trước</a>', second)
    assert names(admin.get(address.replace("&amp;", "&")).text) == names(first)


@pytest.mark.parametrize("page", ["0", "3", "-1", "x", "１", "9" * 30, "%00", ""])
def test_pages_that_are_not_there_do_not_exist(admin: FlaskClient, page: str) -> None:
    assert admin.get(f"/officer/accounts?page={page}").status_code == 404


def test_a_short_list_has_no_pages(admin: FlaskClient) -> None:
    page = admin.get("/officer/accounts?page=1").text
    assert len(names(page)) == 9
    assert "Trang sau" not in page


def test_an_ended_role_is_not_found_by_it(engine: Engine, admin: FlaskClient) -> None:
    accounts.end_grant(engine, NOW, login="mattran", role=Role.OBSERVER, unit_code="51")
    assert names(admin.get("/officer/accounts?role=observer").text) == []
    assert "không có vai trò nào" in admin.get("/officer/accounts?q=mattran").text


def test_only_who_manages_officers_comes_here(signed_in: SignIn) -> None:
    client = signed_in("tinh")
    for address in ("/officer/accounts", "/officer/accounts/new", "/officer/accounts/canbo"):
        assert client.get(address).status_code == 403
    assert "/officer/accounts" not in client.get("/officer/methods").text


def test_inviting_shows_the_link_once_and_it_opens(engine: Engine, admin: FlaskClient, client: FlaskClient) -> None:
    reply = invite(admin)
    assert reply.status_code == 200
    assert reply.headers["Cache-Control"] == "no-store"
    path = LINK.search(reply.text)
    assert path is not None
    assert "data:image/svg+xml;base64," in reply.text
    assert "23/11/2026" in reply.text
    assert "Nguyễn Thị Hoà" in client.get(path[1]).text
    assert path[1].rsplit("/", 1)[1] not in admin.get("/officer/accounts/hoa.nguyen").text
    assert "đã mời, chưa đặt mật khẩu" in admin.get("/officer/accounts?state=invited").text


def test_the_secret_is_nowhere_but_on_the_page(engine: Engine, admin: FlaskClient) -> None:
    reply = invite(admin)
    path = LINK.search(reply.text)
    assert path is not None
    secret = path[1].rsplit("/", 1)[1]
    with begin_read(engine) as connection:
        entries = list(audit_log.chain(connection))
        assert all(secret not in str(entry) for entry in entries)
        stored = connection.exec_driver_sql("SELECT secret_sha256 FROM invitation").scalar()
    assert stored != secret
    assert secret not in str(reply.headers)
    assert {entry.action for entry in entries} >= {"officer.create", "officer.invite"}


@pytest.mark.parametrize(
    "unit", [CENTRES[1].lower(), "trung tam phuc vu hanh chinh cong xa dak long", f" {CENTRES[1]} "]
)
def test_a_unit_may_be_typed_by_code_or_name(engine: Engine, admin: FlaskClient, unit: str) -> None:
    assert invite(admin, unit=unit).status_code == 200
    [made] = [officer for officer in officers.list_officers(engine) if officer.login == "hoa.nguyen"]
    assert [(grant.role, grant.unit_code) for grant in made.grants] == [(Role.CENTRE_DIRECTOR, CENTRES[1])]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"name": " "}, "Hãy nhập họ và tên."),
        ({"name": "x" * 121}, "Họ và tên có nhiều nhất 120 ký tự"),
        ({"name": "a\x00b"}, "Họ và tên có nhiều nhất"),
        ({"login": "có dấu"}, "Tên đăng nhập có 3 đến 60 ký tự"),
        ({"login": "a\x00bc"}, "Tên đăng nhập có 3 đến 60 ký tự"),
        ({"login": "System"}, "Tên đăng nhập này không dùng được"),
        ({"login": "CANBO"}, "Đã có tài khoản với tên đăng nhập này"),
        ({"role": ""}, "Hãy chọn vai trò."),
        ({"role": "king"}, "Hãy chọn vai trò."),
        ({"unit": ""}, "Không có đơn vị này trong danh sách"),
        ({"unit": "\x00"}, "Không có đơn vị này trong danh sách"),
        ({"unit": f"{CENTRES[0]}-Q1"}, "Không có đơn vị này trong danh sách"),
        ({"unit": COMMUNES[0]}, "chỉ được cấp tại: Trung tâm Phục vụ hành chính công."),
        ({"role": "commune_leader"}, "chỉ được cấp tại: xã, phường, đặc khu."),
        ({"until": "31/12/2026"}, "Ngày phải có dạng năm-tháng-ngày"),
        ({"until": "2026-11-15"}, "Ngày cuối không được trước hôm nay."),
        ({"until": "9" * 400}, "Ngày phải có dạng năm-tháng-ngày"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_is_kept(
    engine: Engine, admin: FlaskClient, changed: dict[str, str], told: str
) -> None:
    with nothing_stored(engine):
        reply = invite(admin, **changed)
    assert reply.status_code == 422
    assert told in reply.text
    typed = TYPED | changed
    assert typed["login"].replace("\x00", "") in reply.text.replace("\x00", "")
    assert 'value="commune_leader" selected' in reply.text or typed["role"] != "commune_leader"


def test_an_empty_post_is_refused_at_every_field(engine: Engine, admin: FlaskClient) -> None:
    token = csrf_token(admin, "/officer/accounts/new")
    with nothing_stored(engine):
        reply = admin.post("/officer/accounts/new", data={"csrf_token": token})
    assert reply.status_code == 422
    assert reply.text.count('class="error"') == 4


def test_the_form_without_its_token_is_refused(engine: Engine, admin: FlaskClient) -> None:
    with nothing_stored(engine):
        assert admin.post("/officer/accounts/new", data=TYPED).status_code == 400


def test_an_expired_link_is_told_in_the_list(engine: Engine, admin: FlaskClient) -> None:
    invitations.invite_officer(
        engine,
        NOW - timedelta(days=8),
        login="muon",
        name="Người đến muộn",
        role=Role.HELPER,
        unit_code=CENTRES[0],
        valid_to=None,
        actor="quantri",
    )
    assert "liên kết đã hết hạn" in admin.get("/officer/accounts?q=muon").text


def test_the_pages_speak_english_too(admin: FlaskClient) -> None:
    assert "Who may sign in" in admin.get("/officer/accounts?lang=en").text
    assert "Make the invitation link" in admin.get("/officer/accounts/new").text
