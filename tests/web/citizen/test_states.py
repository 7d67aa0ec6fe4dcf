"""Every state that is not the questionnaire: a kind page in the citizen's language, and answers are never lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, update

from survey_app import extensions
from survey_app.storage import counter_codes, org_units
from survey_app.storage.database import begin_write
from survey_app.storage.tables import WaveRow
from tests.pages import Fields, Page, read_page
from tests.postgresql_server import PostgresqlServer
from tests.rows import inbox_rows, nothing_stored
from tests.scenes import NOW, Province

CODE = "d4k0ng1"
ADDRESS = f"/q/{CODE}?form=quick_pulse"
Away = Callable[[], AbstractContextManager[None]]
LANGUAGES = pytest.mark.parametrize("language", ["vi", "en"])
ANSWERS: dict[str, str | list[str]] = {
    "overall": "2",
    "reasons_bad": ["2", "7"],
    "stage": "1",
    "comment": "Chờ lâu\nquá",
}


def filled_in(client: FlaskClient, language: str = "vi", address: str = ADDRESS) -> tuple[str, Fields]:
    """Where a filled-in form goes, and what is in it."""
    page = read_page(client.get(f"{address}&lang={language}"))
    return page.form.action, page.form.with_answers(**ANSWERS)


def assert_kept(page: Page, fields: Fields, but: tuple[str, ...] = ()) -> None:
    """The page holds everything that was sent in hidden fields (``but``: replaced on purpose)."""
    kept = {name: values for name, values in page.form.filled.items() if name not in but}
    assert kept == {name: values for name, values in fields.items() if name not in but}


def send_again(client: FlaskClient, page: Page) -> int:
    """Tap the one button of a page that kept the answers."""
    return client.post(page.form.action, data=page.form.filled).status_code


def change_wave(engine: Engine, **values: object) -> None:
    with begin_write(engine) as connection:
        connection.execute(update(WaveRow).values(**values))


def later(app: Flask, **passed: float) -> None:
    """Let the application's clock run on."""
    app.config["NOW"] = lambda: NOW + timedelta(**passed)


TOKEN_STATES = {
    "expired": ("Trang đã mở quá lâu. Bấm một lần nữa để gửi.", "This page was open for too long."),
    "refused": ("Phiếu chưa gửi được. Bấm một lần nữa để gửi.", "Your answers were not sent yet. Tap once more"),
}


@LANGUAGES
def test_an_expired_page_sends_with_one_tap(
    app: Flask, client: FlaskClient, engine: Engine, province: Province, language: str
) -> None:
    action, fields = filled_in(client, language)
    later(app, days=7, minutes=1)
    with nothing_stored(engine):
        reply = client.post(action, data=fields)
    page = read_page(reply)
    assert (reply.status_code, page.language) == (400, language)
    assert TOKEN_STATES["expired"][language == "en"] in page.text
    assert_kept(page, fields, but=("page_token",))
    assert [send_again(client, page), send_again(client, page)] == [303, 303]
    (row,) = inbox_rows(engine)
    assert (row.record[0], row.comment, row.language) == ("2", "Chờ lâu\nquá", language)


def test_a_page_of_the_last_minute_of_its_week_is_taken(
    app: Flask, client: FlaskClient, engine: Engine, province: Province
) -> None:
    action, fields = filled_in(client)
    later(app, days=7)
    assert client.post(action, data=fields).status_code == 303


def changed(token: str) -> str:
    return ("A" if token[0] != "A" else "B") + token[1:]


@pytest.mark.parametrize(
    "damage", [changed, lambda token: token[:-4], lambda _: "", lambda _: "\0ế", lambda _: "." * 9]
)
@LANGUAGES
def test_a_tampered_token_stores_nothing_and_keeps_the_answers(
    client: FlaskClient, engine: Engine, province: Province, language: str, damage: Callable[[str], str]
) -> None:
    action, fields = filled_in(client, language)
    fields["page_token"] = [damage(fields["page_token"][0])]
    with nothing_stored(engine):
        page = read_page(client.post(action, data=fields))
    assert (page.status, page.language) == (400, language)
    assert TOKEN_STATES["refused"][language == "en"] in page.text
    assert_kept(page, fields, but=("page_token",))
    assert send_again(client, page) == 303
    assert len(inbox_rows(engine)) == 1


