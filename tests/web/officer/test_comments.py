"""The pages of comments: who sees what, search, handling, replies, staff names, export."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from survey_app.domain.comments import Status
from survey_app.storage.audit_log import entries
from survey_app.storage.database import begin_read
from tests.comment_scenes import every_comment, released_comments
from tests.scenes import CENTRES, COMMUNES, Province
from tests.web.officer.conftest import SignIn

HERE = f"/officer/units/{COMMUNES[0]}/comments"
THERE = f"/officer/units/{COMMUNES[1]}/comments"
REPLIES = f"/officer/units/{CENTRES[0]}/comments/replies"
STAFF = f"/officer/units/{CENTRES[0]}/staff-names"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
REPLY = {
    "quarter": "2026-q4",
    "theme": "all",
    "said": "Bà con mong bớt thời gian ngồi đợi.",
    "done": "Mở thêm quầy vào sáng thứ hai.",
    "responsible": "Trung tâm",
    "due_on": "2026-12-31",
}


@pytest.fixture
def commented(engine: Engine, staff: Province) -> Province:
    """Ten comments at the first centre, ten others at the second."""
    released_comments(engine, staff)
    released_comments(engine, staff, [f"Ở xa {place}" for place in range(10)], counter=2)
    return staff


def post(client: FlaskClient, page: str, address: str = "", **fields: object) -> TestResponse:
    """Send a form of ``page`` to ``address`` (its own)."""
    found = TOKEN.search(client.get(page).text)
    assert found is not None
    return client.post(address or page, data={"csrf_token": found[1], **fields})


def ticked(client: FlaskClient, address: str = HERE) -> list[str]:
    return re.findall(r'name="comment" value="(\d+)"', client.get(address).text)


def test_the_menu_leads_to_the_comments_of_ones_own_unit(signed_in: SignIn, commented: Province):
    client = signed_in("xa01")
    assert client.get("/officer/comments").headers["Location"] == HERE
    page = client.get(HERE).text
    assert 'href="/officer/comments" aria-current="page"' in page
    assert "Phải chờ đợi hơi lâu mới tới lượt." in page
    assert "Ở xa" not in page
    assert client.get(THERE).status_code == 404


def test_before_a_batch_there_is_an_empty_state(signed_in: SignIn):
    page = signed_in("tinh").get("/officer/units/51/comments").text
    assert "Chưa có ý kiến nào được công bố" in page
    assert "Dưới 10 ý kiến đang chờ công bố" in page


def test_who_only_reads_sees_nothing_to_change(signed_in: SignIn, commented: Province):
    client = signed_in("tinh")
    page = client.get("/officer/units/51/comments").text
    assert "Ở xa 3" in page
    assert 'name="comment"' not in page
    assert "Tên cán bộ cần che" not in page
    assert post(client, "/officer/units/51/comments", comment=["1"], status="in_progress").status_code == 403
    for address in (f"{REPLIES}/new", STAFF):
        assert client.get(address).status_code == 403


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("q=cham", 1),
        ("q=ch%E1%BA%ADm", 1),
        ("q=cho+doi", 1),
        ("theme=waiting", 2),
        ("status=new", 10),
        ("status=answered", 0),
        ("month=2026-10", 10),
        ("month=2025-01", 0),
        ("unit=none", 0),
        ("language=vi", 10),
        ("page=7", 10),
        ("q=%00", 10),
        ("q=" + "a" * 3000, 0),
        ("language=%C4%90", 0),
    ],
)
def test_filters_in_the_address(signed_in: SignIn, commented: Province, query: str, number: int):
    reply = signed_in("xa01").get(f"{HERE}?{query}")
    assert reply.status_code == 200
    assert reply.text.count('name="comment"') == number
    assert number or "Không có ý kiến nào khớp" in reply.text


@pytest.mark.parametrize(
    "query", ["theme=x", "status=x", "month=2026-13", "page=0", "page=99999999999999999999", "unit=%00", "language=%00"]
)
def test_what_cannot_be_asked_is_not_found(signed_in: SignIn, commented: Province, query: str):
    assert signed_in("xa01").get(f"{HERE}?{query}").status_code == 404


def test_ticked_comments_are_handled_at_once(engine: Engine, signed_in: SignIn, commented: Province):
    client = signed_in("xa01")
    chosen = ticked(client)[:2]
    sent = post(client, HERE, f"{HERE}?status=new", comment=chosen, status="in_progress", add_theme="online")
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{HERE}?status=new&page=1")
    assert "Đã cập nhật 2 ý kiến." in client.get(sent.headers["Location"]).text
    changed = [one for one in every_comment(engine) if str(one.id) in chosen]
    assert {one.status for one in changed} == {Status.IN_PROGRESS}
    assert all("online" in one.themes for one in changed)


def test_problems_stand_at_the_field_and_what_was_ticked_is_kept(
    engine: Engine, signed_in: SignIn, commented: Province
):
    client = signed_in("xa01")
    chosen = ticked(client)[0]
    nothing_ticked = post(client, HERE, status="in_progress")
    assert (nothing_ticked.status_code, "Hãy đánh dấu ít nhất một ý kiến." in nothing_ticked.text) == (422, True)
    nothing_chosen = post(client, HERE, comment=chosen)
    assert (nothing_chosen.status_code, "Hãy chọn ít nhất một việc" in nothing_chosen.text) == (422, True)
    assert re.search(rf'value="{chosen}"[^>]* checked', nothing_chosen.text)
    post(client, HERE, comment=chosen, status="in_progress")
    back = post(client, HERE, comment=chosen, status="new")
    assert (back.status_code, "phải ghi lý do" in back.text) == (422, True)
    assert post(client, HERE, comment=chosen, status="new", reason="x" * 301).status_code == 422
    assert post(client, HERE, comment=chosen, status="new", reason="Nhầm").status_code == 303
    assert {one.status for one in every_comment(engine)} == {Status.NEW}


@pytest.mark.parametrize(
    "fields",
    [
        {"comment": "x"},
        {"comment": "9" * 30},
        {"comment": "-1"},
        {"comment": "1"},
        {"status": "gone"},
        {"add_theme": "x"},
        {"reply": "7"},
        {"remove_theme": "\x00"},
        {"comment": "٣"},
    ],
)
def test_what_the_form_did_not_offer(signed_in: SignIn, commented: Province, fields: dict[str, str]):
    client = signed_in("xa01")
    base = {"comment": ticked(client)[0], "status": "in_progress"}
    assert post(client, HERE, **(base | fields)).status_code == 404


def test_comments_of_another_commune_cannot_be_handled(engine: Engine, signed_in: SignIn, commented: Province):
    client = signed_in("xa01")
    other = next(one.id for one in every_comment(engine) if one.text.startswith("Ở xa"))
    assert post(client, HERE, comment=str(other), status="in_progress").status_code == 404
    assert post(client, HERE, THERE, comment=str(other), status="in_progress").status_code == 404
    assert {one.status for one in every_comment(engine)} == {Status.NEW}


def test_the_list_is_exported_as_filtered(engine: Engine, signed_in: SignIn, commented: Province):
    client = signed_in("tinh")
    sent = post(
        client, "/officer/units/51/comments", "/officer/units/51/comments/export", format="csv", theme="waiting"
    )
    assert sent.headers["Content-Disposition"] == "attachment; filename=y-kien-51-20261116.csv"
    assert sent.data.decode("utf-8-sig").count("\r\n") == 1 + 2
    assert sent.headers["Cache-Control"] == "no-store"
    for fields in ({"format": "sav"}, {"format": "xlsx", "theme": "x"}, {}):
        address = "/officer/units/51/comments"
        assert post(client, address, f"{address}/export", **fields).status_code == 404
    with begin_read(engine) as connection:
        [(actor, unit, detail)] = entries(connection, "comments.export")
    assert (actor, unit, detail["rows"], detail["theme"]) == ("tinh", "51", 2, "waiting")


def test_a_reply_is_written_published_and_shown(signed_in: SignIn, commented: Province):
    client = signed_in("giamdoc")
    sent = post(client, f"{REPLIES}/new", **REPLY)
    assert sent.status_code == 303
    address = sent.headers["Location"]
    assert "Dự thảo" in client.get(address).text
    assert REPLY["said"] not in signed_in("tinh").get("/officer/units/51/comments").text
    assert post(client, address, **(REPLY | {"done": "Thêm hai quầy."})).status_code == 303
    assert post(client, address, f"{address}/publish").status_code == 303
    assert "Đã công bố trả lời." in client.get(address).text
    assert "Thêm hai quầy." in signed_in("tinh").get("/officer/units/51/comments").text
    assert post(client, address, f"{address}/withdraw").status_code == 303
    assert "Thêm hai quầy." not in signed_in("tinh").get("/officer/units/51/comments").text


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"said": " "}, "Hãy điền ô này."),
        ({"done": "x" * 2001}, "Dài nhất 2.000 ký tự"),
        ({"responsible": "a\x00b"}, "không có ký tự lạ"),
        ({"due_on": "31/12/2026"}, "Ngày chưa đúng"),
        ({"said": "Phải chờ đợi hơi lâu mới tới lượt, nhiều người"}, "trùng với một ý kiến"),
    ],
)
def test_a_reply_with_a_problem_is_kept_as_typed_and_not_stored(
    signed_in: SignIn, commented: Province, changed: dict[str, str], told: str
):
    client = signed_in("giamdoc")
    sent = post(client, f"{REPLIES}/new", **(REPLY | changed))
    assert sent.status_code == 422
    assert told in sent.text
    assert REPLY["done"] in sent.text or "done" in changed
    assert client.get(f"{REPLIES}/1").status_code == 404


@pytest.mark.parametrize("changed", [{"theme": "place"}, {"theme": "x"}, {"quarter": "2026-q1x"}, {"quarter": "\x00"}])
def test_a_theme_with_few_comments_is_not_offered(signed_in: SignIn, commented: Province, changed: dict[str, str]):
    assert post(signed_in("giamdoc"), f"{REPLIES}/new", **(REPLY | changed)).status_code == 404


def test_a_unit_without_comments_says_so(signed_in: SignIn, staff: Province):
    page = signed_in("giamdoc").get(f"{REPLIES}/new")
    assert (page.status_code, "Chưa có ý kiến nào của đơn vị này" in page.text) == (200, True)


def test_replies_that_are_not_there(signed_in: SignIn, commented: Province):
    client = signed_in("giamdoc")
    for number in ("1", "99999999999999999999", "x"):
        assert client.get(f"{REPLIES}/{number}").status_code == 404
        assert post(client, f"{REPLIES}/new", f"{REPLIES}/{number}/publish").status_code == 404


def test_staff_names_mask_what_may_be_read(signed_in: SignIn, engine: Engine, staff: Province):
    released_comments(engine, staff, ["chi hanh nhiệt tình", *["Tốt"] * 9])
    client = signed_in("giamdoc")
    assert "chi hanh nhiệt tình" in client.get(HERE.replace(COMMUNES[0], CENTRES[0])).text
    sent = post(client, STAFF, names="Nguyễn Thị Hạnh\r\nTrần Minh")
    assert sent.status_code == 303
    page = client.get(STAFF).text
    assert "Đã lưu 2 tên. 1 ý kiến đã công bố được che thêm." in page
    assert "Nguyễn Thị Hạnh" in page
    assert {one.text for one in every_comment(engine)} == {"chi [đã che: tên cán bộ] nhiệt tình", "Tốt"}
    bad = post(client, STAFF, names="Nguyễn Thị Hạnh\ncán bộ tư pháp")
    assert (bad.status_code, "“cán bộ tư pháp” không phải là tên người" in bad.text) == (422, True)
    assert post(client, STAFF, names="\x00").status_code == 422
    assert client.get(STAFF.replace(CENTRES[0], CENTRES[1])).status_code == 404


def test_the_page_in_english(signed_in: SignIn, commented: Province):
    page = signed_in("xa01").get(f"{HERE}?lang=en").text
    assert "Handle the ticked comments" in page
    assert "Waiting" in page


def test_hostile_fields_never_break_a_page(signed_in: SignIn, commented: Province):
    client = signed_in("quantri")
    for address in (HERE, f"{REPLIES}/new", STAFF, f"{HERE}/export"):
        for value in ("\x00", "\ud800".encode("utf-8", "surrogatepass"), "9" * 400, "<script>"):
            fields = dict.fromkeys(
                ("names", "comment", "status", "reason", "said", "theme", "quarter", "format"), value
            )
            assert post(client, HERE, address, **fields).status_code < 500
