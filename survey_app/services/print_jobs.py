"""Posters printed in the background: asked for, made commune by commune, kept for a day, fetched.

Every file is rendered outside a transaction and stored in a short one of its own, so that on SQLite citizens' answers
wait for no more than one row. The files are rows: whichever process of the server is asked can send them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from survey_app.domain.print_job import KEPT, LIVE, MOST_LIVE, JobState, PosterFormat, PrintFile, PrintJob
from survey_app.services.poster_sheet import PosterSheet, render_posters
from survey_app.services.posters import (
    NothingToPrint,
    collect_all,
    file_name,
    merged,
    note_printing,
    write_zip,
)
from survey_app.storage import audit_log, org_units, print_jobs
from survey_app.storage.database import begin_read, begin_write

LOG = logging.getLogger(__name__)

Clock = Callable[[], datetime]


class UnknownJob(LookupError):
    """No job or file has this number, or it was deleted after a day."""


class AlreadyPrinting(Exception):
    """This officer's other job is still being made; its number is in ``job_id``."""

    def __init__(self, job_id: int) -> None:
        super().__init__(job_id)
        self.job_id = job_id


class TooManyJobs(Exception):
    """As many jobs as may run at once are running."""


class NotToBeResumed(ValueError):
    """The job is running or done: there is nothing to start again."""


def start(
    engine: Engine,
    unit_code: str,
    formats: Sequence[PosterFormat],
    languages: Sequence[str],
    base_url: str,
    now: datetime,
    login: str,
) -> int:
    """Store a job for all posters of a unit and below; returns its number. ``work`` makes them.

    Raises:
        UnknownUnit, NothingToPrint, AlreadyPrinting, TooManyJobs: no job was stored.
    """
    collected = collect_all(engine, unit_code, formats, base_url, now)
    bundles = [(one, bundle) for one, found in collected.items() for bundle in found.bundles]
    if not bundles:
        raise NothingToPrint(unit_code)
    with begin_read(engine) as connection:
        ids = org_units.read_all(connection)[1]
    files = [(ids[bundle.unit.code], one, len(bundle.sheets)) for one, bundle in bundles]
    forget_old(engine, now)
    with begin_write(engine) as connection:
        _check_room(connection, login, now)
        job_id = print_jobs.add(connection, ids[unit_code], languages, login, now, files)
        detail = {"job": job_id, "formats": [one.value for one in formats]}
        audit_log.append(connection, now, login, "posters.start", unit_code, detail)
    return job_id


def _check_room(connection: Connection, login: str, now: datetime) -> None:
    """Raises AlreadyPrinting, TooManyJobs."""
    print_jobs.lock_starting(connection)
    running = print_jobs.live(connection, now)
    for job_id, requested_by in running:
        if requested_by == login:
            raise AlreadyPrinting(job_id)
    if len(running) >= MOST_LIVE:
        raise TooManyJobs


def resume(engine: Engine, job_id: int, now: datetime, login: str) -> None:
    """Make a stopped, failed or cancelled job ready for ``work``; what it has made stays.

    Raises:
        UnknownJob, NotToBeResumed, AlreadyPrinting, TooManyJobs: the job is as it was.
    """
    with begin_write(engine) as connection:
        job = _known(connection, job_id, now)
        if job.is_live(now) or job.state(now) is JobState.DONE:
            raise NotToBeResumed(job_id)
        _check_room(connection, login, now)
        print_jobs.change_state(connection, job_id, [job.stored_state], JobState.QUEUED, now)
        audit_log.append(connection, now, login, "posters.resume", job.unit_code, {"job": job_id})


def cancel(engine: Engine, job_id: int, now: datetime, login: str) -> None:
    """Stop a job after the file it is at; nothing happens to one that is over. Raises UnknownJob."""
    with begin_write(engine) as connection:
        job = _known(connection, job_id, now)
        if print_jobs.change_state(connection, job_id, LIVE, JobState.CANCELLED, now):
            audit_log.append(connection, now, login, "posters.cancel", job.unit_code, {"job": job_id})


def work(engine: Engine, job_id: int, base_url: str, clock: Clock) -> None:
    """Make the files of a queued job one by one; whatever goes wrong is logged and the job marked as failed."""
    try:
        job = _take(engine, job_id, clock())
        if job is not None:
            _make_files(engine, job, base_url, clock)
    except Exception:
        LOG.exception("print job %s failed", job_id)
        with begin_write(engine) as connection:
            print_jobs.change_state(connection, job_id, LIVE, JobState.FAILED, clock())


