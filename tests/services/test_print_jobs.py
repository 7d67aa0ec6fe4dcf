"""Printing in the background: made file by file, kept for a day, stopped, gone on with, bounded."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import Engine

from survey_app.domain.print_job import KEPT, LIVE, MOST_LIVE, SILENCE, JobState, PosterFormat
from survey_app.services import counters, print_jobs
from survey_app.services.posters import NothingToPrint
from survey_app.services.units import UnknownUnit
from survey_app.storage import audit_log
from survey_app.storage import print_jobs as stored
from survey_app.storage.database import begin_read, begin_write
from tests import scenes

BASE = "https://khaosat.example/"
NOW = scenes.NOW


def start(engine: Engine, *formats: PosterFormat, unit: str = "51", login: str = "an", now=NOW) -> int:
    return print_jobs.start(engine, unit, formats or (PosterFormat.A4,), ("vi", "en"), BASE, now, login)


def work(engine: Engine, job_id: int, now=NOW) -> None:
    print_jobs.work(engine, job_id, BASE, lambda: now)


def read_codes(pdf: bytes) -> list[str]:
    pages = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return [found.text for page in pages for found in zxingcpp.read_barcodes(page.render(scale=2).to_pil())]


def test_a_job_makes_a_file_for_each_commune_and_centre(any_engine: Engine, any_province: scenes.Province):
    job_id = start(any_engine)
    assert print_jobs.find(any_engine, job_id, NOW).state(NOW) is JobState.QUEUED
    work(any_engine, job_id)
    job = print_jobs.find(any_engine, job_id, NOW)
    assert job.state(NOW) is JobState.DONE
    assert (job.done, job.total) == (5, 5)
    assert {file.unit_code for file in job.files} == {*any_province.communes, any_province.province_centre}
    addresses = [f"{BASE}q/{code}" for code in any_province.codes.values()]
    assert sorted(read_codes(print_jobs.whole_pdf(any_engine, job, PosterFormat.A4))) == sorted(addresses)


def test_the_zip_has_a_file_named_in_ascii_for_each_unit(engine: Engine, province: scenes.Province, tmp_path: Path):
    job_id = start(engine, PosterFormat.A6, PosterFormat.CONTACT)
    work(engine, job_id)
    job, out = print_jobs.find(engine, job_id, NOW), tmp_path / "posters.zip"
    print_jobs.write_whole_zip(engine, job, out)
    with zipfile.ZipFile(out) as archive:
        names = archive.namelist()
        first = archive.read("phuong-kon-tum-51-23293-a6.pdf")
    assert sorted(names) == sorted(
        f"{unit}-{kind}.pdf"
        for unit in (
            "phuong-kon-tum-51-23293",
            "xa-dak-long-51-23368",
            "trung-tam-phuc-vu-hanh-chinh-cong-tinh-quang-ngai-51-tt",
        )
        for kind in ("a6", "contact")
    )
    assert set(read_codes(first)) == {f"{BASE}q/{province.codes[counter]}" for counter in province.counters[:2]}


def test_a_notice_carries_the_centres_own_code(engine: Engine, province: scenes.Province):
    issued = counters.issue_missing_for_centres(engine, province.communes[0], NOW, "an")
    job_id = start(engine, PosterFormat.NOTICE, unit=province.communes[0])
    work(engine, job_id)
    job = print_jobs.find(engine, job_id, NOW)
    found = read_codes(print_jobs.whole_pdf(engine, job, PosterFormat.NOTICE))
    assert found == [f"{BASE}q/{issued[province.centres[0]]}"]


def test_starting_and_finishing_stand_in_the_audit_log(engine: Engine, province: scenes.Province):
    job_id = start(engine, unit=province.communes[0])
    work(engine, job_id)
    with begin_read(engine) as connection:
        assert audit_log.entries(connection, "posters.start") == [
            ("an", province.communes[0], {"job": job_id, "formats": ["a4"]})
        ]
        assert audit_log.entries(connection, "posters.print") == [
            ("an", province.communes[0], {"formats": ["a4"], "posters": 2})
        ]


def test_a_cancelled_job_makes_nothing_more_and_can_go_on(engine: Engine, province: scenes.Province):
    job_id = start(engine)
    print_jobs.cancel(engine, job_id, NOW, "an")
    work(engine, job_id)
    assert print_jobs.find(engine, job_id, NOW).done == 0
    print_jobs.resume(engine, job_id, NOW, "an")
    work(engine, job_id)
    assert print_jobs.find(engine, job_id, NOW).state(NOW) is JobState.DONE
    with pytest.raises(print_jobs.NotToBeResumed):
        print_jobs.resume(engine, job_id, NOW, "an")
    print_jobs.cancel(engine, job_id, NOW, "an")
    assert print_jobs.find(engine, job_id, NOW).state(NOW) is JobState.DONE


def test_cancelling_stops_a_job_at_work_before_its_next_file(any_engine: Engine, any_province: scenes.Province):
    job_id = start(any_engine)

    def cancelling_clock():
        if print_jobs.find(any_engine, job_id, NOW).done:
            print_jobs.cancel(any_engine, job_id, NOW, "an")
        return NOW

    print_jobs.work(any_engine, job_id, BASE, cancelling_clock)
    job = print_jobs.find(any_engine, job_id, NOW)
    assert job.state(NOW) is JobState.CANCELLED
    assert 0 < job.done < job.total


def test_a_job_without_a_sign_of_life_is_stopped_and_can_go_on(any_engine: Engine, any_province: scenes.Province):
    job_id = start(any_engine)
    with begin_write(any_engine) as connection:
        stored.change_state(connection, job_id, LIVE, JobState.RUNNING, NOW)
    later = NOW + SILENCE + timedelta(seconds=1)
    assert print_jobs.find(any_engine, job_id, NOW + SILENCE).state(NOW + SILENCE) is JobState.RUNNING
    assert print_jobs.find(any_engine, job_id, later).state(later) is JobState.STOPPED
    assert start(any_engine, now=later) != job_id
    print_jobs.resume(any_engine, job_id, later, "binh")
    work(any_engine, job_id, later)
    assert print_jobs.find(any_engine, job_id, later).state(later) is JobState.DONE


def test_an_officer_prints_one_job_at_a_time(any_engine: Engine, any_province: scenes.Province):
    job_id = start(any_engine)
    with pytest.raises(print_jobs.AlreadyPrinting) as refused:
        start(any_engine)
    assert refused.value.job_id == job_id
    start(any_engine, login="binh")
    work(any_engine, job_id)
    start(any_engine)


def test_only_so_many_jobs_run_at_once(engine: Engine, province: scenes.Province):
    for number in range(MOST_LIVE):
        start(engine, login=f"an{number}")
    with pytest.raises(print_jobs.TooManyJobs):
        start(engine, login="binh")


def test_nothing_to_print_starts_no_job(engine: Engine, province: scenes.Province):
    with pytest.raises(NothingToPrint):
        start(engine, PosterFormat.NOTICE)
    with pytest.raises(UnknownUnit):
        start(engine, unit="none")


def test_a_code_revoked_meanwhile_is_not_printed(engine: Engine, province: scenes.Province):
    job_id = start(engine, unit=province.communes[0])
    counters.revoke(engine, province.codes[province.counters[0]], NOW, "an")
    work(engine, job_id)
    job = print_jobs.find(engine, job_id, NOW)
    assert (job.done, job.total) == (1, 1)


def test_after_a_day_a_job_and_its_files_are_gone(any_engine: Engine, any_province: scenes.Province):
    job_id = start(any_engine)
    work(any_engine, job_id)
    later = NOW + KEPT
    with pytest.raises(print_jobs.UnknownJob):
        print_jobs.find(any_engine, job_id, later)
    print_jobs.forget_old(any_engine, later)
    with begin_read(any_engine) as connection:
        assert stored.find(connection, job_id) is None
        assert stored.older_than(connection, later) == []


def test_a_fault_marks_the_job_as_failed(engine: Engine, province: scenes.Province, caplog: pytest.LogCaptureFixture):
    job_id = start(engine)
    print_jobs.work(engine, job_id, "https://khaosat.example/" + "x" * 100, lambda: NOW)
    assert print_jobs.find(engine, job_id, NOW).state(NOW) is JobState.FAILED
    assert "failed" in caplog.text