def test_the_token_of_another_counter_is_refused_and_the_page_names_the_counter(
    client: FlaskClient, engine: Engine, province: Province
) -> None:
    _, elsewhere = filled_in(client, address="/q/k0nt0m2?form=quick_pulse")
    action, _ = filled_in(client)
    with nothing_stored(engine):
        page = read_page(client.post(action, data=elsewhere))
    assert page.status == 400
    assert "Trung tâm Phục vụ hành chính công xã Đăk Long" in page.text
    assert_kept(page, elsewhere, but=("page_token",))
    assert send_again(client, page) == 303
    assert [row.counter_id for row in inbox_rows(engine)] == [province.ids["51-23368-TT-Q1"]]


def test_the_token_of_another_questionnaire_is_refused(client: FlaskClient, engine: Engine, province: Province) -> None:
    full = read_page(client.get(f"/q/{CODE}?form=sipas_desk"))
    action, fields = filled_in(client)
    with nothing_stored(engine):
        reply = client.post(action, data=fields | {"page_token": [full.form.hidden["page_token"]]})
    assert reply.status_code == 400


@pytest.mark.parametrize("key", ["", "1", "Z" * 32, "0" * 31, "0" * 5_000, "' OR 1=1 --"])
def test_a_response_key_that_is_none_of_ours_is_replaced(
    client: FlaskClient, engine: Engine, province: Province, key: str
) -> None:
    action, fields = filled_in(client)
    fields["response_key"] = [key]
    with nothing_stored(engine):
        page = read_page(client.post(action, data=fields))
    assert page.status == 400
    assert "Bấm một lần nữa để gửi" in page.text
    assert_kept(page, fields, but=("page_token", "response_key"))
    assert [send_again(client, page), send_again(client, page)] == [303, 303]
    assert len(inbox_rows(engine)) == 1


def test_an_empty_post_is_answered_with_the_questionnaire(
    client: FlaskClient, engine: Engine, province: Province
) -> None:
    with nothing_stored(engine):
        page = read_page(client.post(ADDRESS, data=b"", content_type="application/x-www-form-urlencoded"))
    assert page.status == 422
    assert [where for where, _ in page.summary] == ["#consent"]
    assert client.post(page.form.action, data=page.form.with_answers()).status_code == 303


WAVE_STATES = [
    ({"status": "closed"}, "Hiện không có đợt khảo sát tại quầy này", "There is no survey at this counter"),
    ({"status": "paused"}, "Hiện không có đợt khảo sát tại quầy này", "There is no survey at this counter"),
    ({"closes_on": date(2026, 11, 15)}, "Hiện không có đợt khảo sát", "There is no survey at this counter"),
    ({"opens_on": date(2026, 12, 5)}, "Ngày bắt đầu: 05/12/2026", "Starts on 5 Dec 2026"),
]


@LANGUAGES
@pytest.mark.parametrize(("change", "vietnamese", "english"), WAVE_STATES)
def test_a_wave_that_takes_no_answers_says_so_and_keeps_what_was_typed(
    client: FlaskClient,
    app: Flask,
    engine: Engine,
    province: Province,
    language: str,
    change: dict[str, object],
    vietnamese: str,
    english: str,
) -> None:
    action, fields = filled_in(client, language)
    change_wave(engine, **change)
    fresh = client.application.extensions.pop("hailong_facts")
    with nothing_stored(engine):
        shown = read_page(client.get(f"{ADDRESS}&lang={language}"))
        answered = read_page(client.post(action, data=fields))
    assert (shown.status, answered.status) == (409, 409)
    for page in (shown, answered):
        assert page.language == language
        assert (english if language == "en" else vietnamese) in page.text
        assert "Quầy 1" in page.text
    assert_kept(answered, fields)
    app.extensions["hailong_facts"] = fresh
    assert send_again(client, answered) == 303


def test_thanks_are_still_given_when_the_wave_ended_or_the_code_was_revoked_meanwhile(
    client: FlaskClient, engine: Engine, province: Province
) -> None:
    action, fields = filled_in(client)
    thanks = client.post(action, data=fields).location
    assert "Trả lời thêm" in read_page(client.get(thanks)).text
    change_wave(engine, status="closed")
    del client.application.extensions["hailong_facts"]
    ended = read_page(client.get(thanks))
    with begin_write(engine) as connection:
        counter_codes.revoke(connection, CODE, NOW)
    del client.application.extensions["hailong_facts"]
    for page in (ended, read_page(client.get(thanks))):
        assert page.status == 200
        assert "Đã gửi. Cảm ơn Ông/Bà!" in page.text
        assert "Trả lời thêm" not in page.text


