"""Results seen across units and items: filters carried along, heat map, items, comparison, and all of it as files."""

from __future__ import annotations

import csv
import io
import re
from random import Random

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import Engine

from survey_app.services.release import run_releases
from survey_app.services.settings_changes import change_settings
from survey_app.storage import audit_log
from survey_app.storage.database import begin_read
from tests.scenes import CENTRES, COMMUNES, COUNTERS, NOW, PROVINCE_CENTRE, Province, fill_inbox
from tests.web.officer.conftest import SignIn

COUNTER = f"{CENTRES[0]}-Q1"
VIEWS = ("/officer/units/51", "/officer/explore/51", "/officer/explore/51/items", "/officer/explore/51/compare")
WITHHELD = "Chưa công bố (ít phiếu)"
IMPOSSIBLE = (
    "channel=pigeon",
    "channel=mixed",
    "field=Không có",
    "field=%00",
    "wave=%00",
    "form=%00",
    "recipe=%ED%A0%80",
    "period=x",
    "stage=unknown",
    "as=pdf",
)


@pytest.fixture
def released(engine: Engine, staff: Province, rng: Random) -> Province:
    """60 responses of people who collected a result at every counter but the last, 12 at that one; some by ticket."""
    *full, last = COUNTERS
    for counter in full:
        fill_inbox(engine, staff, counter, 60, rng, stage="collecting")
    fill_inbox(engine, staff, COUNTER, 15, rng, stage="filing", channel="ticket")
    fill_inbox(engine, staff, last, 12, rng, stage="filing")
    run_releases(engine, NOW)
    return staff


@pytest.fixture
def analyst(signed_in: SignIn, released: Province) -> FlaskClient:
    return signed_in("tinh")


def base(page: str) -> int:
    found = re.search(r"<dd>n = ([\d.]+)</dd>", page)
    assert found is not None
    return int(found[1].replace(".", ""))


class TestFilters:
    @pytest.mark.parametrize(
        ("query", "n"),
        [
            ("", 267),
            ("channel=poster", 252),
            ("channel=ticket", 15),
            ("field=Đất đai", 120),
            ("field=Hộ tịch", 135),
            ("field=Hộ tịch&channel=ticket", 15),
            ("period=quarter", 267),
            ("period=12-months", 267),
            ("period=whole", 267),
        ],
    )
    def test_a_cut_counts_whole_releases(self, analyst: FlaskClient, query: str, n: int) -> None:
        assert base(analyst.get(f"/officer/units/51?{query}").text) == n

    def test_last_quarter_has_nothing_yet(self, analyst: FlaskClient) -> None:
        page = analyst.get("/officer/units/51?period=last-quarter").text
        assert "07/2026 – 09/2026" in page
        assert "Chưa có kết quả được công bố" in page

    def test_months_go_before_the_quick_choice(self, analyst: FlaskClient) -> None:
        page = analyst.get("/officer/units/51?period=last-quarter&from=2026-11").text
        assert base(page) == 267

    @pytest.mark.parametrize(
        ("query", "told"),
        [("channel=ticket", "lẫn nhiều hình thức"), ("field=Đất đai", "Phiếu lẻ công bố ở cấp trung tâm")],
    )
    def test_a_cut_says_what_it_leaves_out(self, analyst: FlaskClient, query: str, told: str) -> None:
        assert told in analyst.get(f"/officer/units/51?{query}").text
        assert told not in analyst.get("/officer/units/51").text

    @pytest.mark.parametrize("view", VIEWS)
    def test_what_cannot_be_is_not_found(self, analyst: FlaskClient, view: str) -> None:
        found = {query: analyst.get(f"{view}?{query}").status_code for query in IMPOSSIBLE}
        assert found == dict.fromkeys(IMPOSSIBLE, 404)

    def test_every_link_to_a_unit_and_every_tab_keeps_them(self, analyst: FlaskClient) -> None:
        page = analyst.get(f"/officer/units/{CENTRES[0]}?stage=collecting&field=Hộ+tịch&period=12-months").text
        links = re.findall(r'href="(/officer/(?:units|explore)/[^"]+)"', page)
        links = [link for link in links if link != f"/officer/units/{CENTRES[0]}"]
        assert len(links) > 5
        assert all("stage=collecting" in link and "field=" in link for link in links)
        assert all("period=12-months" in link or "from=" in link for link in links), "a month has months of its own"

    def test_a_filter_chosen_elsewhere_stays_chosen_where_nothing_has_it(self, analyst: FlaskClient) -> None:
        page = analyst.get(f"/officer/units/{PROVINCE_CENTRE}?field=Đất đai").text
        assert '<option value="Đất đai" selected>' in page


