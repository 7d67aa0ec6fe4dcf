"""Reading and handling comments: the page of a unit, and changing several comments at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Engine

from survey_app.domain.comment_reply import Reply
from survey_app.domain.comments import Status, may_change
from survey_app.domain.org_tree import OrgTree
from survey_app.domain.org_unit import OrgUnit
from survey_app.domain.spelling import find_words, fold, has_marks, spell
from survey_app.services.province_settings import read_settings
from survey_app.services.results import NoSuchUnit
from survey_app.storage import audit_log, comment_replies, comment_waiting, comments, org_units
from survey_app.storage.comments import Comment, CommentFilter
from survey_app.storage.database import begin_read, begin_write

PAGE = 25
MOST_SEARCHED = 8
"""So many words of a search are looked for; more would find nothing anyway."""


@dataclass(frozen=True)
class CommentsAsked:
    """What a reader asks for; None: everything. A word with marks is found as written, one without in any spelling."""

    words: str = ""
    theme: str | None = None
    status: Status | None = None
    month: date | None = None
    unit_code: str | None = None
    language: str | None = None
    page: int = 1


@dataclass(frozen=True)
class CommentsPage:
    """A page of comments and what it may be narrowed by. ``waiting`` is None where fewer wait than a batch has."""

    unit: OrgUnit
    path: tuple[OrgUnit, ...]
    asked: CommentsAsked
    comments: tuple[Comment, ...]
    total: int
    base: int
    theme_counts: dict[str, int]
    waiting: int | None
    least: int
    days: int
    months: tuple[date, ...]
    languages: tuple[str, ...]
    units: tuple[tuple[str, str], ...]
    replies: tuple[Reply, ...]

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True)
class CommentChange:
    """What is to be done to the comments chosen; None: nothing of the kind."""

    status: Status | None = None
    reason: str = ""
    add_theme: str | None = None
    remove_theme: str | None = None
    reply_id: int | None = None

    @property
    def is_empty(self) -> bool:
        return all(one is None for one in (self.status, self.add_theme, self.remove_theme, self.reply_id))


@dataclass(frozen=True)
class Handled:
    """How many comments were changed, and how many stayed because the change is not for them."""

    changed: int
    kept: int


class ReasonNeeded(ValueError):
    """A step back must say why."""


class NoSuchComment(LookupError):
    """A comment that is not there, or is of another unit."""


def places_below(connection: Connection, unit_code: str) -> tuple[OrgTree, dict[str, int]]:
    """The tree, and the row numbers of a unit and those below it. Raises NoSuchUnit."""
    every_unit, ids = org_units.read_all(connection)
    tree = OrgTree(every_unit)
    if unit_code not in tree.units:
        raise NoSuchUnit(unit_code)
    codes = [unit_code, *(unit.code for unit in tree.descendants(unit_code))]
    return tree, {code: ids[code] for code in codes}


def comment_filter(asked: CommentsAsked, places: dict[str, int]) -> CommentFilter:
    """What is asked for among the units ``places``; a unit beyond them finds nothing."""
    words = find_words(asked.words)[:MOST_SEARCHED]
    chosen = [places[asked.unit_code]] if asked.unit_code in places else []
    return CommentFilter(
        unit_ids=list(places.values()) if asked.unit_code is None else chosen,
        spelled=tuple(spell(word) for word in words if has_marks(word)),
        folded=tuple(fold(word) for word in words if not has_marks(word)),
        theme=asked.theme,
        status=asked.status,
        month=asked.month,
        language=asked.language,
    )


def _without_theme(wanted: CommentFilter) -> CommentFilter:
    return CommentFilter(**{**wanted.__dict__, "theme": None})


def comments_page(engine: Engine, unit_code: str, asked: CommentsAsked) -> CommentsPage:
    """The comments of a unit and those below it. Raises NoSuchUnit."""
    with begin_read(engine) as connection:
        tree, places = places_below(connection, unit_code)
        rules, wanted = read_settings(connection).comment_rules, comment_filter(asked, places)
        ids = list(places.values())
        total, waiting = comments.count(connection, wanted), comment_waiting.count_at(connection, ids)
        last_page = max(1, -(-total // PAGE))
        shown = comments.read(connection, wanted, (min(asked.page, last_page) - 1) * PAGE, PAGE)
        return CommentsPage(
            unit=tree.units[unit_code],
            path=tuple(reversed(tree.ancestors(unit_code))),
            asked=asked,
            comments=tuple(shown),
            total=total,
            base=comments.count(connection, _without_theme(wanted)),
            theme_counts=comments.count_themes(connection, _without_theme(wanted)),
            waiting=waiting if waiting >= rules.batch else None,
            least=rules.batch,
            days=rules.days,
            months=tuple(comments.months(connection, ids)),
            languages=tuple(comments.languages(connection, ids)),
            units=tuple(comments.units(connection, ids)),
            replies=tuple(comment_replies.at_units(connection, ids)),
        )


def _chosen(connection: Connection, unit_code: str, ids: Collection[int]) -> list[Comment]:
    """The comments with these numbers, all of them at the unit or below. Raises NoSuchComment, NoSuchUnit."""
    _, places = places_below(connection, unit_code)
    found = comments.by_ids(connection, ids)
    if len(found) < len(set(ids)) or any(comment.unit_code not in places for comment in found):
        raise NoSuchComment
    return found


def _move(connection: Connection, change: CommentChange, chosen: Sequence[Comment]) -> list[Comment]:
    """Change the status of those it may be changed of; returns them."""
    wanted = change.status
    if wanted is None:
        return []
    may = [one for one in chosen if may_change(one.status, wanted, bool(change.reason))]
    if not change.reason and any(may_change(one.status, wanted, True) for one in chosen if one not in may):
        raise ReasonNeeded
    comments.set_status(connection, [one.id for one in may], wanted)
    return may


def _retheme(connection: Connection, change: CommentChange, chosen: Sequence[Comment]) -> list[Comment]:
    """Add a theme to those that lack it and take one from those that have it; returns them."""
    lacking = [one for one in chosen if change.add_theme and change.add_theme not in one.themes]
    having = [one for one in chosen if change.remove_theme and change.remove_theme in one.themes]
    comments.add_themes(connection, [(one.id, change.add_theme) for one in lacking if change.add_theme])
    if change.remove_theme:
        comments.remove_theme(connection, [one.id for one in having], change.remove_theme)
    return [*lacking, *having]


def _link(connection: Connection, change: CommentChange, chosen: Sequence[Comment]) -> list[Comment]:
    """Link those of the reply's own unit to it; returns them."""
    if change.reply_id is None:
        return []
    reply = comment_replies.find(connection, change.reply_id)
    if reply is None:
        raise NoSuchComment
    linked = [one for one in chosen if one.unit_code == reply.unit_code and one.reply_id != reply.id]
    comments.set_reply(connection, [one.id for one in linked], reply.id)
    return linked


def handle_comments(
    engine: Engine, now: datetime, actor: str, *, unit_code: str, ids: Collection[int], change: CommentChange
) -> Handled:
    """Do ``change`` to the comments, each where it may be done; one audit entry a unit.

    Raises:
        ReasonNeeded: a step back without a reason; nothing was changed.
        NoSuchComment, NoSuchUnit: nothing was changed.
    """
    with begin_write(engine) as connection:
        chosen = _chosen(connection, unit_code, ids)
        changed: dict[str, set[int]] = defaultdict(set)
        for step in (_move, _retheme, _link):
            for comment in step(connection, change, chosen):
                changed[comment.unit_code].add(comment.id)
        detail = {name: value for name, value in change.__dict__.items() if value}
        for code, numbers in sorted(changed.items()):
            audit_log.append(connection, now, actor, "comments.handle", code, detail | {"comments": sorted(numbers)})
    number = sum(map(len, changed.values()))
    return Handled(number, len(chosen) - number)
