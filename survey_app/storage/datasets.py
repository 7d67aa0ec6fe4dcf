"""What a dataset reads: heads of releases, counts of demographic answers, and released responses as a stream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Integer, Select, String, Table, func, select
from sqlalchemy import cast as sql_cast

from survey_app.storage.driver import stream_tuples
from survey_app.storage.tables import ReleaseRow, ResponseRow

RELEASE = cast(Table, ReleaseRow.__table__)
RESPONSE = cast(Table, ResponseRow.__table__)
AT_ONCE = 5_000
STREAMED = {"yield_per": AT_ONCE}


@dataclass(frozen=True)
class ReleasedFilter:
    """Releases of a version at these units themselves; None leaves a dimension open, months are inclusive."""

    version_id: int
    unit_ids: Sequence[int]
    wave_id: int | None = None
    first_month: date | None = None
    last_month: date | None = None


@dataclass(frozen=True)
class ReleaseHead:
    """What a dataset tells about a release, and how many responses it holds."""

    unit_id: int
    wave_id: int
    month: date
    stage: str
    responses: int


ResponseCells = tuple[int, int, str, str, str, str, int, int, str]
"""(id, release, day as year-month-day, stage, channel, language, duration band, 1 if flagged, record)"""


def _conditions(wanted: ReleasedFilter) -> list[ColumnElement[bool]]:
    column = RELEASE.c
    conditions = [column.version_id == wanted.version_id, column.unit_id.in_(wanted.unit_ids)]
    if wanted.wave_id is not None:
        conditions.append(column.wave_id == wanted.wave_id)
    if wanted.first_month is not None:
        conditions.append(column.month >= wanted.first_month)
    if wanted.last_month is not None:
        conditions.append(column.month <= wanted.last_month)
    return conditions


def count_released(connection: Connection, wanted: ReleasedFilter) -> int:
    """How many responses the releases hold."""
    query = select(func.coalesce(func.sum(RELEASE.c.responses), 0)).where(*_conditions(wanted))
    return int(connection.execute(query).scalar_one())


def release_heads(connection: Connection, wanted: ReleasedFilter) -> dict[int, ReleaseHead]:
    """The releases by number."""
    column = RELEASE.c
    query = select(column.id, column.unit_id, column.wave_id, column.month, column.stage, column.responses)
    rows = connection.execute(query.where(*_conditions(wanted)))
    return {number: ReleaseHead(*head) for number, *head in rows.all()}


def count_record_parts(
    connection: Connection, wanted: ReleasedFilter, spans: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, date, tuple[str, ...], int]]:
    """(unit, month, parts, number of responses) for every combination of these parts of the record.

    ``spans`` are (start, stop) positions from 0.
    """
    parts: list[ColumnElement[Any]] = [
        func.substr(RESPONSE.c.record, start + 1, stop - start).label(f"part_{place}")
        for place, (start, stop) in enumerate(spans)
    ]
    inner = (
        select(RELEASE.c.unit_id, RELEASE.c.month, *parts)
        .join_from(RELEASE, RESPONSE, RESPONSE.c.release_id == RELEASE.c.id)
        .where(*_conditions(wanted))
        .subquery()
    )
    query = select(*inner.c, func.count()).group_by(*inner.c)
    for unit_id, month, *values, number in connection.execute(query, execution_options=STREAMED):
        yield unit_id, month, tuple(values), number


def responses_query(wanted: ReleasedFilter) -> Select[*ResponseCells]:
    """The released responses: plain texts and numbers, which nothing needs to convert."""
    column = RESPONSE.c
    return (
        select(
            column.id,
            column.release_id,
            sql_cast(column.day, String),
            column.stage,
            column.channel,
            column.language,
            column.duration_band,
            sql_cast(column.flagged, Integer),
            column.record,
        )
        .join_from(RELEASE, RESPONSE, column.release_id == RELEASE.c.id)
        .where(*_conditions(wanted))
    )


def stream_responses(
    connection: Connection, wanted: ReleasedFilter, is_shuffled: bool = False
) -> Iterator[Sequence[ResponseCells]]:
    """The released responses, some thousands at a time, without holding them all; by number, or in any order.

    By number those released together stand together: that is told beside each only where its release is told as well.
    """
    query = responses_query(wanted).order_by(func.random() if is_shuffled else RESPONSE.c.id)
    yield from cast(Iterator[Sequence[ResponseCells]], stream_tuples(connection, query, AT_ONCE))
