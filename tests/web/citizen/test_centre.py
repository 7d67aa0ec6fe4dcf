"""One poster for a whole centre: choose the counter, answer its questionnaire; nothing is stored for the centre."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, update

from survey_app.services import counters, units
from survey_app.storage.database import begin_write
from survey_app.storage.tables import WaveRow
from tests.pages import Page, read_page
from tests.rows import inbox_rows, nothing_stored
from tests.scenes import CENTRES, NOW, Province

CENTRE = CENTRES[1]
Q1, Q2 = f"{CENTRE}-Q1", f"{CENTRE}-Q2"
TITLE = "Ông/Bà vừa làm việc ở quầy nào?"


@pytest.fixture
def code(engine: Engine, province: Province) -> str:
    """The code of the second commune's centre."""
    return counters.issue_missing_for_centres(engine, CENTRE, NOW, "an")[CENTRE]


def chosen(code: str, province: Province, counter: str) -> str:
    return f"/q/{code}.{province.ids[counter]}"


def counter_links(page: Page, code: str) -> list[str]:
    return [link.removeprefix("http://localhost") for link in page.links if f"/q/{code}." in link]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_centres_code_asks_for_the_counter(client: FlaskClient, province: Province, code: str, language: str) -> None:
    reply = client.get(f"/q/{code}?lang={language}")
    page = read_page(reply)
    assert (reply.status_code, page.language) == (200, language)
    assert (TITLE if language == "vi" else "Which counter have you just been to?") in page.text
    assert all(text in page.text for text in ("Quầy 1", "Hộ tịch", "Quầy 2", "Đất đai, Bảo trợ xã hội"))
    kept = "?lang=en" if language == "en" else ""
    assert counter_links(page, code) == [chosen(code, province, counter) + kept for counter in (Q1, Q2)]
    assert len(gzip.compress(reply.data)) <= 6 * 1024
    assert page.scripts == []
    assert "Set-Cookie" not in reply.headers
    assert reply.headers["Cache-Control"] == "no-store"
    assert "unsafe" not in reply.headers["Content-Security-Policy"]


def test_the_answer_is_stored_for_the_chosen_counter_though_it_has_no_code(
    client: FlaskClient, engine: Engine, province: Province, code: str
) -> None:
    counters.revoke(engine, province.codes[Q1], NOW, "an")
    link = counter_links(read_page(client.get(f"/q/{code.upper()}?form=quick_pulse")), code)[0]
    page = read_page(client.get(link))
    assert "Quầy 1" in page.text
    fields = page.form.with_answers(overall="5", stage="1")
    reply = client.post(page.form.action, data=fields)
    assert reply.status_code == 303
    assert reply.location.startswith(chosen(code, province, Q1) + "/thanks")
    assert client.get(reply.location).status_code == 200
    assert client.post(page.form.action, data=fields).status_code == 303, "the same once more changes nothing"
    assert [row.counter_id for row in inbox_rows(engine)] == [province.ids[Q1]]


def test_declining_at_a_chosen_counter_leads_back_to_it(client: FlaskClient, province: Province, code: str) -> None:
    address = chosen(code, province, Q1)
    page = read_page(client.get(f"{address}/no-thanks"))
    assert any(link.startswith(f"http://localhost{address}") for link in page.links)


def test_nothing_is_ever_stored_for_a_centre(
    client: FlaskClient, engine: Engine, province: Province, code: str
) -> None:
    page = read_page(client.get(chosen(code, province, Q1) + "?form=quick_pulse"))
    with nothing_stored(engine):
        reply = client.post(f"/q/{code}?form=quick_pulse&lang=en", data=page.form.with_answers(overall="5"))
    assert (reply.status_code, reply.location) == (303, f"/q/{code}?form=quick_pulse&lang=en")


@pytest.mark.parametrize("number", ["", "0", "x", "-1", "1.1", "９", "99999999999999999999", "%00", "{elsewhere}"])
def test_a_counter_of_another_centre_or_none_is_no_address(
    client: FlaskClient, province: Province, code: str, number: str
) -> None:
    elsewhere = province.ids["51-23293-TT-Q1"]
    assert client.get(f"/q/{code}.{number.format(elsewhere=elsewhere)}").status_code == 404
    assert client.get(f"/q/{province.codes[Q1]}.{province.ids[Q1]}").status_code == 404, "a counter's own code"


def test_a_page_of_one_counter_is_not_taken_at_another(
    client: FlaskClient, engine: Engine, province: Province, code: str
) -> None:
    page = read_page(client.get(chosen(code, province, Q1) + "?form=quick_pulse"))
    with nothing_stored(engine):
        reply = client.post(chosen(code, province, Q2) + "?form=quick_pulse", data=page.form.with_answers(overall="5"))
    assert reply.status_code == 400


def test_revoking_the_centres_code_ends_every_address_of_it(
    app: Flask, client: FlaskClient, engine: Engine, province: Province, code: str
) -> None:
    counters.revoke(engine, code, NOW, "an")
    for address in (f"/q/{code}", chosen(code, province, Q1)):
        assert client.get(address).status_code == 410
    assert client.get(f"/q/{province.codes[Q1]}").status_code == 200, "the counters' own codes go on"


def test_only_counters_that_are_open_are_offered(
    client: FlaskClient, engine: Engine, province: Province, code: str
) -> None:
    yesterday = NOW.date() - timedelta(days=1)
    units.retire(engine, Q1, yesterday, NOW, "an")
    page = read_page(client.get(f"/q/{code}"))
    assert counter_links(page, code) == [chosen(code, province, Q2)]
    assert client.get(chosen(code, province, Q1)).status_code == 410


def test_a_centre_without_counters_says_so(client: FlaskClient, engine: Engine, province: Province, code: str) -> None:
    for counter in (Q1, Q2):
        units.retire(engine, counter, NOW.date() - timedelta(days=1), NOW, "an")
    page = read_page(client.get(f"/q/{code}"))
    assert (page.status, page.forms) == (200, [])
    assert "Trung tâm này chưa có quầy đang phục vụ" in page.text


def test_a_centre_whose_wave_is_paused_or_to_come_says_so(
    client: FlaskClient, engine: Engine, province: Province, code: str
) -> None:
    with begin_write(engine) as connection:
        connection.execute(update(WaveRow).values(opens_on=NOW.date() + timedelta(days=5)))
    reply = client.get(f"/q/{code}")
    assert reply.status_code == 409
    assert "Ngày bắt đầu: 21/11/2026" in reply.text
    assert "Trung tâm Phục vụ hành chính công xã Đăk Long" in reply.text


def test_a_closed_centre_says_so(client: FlaskClient, engine: Engine, province: Province, code: str) -> None:
    for unit in (Q1, Q2, CENTRE):
        units.retire(engine, unit, NOW.date() - timedelta(days=1), NOW, "an")
    reply = client.get(f"/q/{code}")
    assert reply.status_code == 410
    assert "Trung tâm này không còn hoạt động" in reply.text


def test_a_typed_code_of_a_centre_leads_to_the_choice(client: FlaskClient, province: Province, code: str) -> None:
    assert TITLE in client.get(f"/q?code={code.upper()}", follow_redirects=True).text
    back = read_page(client.get(f"/privacy?code={code}.{province.ids[Q1]}"))
    assert any(chosen(code, province, Q1) in link for link in back.links)
