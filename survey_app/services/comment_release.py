"""Releasing comments: they wait by centre, become readable in masked batches, and are forgotten after their months."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from survey_app.domain.comment_masking import NameList, mask_comment
from survey_app.domain.comment_themes import Themes
from survey_app.domain.comments import CommentRules, shown_languages
from survey_app.domain.local_day import month_of, months_back, week_of
from survey_app.domain.org_tree import OrgTree
from survey_app.domain.spelling import searchable
from survey_app.storage import comment_waiting, comments, org_units, settings, staff_names
from survey_app.storage.comment_waiting import WaitingComment
from survey_app.storage.comments import Batch, NewComment

NAMES_MASKED = "comment_names_sha256"
"""Setting: the names that every readable comment was masked with, as a hash."""


@dataclass(frozen=True)
class CommentDesk:
    """What releasing comments needs to know: ``above`` gives every unit those above it, nearest first."""

    rules: CommentRules
    today: date
    above: Mapping[int, Sequence[int]]
    waves_over: Collection[int]
    themes: Themes


@dataclass(frozen=True)
class Written:
    """What a released response said in words, apart from its answers."""

    centre_id: int
    wave_id: int
    day: date
    language: str
    text: str


def keep_waiting(connection: Connection, written: Iterable[Written]) -> None:
    """Let the comments of released responses wait, apart from them: random number, centre, wave, week."""
    waiting = [
        WaitingComment(secrets.randbits(62), said.centre_id, said.wave_id, week_of(said.day), said.language, said.text)
        for said in written
    ]
    comment_waiting.add(connection, waiting)


class _Names:
    """The names to mask, by the place a batch is of."""

    def __init__(self, connection: Connection, above: Mapping[int, Sequence[int]]) -> None:
        self._by_unit, self._above = staff_names.every(connection), above

    def sha256(self) -> str:
        kept = sorted((unit_id, sorted(names)) for unit_id, names in self._by_unit.items())
        return hashlib.sha256(json.dumps(kept).encode()).hexdigest()

    def at(self, unit_id: int) -> NameList:
        """The names of a unit, of those above and of those below it."""
        near = {unit_id, *self._above[unit_id]}
        units = (one for one in self._by_unit if one in near or unit_id in self._above[one])
        return NameList(name for one in sorted(units) for name in self._by_unit[one])


def _masked(number: int, language: str, text: str, names: NameList, themes: Themes | None = None) -> NewComment:
    masked = mask_comment(text, names)
    spelled, folded = searchable(masked)
    return NewComment(number, language, masked, spelled, folded, themes.suggest(spelled, folded) if themes else ())


def _release(
    connection: Connection, desk: CommentDesk, names: NameList, unit_id: int, waiting: Sequence[WaitingComment]
) -> int:
    """Make a batch readable at a unit: new random numbers, masked, the month in place of the week."""
    languages = shown_languages([comment.language for comment in waiting], desk.rules.batch)
    batch = Batch(
        unit_id=unit_id,
        wave_id=waiting[0].wave_id,
        month=month_of(max(comment.week for comment in waiting)),
        threshold=desk.rules.batch,
        comments=len(waiting),
    )
    readable = [
        _masked(secrets.randbits(62), language, comment.text, names, desk.themes)
        for comment, language in zip(waiting, languages, strict=True)
    ]
    comment_waiting.remove(connection, waiting)
    comments.add_batch(connection, batch, readable)
    return len(readable)


def release_batches(connection: Connection, desk: CommentDesk) -> int:
    """Make readable whatever may be; returns how many comments.

    A batch is of one centre and wave. What is left when a wave is over, and old enough in every centre, joins at the
    unit above until it is enough; what is never enough is never read.
    """
    last_week, released = desk.rules.last_week(desk.today), 0
    left: dict[tuple[int, int], list[WaitingComment]] = defaultdict(list)
    waiting, names = comment_waiting.groups(connection, last_week), _Names(connection, desk.above)
    unripe = {wave for (_, wave), every, ripe in waiting if ripe < every}
    for (centre_id, wave_id), _, ripe in waiting:
        if ripe >= desk.rules.batch:
            group = comment_waiting.read(connection, (centre_id, wave_id), last_week)
            released += _release(connection, desk, names.at(centre_id), centre_id, group)
        elif wave_id in desk.waves_over and wave_id not in unripe:
            left[centre_id, wave_id] = comment_waiting.read(connection, (centre_id, wave_id), last_week)
    return released + _join_above(connection, desk, names, left)


def _join_above(
    connection: Connection, desk: CommentDesk, names: _Names, left: dict[tuple[int, int], list[WaitingComment]]
) -> int:
    released = 0
    while left:
        unit_id, wave_id = deepest = max(left, key=lambda place: len(desk.above[place[0]]))
        joined = left.pop(deepest)
        if len(joined) >= desk.rules.batch:
            released += _release(connection, desk, names.at(unit_id), unit_id, joined)
        elif desk.above[unit_id]:
            left.setdefault((desk.above[unit_id][0], wave_id), []).extend(joined)
    return released


def forget_old(connection: Connection, desk: CommentDesk) -> int:
    """Delete comments older than the months they are kept, read or not; returns how many."""
    first_month = months_back(month_of(desk.today), desk.rules.months)
    return comments.forget(connection, first_month) + comment_waiting.forget(connection, first_month)


def units_above(connection: Connection) -> dict[int, list[int]]:
    """Every unit with those above it, nearest first."""
    every_unit, ids = org_units.read_all(connection)
    tree = OrgTree(every_unit)
    return {ids[unit.code]: [ids[above.code] for above in tree.ancestors(unit.code)] for unit in every_unit}


def mask_again(connection: Connection, above: Mapping[int, Sequence[int]]) -> int:
    """Mask readable comments with the names of today, if names came or went since; returns how many changed."""
    names = _Names(connection, above)
    if settings.read_all(connection).get(NAMES_MASKED) == names.sha256():
        return 0
    changed: list[NewComment] = []
    for unit_id in comments.unit_ids(connection):
        known = names.at(unit_id)
        for number, text in comments.texts(connection, [unit_id]):
            masked = _masked(number, "", text, known)
            if masked.text != text:
                changed.append(masked)
    comments.replace_texts(connection, changed)
    settings.write(connection, {NAMES_MASKED: names.sha256()})
    return len(changed)


def release_comments(connection: Connection, desk: CommentDesk) -> int:
    """What each run does about comments; returns how many became readable."""
    mask_again(connection, desk.above)
    forgotten, released = forget_old(connection, desk), release_batches(connection, desk)
    if forgotten or released:
        comment_waiting.settle(connection)
    return released
