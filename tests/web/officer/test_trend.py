"""The page of a trend: figure and step of choice, breaks, gaps, the same as a table and a file."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.merger import DIVIDED_INTO, NEW, OLD, plant_merger
from tests.pages import read_page
from tests.scenes import COUNTERS, Province
from tests.web.officer.conftest import SignIn

ADDRESS = f"/officer/trend/{NEW}"


@pytest.fixture
def merged(engine: Engine, staff: Province) -> Province:
    return plant_merger(engine, staff)


@pytest.fixture
def analyst(merged: Province, signed_in: SignIn) -> FlaskClient:
    return signed_in("tinh")


def test_the_pooled_figure_stands_before_the_break_and_is_marked(analyst: FlaskClient) -> None:
    page = analyst.get(ADDRESS).text
    chart = page[page.index('class="trend course"') :].split("</svg>")[0]
    text = read_page(analyst.get(ADDRESS)).text
    assert "85,6" in text
    assert "tái lập" in text
    assert "Sắp xếp đơn vị hành chính từ 01/07/2025: 2 đơn vị cũ." in text
    assert chart.count('class="break of-units"') == 1
    assert chart.count('class="point reconstructed"') == 1
    assert chart.count('class="path"') == 0
    assert text.index("08/2025") < text.index("Sắp xếp đơn vị") < text.index("05/2025")


@pytest.mark.parametrize("figure", ["overall", "access", "access_info"])
def test_any_figure_by_quarter(analyst: FlaskClient, figure: str) -> None:
    text = read_page(analyst.get(f"{ADDRESS}?figure={figure}&step=quarter")).text
    assert "Quý II/2025" in text
    assert "Quý III/2025" in text


@pytest.mark.parametrize("unit", ["51", NEW, f"{NEW}-TT", f"{NEW}-TT-Q1"])
def test_at_every_level(analyst: FlaskClient, unit: str) -> None:
    assert "08/2025" in analyst.get(f"/officer/trend/{unit}").text


def test_a_divided_commune_says_what_cannot_be_compared(analyst: FlaskClient) -> None:
    text = read_page(analyst.get(f"/officer/trend/{DIVIDED_INTO}")).text
    assert "Trước 01/07/2025: không so sánh được" in text
    assert "05/2025" not in text


def test_units_as_they_were_are_chosen_in_the_address_and_kept_in_links(analyst: FlaskClient) -> None:
    address = "/officer/units/51?from=2025-05&to=2025-05"
    now = read_page(analyst.get(address)).text
    assert "Phường Quang Trung (cũ)" not in now
    assert "tái lập" in now
    reply = analyst.get(f"{address}&boundaries=then")
    then = read_page(reply).text
    assert "Phường Quang Trung (cũ)" in then
    assert "82,7" in then
    assert "Tại thời điểm đó" in then
    assert f"/officer/units/{OLD[0]}?from=2025-05&amp;to=2025-05&amp;boundaries=then" in reply.text
    assert analyst.get(f"{address}&boundaries=never").status_code == 404


def test_the_unit_says_that_its_figures_are_reconstructed(analyst: FlaskClient) -> None:
    text = read_page(analyst.get(f"/officer/units/{NEW}?from=2025-05&to=2025-05")).text
    assert "Số liệu tái lập (từ đơn vị cũ)" in text
    assert "85,6" in text
    divided = read_page(analyst.get(f"/officer/units/{DIVIDED_INTO}?from=2025-05&to=2025-08")).text
    assert "Trước 01/07/2025 không so sánh được" in divided


def test_every_figure_of_a_page_leads_to_its_trend(analyst: FlaskClient) -> None:
    page = analyst.get(f"/officer/units/{NEW}?period=whole").text
    for figure in ("overall", "access", "access_info"):
        assert f'href="/officer/trend/{NEW}?period=whole&amp;figure={figure}"' in page
    items = analyst.get(f"/officer/explore/{NEW}/items?period=whole").text
    assert f'href="/officer/trend/{NEW}?period=whole&amp;figure=access_info"' in items


def test_the_file_has_the_figures_and_the_breaks(analyst: FlaskClient) -> None:
    lines = analyst.get(f"{ADDRESS}?as=csv").data.decode("utf-8-sig").splitlines()
    row = next(line for line in lines if line.startswith("05/2025"))
    assert row.startswith("05/2025;85,6;")
    assert ";50;tái lập;" in row
    assert any(line.startswith("01/07/2025;Sắp xếp") for line in lines)
    assert analyst.get(f"{ADDRESS}?as=xlsx").status_code == 200


@pytest.mark.parametrize("rest", ["?figure=nothing", "?step=year", "?figure=%00", "?figure=gender", "?as=pdf"])
def test_what_there_is_not(analyst: FlaskClient, rest: str) -> None:
    assert analyst.get(ADDRESS + rest).status_code == 404


def test_nobody_reads_beyond_the_grant(merged: Province, signed_in: SignIn) -> None:
    leader = signed_in("xa01")
    assert leader.get(ADDRESS).status_code == 200
    assert leader.get("/officer/trend/51").status_code == 404
    assert signed_in("canbo").get(ADDRESS).status_code == 403


def test_a_unit_without_results_says_so(signed_in: SignIn) -> None:
    reply = signed_in("tinh").get(f"/officer/trend/{next(iter(COUNTERS))}")
    assert reply.status_code == 200
    assert "Chưa có kết quả được công bố" in reply.text


def test_in_english(analyst: FlaskClient) -> None:
    text = read_page(analyst.get(f"{ADDRESS}?lang=en")).text
    assert "reconstructed" in text
    assert "tái lập" not in text


def test_the_months_of_the_unit_page_show_the_break_too(analyst: FlaskClient) -> None:
    page = analyst.get(f"/officer/units/{NEW}?from=2025-05&to=2025-08")
    assert page.text.count('class="break"') == 1
    assert "Vạch đứt: sắp xếp đơn vị hành chính từ 01/07/2025" in read_page(page).text
    assert 'class="break"' not in analyst.get(f"/officer/units/{NEW}-TT-Q1?period=whole").text
