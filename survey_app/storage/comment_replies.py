"""Public summary replies: one a unit, theme and quarter."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import date
from typing import Any, cast

from sqlalchemy import Connection, Select, Table, insert, select, update

from survey_app.domain.comment_reply import Reply, ReplyStatus, ReplyText
from survey_app.storage.comment_tables import CommentReplyRow
from survey_app.storage.tables import OrgUnitRow

REPLY = cast(Table, CommentReplyRow.__table__)


def _select() -> Select[Any]:
    unit = OrgUnitRow
    return select(REPLY, unit.code.label("unit_code"), unit.name.label("unit_name")).join_from(
        REPLY, unit, unit.id == REPLY.c.unit_id
    )


def _reply(row: Any) -> Reply:
    text = ReplyText(row.theme, row.quarter, row.said, row.done, row.responsible, row.due_on)
    return Reply(row.id, row.unit_code, row.unit_name, text, ReplyStatus(row.status), row.published_on)


def at_units(connection: Connection, unit_ids: Collection[int]) -> list[Reply]:
    """The replies of these units, newest quarter first."""
    order = (REPLY.c.quarter.desc(), OrgUnitRow.name, REPLY.c.theme, REPLY.c.id)
    return [_reply(row) for row in connection.execute(_select().where(REPLY.c.unit_id.in_(unit_ids)).order_by(*order))]


def find(connection: Connection, reply_id: int) -> Reply | None:
    """The reply with this number."""
    row = connection.execute(_select().where(REPLY.c.id == reply_id)).one_or_none()
    return None if row is None else _reply(row)


def find_subject(connection: Connection, unit_id: int, theme: str, quarter: date) -> int | None:
    """The number of the reply of a unit about a theme and quarter."""
    subject = (REPLY.c.unit_id == unit_id, REPLY.c.theme == theme, REPLY.c.quarter == quarter)
    return connection.scalar(select(REPLY.c.id).where(*subject))


def add(connection: Connection, unit_id: int, text: ReplyText) -> int:
    """Store a draft; returns its number."""
    values = asdict(text) | {"unit_id": unit_id, "status": ReplyStatus.DRAFT.value, "published_on": None}
    reply_id: int = connection.execute(insert(REPLY).returning(REPLY.c.id), values).scalar_one()
    return reply_id


def change(connection: Connection, reply_id: int, text: ReplyText) -> None:
    """Change what a reply says."""
    connection.execute(update(REPLY).where(REPLY.c.id == reply_id).values(asdict(text)))


def set_published(connection: Connection, reply_id: int, published_on: date | None) -> None:
    """Publish on a day; None: a draft again."""
    status = ReplyStatus.DRAFT if published_on is None else ReplyStatus.PUBLISHED
    values = {"status": status.value, "published_on": published_on}
    connection.execute(update(REPLY).where(REPLY.c.id == reply_id).values(values))
