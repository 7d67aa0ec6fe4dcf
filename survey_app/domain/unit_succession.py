"""Old and new units: which units took the place of which, from when on, and what may be pooled.

A unit that took in whole units is reported for the time before by their pooled counts (*tái lập*). One that took in a
part of a unit is not: nobody knows which answers came from that part, so the time before cannot be compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from survey_app.domain.local_day import month_of, months_back


class Boundaries(StrEnum):
    """In which units a period is reported: those of today, or those there were."""

    NOW = "now"
    THEN = "then"


class Share(StrEnum):
    """How much of a unit went into its successor."""

    WHOLE = "whole"
    PART = "part"


@dataclass(frozen=True)
class Succession:
    """From ``first_day`` on ``successor`` stands for ``predecessor``, or for a part of it.

    A unit that goes on with another territory is its own successor, in part.
    """

    predecessor: str
    successor: str
    first_day: date
    share: Share


@dataclass(frozen=True)
class Pool:
    """The units whose counts make up a unit in today's boundaries.

    ``codes`` begins with the unit itself; ``since``: what was counted before cannot be compared (None: all of it can).
    ``days``: when boundaries changed on the way.
    """

    codes: tuple[str, ...]
    since: date | None = None
    days: tuple[date, ...] = ()

    @property
    def first_month(self) -> date | None:
        """The first whole month that can be compared."""
        if self.since is None:
            return None
        month = month_of(self.since)
        return month if self.since == month else months_back(month, -1)


class Successions:
    """All successions there are, asked by unit code."""

    def __init__(self, successions: Iterable[Succession] = ()) -> None:
        self.every = tuple(successions)
        self._into: dict[str, list[Succession]] = {}
        self._out_of: dict[str, list[Succession]] = {}
        for one in self.every:
            self._into.setdefault(one.successor, []).append(one)
            self._out_of.setdefault(one.predecessor, []).append(one)

    def __bool__(self) -> bool:
        return bool(self.every)

    def into(self, code: str) -> tuple[Succession, ...]:
        """What a unit was made of."""
        return tuple(self._into.get(code, ()))

    def successors(self, code: str) -> tuple[str, ...]:
        """The units that stand where this one stood; none while it stands itself."""
        found = tuple(one.successor for one in self._out_of.get(code, ()))
        return () if code in found else found

    def pool(self, code: str) -> Pool:
        """What a unit is made of, through every change there was."""
        into = self.into(code)
        wholes = [one for one in into if one.share is Share.WHOLE]
        below = [self.pool(one.predecessor) for one in wholes]
        parts = [one.first_day for one in into if one.share is Share.PART]
        codes = [code, *(other for pool in below for other in pool.codes)]
        sinces = [*parts, *(pool.since for pool in below if pool.since)]
        days = {one.first_day for one in into} | {day for pool in below for day in pool.days}
        return Pool(tuple(codes), max(sinces, default=None), tuple(sorted(days)))


NO_SUCCESSIONS = Successions()


def breaks_at(successions: Successions, codes: Iterable[str]) -> dict[date, list[Succession]]:
    """The days on which boundaries of these units changed, with what changed."""
    found: dict[date, list[Succession]] = {}
    for code in dict.fromkeys(codes):
        for one in successions.into(code):
            found.setdefault(one.first_day, []).append(one)
    return dict(sorted(found.items()))


def share_words(successions: Iterable[Succession]) -> Mapping[Share, int]:
    """How many of these are whole and how many in part."""
    every = [one.share for one in successions]
    return {share: every.count(share) for share in Share}