class TestPath:
    def test_a_commune_lists_the_counters_of_its_only_centre(self, analyst: FlaskClient) -> None:
        page = analyst.get(f"/officer/units/{COMMUNES[0]}").text
        assert f'href="/officer/units/{COUNTER}"' in page
        assert f'href="/officer/units/{CENTRES[0]}"' in page
        back = analyst.get(f"/officer/units/{COUNTER}").text
        assert all(f'href="/officer/units/{code}"' in back for code in ("51", COMMUNES[0], CENTRES[0]))


class TestHeatMap:
    def test_every_centre_stands_against_every_factor(self, analyst: FlaskClient) -> None:
        page = analyst.get("/officer/explore/51").text
        rows = re.findall(r'<th scope="row" data-place="\d+"><a href="[^"]+">([^<]+)</a>', page)
        assert rows == ["Phường Kon Tum", "Xã Đăk Long", "Tỉnh Quảng Ngãi"], "what has no score stands last"
        by_name = re.findall(
            r'<th scope="row" data-place="\d+"><a href="[^"]+">([^<]+)</a>',
            analyst.get("/officer/explore/51?sort=name").text,
        )
        assert by_name == ["Phường Kon Tum", "Tỉnh Quảng Ngãi", "Xã Đăk Long"]
        shaded, withheld = len(re.findall(r'<td class="num heat-[1-5]"', page)), page.count('<td class="num heat-none"')
        assert shaded + withheld == 3 * 6
        assert withheld >= 2

    def test_a_withheld_cell_says_so_without_its_pattern(self, analyst: FlaskClient) -> None:
        page = analyst.get("/officer/explore/51").text
        cell = re.search(r'<td class="num heat-none"[^>]*>(.*?)</td>', page)
        assert cell is not None
        assert WITHHELD in cell[1]

    def test_it_is_sorted_by_its_address_withheld_last(self, analyst: FlaskClient) -> None:
        for order in ("asc", "desc"):
            page = analyst.get(f"/officer/explore/51?sort=overall&order={order}").text
            assert re.findall(r'data-place="-?\d+"><a href="[^"]+">([^<]+)</a>', page)[-1] == "Tỉnh Quảng Ngãi"

    def test_a_centre_shows_its_counters(self, analyst: FlaskClient) -> None:
        page = analyst.get(f"/officer/explore/{CENTRES[0]}").text
        assert re.findall(r'data-place="\d+"><a href="[^"]+">([^<]+)</a>', page) == ["Quầy 1", "Quầy 2"]


class TestItems:
    def test_all_items_stand_in_one_table(self, analyst: FlaskClient) -> None:
        page = analyst.get("/officer/explore/51/items").text
        assert page.count('<th role="rowheader"') == 19

    @pytest.mark.parametrize("key", ["score", "top", "bottom"])
    def test_they_are_sorted_by(self, analyst: FlaskClient, key: str) -> None:
        page = analyst.get(f"/officer/explore/51/items?sort={key}&order=desc").text
        column = {"score": 0, "top": 1, "bottom": 2}[key]
        cells = re.findall(r'<td role="cell" class="num" data-label="[^"]+" data-place="(\d+)">', page)
        found = [int(place) for place in cells[column::3]]
        assert found == sorted(found, reverse=True)


