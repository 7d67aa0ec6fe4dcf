"""The rules of a release, response by response and counter by counter: what planning many at once is held against."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from survey_app.domain import release_plan
from survey_app.domain.local_day import month_of
from survey_app.domain.release_plan import SEVERAL, Flags
from survey_app.domain.release_rules import MIXED


@dataclass(frozen=True)
class Waiting:
    """A response in the inbox, as far as releasing needs to know it. ``put_to``: the routed items it was put."""

    key: str
    stage: str
    channel: str
    flagged: bool
    day: date
    put_to: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Batch:
    """Responses to release at once. ``month`` is the month of the latest of them: the period it counts in."""

    stage: str
    channel: str
    flagged: bool
    month: date
    keys: tuple[str, ...]


def safe_together(rows: Sequence[Waiting], least: int) -> list[Waiting]:
    """The most of these that may share a release: each routed item put to nobody, or to at least ``least``.

    An item put to fewer is put to fewer in every part as well, so whoever it was put to stands in none: leaving them
    out, again while other items become thin by it, ends at the one largest part.
    """
    kept = list(rows)
    while True:
        asked = Counter(item for row in kept for item in row.put_to)
        thin = {item for item, number in asked.items() if number < least}
        if not thin:
            return kept
        kept = [row for row in kept if not row.put_to & thin]


def _grouped(rows: Sequence[Waiting], by: Callable[[Waiting], Hashable]) -> list[list[Waiting]]:
    groups: dict[Hashable, list[Waiting]] = defaultdict(list)
    for row in rows:
        groups[by(row)].append(row)
    return list(groups.values())


def _common(values: set[str]) -> str:
    return values.pop() if len(values) == 1 else MIXED


def _batch(rows: Sequence[Waiting]) -> Batch:
    return Batch(
        stage=_common({row.stage for row in rows}),
        channel=_common({row.channel for row in rows}),
        flagged=rows[0].flagged,
        month=month_of(max(row.day for row in rows)),
        keys=tuple(row.key for row in rows),
    )


def plan_batches(waiting: Sequence[Waiting], least: int, mixed_before: date) -> list[Batch]:
    """The batches that may be released of one counter's (or centre's) waiting responses; the rest goes on waiting.

    Args:
        waiting: responses of one wave and one questionnaire version.
        least: k, the smallest batch.
        mixed_before: a mixed batch is made only when its oldest response is of this day or earlier; a later day
            gives each stage time to fill a batch of its own.
    """
    batches: list[Batch] = []
    for flagged_or_not in _grouped(waiting, lambda row: row.flagged):
        rest: list[Waiting] = []
        for cell in _grouped(flagged_or_not, lambda row: (row.stage, row.channel)):
            together = safe_together(cell, least)
            if len(together) >= least:
                batches.append(_batch(together))
                rest += _without(cell, together)
            else:
                rest += cell
        together = safe_together(rest, least)
        if len(together) >= least and min(row.day for row in together) <= mixed_before:
            batches.append(_batch(together))
    return batches


def _without(rows: Sequence[Waiting], gone: Sequence[Waiting]) -> list[Waiting]:
    keys = {row.key for row in gone}
    return [row for row in rows if row.key not in keys]


def put_to_matrix(rows: Sequence[Waiting]) -> Flags:
    """Responses × routed items, as the product takes them."""
    items = sorted(frozenset[int]().union(*(row.put_to for row in rows)))
    table = [[item in row.put_to for item in items] for row in rows]
    return np.array(table, dtype=np.bool_).reshape(len(rows), len(items))


def _name(number: int, names: Sequence[str]) -> str:
    return MIXED if number == SEVERAL else names[number]


def plan_at_once(places: Sequence[Sequence[Waiting]], least: int, mixed_before: date) -> list[list[Batch]]:
    """The batches of each place as the product plans them, all places at once."""
    rows = [(place, row) for place, some in enumerate(places) for row in some]
    stages, channels = (sorted({getattr(row, name) for _, row in rows}) for name in ("stage", "channel"))
    found = release_plan.plan_batches(
        release_plan.Waiting(
            place=np.array([place for place, _ in rows], dtype=np.int64),
            stage=np.array([stages.index(row.stage) for _, row in rows], dtype=np.int64),
            channel=np.array([channels.index(row.channel) for _, row in rows], dtype=np.int64),
            flagged=np.array([row.flagged for _, row in rows], dtype=np.bool_),
            day=np.array([row.day.toordinal() for _, row in rows], dtype=np.int64),
            put_to=put_to_matrix([row for _, row in rows]),
        ),
        least,
        mixed_before.toordinal(),
    )
    planned: list[list[Batch]] = [[] for _ in places]
    columns = (found.starts, found.sizes, found.stage, found.channel, found.last_day)
    for start, size, stage, channel, day in zip(*(column.tolist() for column in columns), strict=True):
        members = [rows[row] for row in found.members[start : start + size].tolist()]
        [place], [flagged] = {place for place, _ in members}, {row.flagged for _, row in members}
        month, keys = month_of(date.fromordinal(day)), tuple(row.key for _, row in members)
        planned[place].append(Batch(_name(stage, stages), _name(channel, channels), flagged, month, keys))
    return planned
