"""Comments that may be read: stored batch by batch, found by words and filters, handled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Select, Table, bindparam, delete, func, insert, select, update

from survey_app.domain.comments import Status
from survey_app.storage.bulk import insert_columns
from survey_app.storage.comment_tables import CommentBatchRow, CommentRow, CommentThemeRow
from survey_app.storage.tables import OrgUnitRow

COMMENT = cast(Table, CommentRow.__table__)
THEME = cast(Table, CommentThemeRow.__table__)
BATCH = cast(Table, CommentBatchRow.__table__)


@dataclass(frozen=True)
class Batch:
    """The head of a batch; ``unit_id`` is the centre, or the unit above at which remainders joined."""

    unit_id: int
    wave_id: int
    month: date
    threshold: int
    comments: int


@dataclass(frozen=True)
class NewComment:
    """A comment as it becomes readable."""

    id: int
    language: str
    text: str
    spelled: str
    folded: str
    themes: tuple[str, ...]


@dataclass(frozen=True)
class Comment:
    """A comment as read."""

    id: int
    unit_code: str
    unit_name: str
    month: date
    language: str
    text: str
    status: Status
    reply_id: int | None
    themes: tuple[str, ...]


@dataclass(frozen=True)
class CommentFilter:
    """Which comments: at these units, and holding every one of these words (spelled, or folded)."""

    unit_ids: Collection[int]
    spelled: tuple[str, ...] = ()
    folded: tuple[str, ...] = ()
    theme: str | None = None
    status: Status | None = None
    month: date | None = None
    last_month: date | None = None
    language: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """As conditions on ``comment`` joined to its batch."""
        found: list[ColumnElement[bool]] = [BATCH.c.unit_id.in_(self.unit_ids)]
        found += [COMMENT.c.spelled.contains(f" {word} ", autoescape=True) for word in self.spelled]
        found += [COMMENT.c.folded.contains(f" {word} ", autoescape=True) for word in self.folded]
        if self.theme is not None:
            found.append(COMMENT.c.id.in_(select(THEME.c.comment_id).where(THEME.c.theme == self.theme)))
        if self.status is not None:
            found.append(COMMENT.c.status == self.status.value)
        if self.month is not None:
            last = self.last_month or self.month
            found += [BATCH.c.month >= self.month, BATCH.c.month <= last]
        if self.language is not None:
            found.append(COMMENT.c.language == self.language)
        return found


def add_batch(connection: Connection, batch: Batch, comments: Sequence[NewComment]) -> None:
    """Store a batch, its comments in the order of their random numbers."""
    batch_id = connection.execute(insert(BATCH).returning(BATCH.c.id), asdict(batch)).scalar_one()
    ordered = sorted(comments, key=lambda comment: comment.id)
    columns = {
        name: [getattr(comment, name) for comment in ordered]
        for name in ("id", "language", "text", "spelled", "folded")
    }
    shared = {"batch_id": batch_id, "status": Status.NEW.value, "reply_id": None}
    insert_columns(connection, COMMENT, columns | {name: [value] * len(ordered) for name, value in shared.items()})
    add_themes(connection, [(comment.id, theme) for comment in ordered for theme in comment.themes])


def add_themes(connection: Connection, pairs: Sequence[tuple[int, str]]) -> None:
    """Say of comments what they are about."""
    numbers, themes = [number for number, _ in pairs], [theme for _, theme in pairs]
    insert_columns(connection, THEME, {"comment_id": numbers, "theme": themes})


def remove_theme(connection: Connection, comment_ids: Collection[int], theme: str) -> None:
    """No longer say so."""
    connection.execute(delete(THEME).where(THEME.c.comment_id.in_(comment_ids), THEME.c.theme == theme))


def _joined(*columns: Any) -> Select[Any]:
    return select(*columns).select_from(COMMENT.join(BATCH, BATCH.c.id == COMMENT.c.batch_id))


def _themes(connection: Connection, comment_ids: Collection[int]) -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    query = select(THEME.c.comment_id, THEME.c.theme).where(THEME.c.comment_id.in_(comment_ids)).order_by(THEME.c.theme)
    for number, theme in connection.execute(query):
        found[number].append(theme)
    return found


def _read(connection: Connection, query: Select[Any]) -> list[Comment]:
    rows = connection.execute(query).all()
    themes = _themes(connection, [row.id for row in rows])
    return [
        Comment(
            row.id,
            row.code,
            row.name,
            row.month,
            row.language,
            row.text,
            Status(row.status),
            row.reply_id,
            tuple(themes.get(row.id, ())),
        )
        for row in rows
    ]


def _every_column() -> Select[Any]:
    unit = cast(Table, OrgUnitRow.__table__)
    columns = (COMMENT.c.id, COMMENT.c.language, COMMENT.c.text, COMMENT.c.status, COMMENT.c.reply_id)
    place = COMMENT.join(BATCH, BATCH.c.id == COMMENT.c.batch_id).join(unit, unit.c.id == BATCH.c.unit_id)
    return select(*columns, BATCH.c.month, unit.c.code, unit.c.name).select_from(place)


def read(connection: Connection, wanted: CommentFilter, first: int, at_most: int) -> list[Comment]:
    """Comments from place ``first`` on: newest month first, then by their random numbers, always in the same order."""
    order = (BATCH.c.month.desc(), COMMENT.c.id)
    return _read(connection, _every_column().where(*wanted.conditions()).order_by(*order).offset(first).limit(at_most))


def by_ids(connection: Connection, ids: Collection[int]) -> list[Comment]:
    """The comments with these numbers; unknown numbers are left out."""
    return _read(connection, _every_column().where(COMMENT.c.id.in_(ids)).order_by(COMMENT.c.id))


def count(connection: Connection, wanted: CommentFilter) -> int:
    """How many comments."""
    return connection.scalar(_joined(func.count()).where(*wanted.conditions())) or 0


def count_themes(connection: Connection, wanted: CommentFilter) -> dict[str, int]:
    """Theme -> how many of the comments speak of it."""
    place = COMMENT.join(BATCH, BATCH.c.id == COMMENT.c.batch_id).join(THEME, THEME.c.comment_id == COMMENT.c.id)
    query = select(THEME.c.theme, func.count().label("number")).select_from(place)
    query = query.where(*wanted.conditions()).group_by(THEME.c.theme)
    return {row.theme: row.number for row in connection.execute(query)}


def months(connection: Connection, unit_ids: Collection[int]) -> list[date]:
    """The months of the batches at these units, newest first."""
    query = select(BATCH.c.month).where(BATCH.c.unit_id.in_(unit_ids)).distinct().order_by(BATCH.c.month.desc())
    return list(connection.scalars(query))


def languages(connection: Connection, unit_ids: Collection[int]) -> list[str]:
    """The languages of the comments at these units."""
    query = _joined(COMMENT.c.language).where(BATCH.c.unit_id.in_(unit_ids)).distinct().order_by(COMMENT.c.language)
    return list(connection.scalars(query))


def units(connection: Connection, unit_ids: Collection[int]) -> list[tuple[str, str]]:
    """(code, name) of those of the units that have batches of their own, by name."""
    unit = OrgUnitRow
    query = select(unit.code, unit.name).where(unit.id.in_(select(BATCH.c.unit_id)), unit.id.in_(unit_ids))
    return [(code, name) for code, name in connection.execute(query.order_by(unit.name, unit.code))]


def unit_ids(connection: Connection) -> list[int]:
    """The units that have batches of their own."""
    return list(connection.scalars(select(BATCH.c.unit_id).distinct().order_by(BATCH.c.unit_id)))


def texts(connection: Connection, unit_ids: Collection[int]) -> Iterable[tuple[int, str]]:
    """(number, text) of every comment at these units."""
    query = _joined(COMMENT.c.id, COMMENT.c.text).where(BATCH.c.unit_id.in_(unit_ids)).order_by(COMMENT.c.id)
    return [(number, text) for number, text in connection.execute(query)]


def replace_texts(connection: Connection, changed: Sequence[NewComment]) -> None:
    """Put texts masked anew in place of what was readable."""
    if changed:
        names = ("text", "spelled", "folded")
        one = update(COMMENT).where(COMMENT.c.id == bindparam("number"))
        statement = one.values({name: bindparam(f"new_{name}") for name in names})
        rows = [{"number": c.id} | {f"new_{name}": getattr(c, name) for name in names} for c in changed]
        connection.execute(statement, rows)


def set_status(connection: Connection, ids: Collection[int], status: Status) -> None:
    """Move the handling of comments."""
    connection.execute(update(COMMENT).where(COMMENT.c.id.in_(ids)).values(status=status.value))


def set_reply(connection: Connection, ids: Collection[int], reply_id: int) -> None:
    """Say which public reply speaks of these comments."""
    connection.execute(update(COMMENT).where(COMMENT.c.id.in_(ids)).values(reply_id=reply_id))


def forget(connection: Connection, before: date) -> int:
    """Delete the comments of batches before a month; returns how many."""
    old = select(BATCH.c.id).where(BATCH.c.month < before)
    doomed = select(COMMENT.c.id).where(COMMENT.c.batch_id.in_(old))
    connection.execute(delete(THEME).where(THEME.c.comment_id.in_(doomed)))
    number = connection.execute(delete(COMMENT).where(COMMENT.c.batch_id.in_(old))).rowcount
    connection.execute(delete(BATCH).where(BATCH.c.month < before))
    return number
