"""Comments that nobody may read yet: they wait until a batch of one place is large and old enough."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlalchemy import Connection, Table, delete, func, select

from survey_app.storage.bulk import delete_values, insert_columns
from survey_app.storage.comment_tables import CommentWaitingRow
from survey_app.storage.database import rewrite

WAITING = cast(Table, CommentWaitingRow.__table__)

Group = tuple[int, int]
"""Centre and wave."""


@dataclass(frozen=True)
class WaitingComment:
    """A comment apart from its response; ``id`` is random and tells nothing."""

    id: int
    centre_id: int
    wave_id: int
    week: date
    language: str
    text: str


def add(connection: Connection, comments: Sequence[WaitingComment]) -> None:
    """Store comments in the order of their random numbers."""
    ordered = sorted(comments, key=lambda comment: comment.id)
    names = WaitingComment.__dataclass_fields__
    insert_columns(connection, WAITING, {name: [getattr(comment, name) for comment in ordered] for name in names})


def groups(connection: Connection, last_week: date) -> list[tuple[Group, int, int]]:
    """(centre and wave, comments that wait, those of them up to ``last_week``) wherever any wait."""
    places = (WAITING.c.centre_id, WAITING.c.wave_id)
    old = func.count().filter(WAITING.c.week <= last_week)
    query = select(*places, func.count(), old).group_by(*places).order_by(*places)
    return [((centre, wave), every, ripe) for centre, wave, every, ripe in connection.execute(query)]


def read(connection: Connection, group: Group, last_week: date) -> list[WaitingComment]:
    """The comments of a group up to ``last_week``."""
    centre_id, wave_id = group
    place = (WAITING.c.centre_id == centre_id, WAITING.c.wave_id == wave_id, WAITING.c.week <= last_week)
    columns = [WAITING.c[name] for name in WaitingComment.__dataclass_fields__]
    return [WaitingComment(*row) for row in connection.execute(select(*columns).where(*place))]


def remove(connection: Connection, comments: Collection[WaitingComment]) -> None:
    """Delete comments that become readable in this transaction."""
    delete_values(connection, WAITING.c.id, [comment.id for comment in comments])


def settle(connection: Connection) -> None:
    """Wipe what deleted rows left between the comments that go on waiting."""
    rewrite(connection, WAITING)


def forget(connection: Connection, before: date) -> int:
    """Delete the comments of weeks that began before a day; returns how many."""
    return connection.execute(delete(WAITING).where(WAITING.c.week < before)).rowcount


def count_at(connection: Connection, unit_ids: Collection[int]) -> int:
    """How many comments wait at these centres."""
    query = select(func.count()).select_from(WAITING).where(WAITING.c.centre_id.in_(unit_ids))
    return connection.scalar(query) or 0
