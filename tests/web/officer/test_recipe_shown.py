"""What a page says beside its figures is of the recipe they are calculated by."""

from __future__ import annotations

import re
from datetime import timedelta
from random import Random

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from survey_app.services.release import run_releases
from tests.pages import read_page
from tests.residence_scenes import build_homes
from tests.scenes import CENTRES, COUNTERS, NOW, Province, fill_inbox
from tests.web.officer.conftest import SignIn

CENTRE = CENTRES[0]
MONTHS = "from=2026-08&to=2026-09"
PAPI = f"form=papi_d5_desk.v1&{MONTHS}"
NOT_PAPI = "Đây không phải là kết quả PAPI"
NOT_SIPAS = "Đây không phải là chỉ số SIPAS chính thức"


@pytest.fixture
def analyst(signed_in: SignIn, engine: Engine, staff: Province) -> FlaskClient:
    build_homes(engine, staff).answer_everything(40)
    return signed_in("tinh")


def footer(client: FlaskClient, address: str) -> str:
    reply = client.get(address)
    assert reply.status_code == 200, address
    return reply.text.split('<footer class="footer">')[1]


@pytest.mark.parametrize(
    "page",
    [
        f"/officer/units/{CENTRE}?",
        f"/officer/units/{CENTRE}/explain?figure=overall&",
        f"/officer/units/{CENTRE}/explain?figure=public_procedures&",
        f"/officer/explore/{CENTRE}?",
        f"/officer/explore/{CENTRE}/items?",
        f"/officer/explore/{CENTRE}/compare?units={CENTRE}&",
        f"/officer/trend/{CENTRE}?",
        f"/officer/drivers/{CENTRE}?",
        f"/officer/published/{CENTRE}?quarter=2026-q3&",
    ],
)
def test_the_footer_says_what_the_figures_are_not(analyst: FlaskClient, page: str) -> None:
    told = footer(analyst, page + PAPI)
    assert NOT_PAPI in told
    assert "SIPAS" not in told
    if "procedures" not in page:
        assert NOT_SIPAS in footer(analyst, f"{page}form=sipas_desk.v1&{MONTHS}")


def test_a_dimension_leads_to_its_calculation(analyst: FlaskClient) -> None:
    page = analyst.get(f"/officer/units/{CENTRE}?{PAPI}").text
    table = page.split('id="dimensions-title"')[1].split("</table>")[0]
    [link] = re.findall(r'href="([^"]*figure=public_procedures[^"]*)"', table)
    [value] = re.findall(r'<span class="value">([\d,]+)</span>/10', table)
    explained = analyst.get(link.replace("&amp;", "&"))
    assert f'<span class="value">{value}/10</span>' in explained.text
    told = read_page(explained).text
    [total] = re.findall(r"((?:[\d,]+ \+ ){3}[\d,]+) = ([\d,]+)", told)
    parts = [float(part.replace(",", ".")) for part in total[0].split(" + ")]
    assert abs(sum(parts) - float(total[1].replace(",", "."))) < 1e-5


def test_a_total_that_is_not_asked_for_waits_for_nothing(analyst: FlaskClient) -> None:
    page = analyst.get(f"/officer/published/{CENTRE}?quarter=2026-q3&form=papi_d5_desk.v1").text
    assert "Không tính: mẫu phiếu này chỉ hỏi một phần" in page
    assert "Chỉ số chung chỉ tính khi mọi yếu tố đủ phiếu" not in page


def test_a_part_of_four_is_printed_on_a_quarter_of_the_range(analyst: FlaskClient) -> None:
    told = analyst.get(f"/officer/units/{CENTRE}/explain?figure=certification&{PAPI}").text
    assert re.search(r"[\d,]+/2,50</span>", told)


def test_items_of_one_criterion_are_told_apart(analyst: FlaskClient) -> None:
    told = analyst.get(f"/officer/units/{CENTRE}/explain?figure=certification&{PAPI}").text
    names = re.findall(r'<th scope="row">([^<]+)</th>', told.split("Công thức", 1)[1].split("</table>")[0])
    assert len(set(names)) == len(names) == 2


def test_the_share_beside_the_dossiers_leads_to_its_calculation(
    signed_in: SignIn, engine: Engine, staff: Province, rng: Random
) -> None:
    fill_inbox(engine, staff, next(iter(COUNTERS)), 60, rng, now=NOW - timedelta(days=40))
    run_releases(engine, NOW - timedelta(days=40))
    client = signed_in("tinh")
    page = client.get("/officer/explore/51/ledgers?form=sipas_desk.v1").text
    [link] = re.findall(r'href="([^"]*/explain[^"]*)"', page)
    [share] = re.findall(r'<span class="value">([\d,]+)\xa0%</span>', page.split("Sổ người dân")[1])[:1]
    assert f'<span class="value">{share}</span>' in client.get(link.replace("&amp;", "&")).text


def test_every_point_of_a_trend_leads_to_its_calculation(analyst: FlaskClient) -> None:
    page = analyst.get(f"/officer/trend/{CENTRE}?figure=public_procedures&{PAPI}").text
    rows = re.findall(r'href="([^"]*/explain[^"]*)".*?<span class="value">([\d,]+)</span>', page, re.DOTALL)
    assert rows
    for link, value in rows:
        assert f'<span class="value">{value}/10</span>' in analyst.get(link.replace("&amp;", "&")).text


def test_the_file_has_the_dimension_too(analyst: FlaskClient) -> None:
    told = analyst.get(f"/officer/units/{CENTRE}?{PAPI}&as=csv").data.decode("utf-8-sig")
    assert "Các chỉ số nội dung" in told
    assert NOT_PAPI in told
