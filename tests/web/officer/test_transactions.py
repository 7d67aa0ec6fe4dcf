"""Transactions at the desk: typed in, from a file, and the scores weighted by them."""

from __future__ import annotations

import io
from random import Random

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from survey_app.services import transactions
from survey_app.services.release import run_releases
from survey_app.storage import audit_log
from survey_app.storage.database import begin_read
from tests.pages import read_page
from tests.rows import nothing_stored
from tests.scenes import CENTRES, COMMUNES, NOW, Province, fill_inbox
from tests.web.officer.conftest import TOKEN, SignIn

COUNTER, OTHER = f"{CENTRES[0]}-Q1", f"{CENTRES[0]}-Q2"
ADDRESS = f"/officer/units/{CENTRES[0]}/transactions"
MONTH = f"{ADDRESS}/month?month=2026-10"
IMPORT = f"{ADDRESS}/import"
HEADER = "counter,month,transactions\n"


@pytest.fixture
def director(signed_in: SignIn) -> FlaskClient:
    return signed_in("giamdoc")


def token(client: FlaskClient, address: str = MONTH) -> str:
    found = TOKEN.search(client.get(address).text)
    assert found is not None
    return found[1]


def type_in(client: FlaskClient, address: str = MONTH, **fields: str) -> TestResponse:
    """Fill in the form of a month; names as on the page but for the counter's code."""
    named = {name.replace("Q1", COUNTER).replace("Q2", OTHER).replace("_", "-", 1): v for name, v in fields.items()}
    return client.post(address, data={"csrf_token": token(client), **named})


def upload(client: FlaskClient, content: bytes, address: str = IMPORT) -> TestResponse:
    fields = {"csrf_token": token(client, address), "file": (io.BytesIO(content), "tháng.csv")}
    reply = client.post(address, data=fields, content_type="multipart/form-data")
    reply.request.environ["wsgi.input"].close()
    return reply


def load(engine: Engine, *lines: str) -> None:
    transactions.import_transactions(engine, HEADER + "\n".join(lines), "51", NOW, "tester")


class TestMonths:
    def test_the_menu_leads_to_the_own_centre_where_what_is_missing_is_seen(self, director: FlaskClient) -> None:
        assert "Lượt giao dịch" in director.get("/officer/").text
        assert director.get("/officer/transactions").location == ADDRESS
        page = read_page(director.get(ADDRESS)).text
        assert "Còn thiếu 22 số liệu" in page
        assert page.count("thiếu 2 quầy") == 0
        assert "chưa hết tháng" in page

    def test_a_month_is_typed_in_and_changed(self, director: FlaskClient, engine: Engine) -> None:
        assert type_in(director, n_Q1="1.234", n_Q2="").location == ADDRESS
        page = director.get(ADDRESS).text
        assert "Đã lưu lượt giao dịch tháng 10/2026." in page
        assert "1.234" in page
        assert 'value="1234"' in director.get(MONTH).text
        type_in(director, n_Q1="", was_Q1="1234", n_Q2="56")
        assert [(code, n) for code, _, n in transactions.listing(engine, "51")] == [(OTHER, 56)]
        with begin_read(engine) as connection:
            assert len(audit_log.entries(connection, "transactions.enter")) == 2

    def test_what_somebody_else_stored_meanwhile_is_kept(self, director: FlaskClient, engine: Engine) -> None:
        load(engine, f"{COUNTER},2026-10,77")
        type_in(director, n_Q1="", was_Q1="", n_Q2="5")
        assert [n for _, _, n in transactions.listing(engine, "51")] == [77, 5]
        with nothing_stored(engine):
            type_in(director, n_Q1="77", was_Q1="77", n_Q2="5", was_Q2="5")
        assert "Không có số nào thay đổi." in director.get(ADDRESS).text

    @pytest.mark.parametrize("wrong", ["-1", "1,5", "1.5", "²", "\0", "9" * 5000, "<script>", "1000001"])
    def test_one_wrong_number_and_nothing_is_stored(self, director: FlaskClient, engine: Engine, wrong: str) -> None:
        director.get(MONTH)
        with nothing_stored(engine):
            reply = type_in(director, n_Q1="12", n_Q2=wrong)
        assert reply.status_code == 422
        assert f'href="#n-{OTHER}"' in reply.text
        assert "Hãy nhập số nguyên từ 0 đến 1.000.000" in reply.text
        assert 'value="12"' in reply.text
        assert "<script>" not in reply.text

    @pytest.mark.parametrize("month", ["2026-12", "2025-11", "x", "", "2026-13", "\0", "9999-01"])
    def test_other_months_are_not_there(self, director: FlaskClient, month: str) -> None:
        asked = {"month": month}
        assert director.get(f"{ADDRESS}/month", query_string=asked).status_code == 404
        sent = {"csrf_token": token(director)}
        assert director.post(f"{ADDRESS}/month", query_string=asked, data=sent).status_code == 404

    def test_the_province_sees_its_units_and_fills_in_centres(self, signed_in: SignIn, engine: Engine) -> None:
        admin = signed_in("quantri")
        load(engine, f"{COUNTER},2026-10,900")
        page = read_page(admin.get("/officer/units/51/transactions")).text
        assert "Phường Kon Tum" in page
        assert "thiếu 1 quầy" in page
        assert admin.get("/officer/units/51/transactions/month").status_code == 404
        assert (
            f"/officer/units/{CENTRES[0]}/transactions/month"
            in admin.get(f"/officer/units/{COMMUNES[0]}/transactions").text
        )


