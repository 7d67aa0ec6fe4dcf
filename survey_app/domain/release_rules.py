"""Which waiting responses become visible together: the rules of a release.

A release holds at least k responses and, where it can, one visit stage and one channel. What does not fill a batch of
one stage goes out mixed: a mixed batch counts in figures over all stages, never in a cut, so that every published
figure, cut or not, is a sum of whole releases and no difference of two figures rests on fewer than k people.
(Moving a cut later and separately, when each side has k new people, is not enough: releases of 10 filing + 1 asking
and then 10 asking, cut as 10 and 11, leave the one by subtraction.)
Responses under check (flagged) never share a release with others, so that figures without them are sums as well.

What an outsider can know about a visitor is why they came, and that decides which items they were put. So of every
item the visit stage routes, a release holds nobody it was put to, or at least k: of nine who filed and one who
collected, all that is said about results would be the one's. Stages that no item is routed to mix freely.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date

from survey_app.domain.local_day import month_of
from survey_app.domain.questionnaire import Questionnaire
from survey_app.domain.record import NOT_SHOWN, layout

MIXED = "mixed"


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


def routed_positions(questionnaire: Questionnaire) -> tuple[int, ...]:
    """The record columns of the items that are shown only at certain visit stages; one for items shown alike.

    Items routed by another answer are not among them: nobody outside knows that answer, and whoever gave it stands
    among the k or more who were asked for it.
    """
    first_column = {column.item: column.position for column in reversed(layout(questionnaire))}
    alike: dict[tuple[str, ...], int] = {}
    for item in questionnaire.items():
        if item.show_if and item.show_if.item == questionnaire.stage_item and item.id in first_column:
            alike.setdefault(item.show_if.codes, first_column[item.id])
    return tuple(alike.values())


def put_to(routed: Sequence[int], record: str) -> frozenset[int]:
    """Which of the routed columns this record was put, as it shows itself."""
    return frozenset(position for position in routed if record[position] != NOT_SHOWN)


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
