""" "Cách tính" of differences: the numbers of the page, worked out again from those told, and withheld ones untold."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from random import Random

import pytest
from flask.testing import FlaskClient
from scipy.stats import t
from sqlalchemy import Engine

from survey_app.services.release import run_releases
from tests.planted import LOW, TYPICAL, plant
from tests.scenes import CENTRES, COMMUNES, NOW, Province
from tests.web.officer.conftest import SignIn

BEFORE = NOW - timedelta(days=120)
SEPTEMBER, OCTOBER = datetime(2026, 9, 14, 2, tzinfo=UTC), datetime(2026, 10, 14, 2, tzinfo=UTC)
FORM = "form=sipas_desk.v1"


@pytest.fixture
def fallen(engine: Engine, staff: Province, rng: Random) -> Province:
    """One commune as good as the other before, clearly lower now."""
    for now, weights in ((BEFORE, TYPICAL), (NOW, LOW)):
        for centre, own in ((CENTRES[0], weights), (CENTRES[1], TYPICAL)):
            plant(engine, staff, f"{centre}-Q1", 120, own, rng, now)
        run_releases(engine, now)
    return staff


@pytest.fixture
def analyst(signed_in: SignIn, staff: Province) -> FlaskClient:
    return signed_in("tinh")


def rows(page: str) -> dict[str, list[str]]:
    """First cell -> the others, of every table."""
    found = re.findall(r'<tr><th scope="row">([^<]*)</th>(.*?)</tr>', page, re.DOTALL)
    return {name: [unescape(cell) for cell in re.findall(r"<td[^>]*>([^<]*)", cells)] for name, cells in found}


def read(cell: str) -> float:
    return float(cell.replace(".", "").replace(",", ".").replace("−", "-"))


def link(client: FlaskClient, address: str, figure: str) -> str:
    page = client.get(address).text
    found = re.search(rf'href="([^"]*/explain\?[^"]*figure={figure}[^"]*)"', page)
    assert found is not None, address
    return unescape(found[1])


def check(cells: list[str]) -> None:
    """Difference, error, freedom, interval and p follow from both sides, in points."""
    first, n1, v1, second, n2, v2, value, error, freedom = (read(cell) for cell in cells[:9])
    assert value == pytest.approx(first - second, abs=0.06)
    pooled = (v1 * n1**2 + v2 * n2**2) / (n1 + n2) * (1 / n1 + 1 / n2)
    assert error == pytest.approx(max(v1 + v2, pooled) ** 0.5, rel=1e-3)
    assert freedom == pytest.approx((v1 + v2) ** 2 / (v1**2 / (n1 - 1) + v2**2 / (n2 - 1)), rel=1e-2)
    low, high = (read(end) for end in cells[9].split(" … "))
    assert high - low == pytest.approx(2 * t.ppf(0.975, freedom) * error, abs=0.11)
    if not cells[10].startswith("dưới"):
        assert read(cells[10]) == pytest.approx(2 * t.sf(abs(value) / error, freedom), abs=0.02)


def test_a_change_is_worked_out_from_both_periods(analyst: FlaskClient, fallen: Province) -> None:
    address = f"/officer/units/{COMMUNES[0]}?{FORM}"
    page = analyst.get(link(analyst, address, "change-since")).text
    found = rows(page)
    assert len([name for name in found if len(found[name]) == 13]) == 6
    for cells in found.values():
        if len(cells) == 13:
            check(cells)
    overall = found["Chỉ số chung"]
    assert overall[-1] == "giảm rõ rệt"
    assert overall[6] in analyst.get(address).text
    assert "Welch" in page
    assert "Holm" in page


def test_every_unit_stands_against_the_rest_with_its_places(analyst: FlaskClient, fallen: Province) -> None:
    page = analyst.get(link(analyst, f"/officer/units/51?{FORM}", "among-units")).text
    against, places = page.split(">Khoảng thứ hạng</h2>")
    found, ranked = rows(against), rows(places)
    for name, told in (("Phường Kon Tum", "thấp hơn rõ rệt"), ("Xã Đăk Long", "cao hơn rõ rệt")):
        check(found[name])
        assert found[name][-1] == told
    assert ranked["Phường Kon Tum"] == ["1", "0", "2–2/2"]
    assert ranked["Xã Đăk Long"] == ["0", "1", "1–1/2"]
    assert "Paule – Mandel" in places


def test_where_a_unit_is_withheld_the_rest_does_not_give_it_away(
    analyst: FlaskClient, engine: Engine, fallen: Province, rng: Random
) -> None:
    plant(engine, fallen, "51-TT-Q1", 10, TYPICAL, rng, stage="filing")
    run_releases(engine, NOW)
    page = analyst.get(link(analyst, f"/officer/units/51?{FORM}", "among-units")).text
    cells = rows(page.split(">Khoảng thứ hạng</h2>")[0])
    [withheld] = [entry for name, entry in cells.items() if "tỉnh" in name.lower() and len(entry) == 13]
    assert withheld[:12] == ["–"] * 12


def test_every_pair_of_compared_units(analyst: FlaskClient, fallen: Province) -> None:
    units = f"units={COMMUNES[0]},{COMMUNES[1]},{CENTRES[0]}"
    page = analyst.get(link(analyst, f"/officer/explore/51/compare?{FORM}&{units}", "each-pair")).text
    found = re.findall(r'<tr><th scope="row">([^<]*)</th><td[^>]*>([^<]*)</td>(.*?)</tr>', page, re.DOTALL)
    assert len(found) == 6 * 3
    for one, other, cells in found:
        told = [unescape(cell) for cell in re.findall(r"<td[^>]*>([^<]*)", cells)]
        if {one, other} == {"Phường Kon Tum", "Xã Đăk Long"}:
            check(told)
        elif "Xã Đăk Long" not in (one, other):
            assert told[:12] == ["–"] * 12, "a unit within the other shares its responses"


def test_a_clear_drop_is_worked_out_from_its_months(
    analyst: FlaskClient, engine: Engine, staff: Province, rng: Random
) -> None:
    for now, weights in ((SEPTEMBER, TYPICAL), (OCTOBER, LOW)):
        for centre, own in ((CENTRES[0], weights), (CENTRES[1], TYPICAL)):
            plant(engine, staff, f"{centre}-Q1", 80, own, rng, now, stage="collecting")
        run_releases(engine, now)
    page = analyst.get(link(analyst, "/officer/alerts", "clear-drop")).text
    [cells] = [entry for entry in rows(page).values() if len(entry) == 13]
    check(cells)
    assert cells[-1] == "giảm rõ rệt"
    assert "2 trung tâm trong tỉnh được xét cùng lúc" in page
    assert analyst.get(f"/officer/units/{CENTRES[1]}/explain?figure=clear-drop").status_code == 404


def test_what_a_page_does_not_show_has_no_explanation(signed_in: SignIn, analyst: FlaskClient, staff: Province) -> None:
    assert analyst.get(f"/officer/units/51/explain?{FORM}&figure=change-since&period=whole").status_code == 404
    assert analyst.get(f"/officer/units/{COMMUNES[0]}/explain?{FORM}&figure=among-units").status_code == 404
    assert analyst.get(f"/officer/units/51/explain?{FORM}&figure=each-pair").status_code == 404
    assert analyst.get(f"/officer/units/51/explain?{FORM}&figure=each-pair&units=none").status_code == 404
    beyond = f"/officer/units/{COMMUNES[0]}/explain?{FORM}&figure=each-pair&units={COMMUNES[0]},{COMMUNES[1]}"
    assert signed_in("xa01").get(beyond).status_code == 404
