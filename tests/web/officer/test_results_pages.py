"""What officers see: figures with base and interval, what is withheld, what waits."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from survey_app.services.release import run_releases
from survey_app.services.settings_changes import change_settings
from survey_app.services.units import import_units
from tests.scenes import COMMUNES, COUNTERS, NOW, Province, fill_inbox
from tests.web.officer.conftest import SignIn

HEADING = "Chỉ số hài lòng tại quầy (cách tính theo SIPAS 2022)"
COUNTER = f"{COMMUNES[0]}-TT-Q1"


@pytest.fixture
def released(engine: Engine, staff: Province, rng: Random) -> Province:
    """60 responses of people who collected a result at every counter but the last; 7 wait at the last."""
    *full, last = COUNTERS
    for counter in full:
        fill_inbox(engine, staff, counter, 60, rng, stage="collecting")
    fill_inbox(engine, staff, last, 7, rng)
    run_releases(engine, NOW)
    return staff


@pytest.fixture
def analyst(signed_in: SignIn, released: Province) -> FlaskClient:
    return signed_in("tinh")


def row_names(page: str) -> list[str]:
    return re.findall(r'<th scope="row" data-place="-?\d+"><a [^>]*>([^<]+)</a>', page)


@pytest.mark.parametrize("unit", ["51", COMMUNES[0], f"{COMMUNES[0]}-TT", COUNTER])
def test_every_level_shows_its_figures(analyst: FlaskClient, unit: str) -> None:
    page = analyst.get(f"/officer/units/{unit}").text
    assert HEADING in page
    assert re.search(r'<p class="big"><span class="value">\d\d,\d</span>', page)
    assert "Khoảng tin cậy 95 %" in page
    assert re.search(r"<dd>n = \d+</dd>", page)
    for factor in ("Tiếp cận dịch vụ", "Thủ tục hành chính", "Kết quả"):
        assert factor in page
    assert "Lịch sự, tôn trọng" in page


def test_a_page_has_no_script_style_or_outside_address_in_it(analyst: FlaskClient) -> None:
    reply = analyst.get("/officer/units/51")
    assert not re.search(r"<[^>]+\s(style|on\w+)=", reply.text)
    assert not re.search(r"<style|<script>", reply.text)
    assert not re.search(r'(?:href|src|action)="(?:https?:)?//', reply.text)
    assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
    assert reply.headers["Cache-Control"] == "no-store"


def test_seven_responses_wait_and_the_page_says_what_for(analyst: FlaskClient) -> None:
    page = analyst.get("/officer/units/51-TT-Q1").text
    assert "Chưa có kết quả được công bố" in page
    assert '<span class="value">7</span>' in page
    assert "từ 10 phiếu mới trở lên" in page
    assert "/officer/places/51-TT-Q1/print" not in page
    assert 'id="items-title"' not in page


def test_who_may_print_is_led_from_an_empty_page_to_the_posters(signed_in: SignIn, analyst: FlaskClient) -> None:
    page = signed_in("quantri").get("/officer/units/51-TT-Q1").text
    assert 'href="/officer/places/51-TT-Q1/print"' in page


def test_a_unit_without_counters_is_not_told_to_print_posters(
    engine: Engine, analyst: FlaskClient, tmp_path: Path
) -> None:
    lines = (
        "code,kind,name,parent_code,valid_from,valid_to,service_fields\n51-SNV,department,Sở Nội vụ,51,2025-07-01,,\n"
    )
    (tmp_path / "units.csv").write_text(lines, encoding="utf-8")
    import_units(engine, tmp_path / "units.csv", NOW, "system")
    page = analyst.get("/officer/units/51-SNV").text
    assert "Đơn vị này chưa có quầy nào." in page
    assert "/print" not in page
    assert "This unit has no counters yet." in analyst.get("/officer/units/51-SNV?lang=en").text


def test_waiting_responses_are_told_beside_figures(analyst: FlaskClient) -> None:
    assert "7 phiếu đang chờ công bố" in analyst.get("/officer/units/51").text


def test_a_factor_nobody_was_asked_about_withholds_the_overall_index(
    engine: Engine, signed_in: SignIn, staff: Province, rng: Random
) -> None:
    fill_inbox(engine, staff, COUNTER, 40, rng, stage="filing")
    run_releases(engine, NOW)
    page = signed_in("tinh").get(f"/officer/units/{COUNTER}").text
    assert '<p class="big"><span class="withheld">Chưa công bố (ít phiếu)</span></p>' in page
    assert "không có câu trả lời" in page


def test_shares_have_one_decimal_and_stand_beside_the_bar(analyst: FlaskClient) -> None:
    page = analyst.get(f"/officer/units/{COUNTER}").text
    shares = re.findall(r'class="num level" data-label="Hài lòng">(\d+,\d)\xa0%<', page)
    assert len(shares) == 19
    assert page.count('<svg class="levels"') == 19


def test_perceptions_wait_for_whole_quarters(analyst: FlaskClient) -> None:
    page = analyst.get("/officer/units/51").text
    assert page.count("Chưa công bố (chỉ công bố theo xã và theo quý)") == 2
    assert "Người trả lời cho rằng" not in page


def test_the_other_recipe_has_its_own_heading(analyst: FlaskClient) -> None:
    page = analyst.get("/officer/units/51?recipe=sipas-2017-top2").text
    assert "Chỉ số hài lòng tại quầy (cách tính theo SIPAS 2017)" in page


def test_one_general_question_is_not_called_an_index(analyst: FlaskClient) -> None:
    page = analyst.get("/officer/units/51?form=quick_pulse.v1").text
    assert "Mức độ hài lòng chung tại quầy (một câu hỏi)" in page
    assert "cách tính theo SIPAS 2022)</span></h1>" not in page


@pytest.mark.parametrize(("stage", "told"), [("", False), ("filing", True)])
def test_a_cut_by_stage_says_what_it_leaves_out(analyst: FlaskClient, stage: str, told: bool) -> None:
    page = analyst.get("/officer/units/51", query_string={"stage": stage}).text
    assert ("lượt công bố lẫn nhiều mục đích" in page) is told


def test_units_are_sorted_by_address_without_script(analyst: FlaskClient) -> None:
    up = row_names(analyst.get("/officer/units/51?sort=overall&order=asc").text)
    down = row_names(analyst.get("/officer/units/51?sort=overall&order=desc").text)
    assert len(up) == 3
    assert up[:2] == down[:2][::-1]
    assert up[2] == down[2] == "Trung tâm Phục vụ hành chính công tỉnh Quảng Ngãi"
    page = analyst.get("/officer/units/51?sort=n&order=desc").text
    assert page.count('aria-sort="descending"') == 1


@pytest.mark.parametrize("search", ["kon tum", "KON", "Kon Tum", COMMUNES[0]])
def test_units_are_found_without_marks(analyst: FlaskClient, search: str) -> None:
    found = row_names(analyst.get("/officer/units/51", query_string={"q": search}).text)
    assert found == ["Phường Kon Tum"]


def test_a_search_reads_d_for_the_barred_d(analyst: FlaskClient) -> None:
    assert row_names(analyst.get("/officer/units/51?q=dak+long").text) == ["Xã Đăk Long"]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("?wave=2026-q4", "Quý IV năm 2026"),
        ("?from=2026-10&to=2026-11", "10/2026 – 11/2026"),
        ("?from=2026-11&to=2026-10", "10/2026 – 11/2026"),
        ("?from=2026-10", "từ 10/2026"),
        ("", "09/2026 – 11/2026"),
        ("?stage=collecting", "Nhận kết quả"),
        ("?stage=all", "Mọi mục đích"),
        ("?form=quick_pulse.v1", "Đánh giá nhanh tại quầy (v1)"),
        ("?flagged=without", "<dd>Không gồm</dd>"),
    ],
)
def test_filters_stand_in_the_address_and_are_told(analyst: FlaskClient, address: str, shown: str) -> None:
    page = analyst.get(f"/officer/units/51{address}")
    assert page.status_code == 200
    assert shown in page.text


@pytest.mark.parametrize(
    "address", ["wave=none", "from=2026-13", "from=x", "stage=x", "form=none.v1", "form=x", "recipe=none"]
)
def test_a_filter_that_cannot_be_is_not_found(analyst: FlaskClient, address: str) -> None:
    assert analyst.get(f"/officer/units/51?{address}").status_code == 404


def test_a_period_without_results_is_an_empty_state_with_a_way_out(analyst: FlaskClient) -> None:
    page = analyst.get(f"/officer/units/{COUNTER}?to=2026-01").text
    assert "Chưa có kết quả được công bố" in page
    assert "bỏ bộ lọc" in page


def test_before_anything_is_published_the_page_says_so(app: Flask, engine: Engine, signed_in: SignIn) -> None:
    page = signed_in("tinh").get("/officer/units/51").text
    assert "Chưa có kết quả được công bố" in page
    assert '<span class="value">0</span>' in page


def test_english_shows_english_numbers_and_words(analyst: FlaskClient) -> None:
    page = analyst.get("/officer/units/51?lang=en").text
    assert "Desk satisfaction index (calculated the SIPAS 2022 way)" in page
    assert re.search(r'<p class="big"><span class="value">\d\d\.\d</span>', page)


@pytest.mark.parametrize("address", ["/officer/units/51", "/officer/methods", "/officer/units/none"])
def test_sample_data_are_called_so_on_every_page(engine: Engine, analyst: FlaskClient, address: str) -> None:
    assert "DỮ LIỆU MẪU" not in analyst.get(address).text
    change_settings(engine, NOW, "system", {"is_sample": True})
    assert "DỮ LIỆU MẪU" in analyst.get(address).text


def test_how_it_is_calculated_names_status_thresholds_and_limits(analyst: FlaskClient) -> None:
    page = analyst.get("/officer/methods").text
    assert "Suy ra từ số liệu đã công bố" in page
    assert "sai số ngẫu nhiên" in page
    assert "không phải là chỉ số SIPAS chính thức" in page
    assert '<td class="num">30</td>' in page


def test_assets_are_kept_for_a_year_under_the_address_of_their_content(
    analyst: FlaskClient, client: FlaskClient
) -> None:
    page = analyst.get("/officer/units/51").text
    addresses = re.findall(r'(?:href|src)="(/officer/static/[^"]+)"', page)
    assert len(addresses) == 2
    for address in addresses:
        reply = client.get(address)
        assert "immutable" in reply.headers["Cache-Control"]
        assert "Set-Cookie" not in reply.headers
    assert client.get("/officer/static/0/officer.css").headers["Cache-Control"] == "no-cache"
    assert client.get("/officer/static/0/other.css").status_code == 404