@LANGUAGES
def test_the_thank_you_page_says_what_follows_and_where_complaints_go(
    client: FlaskClient, province: Province, language: str
) -> None:
    page = read_page(client.get(f"/q/{CODE}/thanks?lang={language}&form=quick_pulse"))
    expected = {
        "vi": ["từ 10 phiếu trở lên", "không phải đơn khiếu nại, tố cáo", "dichvucong.gov.vn", "Trả lời thêm"],
        "en": [
            "10 responses or more",
            "not a complaint or a denunciation",
            "dichvucong.gov.vn",
            "Answer a little more",
        ],
    }
    assert [text for text in expected[language] if text not in page.text] == []


@LANGUAGES
def test_a_revoked_code_says_what_to_do(client: FlaskClient, engine: Engine, province: Province, language: str) -> None:
    action, fields = filled_in(client, language)
    with begin_write(engine) as connection:
        counter_codes.revoke(connection, CODE, NOW)
    del client.application.extensions["hailong_facts"]
    with nothing_stored(engine):
        shown, answered = (
            read_page(client.get(f"{ADDRESS}&lang={language}")),
            read_page(client.post(action, data=fields)),
        )
    assert (shown.status, answered.status) == (410, 410)
    expected = "Please scan the new one at the counter" if language == "en" else "quét bảng mới tại quầy"
    assert expected in shown.text
    assert_kept(answered, fields)


@LANGUAGES
def test_a_retired_counter_says_where_to_go(
    client: FlaskClient, engine: Engine, province: Province, language: str
) -> None:
    action, fields = filled_in(client, language)
    counter = next(unit for unit, code in province.codes.items() if code == CODE)
    with begin_write(engine) as connection:
        org_units.set_valid_to(connection, counter, (NOW - timedelta(days=2)).date())
    del client.application.extensions["hailong_facts"]
    with nothing_stored(engine):
        shown = read_page(client.get(f"{ADDRESS}&lang={language}"))
        answered = read_page(client.post(action, data=fields))
    assert (shown.status, answered.status) == (410, 410)
    assert ("closed for good" if language == "en" else "không còn hoạt động") in shown.text
    assert_kept(answered, fields)


def test_debug_opens_the_self_check_page(client: FlaskClient, province: Province) -> None:
    assert "/check?code=" in client.get(f"/q/{CODE}?debug").location


@LANGUAGES
def test_an_unknown_code_can_be_typed_again(client: FlaskClient, province: Province, language: str) -> None:
    page = read_page(client.get(f"/q/zzzzzzz?lang={language}"))
    assert (page.status, page.language) == (404, language)
    (typing,) = page.forms
    reply = client.get(typing.action, query_string=typing.filled | {"code": " D4K-0NG1 "})
    assert reply.status_code == 302
    opened = read_page(client.get(reply.location))
    assert (opened.status, opened.language) == (200, language)


def test_the_first_page_takes_a_typed_code(client: FlaskClient, province: Province) -> None:
    assert "Xin nhập mã gồm 7 ký tự" in read_page(client.get("/")).text
    assert client.get("/q?code=").location == "/"


@LANGUAGES
def test_a_body_that_is_too_large_is_refused(
    client: FlaskClient, engine: Engine, province: Province, language: str
) -> None:
    action, fields = filled_in(client, language)
    fields["comment"] = ["a" * 300_000]
    unknown = action.replace(CODE, "zzzzzzz")
    with nothing_stored(engine):
        pages = [
            read_page(client.post(address, data=fields, content_type=kind))
            for address in (action, unknown)
            for kind in ("application/x-www-form-urlencoded", "multipart/form-data")
        ]
    assert [page.status for page in pages] == [413] * 4
    expected = "shorten your comment" if language == "en" else "rút ngắn phần ý kiến"
    assert all(expected in page.text for page in pages)


@LANGUAGES
@pytest.mark.parametrize("kind", ["application/json", "text/plain", "", "multipart/mixed", "text/xml; charset=x"])
def test_a_body_of_another_type_is_refused(
    client: FlaskClient, engine: Engine, province: Province, kind: str, language: str
) -> None:
    with nothing_stored(engine):
        page = read_page(client.post(f"{ADDRESS}&lang={language}", data=b'{"overall": "5"}', content_type=kind))
    assert (page.status, page.language) == (415, language)
    expected = "open the survey again with the QR code" if language == "en" else "mở lại phiếu bằng mã QR"
    assert expected in page.text


