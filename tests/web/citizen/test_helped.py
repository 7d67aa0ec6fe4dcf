"""A form opened by somebody who helps, or who enters a paper form."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from survey_app.services.helped_form import sign_mark
from tests.pages import read_page
from tests.rows import inbox_rows
from tests.scenes import NOW, Province

KEYS = ["pages-of-the-tests"]
TODAY = NOW.date()


def address(province: Province, channel: str, place: int = 0) -> str:
    mark = sign_mark(KEYS, province.codes[province.counters[place]], channel, TODAY)
    return f"/q/{province.codes[province.counters[0]]}?form=quick_pulse&via={mark}"


@pytest.mark.parametrize(("channel", "told"), [("assisted", "Có người hỗ trợ"), ("paper", "Nhập phiếu giấy")])
def test_the_page_says_so_and_the_response_keeps_the_channel(
    client: FlaskClient, engine: Engine, province: Province, channel: str, told: str
) -> None:
    page = read_page(client.get(address(province, channel)))
    assert told in page.text
    assert "Ai bấm phiếu này?" not in page.text, "it is known"
    reply = client.post(page.form.action, data=page.form.with_answers())
    assert reply.status_code == 303
    assert "via=" in reply.location, "more answers are helped too"
    assert [row.channel for row in inbox_rows(engine)] == [channel]


def test_nothing_of_the_officer_reaches_the_page_or_the_row(
    client: FlaskClient, engine: Engine, province: Province
) -> None:
    reply = client.get(address(province, "assisted"))
    assert "Set-Cookie" not in reply.headers
    assert reply.headers["Referrer-Policy"] == "no-referrer"
    page = read_page(reply)
    client.post(page.form.action, data=page.form.with_answers())
    [row] = inbox_rows(engine)
    assert set(vars(row)) == {
        *("key", "counter_id", "wave_id", "version_id", "record_length", "channel", "language"),
        *("received_minute", "seconds_taken", "flagged", "record", "comment"),
    }


@pytest.mark.parametrize("spoil", ["tampered", "other counter", "yesterday"])
def test_a_mark_that_does_not_fit_falls_back_to_the_poster(
    app: Flask, client: FlaskClient, engine: Engine, province: Province, spoil: str
) -> None:
    wanted = address(province, "assisted", place=1 if spoil == "other counter" else 0)
    if spoil == "tampered":
        wanted = wanted[:-2] + ("AA" if wanted[-2:] != "AA" else "BB")
    if spoil == "yesterday":
        app.config["NOW"] = lambda: NOW + timedelta(days=1)
    page = read_page(client.get(wanted))
    assert "Có người hỗ trợ" not in page.text
    assert "Ai bấm phiếu này?" in page.text
    client.post(page.form.action, data=page.form.with_answers())
    assert [row.channel for row in inbox_rows(engine)] == ["poster"]


def test_a_page_with_problems_stays_helped(client: FlaskClient, engine: Engine, province: Province) -> None:
    page = read_page(client.get(address(province, "assisted")))
    again = read_page(client.post(page.form.action, data={**page.form.filled, "consent": ""}))
    assert again.status == 422
    assert "Có người hỗ trợ" in again.text
    client.post(again.form.action, data=again.form.with_answers())
    assert [row.channel for row in inbox_rows(engine)] == ["assisted"]


def test_a_form_sent_after_midnight_keeps_its_channel(
    app: Flask, client: FlaskClient, engine: Engine, province: Province
) -> None:
    page = read_page(client.get(address(province, "assisted")))
    app.config["NOW"] = lambda: NOW + timedelta(days=1)
    client.post(page.form.action, data=page.form.with_answers())
    assert [row.channel for row in inbox_rows(engine)] == ["assisted"]


def test_poster_pages_and_helped_pages_are_not_mixed_up(client: FlaskClient, province: Province) -> None:
    plain = f"/q/{province.codes[province.counters[0]]}?form=quick_pulse"
    for _ in range(2):
        assert "Có người hỗ trợ" not in client.get(plain).text
        assert "Có người hỗ trợ" in client.get(address(province, "assisted")).text
        assert "Có người hỗ trợ" not in client.get(address(province, "paper")).text
