"""PAPI-style scores by place of residence: with interval and base, withheld as everywhere, never called PAPI."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import Engine

from survey_app.services.release import run_releases
from survey_app.storage import audit_log
from survey_app.storage.database import begin_read
from tests.residence_scenes import AFTER_THE_THIRD_QUARTER, DAK_LONG, KON_TUM, Homes, build_homes
from tests.scenes import CENTRES, COMMUNES, PROVINCE_CENTRE, Province
from tests.web.officer.conftest import SignIn, csrf_token

ADDRESS = "/officer/papi-style/51"
FEW = "Chưa công bố (ít phiếu)"


@pytest.fixture
def homes(engine: Engine, staff: Province) -> Homes:
    return build_homes(engine, staff)


@pytest.fixture
def full(homes: Homes) -> Homes:
    homes.answer_everything(40)
    return homes


@pytest.fixture
def analyst(signed_in: SignIn, full: Homes) -> FlaskClient:
    return signed_in("tinh")


def rows(client: FlaskClient, address: str = ADDRESS) -> list[list[str]]:
    """The page as a CSV file, line by line."""
    reply = client.get(f"{address}?as=csv")
    return list(csv.reader(io.StringIO(reply.data.decode("utf-8-sig")), delimiter=";"))


def test_the_menu_leads_to_the_highest_place_the_officer_reads(signed_in: SignIn, full: Homes) -> None:
    reply = signed_in("xa01").get("/officer/papi-style")
    assert (reply.status_code, reply.location) == (303, f"/officer/papi-style/{COMMUNES[0]}")
    assert 'href="/officer/papi-style" aria-current="page"' in signed_in("tinh").get(ADDRESS).text


def test_at_a_centre_the_page_says_why_there_is_nothing(signed_in: SignIn, full: Homes) -> None:
    director = signed_in("giamdoc")
    for address in (director.get("/officer/papi-style").location, f"/officer/papi-style/{CENTRES[0]}/explain"):
        reply = director.get(address)
        assert reply.status_code == 200
        assert "trung tâm và quầy không có điểm riêng" in reply.text


def test_every_dimension_has_value_interval_base_and_the_way_to_its_calculation(analyst: FlaskClient) -> None:
    text = analyst.get(ADDRESS).text
    assert "Đây không phải là kết quả PAPI." in text
    assert text.count('<section class="factors parts"') == 8
    assert len(set(re.findall(r"figure=(\w+)", text))) == 9
    assert re.search(r'<span class="value">\d\d,\d\d</span>', text)


def test_it_is_never_called_papi_itself(analyst: FlaskClient) -> None:
    for address in (ADDRESS, f"{ADDRESS}/explain?figure=total", f"{ADDRESS}/explain?figure=participation"):
        assert "điểm papi" not in analyst.get(address).text.lower()
        assert "theo kiểu PAPI" in analyst.get(address).text


def test_communes_stand_side_by_side_and_lead_to_their_own_pages(analyst: FlaskClient) -> None:
    text = analyst.get(ADDRESS).text
    assert f'href="/officer/papi-style/{COMMUNES[0]}"' in text
    falling = analyst.get(f"{ADDRESS}?sort=total&order=desc").text
    assert falling.index("Phường Kon Tum</a>") < falling.index("Xã Đăk Long</a>")
    assert "Xã Đăk Long</a>" not in analyst.get(f"{ADDRESS}?q=kon").text
    own = analyst.get(f"/officer/papi-style/{COMMUNES[1]}").text
    assert "Chưa có tổng điểm" in own
    assert "5. Thủ tục hành chính công: Chưa có phiếu được công bố" in own


def test_the_file_holds_the_figures_of_the_page(analyst: FlaskClient) -> None:
    lines = rows(analyst)
    heads = next(line for line in lines if line[:2] == ["Mã đơn vị", "Nơi sinh sống"])
    ends = ("Tổng điểm: Khoảng tin cậy 95 %: từ", "Tổng điểm: Khoảng tin cậy 95 %: đến")
    assert heads[2:6] == ["Tổng điểm", *ends, "Tổng điểm: n"]
    places = {line[0]: line for line in lines if line and line[0] in ("51", *COMMUNES)}
    assert re.fullmatch(r"\d\d,\d\d", places["51"][2])
    assert places[COMMUNES[1]][2] == "Chưa đủ cả tám chỉ số"
    assert places[COMMUNES[0]][2].replace(".", "") in analyst.get(ADDRESS).text
    assert sum(line[:1] == ["1. Tham gia của người dân ở cấp cơ sở"] for line in lines) == 12


def test_the_workbook_opens_and_the_export_is_audited(analyst: FlaskClient, engine: Engine) -> None:
    reply = analyst.get(f"{ADDRESS}?period=2026-q3&as=xlsx")
    assert load_workbook(io.BytesIO(reply.data)).sheetnames[0] == "Thông tin"
    with begin_read(engine) as connection:
        [(_, unit, detail)] = audit_log.entries(connection, "results.export")
    assert (unit, detail["view"], detail["filters"]) == ("51", "papi-style", {"period": "2026-q3"})


def test_the_calculation_shows_its_own_numbers(analyst: FlaskClient) -> None:
    text = analyst.get(f"{ADDRESS}/explain?figure=participation").text
    assert "Hiểu biết về quyền bầu cử" in text
    assert "papi-style v1" in text
    assert " / 2 / 4" in text
    total = analyst.get(f"{ADDRESS}/explain?figure=total").text
    assert total.count("</th><td") >= 8
    assert " + " in total


def test_who_may_not_read_sensitive_items_never_sees_the_fourth_dimension(signed_in: SignIn, full: Homes) -> None:
    leader, address = signed_in("xa01"), f"/officer/papi-style/{COMMUNES[0]}"
    text = leader.get(address).text
    assert "Chỉ người được giao đọc câu nhạy cảm mới xem được" in text
    assert "parts-corruption_control" not in text
    assert "trạm y tế, bệnh viện tránh phong bì" not in text
    assert leader.get(f"{address}/explain?figure=corruption_control").status_code == 404
    assert "tránh phong bì" not in leader.get(f"{address}?as=csv").data.decode("utf-8-sig")
    assert "parts-corruption_control" in signed_in("thanhtra").get(ADDRESS).text


def test_few_responses_show_no_figure_but_what_is_needed(signed_in: SignIn, homes: Homes) -> None:
    homes.answer("papi_d4", {KON_TUM: 12, DAK_LONG: 9})
    run_releases(homes.engine, AFTER_THE_THIRD_QUARTER)
    analyst = signed_in("tinh")
    assert FEW in analyst.get(ADDRESS).text
    told = analyst.get(f"{ADDRESS}/explain?figure=corruption_control").text
    assert "Vì sao chưa công bố" in told
    assert "n = 12" not in told


def test_before_a_quarter_is_closed_the_page_says_what_to_do(signed_in: SignIn, homes: Homes) -> None:
    text = signed_in("tinh").get(ADDRESS).text
    assert "Chưa có quý nào được chốt" in text
    assert "as=csv" not in text


@pytest.mark.parametrize(
    "rest",
    ["?period=2026-q4", "?period=2031", "?period=%00", "?period=%ED%A0%80", "/explain?figure=x", "/explain?figure=%00"],
)
def test_what_there_is_not_is_not_found(analyst: FlaskClient, rest: str) -> None:
    assert analyst.get(f"{ADDRESS}{rest}").status_code == 404


def test_other_places_are_beyond_the_grant(signed_in: SignIn, full: Homes) -> None:
    leader = signed_in("xa01")
    assert [leader.get(f"/officer/papi-style/{code}").status_code for code in ("51", COMMUNES[1])] == [404, 404]
    assert signed_in("mattran").get(ADDRESS).status_code in (403, 404)


def test_a_wave_shows_the_links_to_send(analyst: FlaskClient) -> None:
    text = analyst.get("/officer/waves/papi-2026").text
    links = re.findall(r'<a href="(https://khaosat\.example/q/\w{7}\?form=(\w+))">', text)
    assert {slug for _, slug in links} == {f"papi_d{number}" for number in (1, 2, 3, 4, 6, 7, 8)}
    assert "papi" not in analyst.get("/officer/waves/2026-q4").text.split("</header>")[-1].replace("papi-style", "")


def test_in_english_every_text_is_translated(analyst: FlaskClient) -> None:
    text = analyst.get(f"{ADDRESS}?lang=en").text
    assert "PAPI-style score" in text
    assert "Vertical accountability" in text
    assert "Nội dung thành phần" not in text


def test_a_province_plans_a_wave_of_these_modules_at_its_own_centre(signed_in: SignIn, full: Homes) -> None:
    analyst = signed_in("tinh")
    fields = {
        "csrf_token": csrf_token(analyst, "/officer/waves/new"),
        "title": "Khảo sát theo kiểu PAPI năm 2027",
        "code": "papi-2027",
        "opens_on": "2027-01-01",
        "closes_on": "2027-03-31",
        "questionnaires": ["papi_d1.v1", "papi_d2.v1"],
        "first": "papi_d1.v1",
        "units": [PROVINCE_CENTRE],
    }
    reply = analyst.post("/officer/waves/new", data=fields)
    assert (reply.status_code, reply.location) == (303, "/officer/waves/papi-2027")
    text = analyst.get("/officer/waves/papi-2027").text
    assert "Công khai, minh bạch" in text
    assert "form=papi_d1" not in text, "links come when the wave is open"
