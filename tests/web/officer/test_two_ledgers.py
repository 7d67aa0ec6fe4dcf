"""Both ledgers on the desk, what is imported for them, and sums of points with their marks and classes."""

from __future__ import annotations

import io
from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from survey_app.domain.precision import Interval
from survey_app.domain.record import encode
from survey_app.domain.scoring import Figure
from survey_app.services.home_changes import HomeReader, read_changes
from survey_app.services.release import run_releases
from survey_app.services.settings_changes import change_settings
from survey_app.storage import org_units, questionnaires
from survey_app.storage.database import begin_read, begin_write
from survey_app.storage.recipe_files import load_recipes
from survey_app.web.officer.home_view import Shown, shown
from tests import scenes
from tests.pages import read_page
from tests.rows import nothing_stored
from tests.scenes import CENTRES, COUNTERS, NOW, Province
from tests.web.officer.conftest import SignIn, csrf_token

CENTRE, COUNTER = CENTRES[0], next(iter(COUNTERS))
LEDGER, INDICES = (f"/officer/units/{CENTRE}/reports/{report}" for report in ("ledger", "indices"))
LEDGERS = f"/officer/explore/{CENTRE}/ledgers"
POINTS = f"/officer/units/{COUNTER}?form=one_stop_desk.v1"
ITEMS = ("contact_times", "offices", "reception", "publication", "attitude", "complaints", "online")


@pytest.fixture
def director(signed_in: SignIn) -> FlaskClient:
    return signed_in("giamdoc")


def upload(client: FlaskClient, address: str, text: str) -> TestResponse:
    fields = {"csrf_token": csrf_token(client, address), "file": (io.BytesIO(text.encode()), "tệp.csv")}
    reply = client.post(f"{address}/file", data=fields, content_type="multipart/form-data")
    reply.request.environ["wsgi.input"].close()
    return reply


def type_in(client: FlaskClient, address: str, **cells: str) -> TestResponse:
    return client.post(address, data={"csrf_token": csrf_token(client, address), **cells})


def answer_points(engine: Engine, province: Province, rng: Random, code: str) -> None:
    """Forty people at a counter, each index with the same points."""
    with begin_write(engine) as connection:
        scenes._publish(connection, "one_stop_desk")
        versions = {version.questionnaire.slug: version for version in questionnaires.every(connection)}
    here = replace(province, versions=versions)
    record = encode(versions["one_stop_desk"].questionnaire, {"stage": "1"} | dict.fromkeys(ITEMS, code))
    entries = [scenes.entry(here, COUNTER, rng, slug="one_stop_desk", record=record) for _ in range(40)]
    scenes.put_all(engine, entries)
    run_releases(engine, NOW)


class TestReports:
    def test_a_file_is_taken_in_and_comes_out_again(self, director: FlaskClient) -> None:
        text = f"centre,month,dossiers,overdue,complaints,disliked\n{CENTRE},2026-10,1.000,50,5,5\n"
        assert upload(director, LEDGER, text).location == LEDGER
        assert "Đã nhập 1 dòng." in director.get(LEDGER).text
        assert "1000;50;5;5" in director.get(f"{LEDGER}.csv").text

    def test_bad_lines_are_told_and_nothing_is_stored(self, director: FlaskClient, engine: Engine) -> None:
        with nothing_stored(engine):
            reply = upload(director, INDICES, f"counter,month,total_time,dossiers\n{COUNTER},2026-10,3,x\n")
        assert reply.status_code == 422
        page = read_page(reply).text
        assert "Chưa nhập gì: tệp có 2 chỗ cần sửa" in page
        assert "Điểm “3” phải là số từ 0 đến 2" in page

    def test_a_month_is_typed_in(self, director: FlaskClient) -> None:
        cells = {"counter": COUNTER, "month": "2026-10", "total_time": "1,75", "dossiers": "120", "source": "Cổng"}
        assert type_in(director, INDICES, **cells).location == INDICES
        page = read_page(director.get(INDICES)).text
        assert "1,75" in page
        assert "Cổng" in page

    def test_what_was_typed_is_kept_beside_the_problem(self, director: FlaskClient, engine: Engine) -> None:
        with nothing_stored(engine):
            reply = type_in(director, LEDGER, centre=CENTRE, month="2026-10", dossiers="10", overdue="11")
        assert reply.status_code == 422
        assert 'id="r-overdue-error"' in reply.text
        assert 'value="11"' in reply.text

    @pytest.mark.parametrize("cells", [{}, {"counter": "\x00", "month": "\ud800".encode("utf-8", "replace").decode()}])
    def test_a_form_with_nothing_in_it_is_told_so(self, director: FlaskClient, cells: dict[str, str]) -> None:
        assert type_in(director, INDICES, **cells).status_code == 422

    def test_another_kind_of_report_does_not_exist(self, director: FlaskClient) -> None:
        assert director.get(LEDGER.replace("ledger", "nothing")).status_code == 404

    def test_it_is_reached_from_the_page_of_transactions(self, director: FlaskClient) -> None:
        assert LEDGER in director.get(f"/officer/units/{CENTRE}/transactions").text

    def test_an_empty_file_names_the_counters(self, director: FlaskClient) -> None:
        assert COUNTER in director.get(f"{INDICES}/empty.csv").text


