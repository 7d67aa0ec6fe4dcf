"""Which waiting responses become visible together: the rules of a release.

A release holds at least k responses and, where it can, one visit stage and one channel. What does not fill a batch of
one stage goes out mixed: a mixed batch counts in figures over all stages, never in a cut, so that every published
figure, cut or not, is a sum of whole releases and no difference of two figures rests on fewer than k people.
(Moving a cut later and separately, when each side has k new people, is not enough: releases of 10 filing + 1 asking
and then 10 asking, cut as 10 and 11, leave the one by subtraction.)
Responses under check (flagged) never share a release with others, so that figures without them are sums as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date

from survey_app.domain.local_day import month_of

MIXED = "mixed"


@dataclass(frozen=True)
class Waiting:
    """A response in the inbox, as far as releasing needs to know it."""

    key: str
    stage: str
    channel: str
    flagged: bool
    day: date


@dataclass(frozen=True)
class Batch:
    """Responses to release at once. ``month`` is the month of the latest of them: the period it counts in."""

    stage: str
    channel: str
    flagged: bool
    month: date
    keys: tuple[str, ...]


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
            if len(cell) >= least:
                batches.append(_batch(cell))
            else:
                rest += cell
        if len(rest) >= least and min(row.day for row in rest) <= mixed_before:
            batches.append(_batch(rest))
    return batches