class TestFiles:
    def test_a_file_comes_out_and_goes_in_again(self, director: FlaskClient, engine: Engine) -> None:
        empty = director.get(f"{ADDRESS}/empty.csv")
        assert empty.headers["Content-Disposition"] == f"attachment; filename=mau-luot-giao-dich-{CENTRES[0]}.csv"
        filled = empty.data.decode("utf-8-sig").replace("2026-10;", "2026-10;1.234")
        reply = upload(director, b"\xef\xbb\xbf" + filled.encode())
        assert (reply.status_code, reply.location) == (303, ADDRESS)
        assert "Đã nhập 2 dòng." in director.get(ADDRESS).text
        stored = director.get(f"{ADDRESS}.csv").data
        assert stored.decode("utf-8-sig").splitlines()[1:] == [f"{COUNTER};2026-10;1234", f"{OTHER};2026-10;1234"]
        assert upload(director, stored).status_code == 303

    def test_every_bad_line_is_told(self, director: FlaskClient, engine: Engine) -> None:
        director.get(IMPORT)
        bad = f"{HEADER}{COUNTER},2026-10,5\n{CENTRES[1]}-Q1,2026-10,5\n{OTHER},2026-12,x\n"
        with nothing_stored(engine):
            reply = upload(director, bad.encode())
        assert reply.status_code == 422
        text = read_page(reply).text
        told = ("tệp có 3 chỗ cần sửa", f"Không có quầy mã “{CENTRES[1]}-Q1”", "Tháng 12/2026 chưa tới", "Số lượt “x”")
        assert all(part in text for part in told)

    def test_bad_lines_are_told_in_english_too(self, director: FlaskClient) -> None:
        bad = f"{HEADER}{COUNTER},2026-10,5\n{COUNTER},10/2026,5\n{CENTRES[1]}-Q1,2026-10,5\n{OTHER},2026-12,5%\n"
        reply = upload(director, bad.encode(), f"{IMPORT}?lang=en")
        assert reply.status_code == 422
        text = read_page(reply).text
        told = (
            f"Counter “{COUNTER}” in 10/2026 is already on a line above",
            f"There is no counter with the code “{CENTRES[1]}-Q1”",
            "The month 12/2026 has not come yet",
            "The number “5%” must be a whole number from 0 to 1,000,000",
        )
        assert [part for part in told if part not in text] == []

    @pytest.mark.parametrize(
        ("content", "status"),
        [
            (b"", 422),
            (b"\xff\xfe\x00", 422),
            (b"\0", 422),
            (b'"', 422),
            (HEADER.encode(), 422),
            (HEADER.encode() + b"<script>,\0,x\n" * 3000, 422),
            (b"x" * 262_145, 422),
            (b"x" * 600_000, 413),
        ],
        ids=["empty", "not UTF-8", "NUL", "open quote", "no line", "many bad lines", "too large", "far too large"],
    )
    def test_what_is_no_file_of_transactions_is_refused(
        self, director: FlaskClient, engine: Engine, content: bytes, status: int
    ) -> None:
        director.get(IMPORT)
        with nothing_stored(engine):
            reply = upload(director, content)
        assert reply.status_code == status
        assert "<script>" not in reply.text

    def test_a_form_without_a_file(self, director: FlaskClient) -> None:
        assert director.post(IMPORT, data={"csrf_token": token(director, IMPORT)}).status_code == 422


