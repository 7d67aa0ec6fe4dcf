"""The page itself: one document, no cookie, no trace of who sent it, at home under any path."""

from __future__ import annotations

import base64
import gzip
import hashlib
from pathlib import Path

import brotli
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from survey_app.services.settings_changes import change_settings
from tests.pages import read_page
from tests.rows import inbox_rows
from tests.scenes import NOW, Province

FULL = "/q/d4k0ng1?form=sipas_desk"
QUICK = "/q/d4k0ng1?form=quick_pulse"
ADDRESSES = [FULL, QUICK, QUICK + "&lang=en", "/", "/q/zzzzzzz", "/q/d4k0ng1/thanks", "/q/d4k0ng1/no-thanks"]


def hash_of(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def policy(reply: TestResponse) -> dict[str, list[str]]:
    """The content security policy: directive -> sources."""
    directives = (part.split() for part in reply.headers["Content-Security-Policy"].split(";"))
    return {name: sources for name, *sources in directives}


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_runs_only_the_style_and_script_that_stand_in_it(
    client: FlaskClient, province: Province, address: str
) -> None:
    reply = client.get(address)
    page, allowed = read_page(reply), policy(reply)
    assert allowed["default-src"] == ["'none'"]
    assert "unsafe" not in reply.headers["Content-Security-Policy"]
    assert [hash_of(style) for style in page.styles] == allowed["style-src"]
    assert {hash_of(script) for script in page.scripts} <= set(allowed["script-src"])
    assert " style=" not in page.html
    assert " on" + "click=" not in page.html


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_one_document_without_an_outside_address(
    client: FlaskClient, province: Province, address: str
) -> None:
    page = read_page(client.get(address))
    outside = [link for link in page.links if not link.startswith(("http://localhost/", "data:,"))]
    assert outside == []
    assert "url(" not in "".join(page.styles)
    assert "<img" not in page.html
    assert "<script src" not in page.html
    assert 'rel="stylesheet"' not in page.html


@pytest.mark.parametrize("address", [FULL, QUICK])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_questionnaire_is_light(client: FlaskClient, province: Province, address: str, language: str) -> None:
    reply = client.get(f"{address}&lang={language}", headers={"Accept-Encoding": "gzip, deflate, br"})
    assert len(reply.data) <= 14_000


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_page_sets_a_cookie_or_may_be_kept(client: FlaskClient, province: Province, address: str) -> None:
    reply = client.get(address)
    assert "Set-Cookie" not in reply.headers
    assert reply.headers["Cache-Control"] == "no-store"
    assert "ETag" not in reply.headers
    assert reply.headers["Referrer-Policy"] == "no-referrer"


def test_no_answer_to_a_form_sets_a_cookie_or_may_be_kept(client: FlaskClient, province: Province) -> None:
    page = read_page(client.get(QUICK))
    sent = page.form.with_answers(overall="4")
    bodies = [sent, sent | {"overall": ["9"]}, sent | {"page_token": ["x"]}, {"comment": "a" * 300_000}]
    replies = [client.post(QUICK, data=body) for body in bodies]
    replies += [client.post(QUICK, json={}), client.put(QUICK), client.post("/q/zzzzzzz", data=sent)]
    assert [reply.status_code for reply in replies] == [303, 422, 400, 413, 415, 405, 404]
    for reply in replies:
        assert "Set-Cookie" not in reply.headers
        assert reply.headers["Cache-Control"] == "no-store"
        assert "'none'" in reply.headers["Content-Security-Policy"]


def test_sample_data_is_called_so_on_every_page(client: FlaskClient, engine: Engine, province: Province) -> None:
    assert not any("DỮ LIỆU MẪU" in client.get(address).get_data(as_text=True) for address in ADDRESSES)
    change_settings(engine, NOW, "test", {"is_sample": True})
    del client.application.extensions["hailong_facts"]
    for address in ADDRESSES:
        expected = "SAMPLE DATA" if "lang=en" in address else "DỮ LIỆU MẪU"
        assert expected in read_page(client.get(address)).text, address
    wrong = read_page(client.post(QUICK, data={"consent": "0"}))
    assert (wrong.status, "DỮ LIỆU MẪU" in wrong.text) == (422, True)


def test_every_load_has_its_own_response_key(client: FlaskClient, province: Province) -> None:
    keys = {read_page(client.get(QUICK)).form.hidden["response_key"] for _ in range(20)}
    assert len(keys) == 20


def test_nobody_s_odd_link_shows_in_the_pages_of_others(client: FlaskClient, province: Province) -> None:
    client.get(QUICK + "&lang=odd-link-of-somebody")
    assert "odd-link-of-somebody" not in client.get(QUICK).get_data(as_text=True)


@pytest.mark.parametrize("counter", ["d4k0ng1", "d4k0ng2", "k0nt0m1"])
def test_a_page_names_its_own_counter(client: FlaskClient, province: Province, counter: str) -> None:
    names = {"d4k0ng1": ("Quầy 1", "Đăk Long"), "d4k0ng2": ("Quầy 2", "Đăk Long"), "k0nt0m1": ("Quầy 1", "Kon Tum")}
    for _ in range(2):
        text = read_page(client.get(f"/q/{counter}")).text
        assert f"{names[counter][0]} Trung tâm" in text
        assert names[counter][1] in text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_under_a_sub_path_everything_stays_there(
    client: FlaskClient, engine: Engine, province: Province, language: str
) -> None:
    base = "https://so.example/khaosat"
    page = read_page(client.get(f"{QUICK}&lang={language}", base_url=base))
    own = f"{base}/q/d4k0ng1"
    assert page.form.action == f"{own}?lang={language}&form=quick_pulse"
    assert all(link.startswith((base + "/", "data:,")) for link in page.links)

    def post(path: str, fields: object) -> TestResponse:
        return client.post(path.removeprefix(base), data=fields, base_url=base)

    fields = page.form.with_answers(overall="4")
    resend = read_page(post(page.form.action, fields | {"page_token": ["x"]}))
    assert resend.form.action == page.form.action
    wrong = read_page(post(page.form.action, fields | {"overall": ["9"]}))
    assert wrong.form.action == page.form.action
    thanks = post(resend.form.action, resend.form.filled)
    assert thanks.location.startswith("/khaosat/q/d4k0ng1/thanks?")
    after = read_page(client.get(thanks.location.removeprefix("/khaosat"), base_url=base))
    assert all(link.startswith((base + "/", "data:,")) for link in after.links)
    assert read_page(client.get("/no/such/page", base_url=base)).links == [f"{base}/?lang=vi"]
    assert client.get("/q?code=d4k0ng1", base_url=base).location == "/khaosat/q/d4k0ng1"
    assert len(inbox_rows(engine)) == 1


def test_who_sent_a_response_is_nowhere_in_the_database(
    client: FlaskClient, engine: Engine, province: Province
) -> None:
    page = read_page(client.get(QUICK))
    traces = {
        "User-Agent": "PhoneOfMrsLan/7.1",
        "X-Forwarded-For": "198.51.100.23",
        "Referer": "https://mail.example/inbox-of-lan",
        "Cookie": "zalo_id=8412345",
        "Accept-Language": "vi-x-trace",
    }
    fields = page.form.with_answers(overall="4", comment="Dấu vết này thì có")
    sender = {"REMOTE_ADDR": "203.0.113.77"}
    assert client.post(page.form.action, data=fields, headers=traces, environ_overrides=sender).status_code == 303
    file = Path(engine.url.database or "")
    stored = b"".join(part.read_bytes() for part in file.parent.glob(file.name + "*"))
    assert "Dấu vết này thì có".encode() in stored
    for trace in (*traces.values(), "203.0.113.77", fields["response_key"][0], fields["page_token"][0]):
        assert trace.encode() not in stored


def test_without_script_a_part_that_is_not_for_everybody_says_for_whom_it_is(
    client: FlaskClient, province: Province
) -> None:
    quick, full = read_page(client.get(QUICK)).text, read_page(client.get(FULL + "&lang=en")).text
    assert "Chỉ dành cho ai ở câu 1 đã chọn: Rất không hài lòng, Không hài lòng, Bình thường." in quick
    assert "Chỉ dành cho ai ở câu 1 đã chọn: Hài lòng, Rất hài lòng." in quick
    assert full.count("Only for those who chose in question 1: Collect a result.") == 1


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip, deflate, br", "gzip"), ("gzip", "gzip"), ("br, gzip;q=0", "br"), ("identity", None), ("", None)],
)
def test_a_page_travels_compressed_where_the_browser_accepts_it(
    client: FlaskClient, province: Province, accepted: str, coding: str | None
) -> None:
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding]
    reply = client.get(FULL, headers={"Accept-Encoding": accepted})
    assert reply.headers.get("Content-Encoding") == coding
    assert "Accept-Encoding" in reply.headers["Vary"]
    html = unpack(reply.data)
    assert html.startswith(b"<!doctype html>")
    assert html.endswith(b"</html>") or html.endswith(b"</html>\n")
    assert int(reply.headers["Content-Length"]) == len(reply.data)
