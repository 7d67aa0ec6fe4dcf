"""Printing posters from the pages: choosing, following, fetching, and what is refused."""

from __future__ import annotations

import io
import zipfile

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from survey_app.domain.print_job import LIVE, JobState, PosterFormat
from survey_app.services import counters, print_jobs
from survey_app.storage import print_jobs as stored
from survey_app.storage.database import begin_write
from survey_app.web.officer.print_jobs import WORKING
from tests import scenes
from tests.web.officer.conftest import SignIn, csrf_token

PRINT = f"/officer/places/{scenes.COMMUNES[0]}/print"


def send(client: FlaskClient, address: str = PRINT, **fields: object) -> TestResponse:
    fields.setdefault("formats", ["a4"])
    return client.post(address, data={"csrf_token": csrf_token(client, PRINT), **fields})


def finish(app: Flask) -> None:
    """Wait for the threads that print."""
    for thread in list(app.extensions.get(WORKING, {}).values()):
        thread.join(30)


def queued(engine: Engine, unit: str = scenes.COMMUNES[0], login: str = "khac") -> int:
    """A job of somebody else that nobody works on."""
    return print_jobs.start(engine, unit, [PosterFormat.A4], ["vi"], "https://x.example", scenes.NOW, login)


@pytest.fixture
def director(signed_in: SignIn) -> FlaskClient:
    return signed_in("giamdoc")


def test_a_director_prints_the_own_centre_and_fetches_it(app: Flask, director: FlaskClient, staff: scenes.Province):
    address = f"/officer/places/{staff.centres[0]}/print"
    form = director.get(address)
    assert "Bảng A4 dán tại quầy: 2 mã" in form.text
    token = csrf_token(director, address)
    started = director.post(address, data={"csrf_token": token, "formats": ["a4", "contact"], "languages": "en"})
    assert started.status_code == 303
    finish(app)
    page = director.get(started.location)
    assert "Đã dựng 4/4 bảng" in page.text
    assert "Refresh" not in page.headers
    pdf = director.get(f"{started.location}/a4.pdf")
    assert pdf.headers["Cache-Control"] == "no-store"
    found = [zxingcpp.read_barcodes(one.render(scale=2).to_pil())[0].text for one in pypdfium2.PdfDocument(pdf.data)]
    assert found == [f"https://khaosat.example/q/{staff.codes[counter]}" for counter in staff.counters[:2]]
    with zipfile.ZipFile(io.BytesIO(director.get(f"{started.location}/posters.zip", buffered=True).data)) as archive:
        assert len(archive.namelist()) == 2
    assert started.location in director.get(address).text


def test_the_page_of_a_job_at_work_renews_itself_and_offers_to_cancel(
    signed_in: SignIn, engine: Engine, staff: scenes.Province
):
    admin = signed_in("quantri")
    job = f"/officer/print-jobs/{queued(engine)}"
    page = admin.get(job)
    assert page.headers["Refresh"] == "2"
    assert "Đã dựng 0/2 bảng" in page.text
    assert admin.get(f"{job}/a4.pdf").status_code == 404
    assert admin.post(f"{job}/cancel", data={"csrf_token": csrf_token(admin, job)}).status_code == 303
    assert "đã hủy" in admin.get(job).text


def test_a_cancelled_job_goes_on_at_a_press(app: Flask, signed_in: SignIn, engine: Engine, staff: scenes.Province):
    admin, job_id = signed_in("quantri"), queued(engine)
    print_jobs.cancel(engine, job_id, scenes.NOW, "khac")
    token = csrf_token(admin, f"/officer/print-jobs/{job_id}")
    assert admin.post(f"/officer/print-jobs/{job_id}/resume", data={"csrf_token": token}).status_code == 303
    finish(app)
    assert "đã xong" in admin.get(f"/officer/print-jobs/{job_id}").text
    assert admin.post(f"/officer/print-jobs/{job_id}/resume", data={"csrf_token": token}).status_code == 303


def test_a_second_job_of_the_same_officer_leads_to_the_first(signed_in: SignIn, engine: Engine, staff: scenes.Province):
    admin, job_id = signed_in("quantri"), queued(engine, login="quantri")
    assert send(admin).location == f"/officer/print-jobs/{job_id}"
    assert "chưa xong" in admin.get(f"/officer/print-jobs/{job_id}").text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"formats": []}, "Hãy chọn ít nhất một loại bảng"),
        ({"formats": ["a5"]}, "Hãy chọn ít nhất một loại bảng"),
        ({"formats": ["a4\x00", "a4"]}, "Hãy chọn ít nhất một loại bảng"),
        ({"languages": ["xx"]}, "Hãy chọn trong danh sách"),
        ({"languages": ["sed"]}, "Hãy chọn trong danh sách"),
    ],
)
def test_a_wrong_choice_is_told_at_the_field(signed_in: SignIn, fields: dict[str, object], told: str):
    reply = send(signed_in("quantri"), **fields)
    assert reply.status_code == 422
    assert told in reply.text


def test_counters_without_a_code_are_listed_and_nothing_else_is_printed(
    signed_in: SignIn, engine: Engine, staff: scenes.Province
):
    admin = signed_in("quantri")
    for counter in staff.counters[:2]:
        counters.revoke(engine, staff.codes[counter], scenes.NOW, "an")
    page = admin.get(PRINT)
    assert "2 quầy chưa có mã" in page.text
    assert f"/officer/places/{staff.counters[0]}" in page.text
    assert "Chưa có gì để in" in page.text


def test_jobs_beyond_the_grant_look_unknown(director: FlaskClient, engine: Engine, staff: scenes.Province):
    other = queued(engine, staff.communes[1])
    for address in ("", "/a4.pdf", "/posters.zip", "/files/1.pdf"):
        assert director.get(f"/officer/print-jobs/{other}{address}").status_code == 404
    assert director.get(f"/officer/places/{staff.communes[1]}/print").status_code == 404


@pytest.mark.parametrize("number", ["0", "999", "99999999999999999999", "-1", "x"])
def test_unknown_jobs_are_not_found(director: FlaskClient, number: str):
    assert director.get(f"/officer/print-jobs/{number}").status_code == 404


@pytest.mark.parametrize("login", ["tinh", "xa01", "canbo", "mattran", "thanhtra"])
def test_who_may_not_print_is_refused(signed_in: SignIn, login: str):
    assert signed_in(login).get(PRINT).status_code == 403


def test_a_job_whose_process_died_says_so(app: Flask, director: FlaskClient, engine: Engine, staff: scenes.Province):
    job_id = queued(engine, staff.centres[0])
    with begin_write(engine) as connection:
        stored.change_state(connection, job_id, LIVE, JobState.RUNNING, scenes.NOW.replace(year=2025))
    assert "bị ngắt giữa chừng" in director.get(f"/officer/print-jobs/{job_id}").text


def test_the_page_speaks_english(signed_in: SignIn, engine: Engine, staff: scenes.Province):
    assert "A4 poster for the counter: 2 codes" in signed_in("quantri").get(f"{PRINT}?lang=en").text
