"""Public summary replies ("Người dân nói – chúng tôi làm"): written, checked against the comments, published."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy import Connection, Engine

from survey_app.domain.comment_reply import (
    EVERY_THEME,
    Reply,
    ReplyStatus,
    ReplyText,
    is_quoting,
    may_name_theme,
)
from survey_app.domain.local_day import local_day
from survey_app.domain.org_unit import OrgUnit
from survey_app.domain.quarter import Quarter, quarter_of
from survey_app.services.comments import places_below
from survey_app.services.province_settings import read_settings
from survey_app.storage import audit_log, comment_replies, comments
from survey_app.storage.comments import CommentFilter
from survey_app.storage.database import begin_read, begin_write

TOLD = ("said", "done", "responsible")


class NoSuchReply(LookupError):
    """No reply of this unit has this number."""


class BadReply(ValueError):
    """The reply cannot be kept like this; ``field`` is where, ``problem`` what: few, taken, quote or published."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field, self.problem = field, problem


@dataclass(frozen=True)
class Subject:
    """A quarter with comments of a unit, and how many comments speak of each theme (all of them: the whole quarter)."""

    quarter: Quarter
    themes: dict[str, int]


@dataclass(frozen=True)
class Subjects:
    """What a unit's reply may be about."""

    unit: OrgUnit
    least: int
    quarters: tuple[Subject, ...]


def _of_quarter(unit_id: int, quarter: Quarter, theme: str | None = None) -> CommentFilter:
    return CommentFilter([unit_id], month=quarter.first_month, last_month=quarter.last_month, theme=theme)


def reply_subjects(engine: Engine, unit_code: str) -> Subjects:
    """The quarters in which a unit has comments of its own, newest first, with themes by number. Raises NoSuchUnit."""
    with begin_read(engine) as connection:
        tree, places = places_below(connection, unit_code)
        unit_id = places[unit_code]
        quarters = dict.fromkeys(quarter_of(month) for month in comments.months(connection, [unit_id]))
        found = []
        for quarter in quarters:
            wanted = _of_quarter(unit_id, quarter)
            counts = comments.count_themes(connection, wanted) | {EVERY_THEME: comments.count(connection, wanted)}
            found.append(Subject(quarter, counts))
        return Subjects(tree.units[unit_code], read_settings(connection).comment_rules.batch, tuple(found))


def _check(connection: Connection, unit_id: int, text: ReplyText) -> None:
    quarter = quarter_of(text.quarter)
    theme = None if text.theme == EVERY_THEME else text.theme
    number = comments.count(connection, _of_quarter(unit_id, quarter, theme))
    if not may_name_theme(number, read_settings(connection).comment_rules.batch):
        raise BadReply("theme", "few")
    written = [comment for _, comment in comments.texts(connection, [unit_id])]
    for field in TOLD:
        if is_quoting(getattr(text, field), written):
            raise BadReply(field, "quote")


def _known(connection: Connection, unit_code: str, reply_id: int) -> Reply:
    reply = comment_replies.find(connection, reply_id)
    if reply is None or reply.unit_code != unit_code:
        raise NoSuchReply
    return reply


def find_reply(engine: Engine, unit_code: str, reply_id: int) -> Reply:
    """A reply of a unit. Raises NoSuchReply."""
    with begin_read(engine) as connection:
        return _known(connection, unit_code, reply_id)


def save_reply(
    engine: Engine, now: datetime, actor: str, *, unit_code: str, text: ReplyText, reply_id: int | None = None
) -> int:
    """Keep a draft, new or changed; returns its number.

    Raises:
        BadReply: too few comments for the theme, another reply has it already, a comment is quoted, or it is published.
        NoSuchReply, NoSuchUnit: nothing was stored.
    """
    with begin_write(engine) as connection:
        _, places = places_below(connection, unit_code)
        unit_id = places[unit_code]
        if reply_id is not None and _known(connection, unit_code, reply_id).status is ReplyStatus.PUBLISHED:
            raise BadReply("said", "published")
        _check(connection, unit_id, text)
        if comment_replies.find_subject(connection, unit_id, text.theme, text.quarter) not in (None, reply_id):
            raise BadReply("theme", "taken")
        if reply_id is None:
            kept = comment_replies.add(connection, unit_id, text)
        else:
            kept = reply_id
            comment_replies.change(connection, reply_id, text)
        detail = {"reply": kept} | {entry.name: getattr(text, entry.name) for entry in fields(text)}
        audit_log.append(connection, now, actor, "comments.reply_save", unit_code, detail)
    return kept


def publish_reply(engine: Engine, now: datetime, actor: str, unit_code: str, reply_id: int) -> None:
    """Publish a draft as it stands.

    Raises:
        BadReply: what it says no longer holds against the comments.
        NoSuchReply, NoSuchUnit: nothing was changed.
    """
    with begin_write(engine) as connection:
        _, places = places_below(connection, unit_code)
        reply = _known(connection, unit_code, reply_id)
        if reply.status is ReplyStatus.DRAFT:
            _check(connection, places[unit_code], reply.text)
            _set_published(connection, now, actor, reply, local_day(now))


def withdraw_reply(engine: Engine, now: datetime, actor: str, unit_code: str, reply_id: int) -> None:
    """Make a published reply a draft again. Raises NoSuchReply."""
    with begin_write(engine) as connection:
        reply = _known(connection, unit_code, reply_id)
        if reply.status is ReplyStatus.PUBLISHED:
            _set_published(connection, now, actor, reply, None)


def _set_published(connection: Connection, now: datetime, actor: str, reply: Reply, day: date | None) -> None:
    comment_replies.set_published(connection, reply.id, day)
    action = "comments.reply_withdraw" if day is None else "comments.reply_publish"
    detail = {"reply": reply.id, "theme": reply.text.theme, "quarter": quarter_of(reply.text.quarter).code}
    audit_log.append(connection, now, actor, action, reply.unit_code, detail)
