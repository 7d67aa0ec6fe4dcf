""" "Cách tính" of a figure, drivers and alerts as pages."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO
from random import Random

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import Engine

from survey_app.services.release import run_releases
from tests.scenes import CENTRES, COMMUNES, COUNTERS, NOW, Province, fill_inbox, scored_items
from tests.web.officer.conftest import SignIn

LAST_QUARTER = datetime(2026, 9, 14, 2, 0, tzinfo=UTC)
CENTRE = CENTRES[0]
FORM = "form=sipas_desk.v1"
FACTORS = 5
EXPLAIN = re.compile(r'href="([^"]*/explain\?[^"]*)"')


@pytest.fixture
def released(engine: Engine, staff: Province, rng: Random) -> Province:
    for moment in (LAST_QUARTER, NOW):
        for counter in list(COUNTERS)[:2]:
            fill_inbox(engine, staff, counter, 120, rng, stage="collecting", now=moment)
        run_releases(engine, moment)
    fill_inbox(engine, staff, list(COUNTERS)[2], 12, rng, stage="filing")
    run_releases(engine, NOW)
    return staff


@pytest.fixture
def analyst(signed_in: SignIn, released: Province) -> FlaskClient:
    return signed_in("tinh")


def links(client: FlaskClient, address: str) -> list[str]:
    page = client.get(address)
    assert page.status_code == 200
    return [link.replace("&amp;", "&") for link in EXPLAIN.findall(page.text)]


class TestEveryFigureIsExplained:
    @pytest.mark.parametrize(
        "address",
        [
            f"/officer/units/{CENTRE}?{FORM}&stage=collecting",
            f"/officer/explore/{CENTRE}/items?{FORM}&recipe=sipas-2017-top2",
            f"/officer/explore/51?{FORM}",
            f"/officer/explore/51/compare?{FORM}&units={COMMUNES[0]},{CENTRE}",
            f"/officer/published/{CENTRE}?{FORM}&quarter=2026-q3",
        ],
    )
    def test_links_lead_to_the_same_number(self, analyst: FlaskClient, address: str) -> None:
        found = links(analyst, address)
        assert found
        page = analyst.get(address).text
        for link in (found[0], found[len(found) // 2], found[-1]):
            explained = analyst.get(link)
            assert explained.status_code == 200, link
            shown = re.search(r'<p class="big"><span class="value">([\d,]+)</span>', explained.text)
            if shown:
                assert shown[1] in page

    def test_every_item_of_the_unit_page_has_its_link(self, analyst: FlaskClient) -> None:
        found = links(analyst, f"/officer/units/{CENTRE}?{FORM}")
        names = {re.search(r"figure=([^&]+)", link)[1] for link in found}  # type: ignore[index]
        assert {"overall", *scored_items()} <= names

    def test_units_below_and_months_have_their_links(self, analyst: FlaskClient) -> None:
        page = analyst.get(f"/officer/units/51?{FORM}").text
        below, months = page.split('id="unit-table"')[1].split("</table>")[0], page.split('id="trend-title"')[1]
        [link] = re.findall(rf'href="(/officer/units/{COMMUNES[0]}/explain[^"]*figure=overall)"', below)
        [value] = re.findall(rf'/{COMMUNES[0]}/explain[^"]*figure=overall">([\d,]+)<', below)
        assert f'<span class="value">{value}</span>' in analyst.get(link.replace("&amp;", "&")).text
        [month] = [entry for entry in EXPLAIN.findall(months) if "from=2026-09" in entry]
        shown = re.search(r"09/2026.*?<span class=\"value\">([\d,]+)<", months, re.DOTALL)
        assert shown is not None
        assert f'<span class="value">{shown[1]}</span>' in analyst.get(month.replace("&amp;", "&")).text

    def test_home_pages_link_too(self, analyst: FlaskClient, signed_in: SignIn) -> None:
        assert "/officer/units/51/explain" in analyst.get("/officer/").text
        staff = signed_in("canbo").get("/officer/").text
        assert f"/officer/centre/{CENTRE}/explain" in staff

    def test_what_an_inspector_reads_at_home_links_too(self, signed_in: SignIn, released: Province) -> None:
        inspector = signed_in("thanhtra")
        found = links(inspector, "/officer/")
        sensitive = {item.id for item in released.sipas.questionnaire.items() if item.is_sensitive}
        assert len(found) == 2
        assert {re.search(r"figure=([^&]+)", link)[1] for link in found} <= sensitive  # type: ignore[index]
        for link in found:
            assert inspector.get(link).status_code == 200

    def test_it_tells_formula_recipe_releases_and_status(self, analyst: FlaskClient) -> None:
        page = analyst.get(f"/officer/units/{CENTRE}/explain?{FORM}&figure={scored_items()[0]}").text
        for part in ("100 × ", "sipas-2022-mean5 v1", "Suy ra từ số liệu", "sipas_desk v1", "Số lượt công bố đã cộng"):
            assert part in page
        assert "Beta" in page

    def test_withheld_figures_say_why_without_numbers(self, analyst: FlaskClient) -> None:
        address = f"/officer/units/{CENTRES[1]}/explain?{FORM}&figure=overall"
        page = analyst.get(address).text
        assert "Vì sao chưa công bố" in page
        assert "100 × " not in page

    @pytest.mark.parametrize("figure", ["", "x", "%00", "%ED%A0%80", "a" * 500])
    def test_unknown_figures_do_not_exist(self, analyst: FlaskClient, figure: str) -> None:
        assert analyst.get(f"/officer/units/51/explain?{FORM}&figure={figure}").status_code == 404

    def test_sensitive_items_only_for_who_may_read_them(self, signed_in: SignIn, released: Province) -> None:
        item = next(item.id for item in released.sipas.questionnaire.items() if item.is_sensitive)
        address = f"/officer/units/{COMMUNES[0]}/explain?{FORM}&figure={item}&from=2026-07&to=2026-09"
        assert signed_in("xa01").get(address).status_code == 404
        assert signed_in("thanhtra").get(address).status_code == 200

    def test_beyond_the_grant_it_does_not_exist(self, signed_in: SignIn, released: Province) -> None:
        director = signed_in("giamdoc")
        assert director.get(f"/officer/units/{CENTRE}/explain?{FORM}").status_code == 200
        assert director.get(f"/officer/units/51/explain?{FORM}").status_code == 404
        assert signed_in("mattran").get(f"/officer/units/51/explain?{FORM}").status_code == 403

    def test_in_english(self, analyst: FlaskClient) -> None:
        page = analyst.get(f"/officer/units/{CENTRE}/explain?{FORM}&figure=overall&lang=en").text
        assert "How it is calculated" in page
        assert "Trung bình điểm" not in page


class TestDrivers:
    def test_the_page_with_evidence_chart_and_reliability(self, analyst: FlaskClient) -> None:
        page = analyst.get(f"/officer/drivers/{CENTRE}?{FORM}&period=whole").text
        for part in (
            "Phát huy",
            "Khắc phục",
            "không phải nguyên nhân",
            '<svg class="drivers"',
            "alpha",
            "cùng một mức",
        ):
            assert part in page
        assert page.count('class="explain"') == len(scored_items()) + FACTORS + 2, "and for associations and alpha"
        assert "Mức liên quan và điểm của từng yếu tố" in page

    def test_every_association_follows_from_its_covariance(self, analyst: FlaskClient) -> None:
        about = f"{FORM}&period=whole"
        link, *_ = [found for found in links(analyst, f"/officer/drivers/{CENTRE}?{about}") if "with-the-rest" in found]
        page = analyst.get(link).text
        rows = re.findall(r'<tr><th scope="row">[^<]*</th>(.*?)</tr>', page, re.DOTALL)
        read = [[cell.replace(",", ".") for cell in re.findall(r"<td[^>]*>([^<]*)", row)] for row in rows]
        ties = [[float(cell) for cell in row[:4]] for row in read if len(row) == 11]
        assert len(ties) == FACTORS + len(scored_items())
        for covariance, own, rest, tie in ties:
            assert tie == pytest.approx(covariance / (own * rest) ** 0.5, abs=2e-3)
        alphas = [[float(cell) for cell in row] for row in read if len(row) == 4]
        assert len(alphas) == FACTORS
        for k, single, whole, alpha in alphas:
            assert alpha == pytest.approx(k / (k - 1) * (1 - single / whole), abs=2e-3)
        assert analyst.get(f"/officer/units/{CENTRES[1]}/explain?{about}&figure=with-the-rest").status_code == 404

    def test_too_few_says_how_many_there_are_and_need_to_be(self, analyst: FlaskClient) -> None:
        page = analyst.get(f"/officer/drivers/{CENTRES[1]}?{FORM}").text
        assert "Mới có 12 phiếu" in page
        assert "cần từ 200" in page
        assert '<svg class="drivers"' not in page

    def test_as_a_workbook(self, analyst: FlaskClient) -> None:
        reply = analyst.get(f"/officer/drivers/{CENTRE}?{FORM}&period=whole&as=xlsx")
        book = load_workbook(BytesIO(reply.data))
        assert book.worksheets[1].max_row == 1 + len(scored_items())
        assert book.worksheets[2].max_row == 1 + FACTORS

    def test_another_questionnaire_of_one_question(self, analyst: FlaskClient) -> None:
        assert analyst.get(f"/officer/drivers/{CENTRE}?form=quick_pulse.v1").status_code == 200


class TestAlerts:
    def test_the_page_and_the_home_block(self, analyst: FlaskClient, engine: Engine, released: Province) -> None:
        page = analyst.get("/officer/alerts").text
        assert "Khi nào có cảnh báo" in page
        assert "Không có phiếu" in page
        assert "Cảnh báo" in analyst.get("/officer/").text

    def test_only_centres_within_the_grant(self, signed_in: SignIn, released: Province) -> None:
        page = signed_in("giamdoc").get("/officer/alerts").text
        assert CENTRES[1] not in page
        assert "xã Đăk Long" not in page

    @pytest.mark.parametrize("login", ["canbo", "hotro", "mattran"])
    def test_not_for_who_reads_no_results(self, signed_in: SignIn, released: Province, login: str) -> None:
        assert signed_in(login).get("/officer/alerts").status_code == 403
