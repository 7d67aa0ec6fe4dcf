"""Batches of responses by commune of residence, as stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, insert, select

from survey_app.domain.tally import Tally, pack, unpack
from survey_app.storage.residence_tables import HomeBatchRow, HomeClosingRow, HomeMemberRow
from survey_app.storage.tables import ReleaseRow, ResponseRow


@dataclass(frozen=True)
class StoredBatch:
    """A batch with its tally; ``quarter`` is the first day of the one it was made for."""

    version_id: int
    quarter: date
    commune: str | None
    threshold: int
    tally: Tally


def last_closing(connection: Connection) -> date | None:
    """The first day of the newest quarter whose batches were made."""
    return connection.scalar(select(func.max(HomeClosingRow.quarter)))


def closings(connection: Connection) -> list[date]:
    """The first days of all quarters whose batches were made, the newest first."""
    return list(connection.scalars(select(HomeClosingRow.quarter).order_by(HomeClosingRow.quarter.desc())))


def add_closing(connection: Connection, quarter: date, today: date) -> None:
    """Remember that the batches of a quarter were made."""
    connection.execute(insert(HomeClosingRow), {"quarter": quarter, "closed_on": today})


def first_month(connection: Connection, version_ids: Sequence[int]) -> date | None:
    """The earliest month in which responses of these versions count."""
    return connection.scalar(select(func.min(ReleaseRow.month)).where(ReleaseRow.version_id.in_(version_ids)))


def waiting(connection: Connection, version_id: int, last_month: date) -> dict[int, str]:
    """Response -> record, of the released ones up to a month that are in no batch; those under check never are."""
    in_a_batch = select(HomeMemberRow.response_id).where(HomeMemberRow.response_id == ResponseRow.id)
    query = (
        select(ResponseRow.id, ResponseRow.record)
        .join(ReleaseRow, ReleaseRow.id == ResponseRow.release_id)
        .where(ReleaseRow.version_id == version_id, ReleaseRow.month <= last_month, ReleaseRow.flagged.is_(False))
        .where(~in_a_batch.exists())
    )
    return {row.id: row.record for row in connection.execute(query)}


def add_batch(connection: Connection, batch: StoredBatch, responses: Sequence[int]) -> None:
    """Store a batch and who is in it."""
    counts, moments = pack(batch.tally)
    values = {
        "version_id": batch.version_id,
        "quarter": batch.quarter,
        "commune": batch.commune,
        "threshold": batch.threshold,
        "responses": batch.tally.responses,
        "counts": counts,
        "moments": moments,
    }
    number = connection.execute(insert(HomeBatchRow).returning(HomeBatchRow.id), values).scalar_one()
    connection.execute(insert(HomeMemberRow), [{"response_id": one, "batch_id": number} for one in responses])


def batches(
    connection: Connection, version_ids: Sequence[int], first_quarter: date, last_quarter: date
) -> list[StoredBatch]:
    """The batches of these versions between two quarters (their first days), inclusive."""
    row = HomeBatchRow
    query = (
        select(row.version_id, row.quarter, row.commune, row.threshold, row.responses, row.counts, row.moments)
        .where(row.version_id.in_(version_ids), row.quarter.between(first_quarter, last_quarter))
        .order_by(row.id)
    )
    return [StoredBatch(*found[:4], unpack(*found[4:])) for found in connection.execute(query)]


def every_number(connection: Connection) -> list[int]:
    """The numbers of all batches (for recounting), the oldest first."""
    return list(connection.scalars(select(HomeBatchRow.id).order_by(HomeBatchRow.id)))


def batch(connection: Connection, number: int) -> StoredBatch:
    """A batch by its number."""
    row = HomeBatchRow
    query = select(row.version_id, row.quarter, row.commune, row.threshold, row.responses, row.counts, row.moments)
    found = connection.execute(query.where(row.id == number)).one()
    return StoredBatch(*found[:4], unpack(*found[4:]))


def records(connection: Connection, number: int) -> list[str]:
    """The records of the responses in a batch."""
    member = HomeMemberRow
    query = select(ResponseRow.record).join(member, member.response_id == ResponseRow.id)
    return list(connection.scalars(query.where(member.batch_id == number)))