class TestLedgers:
    def test_they_stand_beside_each_other(
        self, director: FlaskClient, engine: Engine, staff: Province, rng: Random
    ) -> None:
        months = "".join(f"{CENTRE},2026-{month:02},500,25,5,5\n" for month in (8, 9, 10))
        upload(director, LEDGER, f"centre,month,dossiers,overdue,complaints,disliked\n{months}")
        page = read_page(director.get(f"{LEDGERS}?form=quick_pulse.v1")).text
        assert "93,0\u00a0%" in page
        assert "1.500" in page
        assert "Sổ người dân" in page
        assert "Chưa công bố (ít phiếu)" in page

    def test_without_dossiers_it_says_so(self, director: FlaskClient) -> None:
        assert "Chưa có số liệu hồ sơ của kỳ này." in director.get(LEDGERS).text

    def test_the_file_keeps_them_in_columns_of_their_own(self, director: FlaskClient) -> None:
        upload(director, LEDGER, f"centre,month,dossiers,overdue,complaints,disliked\n{CENTRE},2026-10,500,25,5,5\n")
        text = director.get(f"{LEDGERS}?as=csv").data.decode("utf-8-sig")
        assert "Sổ hành chính: tỷ lệ hài lòng R (%)" in text
        assert f"{CENTRE};" in text

    def test_it_is_a_way_of_reading_results(self, director: FlaskClient) -> None:
        assert f'href="{LEDGERS}' in director.get(f"/officer/units/{CENTRE}").text


class TestPoints:
    @pytest.fixture
    def analyst(self, signed_in: SignIn, engine: Engine, staff: Province, rng: Random) -> FlaskClient:
        answer_points(engine, staff, rng, "2")
        return signed_in("tinh")

    def test_a_sum_says_out_of_what_and_what_it_is_good_for(self, analyst: FlaskClient) -> None:
        page = analyst.get(POINTS).text
        assert '<span class="value">18,00</span><span class="out-of">/18</span>' in page
        assert "quy đổi" in page
        assert "tham khảo" in page
        assert "7/9" in page

    def test_there_is_no_class_without_a_legal_basis(self, analyst: FlaskClient, engine: Engine) -> None:
        assert "Xuất sắc" not in analyst.get(POINTS).text
        change_settings(engine, NOW, "tester", {"class_reference": "QĐ 12/QĐ-UBND"})
        page = read_page(analyst.get(POINTS)).text
        assert "Xuất sắc" in page
        assert "QĐ 12/QĐ-UBND" in page

    def test_the_file_has_the_class_with_its_legal_reference_where_the_page_shows_it(
        self, analyst: FlaskClient, engine: Engine
    ) -> None:
        assert "Xếp loại" not in analyst.get(f"{POINTS}&as=csv").data.decode("utf-8-sig")
        change_settings(engine, NOW, "tester", {"class_reference": "QĐ 12/QĐ-UBND"})
        told = analyst.get(f"{POINTS}&as=csv").data.decode("utf-8-sig")
        heads, overall, factor = told[told.index("Yếu tố;") :].splitlines()[:3]
        assert heads.split(";")[-1] == "Xếp loại"
        assert overall.split(";")[-1] == "Xuất sắc (QĐ 12/QĐ-UBND)"
        assert factor.split(";")[-1] == ""
        assert len(heads.split(";")) == len(overall.split(";")) == len(factor.split(";"))

    def test_the_home_page_rounds_as_the_recipe_says(self, app: Flask, analyst: FlaskClient, engine: Engine) -> None:
        with begin_read(engine) as connection:
            recipes = load_recipes(scenes.QUESTIONNAIRES_DIR / "recipes")
            reader = HomeReader(connection, recipes, org_units.tree(connection), NOW.date())
            found = read_changes(reader, "51")
        assert found is not None
        points = Figure(40, Fraction(37, 3), Interval(12.0, 12.666))
        with app.test_request_context():
            assert shown(points, recipes["one-stop-2018"]) == Shown("12,33", "12,00 – 12,67", "40")
            assert shown(points, found.recipe) == Shown("12,3", "12,0 – 12,7", "40")
            assert shown(None, found.recipe) == Shown("", "", "")

    @pytest.mark.parametrize(
        "address",
        [
            "/officer/units/51?form=one_stop_desk.v1",
            "/officer/explore/51?form=one_stop_desk.v1",
            "/officer/explore/51/items?form=one_stop_desk.v1",
            f"/officer/explore/51/compare?form=one_stop_desk.v1&units=51,{CENTRE}",
            "/officer/drivers/51?form=one_stop_desk.v1",
            "/officer/explore/51/ledgers?form=one_stop_desk.v1",
            "/officer/units/51/explain?form=one_stop_desk.v1&figure=overall",
            "/officer/units/51/explain?form=one_stop_desk.v1&figure=index_7",
            "/officer/units/51/explain?form=one_stop_desk.v1&figure=attitude",
            "/officer/published/51?form=one_stop_desk.v1",
            "/officer/units/51?form=one_stop_desk.v1&recipe=sipas-2022-mean5",
        ],
    )
    def test_every_way_of_reading_results_knows_them(self, analyst: FlaskClient, address: str) -> None:
        assert analyst.get(address).status_code == 200
        if "explain" not in address and "published" not in address:
            assert analyst.get(f"{address}&as=csv").status_code == 200
            assert analyst.get(f"{address}&as=xlsx").status_code == 200

    def test_how_it_is_calculated_has_its_own_numbers(self, analyst: FlaskClient) -> None:
        page = read_page(analyst.get("/officer/units/51/explain?form=one_stop_desk.v1&figure=overall")).text
        assert "14,000000 / 7 × 9 = 18,000000" in page
        item = read_page(analyst.get("/officer/units/51/explain?form=one_stop_desk.v1&figure=attitude")).text
        assert "80 / 40 = 2,000000" in item
