"""Which waiting responses become visible together: the rules of a release, for all counters at once.

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

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

SEVERAL = -1
"""In place of a stage or channel: the batch does not share one."""


@dataclass(frozen=True)
class Waiting:
    """Responses in the inbox, column by column, as far as releasing needs to know them; all values are numbers.

    ``place``: the unit at which they may be released, with wave and version. ``put_to``: responses × routed items of
    the version, whether the response was put the item.
    """

    place: Integers
    stage: Integers
    channel: Integers
    flagged: Flags
    day: Integers
    put_to: Flags


@dataclass(frozen=True)
class Batches:
    """Responses to release at once, batch after batch: ``members`` of the first, then of the second, and so on.

    ``last_day`` is that of the latest of a batch: its month is the period the batch counts in.
    """

    members: Integers
    sizes: Integers
    stage: Integers
    channel: Integers
    last_day: Integers

    @property
    def starts(self) -> Integers:
        """Where each batch begins among the members."""
        starts: Integers = np.cumsum(self.sizes) - self.sizes
        return starts


def _numbered(*columns: NDArray[np.generic]) -> Integers:
    """Rows that agree in all columns have one number, counted from 0."""
    code = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        values, places = np.unique(column, return_inverse=True)
        code = np.unique(code * len(values) + places, return_inverse=True)[1]
    return code


def safe_together(put_to: Flags, group: Integers, among: Flags, least: int) -> Flags:
    """Of those ``among``, the most of each group that may share a release.

    Each routed item is put to nobody of a group, or to at least ``least``. An item put to fewer is put to fewer in
    every part as well, so whoever it was put to stands in none: leaving them out, again while other items become thin
    by it, ends at the one largest part.
    """
    kept, groups = among.copy(), int(group.max(initial=-1)) + 1
    thin = np.zeros((groups, put_to.shape[1]), dtype=np.bool_)
    while True:
        for item, put in enumerate(put_to.T):
            numbers = np.bincount(group[kept & put], minlength=groups)
            thin[:, item] = (numbers > 0) & (numbers < least)
        if not thin.any():
            return kept
        kept &= ~(put_to & thin[group]).any(axis=1)


def plan_batches(waiting: Waiting, least: int, mixed_before: int) -> Batches:
    """The batches that may be released; the rest goes on waiting.

    Args:
        waiting: responses of any places.
        least: k, the smallest batch.
        mixed_before: a mixed batch is made only when its oldest response is of this day or earlier; a later day
            gives each stage time to fill a batch of its own.
    """
    pool = _numbered(waiting.place, waiting.flagged)
    cell = _numbered(pool, waiting.stage, waiting.channel)
    alone = safe_together(waiting.put_to, cell, np.ones(len(cell), dtype=np.bool_), least)
    alone &= np.bincount(cell[alone], minlength=len(cell))[cell] >= least
    mixed = safe_together(waiting.put_to, pool, ~alone, least)
    oldest = np.full(len(pool), np.iinfo(np.int64).max)
    np.minimum.at(oldest, pool[mixed], waiting.day[mixed])
    mixed &= ((np.bincount(pool[mixed], minlength=len(pool)) >= least) & (oldest <= mixed_before))[pool]
    return _batches(waiting, np.flatnonzero(alone | mixed), np.where(alone, cell, len(cell) + pool))


def _batches(waiting: Waiting, going: Integers, batch: Integers) -> Batches:
    members = going[np.argsort(batch[going], kind="stable")]
    sizes = np.unique(batch[members], return_counts=True)[1]
    starts = np.cumsum(sizes) - sizes
    if not len(members):
        return Batches(members, sizes, members, members, members)
    stage, channel = (_common(column[members], starts) for column in (waiting.stage, waiting.channel))
    return Batches(members, sizes, stage, channel, np.maximum.reduceat(waiting.day[members], starts))


def _common(values: Integers, starts: Integers) -> Integers:
    """The value all of a batch share, or ``SEVERAL``."""
    least, most = np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts)
    return np.where(least == most, least, SEVERAL)
