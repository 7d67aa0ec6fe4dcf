"""Released responses: written once, in random order, without key or time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, cast

from sqlalchemy import Connection, Table, delete, func, insert, select

from survey_app.storage.database import insert_columns
from survey_app.storage.tables import ReleaseRow, ResponseRow, SpentKeyRow
from survey_app.storage.tallies import TallyFilter, conditions_beside_version

RESPONSE = cast(Table, ResponseRow.__table__)
SPENT = cast(Table, SpentKeyRow.__table__)


@dataclass(frozen=True)
class Release:
    """The head of a release; ``unit_id`` is the counter, or the unit above at which remainders joined."""

    unit_id: int
    wave_id: int
    version_id: int
    month: date
    stage: str
    channel: str
    flagged: bool
    threshold: int
    responses: int
    released_on: date


class ReleasedResponse(NamedTuple):
    """A response as released; ``id`` is random and tells nothing."""

    id: int
    release_id: int
    version_id: int
    record_length: int
    day: date
    stage: str
    channel: str
    language: str
    duration_band: int
    flagged: bool
    record: str


def add_releases(connection: Connection, heads: Sequence[Release]) -> list[int]:
    """Store the heads of releases; returns their numbers in the same order."""
    statement = insert(ReleaseRow).returning(ReleaseRow.id, sort_by_parameter_order=True)
    return list(connection.scalars(statement, [vars(head) for head in heads])) if heads else []


def add_responses(connection: Connection, responses: Sequence[ReleasedResponse]) -> None:
    """Store responses of any releases in the order of their random numbers."""
    columns = zip(*sorted(responses), strict=True)
    insert_columns(connection, RESPONSE, dict(zip(ReleasedResponse._fields, columns, strict=False)))


def spend_keys(connection: Connection, keys: Sequence[str], expires_on: date) -> None:
    """Remember the keys of released responses, in key order, so that a late retry is dropped.

    None of them is spent: what waits is read without those that are, under the lock of releasing.
    """
    insert_columns(connection, SPENT, {"key": sorted(keys), "expires_on": [expires_on] * len(keys)})


def forget_keys(connection: Connection, today: date) -> int:
    """Drop keys whose pages have long expired; returns how many."""
    return connection.execute(delete(SPENT).where(SPENT.c.expires_on < today)).rowcount


def every_release(connection: Connection) -> list[tuple[int, Release]]:
    """All releases with their numbers, oldest first."""
    rows = connection.execute(select(ReleaseRow.__table__).order_by(ReleaseRow.id)).mappings()
    return [(row["id"], Release(**{name: row[name] for name in Release.__dataclass_fields__})) for row in rows]


def records(connection: Connection, release_id: int) -> list[str]:
    """The records of one release."""
    return list(connection.scalars(select(RESPONSE.c.record).where(RESPONSE.c.release_id == release_id)))


def count_responses(connection: Connection) -> int:
    """How many responses were released."""
    return connection.scalar(select(func.count()).select_from(RESPONSE)) or 0


@dataclass(frozen=True)
class Summed:
    """How many releases, and of how many responses together."""

    releases: int
    responses: int


def summed(connection: Connection, wanted: TallyFilter) -> Summed:
    """The releases made at the units of a filter and of its kind."""
    row = ReleaseRow
    conditions = [row.version_id == wanted.version_id, *conditions_beside_version(row, wanted)]
    number, responses = connection.execute(select(func.count(), func.sum(row.responses)).where(*conditions)).one()
    return Summed(int(number), int(responses or 0))