class TestCompare:
    def test_units_stand_in_the_order_chosen(self, analyst: FlaskClient) -> None:
        page = analyst.get(f"/officer/explore/51/compare?units={COMMUNES[1]},{COMMUNES[0]}").text
        names = re.findall(r'<th role="rowheader" scope="row"><a href="[^"]+">([^<]+)</a>', page)
        assert names == ["Xã Đăk Long", "Phường Kon Tum"] * 6
        assert "khoảng tin cậy" in page.lower()

    def test_the_form_leads_to_one_address_and_keeps_the_filters(self, analyst: FlaskClient) -> None:
        sent = f"stage=collecting&units={COMMUNES[0]}&units=&units={COMMUNES[1]}&units=&units="
        reply = analyst.get(f"/officer/explore/51/compare?{sent}")
        assert reply.status_code == 303
        assert f"units={COMMUNES[0]}%2C{COMMUNES[1]}" in reply.location
        assert "stage=collecting" in reply.location

    @pytest.mark.parametrize("units", ["none", f"{COMMUNES[0]},none", "51,a,b,c,d,e", "%00"])
    def test_unknown_units_and_more_than_five_are_not_found(self, analyst: FlaskClient, units: str) -> None:
        assert analyst.get(f"/officer/explore/51/compare?units={units}").status_code == 404

    def test_units_beyond_the_grant_are_neither_offered_nor_compared(
        self, signed_in: SignIn, released: Province
    ) -> None:
        leader = signed_in("xa01")
        page = leader.get(f"/officer/explore/{COMMUNES[0]}/compare").text
        assert COMMUNES[1] not in page
        assert leader.get(f"/officer/explore/{COMMUNES[0]}/compare?units={COMMUNES[1]}").status_code == 404

    def test_nothing_chosen_asks_for_a_choice(self, analyst: FlaskClient) -> None:
        page = analyst.get("/officer/explore/51/compare").text
        assert "Hãy chọn từ hai đến năm đơn vị" in page
        assert page.count('name="units"') == 5


class TestFiles:
    @pytest.mark.parametrize("view", [*VIEWS[:3], f"{VIEWS[3]}?units={COMMUNES[0]},{PROVINCE_CENTRE}"])
    def test_csv_has_exactly_the_scores_of_the_page(self, analyst: FlaskClient, view: str) -> None:
        page = analyst.get(view).text
        mark = "&" if "?" in view else "?"
        reply = analyst.get(f"{view}{mark}as=csv")
        assert reply.content_type == "text/csv; charset=utf-8"
        assert "attachment" in reply.headers["Content-Disposition"]
        cells = {cell for row in csv.reader(io.StringIO(reply.data.decode("utf-8-sig")), delimiter=";") for cell in row}
        shown = set(re.findall(r"(?<![\d,])\d\d,\d(?![\d,])(?!\xa0%)", re.sub(r"<svg.*?</svg>", "", page, flags=re.S)))
        assert shown - cells == set()

    @pytest.mark.parametrize("view", VIEWS)
    def test_a_workbook_tells_what_it_is_about(self, engine: Engine, analyst: FlaskClient, view: str) -> None:
        change_settings(engine, NOW, "system", {"is_sample": True})
        reply = analyst.get(f"{view}?stage=collecting&as=xlsx")
        book = load_workbook(io.BytesIO(reply.data))
        facts = {row[0].value: row[1].value for row in book.worksheets[0].iter_rows()}
        assert facts["Đơn vị"] == "Tỉnh Quảng Ngãi (51)"
        assert facts["Kỳ"] == "09/2026 – 11/2026"
        assert facts["Mục đích đến"] == "Nhận kết quả"
        assert facts["Mẫu phiếu"].endswith("(v1)")
        assert "DỮ LIỆU MẪU" in facts

    def test_what_is_withheld_is_so_in_the_file(self, analyst: FlaskClient) -> None:
        text = analyst.get("/officer/explore/51?as=csv").data.decode("utf-8-sig")
        [line] = [line for line in text.splitlines() if line.startswith(f"{PROVINCE_CENTRE};")]
        assert line.split(";")[2:6] == [WITHHELD, "", "", "12"]

    def test_every_export_is_in_the_audit_log(self, engine: Engine, analyst: FlaskClient) -> None:
        analyst.get("/officer/explore/51/items?stage=filing&as=csv")
        with begin_read(engine) as connection:
            [(actor, unit, detail)] = audit_log.entries(connection, "results.export")
        assert (actor, unit, detail["view"], detail["filters"]) == ("tinh", "51", "items", {"stage": "filing"})

    def test_a_page_without_anything_released_has_a_file_too(self, signed_in: SignIn, staff: Province) -> None:
        client = signed_in("tinh")
        for view in VIEWS:
            assert client.get(f"{view}?as=xlsx").status_code == 200
            assert client.get(view).status_code == 200
