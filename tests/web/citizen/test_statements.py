"""The privacy page, the accessibility statement and the self-check: they say what is so, and lead back."""

from __future__ import annotations

import base64
import hashlib

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from survey_app.services.settings_changes import change_settings
from survey_app.web.citizen import statements
from tests.pages import read_page
from tests.rows import nothing_stored
from tests.scenes import NOW, Province

PAGES = ["/privacy", "/accessibility", "/check"]
LANGUAGES = pytest.mark.parametrize("language", ["vi", "en"])


@pytest.mark.parametrize("address", PAGES)
@LANGUAGES
def test_a_statement_leads_back_to_the_poster_it_was_opened_from(
    client: FlaskClient, province: Province, address: str, language: str
) -> None:
    page = read_page(client.get(f"{address}?lang={language}&code=d4k0ng1"))
    assert (page.status, page.language) == (200, language)
    assert f"http://localhost/q/d4k0ng1?lang={language}" in page.links
    other = "vi" if language == "en" else "en"
    assert f"http://localhost{address}?lang={other}&code=d4k0ng1" in page.links


@pytest.mark.parametrize("address", PAGES)
def test_without_a_poster_a_statement_leads_to_the_field_for_a_code(
    client: FlaskClient, province: Province, address: str
) -> None:
    assert "http://localhost/?lang=vi" in read_page(client.get(address)).links


@pytest.mark.parametrize("address", PAGES)
def test_a_statement_sets_no_cookie_stores_nothing_and_calls_nobody(
    client: FlaskClient, engine: Engine, province: Province, address: str
) -> None:
    with nothing_stored(engine):
        reply = client.get(address)
    assert "Set-Cookie" not in reply.headers
    assert reply.headers["Cache-Control"] == "no-store"
    assert [link for link in read_page(reply).links if not link.startswith(("http://localhost/", "data:,"))] == []


@pytest.mark.parametrize("code", ["../officer", "//elsewhere.example", '"><script>', "ế" * 400, " "])
def test_an_odd_code_never_leads_elsewhere(client: FlaskClient, province: Province, code: str) -> None:
    page = read_page(client.get("/privacy", query_string={"code": code}))
    assert page.scripts == []
    assert all(
        link.startswith(("http://localhost/q/", "http://localhost/?", "http://localhost/privacy", "data:,"))
        for link in page.links
    )


def test_the_privacy_page_gives_the_figures_in_force(client: FlaskClient, engine: Engine, province: Province) -> None:
    text = read_page(client.get("/privacy")).text
    assert "Trước khi đủ 10 phiếu" in text
    assert "nhiều nhất 72 giờ" in text
    changes = {"exact_minute_hours": 24, "thresholds": {"release": 8}}
    changes |= {"complaint_channels": [{"name": "Thanh tra tỉnh (bài thử)", "contact": "0255 000 000"}]}
    change_settings(engine, NOW, "test", changes)
    del client.application.extensions["hailong_facts"]
    text = read_page(client.get("/privacy")).text
    assert "Trước khi đủ 8 phiếu" in text
    assert "nhiều nhất 24 giờ" in text
    assert "Thanh tra tỉnh (bài thử): 0255 000 000" in text


def test_the_accessibility_statement_says_when_it_was_checked_and_what_is_not_done(
    client: FlaskClient, province: Province
) -> None:
    text = read_page(client.get("/accessibility")).text
    assert f"Ngày kiểm tra: {statements.CHECKED_ON:%d/%m/%Y}" in text
    assert "Những điều chưa làm được" in text
    assert f"Tested on {statements.CHECKED_ON:%-d %b %Y}" in read_page(client.get("/accessibility?lang=en")).text


def test_the_check_page_allows_exactly_the_scripts_it_holds(client: FlaskClient, province: Province) -> None:
    reply = client.get("/check")
    (script,) = read_page(reply).scripts
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = reply.headers["Content-Security-Policy"]
    assert f"'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert "connect-src" not in policy, "nothing can be sent: default-src 'none' stands"
    assert "default-src 'none'" in policy
    assert digest not in client.get("/privacy").headers["Content-Security-Policy"]


def test_the_check_page_shows_the_browser_in_the_page_and_not_from_the_request(
    client: FlaskClient, province: Province
) -> None:
    reply = client.get("/check", headers={"User-Agent": "PhoneOfMrsLan/7.1"})
    assert "PhoneOfMrsLan" not in reply.get_data(as_text=True)
    assert "JavaScript đang tắt hoặc bị chặn" in read_page(reply).text


@pytest.mark.parametrize("address", PAGES)
def test_under_a_sub_path_a_statement_stays_there(client: FlaskClient, province: Province, address: str) -> None:
    page = read_page(client.get(f"{address}?code=d4k0ng1", base_url="https://so.example/khaosat"))
    assert all(link.startswith(("https://so.example/khaosat/", "data:,")) for link in page.links)
