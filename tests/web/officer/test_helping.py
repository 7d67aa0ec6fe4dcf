"""The page of those who help citizens: counters, codes to scan, forms to open; no result anywhere."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import Engine

from survey_app.services import counters
from survey_app.services.helped_form import read_mark
from survey_app.services.helping import desk
from tests.scenes import CENTRES, NOW, Province
from tests.web.officer.conftest import SignIn

KEYS = ["pages-of-the-tests"]


def links(page: str) -> list[str]:
    return [html.unescape(address) for address in re.findall(r'href="(https://khaosat\.example/[^"]+)"', page)]


@pytest.mark.parametrize(("login", "channel"), [("hotro", "assisted"), ("nhaplieu", "paper")])
def test_every_open_form_of_every_counter_with_a_mark_of_today(signed_in: SignIn, login: str, channel: str) -> None:
    client = signed_in(login)
    assert client.get("/officer/helping").location == f"/officer/helping/{CENTRES[0]}"
    found = links(client.get(f"/officer/helping/{CENTRES[0]}").text)
    assert len(found) == 4, "two counters, two questionnaires"
    for address in found:
        code, mark = address.split("/q/")[1].split("?")[0], address.split("via=")[1]
        assert read_mark(KEYS, mark, code, NOW.date()) == channel


def test_forms_open_apart_from_the_officers_browser(signed_in: SignIn) -> None:
    page = signed_in("hotro").get(f"/officer/helping/{CENTRES[0]}").text
    assert page.count('target="_blank" rel="noopener noreferrer"') == 4
    assert "hotro" not in "".join(links(page))


def test_the_code_fills_the_screen(signed_in: SignIn, staff: Province) -> None:
    client = signed_in("hotro")
    page = client.get(f"/officer/helping/{staff.counters[0]}/qr").text
    assert f"https://khaosat.example/q/{staff.codes[staff.counters[0]]}" in page
    assert "via=" not in page, "what the citizen's own phone opens is the poster's form"
    assert "data:image/svg+xml" in page


def test_a_counter_without_a_code_says_what_to_do(engine: Engine, signed_in: SignIn, staff: Province) -> None:
    counters.revoke(engine, staff.codes[staff.counters[0]], NOW, "quantri")
    client = signed_in("hotro")
    assert "Quầy chưa có mã QR" in client.get(f"/officer/helping/{CENTRES[0]}").text
    assert client.get(f"/officer/helping/{staff.counters[0]}/qr").status_code == 303
    assert desk(engine, staff.counters[0], NOW.date()) is None


@pytest.mark.parametrize("login", ["quantri", "tinh", "giamdoc", "canbo", "mattran", "thanhtra", "xa01"])
def test_others_have_no_such_page(signed_in: SignIn, login: str) -> None:
    assert signed_in(login).get("/officer/helping").status_code == 403


def test_helpers_stay_at_their_centre(signed_in: SignIn) -> None:
    client = signed_in("hotro")
    assert client.get(f"/officer/helping/{CENTRES[1]}").status_code == 404
    assert client.get(f"/officer/units/{CENTRES[0]}").status_code == 403
