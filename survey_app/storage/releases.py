"""Released responses: written once, in random order, without key or time."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlalchemy import Connection, Table, delete, func, insert, select

from survey_app.storage.bulk import insert_columns
from survey_app.storage.tables import ReleaseRow, ResponseRow, SpentKeyRow
from survey_app.storage.tallies import TallyFilter, conditions_beside_version

RESPONSE = cast(Table, ResponseRow.__table__)
SPENT = cast(Table, SpentKeyRow.__table__)
NUMBER_BITS = 62


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


@dataclass(frozen=True)
class ReleasedResponses:
    """Responses as released, column by column, in the order in which they are numbered: one that tells nothing."""

    release_id: Sequence[int]
    version_id: Sequence[int]
    record_length: Sequence[int]
    day: Sequence[date]
    stage: Sequence[str]
    channel: Sequence[str]
    language: Sequence[str]
    duration_band: Sequence[int]
    flagged: Sequence[bool]
    record: Sequence[str]


def add_releases(connection: Connection, heads: Sequence[Release]) -> list[int]:
    """Store the heads of releases; returns their numbers in the same order."""
    statement = insert(ReleaseRow).returning(ReleaseRow.id, sort_by_parameter_order=True)
    return list(connection.scalars(statement, [vars(head) for head in heads])) if heads else []


def add_responses(connection: Connection, responses: ReleasedResponses) -> None:
    """Store the responses of a transaction with numbers that follow one another from a random one on.

    So they stand together in the table, wherever the last ones stand. A number that is taken is refused by the primary
    key, and the transaction falls whole: one in many millions.
    """
    size = len(responses.record)
    first = secrets.randbelow(2**NUMBER_BITS - size)
    numbers = range(first, first + size)
    insert_columns(connection, RESPONSE, {"id": numbers, **vars(responses)})


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