@pytest.mark.parametrize(("login", "status"), [("tinh", 403), ("xa01", 403), ("canbo", 403), ("thanhtra", 403)])
def test_only_who_enters_transactions_sees_them(signed_in: SignIn, login: str, status: int) -> None:
    client = signed_in(login)
    assert client.get(ADDRESS).status_code == status
    assert 'href="/officer/transactions"' not in client.get("/officer/").text


def test_a_director_reaches_the_own_centre_alone(director: FlaskClient) -> None:
    for unit in (CENTRES[1], COMMUNES[0], "51", "nowhere"):
        for rest in ("", "/month", "/import", ".csv", "/empty.csv"):
            assert director.get(f"/officer/units/{unit}/transactions{rest}").status_code == 404


class TestWeightedScores:
    COMMUNE = f"/officer/units/{COMMUNES[0]}"

    @pytest.fixture
    def released(self, engine: Engine, staff: Province, rng: Random) -> Province:
        """60 responses at each of the two counters."""
        for counter in (COUNTER, OTHER):
            fill_inbox(engine, staff, counter, 60, rng, stage="collecting")
        run_releases(engine, NOW)
        return staff

    def both_months(self, engine: Engine, *counters: str) -> None:
        load(engine, *(f"{counter},2026-{month:02},500" for counter in counters for month in (9, 10)))

    def test_it_stands_beside_the_headline_with_what_it_rests_on(
        self, signed_in: SignIn, released: Province, engine: Engine
    ) -> None:
        self.both_months(engine, COUNTER, OTHER)
        page = read_page(signed_in("xa01").get(self.COMMUNE)).text
        assert page.index("Chỉ số chung") < page.index("Tính theo lượt giao dịch")
        for part in ("100,0\N{NO-BREAK SPACE}% lượt giao dịch", "2/2", "09/2026 – 10/2026"):
            assert part in page
        assert "Nhập lượt giao dịch còn thiếu" not in page

    def test_without_transactions_it_says_so_with_the_way_for_who_may_enter_them(
        self, signed_in: SignIn, released: Province
    ) -> None:
        leader = signed_in("xa01").get(self.COMMUNE).text
        assert "Chưa có số lượt giao dịch của kỳ 09/2026 – 10/2026." in leader
        assert "Nhập lượt giao dịch còn thiếu" not in leader
        director = signed_in("giamdoc").get(f"/officer/units/{CENTRES[0]}").text
        assert f'<a href="{ADDRESS}">Nhập lượt giao dịch còn thiếu</a>' in director

    def test_what_stands_for_too_little_is_not_shown(
        self, signed_in: SignIn, released: Province, engine: Engine
    ) -> None:
        self.both_months(engine, COUNTER)
        page = read_page(signed_in("xa01").get(self.COMMUNE)).text
        assert "mới đại diện cho 50,0\N{NO-BREAK SPACE}% lượt giao dịch" in page
        assert "1 quầy thiếu số lượt giao dịch" in page

    def test_none_under_a_cut_none_at_a_counter(self, signed_in: SignIn, released: Province, engine: Engine) -> None:
        self.both_months(engine, COUNTER, OTHER)
        leader = signed_in("xa01")
        assert "Không tính khi lọc theo mục đích đến" in leader.get(f"{self.COMMUNE}?stage=collecting").text
        assert "Tính theo lượt giao dịch" not in leader.get(f"/officer/units/{COUNTER}").text

    def test_the_file_of_the_page_carries_it(self, signed_in: SignIn, released: Province, engine: Engine) -> None:
        self.both_months(engine, COUNTER, OTHER)
        leader = signed_in("xa01")
        lines = leader.get(f"{self.COMMUNE}?as=csv").data.decode("utf-8-sig").splitlines()
        columns, row = (line.split(";") for line in lines[lines.index("Tính theo lượt giao dịch") + 1 :][:2])
        assert dict(zip(columns[3:], row[3:], strict=True)) == {
            "n": "120",
            "Đại diện cho (% lượt giao dịch)": "100,0",
            "Số quầy được tính": "2",
            "Số quầy": "2",
            "Lượt giao dịch của": "09/2026 – 10/2026",
        }
        assert leader.get(f"{self.COMMUNE}?as=xlsx").status_code == 200
