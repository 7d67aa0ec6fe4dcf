"""Print jobs as stored, and the files they lead to. Times come back aware, in UTC."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from survey_app.domain.print_job import LIVE, SILENCE, JobState, PosterFormat, PrintFile, PrintJob
from survey_app.storage.database import wait_for_lock
from survey_app.storage.print_tables import PrintFileRow, PrintJobRow
from survey_app.storage.tables import OrgUnitRow

START_LOCK = 7_274_030
"""Advisory lock number: jobs are counted and started one at a time."""


def lock_starting(connection: Connection) -> None:
    """Until this transaction ends nobody else starts a job."""
    wait_for_lock(connection, START_LOCK)


def _aware(moment: datetime) -> datetime:
    """SQLite returns times without their zone; they were written in UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _files(connection: Connection, job_ids: Sequence[int]) -> dict[int, list[PrintFile]]:
    found: dict[int, list[PrintFile]] = defaultdict(list)
    row = PrintFileRow
    query = (
        select(row.job_id, row.id, OrgUnitRow.code, OrgUnitRow.name, row.format, row.posters, row.pdf.is_not(None))
        .join(OrgUnitRow, OrgUnitRow.id == row.unit_id)
        .where(row.job_id.in_(job_ids))
        .order_by(row.id)
    )
    for job_id, number, code, name, poster_format, posters, is_made in connection.execute(query):
        found[job_id].append(PrintFile(number, code, name, PosterFormat(poster_format), posters, bool(is_made)))
    return found


def _read(connection: Connection, *conditions: ColumnElement[bool]) -> list[PrintJob]:
    row = PrintJobRow
    query = (
        select(row.__table__, OrgUnitRow.code, OrgUnitRow.name)
        .join(OrgUnitRow, OrgUnitRow.id == row.unit_id)
        .where(*conditions)
        .order_by(row.id.desc())
    )
    rows = connection.execute(query).all()
    files = _files(connection, [found.id for found in rows])
    return [
        PrintJob(
            found.id,
            found.code,
            found.name,
            tuple(found.languages.split(",")),
            found.requested_by,
            _aware(found.requested_at),
            JobState(found.state),
            _aware(found.beat_at),
            tuple(files[found.id]),
        )
        for found in rows
    ]


def find(connection: Connection, job_id: int) -> PrintJob | None:
    """A job with its files."""
    return next(iter(_read(connection, PrintJobRow.id == job_id)), None)


def since(connection: Connection, moment: datetime) -> list[PrintJob]:
    """Jobs asked for after ``moment``, newest first."""
    return _read(connection, PrintJobRow.requested_at > moment)


def live(connection: Connection, now: datetime) -> list[tuple[int, str]]:
    """(number, who asked) of the jobs somebody works on."""
    row = PrintJobRow
    query = select(row.id, row.requested_by).where(row.state.in_(LIVE), row.beat_at >= now - SILENCE)
    return [(number, login) for number, login in connection.execute(query)]


def add(
    connection: Connection,
    unit_id: int,
    languages: Sequence[str],
    requested_by: str,
    now: datetime,
    files: Sequence[tuple[int, PosterFormat, int]],
) -> int:
    """Store a queued job with its files still to be made: (unit row, format, posters). Returns its number."""
    values = {
        "unit_id": unit_id,
        "languages": ",".join(languages),
        "requested_by": requested_by,
        "requested_at": now,
        "state": JobState.QUEUED.value,
        "beat_at": now,
    }
    job_id = connection.execute(insert(PrintJobRow).returning(PrintJobRow.id), values).scalar_one()
    rows = [
        {"job_id": job_id, "unit_id": row_id, "format": poster_format.value, "posters": posters}
        for row_id, poster_format, posters in files
    ]
    connection.execute(insert(PrintFileRow), rows)
    return job_id


def change_state(
    connection: Connection, job_id: int, before: Collection[JobState], after: JobState, now: datetime
) -> bool:
    """Note where a job is, which is a sign of life; False (nothing changed) when it is in none of ``before``.

    From the same state to the same it is a sign of life alone. The row stays locked to the end of the transaction.
    """
    stands = (PrintJobRow.id == job_id, PrintJobRow.state.in_(before))
    change = update(PrintJobRow).where(*stands).values(state=after.value, beat_at=now)
    return connection.execute(change).rowcount == 1


def put_pdf(connection: Connection, file_id: int, pdf: bytes, posters: int) -> None:
    """Store a file that was made; ``posters`` is how many it holds by now."""
    connection.execute(update(PrintFileRow).where(PrintFileRow.id == file_id).values(pdf=pdf, posters=posters))


def drop_file(connection: Connection, file_id: int) -> None:
    """Take out a file for which there is nothing to print any more."""
    connection.execute(delete(PrintFileRow).where(PrintFileRow.id == file_id))


def pdf(connection: Connection, file_id: int) -> bytes | None:
    """A file's content, if it is made."""
    return connection.scalar(select(PrintFileRow.pdf).where(PrintFileRow.id == file_id))


def pdfs(connection: Connection, files: Sequence[PrintFile]) -> Iterator[tuple[PrintFile, bytes]]:
    """Made files one after the other, so that never more than one is in memory."""
    for file in files:
        body = pdf(connection, file.id)
        if body is not None:
            yield file, body


def older_than(connection: Connection, moment: datetime) -> list[int]:
    """The numbers of jobs asked for before ``moment``."""
    query = select(PrintJobRow.id).where(PrintJobRow.requested_at <= moment).order_by(PrintJobRow.id)
    return list(connection.scalars(query))


def remove(connection: Connection, job_id: int) -> None:
    """Delete a job with its files."""
    connection.execute(delete(PrintFileRow).where(PrintFileRow.job_id == job_id))
    connection.execute(delete(PrintJobRow).where(PrintJobRow.id == job_id))
