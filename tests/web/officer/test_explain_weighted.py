""" "Cách tính" of the weighted score: its own counters and numbers, and nothing of a counter that shows none."""

from __future__ import annotations

import re
from random import Random

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from survey_app.services import transactions
from survey_app.services.release import run_releases
from survey_app.storage.database import begin_write
from tests.planted import LOW, TYPICAL, plant
from tests.scenes import CENTRES, COMMUNES, COUNTERS, NOW, Province
from tests.web.officer.conftest import SignIn

COMMUNE, CENTRE = COMMUNES[0], CENTRES[0]
BUSY, CALM = list(COUNTERS)[:2]
ASKED = "form=sipas_desk.v1&stage=all&from=2026-11&to=2026-11"
BY_TRANSACTIONS = f"/officer/units/{COMMUNE}/explain?{ASKED}&figure=by-transactions"


def report(engine: Engine, **visits: int) -> None:
    counters = {"busy": BUSY, "calm": CALM}
    lines = [f"{counters[name]},2026-11,{n}" for name, n in visits.items()]
    file = "\n".join(["counter,month,transactions", *lines])
    transactions.import_transactions(engine, file, "51", NOW, "tester")


def release(engine: Engine, staff: Province, busy: int, calm: int, rng: Random) -> None:
    plant(engine, staff, BUSY, busy, TYPICAL, rng, stage="collecting")
    plant(engine, staff, CALM, calm, LOW, rng, stage="collecting")
    run_releases(engine, NOW)


@pytest.fixture
def analyst(signed_in: SignIn, staff: Province) -> FlaskClient:
    return signed_in("tinh")


def numbers(page: str, title: str) -> list[list[float]]:
    """The numbers of a table's rows under a heading of the page."""
    section = page.split(f">{title}</h2>")[1].split("</section>", maxsplit=1)[0]
    rows = re.findall(r'<tr><th scope="row">[^<]*</th>(.*?)</tr>', section, re.DOTALL)
    read = [[cell.replace(".", "").replace(",", ".") for cell in re.findall(r"<td[^>]*>([^<]*)", row)] for row in rows]
    return [[float(cell) for cell in row] for row in read]


def test_every_number_follows_from_those_beside_it(
    analyst: FlaskClient, engine: Engine, staff: Province, rng: Random
) -> None:
    release(engine, staff, 60, 40, rng)
    report(engine, busy=900, calm=100)
    unit = analyst.get(f"/officer/units/{COMMUNE}?{ASKED}").text
    assert re.search(r'href="[^"]*figure=by-transactions[^"]*"', unit)
    page = analyst.get(BY_TRANSACTIONS).text
    formula = numbers(page, "Công thức")
    assert [row[:3] for row in formula] == [[900, 0.9, 60], [100, 0.1, 40]]
    value = sum(row[1] * row[3] for row in formula)
    shown = re.search(r'<p class="big"><span class="value">([\d,]+)</span>', page)
    assert shown is not None
    assert float(shown[1].replace(",", ".")) == pytest.approx(value, abs=0.051)
    assert shown[1] in unit.split('id="weighted-title"')[1]
    variance = numbers(page, "Phương sai")
    assert [row[0] for row in variance] == [0.81, 0.01]
    found = re.search(r"Σ\(W² × s²/n\) = ([\d,]+)</p>", page)
    assert found is not None
    assert float(found[1].replace(",", ".")) == pytest.approx(sum(row[0] * row[2] for row in variance), abs=1e-7)
    assert "1.000 / 1.000 = 100,0" in page
    for part in ("Beta", "Không tính theo lượt giao dịch", "sipas-2022-mean5 v1", "chỉ tính đến sai số ngẫu nhiên"):
        assert part in page


def test_a_counter_that_shows_no_score_shows_none_here(
    analyst: FlaskClient, engine: Engine, staff: Province, rng: Random
) -> None:
    release(engine, staff, 60, 9, rng)
    report(engine, busy=900, calm=100)
    page = analyst.get(BY_TRANSACTIONS).text
    assert [row[0] for row in numbers(page, "Công thức")] == [900]
    out = page.split(">Đại diện cho</h2>")[1].split("</section>")[0]
    [row] = re.findall(r'<tr><th scope="row">Quầy 2.*?</tr>', out, re.DOTALL)
    assert re.findall(r"<td[^>]*>([^<]*)", row) == ["100", "1/1", "chưa có điểm được công bố"]
    assert "900 / 1.000 = 90,0" in page


def test_the_base_for_officers_holds_for_every_counter(
    analyst: FlaskClient, engine: Engine, staff: Province, rng: Random
) -> None:
    release(engine, staff, 60, 24, rng)
    report(engine, busy=900, calm=100)
    assert len(numbers(analyst.get(BY_TRANSACTIONS).text, "Công thức")) == 2
    with begin_write(engine) as connection:
        connection.execute(text("INSERT INTO setting (name, value) VALUES ('thresholds', '{\"officer_score\": 25}')"))
    page = analyst.get(BY_TRANSACTIONS).text
    assert [row[0] for row in numbers(page, "Công thức")] == [900]
    assert len(numbers(page, "Phương sai")) == 1
    assert "chưa có điểm được công bố" in page


def test_where_it_is_withheld_it_says_why_and_what_to_do(
    analyst: FlaskClient, engine: Engine, staff: Province, rng: Random
) -> None:
    release(engine, staff, 60, 9, rng)
    report(engine, busy=700, calm=300)
    page = analyst.get(BY_TRANSACTIONS).text
    for part in ("Vì sao chưa tính", "mới đại diện cho 70,0", "Cần làm", "chọn kỳ dài hơn", "Chưa tính"):
        assert part in page
    assert "W × điểm" not in page
    assert ">Phương sai</h2>" not in page


def test_a_cut_says_that_transactions_do_not_know_it(
    analyst: FlaskClient, engine: Engine, staff: Province, rng: Random
) -> None:
    release(engine, staff, 60, 40, rng)
    page = analyst.get(BY_TRANSACTIONS.replace("stage=all", "stage=collecting")).text
    assert "lượt giao dịch chỉ biết theo" in page


def test_a_counter_and_a_unit_without_releases_have_none(
    analyst: FlaskClient, engine: Engine, staff: Province, rng: Random
) -> None:
    assert analyst.get(BY_TRANSACTIONS).status_code == 404
    release(engine, staff, 60, 40, rng)
    for address in (f"units/{BUSY}", f"units/{COMMUNES[1]}"):
        assert analyst.get(f"/officer/{address}/explain?{ASKED}&figure=by-transactions").status_code == 404


def test_other_ways_of_reading_results_do_not_have_it(signed_in: SignIn, staff: Province) -> None:
    for login, address in (("mattran", f"published/{CENTRE}"), ("canbo", f"centre/{CENTRE}")):
        assert signed_in(login).get(f"/officer/{address}/explain?figure=by-transactions").status_code == 404
    assert signed_in("xa01").get(BY_TRANSACTIONS.replace(COMMUNE, COMMUNES[1])).status_code == 404