def _take(engine: Engine, job_id: int, now: datetime) -> PrintJob | None:
    with begin_write(engine) as connection:
        is_ours = print_jobs.change_state(connection, job_id, [JobState.QUEUED], JobState.RUNNING, now)
        return print_jobs.find(connection, job_id) if is_ours else None


def _make_files(engine: Engine, job: PrintJob, base_url: str, clock: Clock) -> None:
    sheets = _sheets(engine, job, base_url, clock())
    for file in job.files:
        wanted = sheets.get((file.poster_format, file.unit_code), ())
        if not file.is_made and not _make_file(engine, job, file, wanted, clock):
            return
    with begin_write(engine) as connection:
        now = clock()
        is_done = print_jobs.change_state(connection, job.id, [JobState.RUNNING], JobState.DONE, now)
        finished = print_jobs.find(connection, job.id)
        if is_done and finished is not None:
            note_printing(connection, now, job.requested_by, job.unit_code, finished.formats, finished.total)


def _sheets(
    engine: Engine, job: PrintJob, base_url: str, now: datetime
) -> dict[tuple[PosterFormat, str], Sequence[PosterSheet]]:
    """The posters of each file, with the codes in force now."""
    collected = collect_all(engine, job.unit_code, job.formats, base_url, now)
    return {(one, bundle.unit.code): bundle.sheets for one, found in collected.items() for bundle in found.bundles}


def _make_file(engine: Engine, job: PrintJob, file: PrintFile, sheets: Sequence[PosterSheet], clock: Clock) -> bool:
    """Make one file; False when the job is not to go on."""
    pdf = render_posters(sheets, file.poster_format, job.languages) if sheets else None
    now = clock()
    with begin_write(engine) as connection:
        if not print_jobs.change_state(connection, job.id, [JobState.RUNNING], JobState.RUNNING, now):
            return False
        if pdf is None:
            print_jobs.drop_file(connection, file.id)
        else:
            print_jobs.put_pdf(connection, file.id, pdf, len(sheets))
    return True


def _known(connection: Connection, job_id: int, now: datetime) -> PrintJob:
    job = print_jobs.find(connection, job_id)
    if job is None or job.last_moment <= now:
        raise UnknownJob(job_id)
    return job


def find(engine: Engine, job_id: int, now: datetime) -> PrintJob:
    """A job of the last day. Raises UnknownJob."""
    with begin_read(engine) as connection:
        return _known(connection, job_id, now)


def recent(engine: Engine, unit_code: str, now: datetime) -> list[PrintJob]:
    """The jobs of the last day for exactly this unit, newest first."""
    with begin_read(engine) as connection:
        return [job for job in print_jobs.since(connection, now - KEPT) if job.unit_code == unit_code]


def whole_pdf(engine: Engine, job: PrintJob, poster_format: PosterFormat) -> bytes:
    """Everything a job made in one format, in one PDF. Raises UnknownJob when it made nothing."""
    files = [file for file in job.files if file.poster_format is poster_format and file.is_made]
    if not files:
        raise UnknownJob(job.id)
    with begin_read(engine) as connection:
        return merged(pdf for _, pdf in print_jobs.pdfs(connection, files))


def write_whole_zip(engine: Engine, job: PrintJob, out: Path) -> None:
    """Everything a job made, a PDF for each commune and format."""
    with begin_read(engine) as connection:
        found = print_jobs.pdfs(connection, job.files)
        write_zip(out, ((file_name(file.unit_name, file.unit_code, file.poster_format), pdf) for file, pdf in found))


def one_pdf(engine: Engine, job: PrintJob, file_id: int) -> tuple[str, bytes]:
    """Name and content of one file of a job. Raises UnknownJob."""
    file = next((one for one in job.files if one.id == file_id), None)
    with begin_read(engine) as connection:
        body = print_jobs.pdf(connection, file_id) if file else None
    if file is None or body is None:
        raise UnknownJob(file_id)
    return file_name(file.unit_name, file.unit_code, file.poster_format), body


def forget_old(engine: Engine, now: datetime) -> None:
    """Delete what is older than a day, each job in a transaction of its own."""
    with begin_read(engine) as connection:
        old = print_jobs.older_than(connection, now - KEPT)
    for job_id in old:
        with begin_write(engine) as connection:
            print_jobs.remove(connection, job_id)