def test_a_file_is_no_answer(client: FlaskClient, engine: Engine, province: Province) -> None:
    action, fields = filled_in(client)
    with nothing_stored(engine):
        reply = client.post(action, data=fields | {"photo": (__file__, "photo.jpg")})
    assert reply.status_code == 415


@contextmanager
def locked(engine: Engine) -> Iterator[None]:
    """Another process holds the write lock of a SQLite file."""
    other = sqlite3.connect(engine.url.database or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()


@contextmanager
def shut(engine: Engine, server: PostgresqlServer) -> Iterator[None]:
    """PostgreSQL ends every connection to the database and accepts none."""
    name = engine.url.database
    server.execute(
        f"ALTER DATABASE {name} ALLOW_CONNECTIONS false",
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
    )
    yield
    server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


@pytest.fixture
def away(any_app: Flask, any_engine: Engine, request: pytest.FixtureRequest) -> Away:
    """Takes the database of ``any_app`` away for the length of a ``with`` block."""
    with any_app.app_context():
        used = extensions.engine()
    if used.dialect.name == "postgresql":
        server: PostgresqlServer = request.getfixturevalue("postgresql_server")
        return lambda: shut(any_engine, server)
    event.listen(used, "connect", lambda connection, _record: connection.execute("PRAGMA busy_timeout=50").close())
    return lambda: locked(any_engine)


@LANGUAGES
def test_while_the_database_is_away_the_page_keeps_the_answers_and_sends_them_later(
    any_app: Flask,
    any_engine: Engine,
    any_province: Province,
    away: Away,
    language: str,
) -> None:
    client = any_app.test_client()
    action, fields = filled_in(client, language)
    with away():
        still_opens = client.get(ADDRESS)
        busy = read_page(client.post(action, data=fields))
        still_busy = read_page(client.post(busy.form.action, data=busy.form.filled))
    assert still_opens.status_code == 200
    assert inbox_rows(any_engine) == []
    expected = "wait a moment, then tap Send again" if language == "en" else "Xin đợi một lát rồi bấm Gửi lại"
    for page in (busy, still_busy):
        assert (page.status, page.language) == (503, language)
        assert expected in page.text
        assert_kept(page, fields)
    assert [send_again(client, still_busy), send_again(client, busy)] == [303, 303]
    assert len(inbox_rows(any_engine)) == 1


@pytest.mark.postgresql
@pytest.mark.parametrize("any_engine", ["postgresql"], indirect=True)
def test_a_server_that_never_saw_its_database_keeps_the_answers_too(
    any_app: Flask, any_engine: Engine, any_province: Province, away: Away
) -> None:
    client = any_app.test_client()
    action, fields = filled_in(client)
    any_app.extensions.pop("hailong_facts")
    with away():
        opened = read_page(client.get(ADDRESS))
        page = read_page(client.post(action, data=fields))
    assert (opened.status, page.status) == (503, 503)
    assert "Xin Ông/Bà đợi một lát rồi mở lại trang." in opened.text
    assert_kept(page, fields)
    assert send_again(client, page) == 303


def test_when_the_disk_is_full_the_page_keeps_the_answers(
    app: Flask, client: FlaskClient, engine: Engine, province: Province
) -> None:
    most_pages = [1]

    def limit(connection: sqlite3.Connection, *_rest: object) -> None:
        connection.execute(f"PRAGMA max_page_count={most_pages[0]}").close()

    with app.app_context():
        event.listen(extensions.engine(), "checkout", limit)
    acknowledged = 0
    for _ in range(40):
        action, fields = filled_in(client)
        fields["comment"] = ["Đầy ổ đĩa. " * 80]
        page = read_page(client.post(action, data=fields))
        if page.status != 303:
            break
        acknowledged += 1
    assert page.status == 503
    assert "Chưa có gì được lưu, nhưng các câu trả lời vẫn được giữ" in page.text
    assert_kept(page, fields)
    assert len(inbox_rows(engine)) == acknowledged
    most_pages[0] = 1_000_000
    assert send_again(client, page) == 303
    assert len(inbox_rows(engine)) == acknowledged + 1
