"""The audit log as a chain: every entry carries the hash of the one before it, so that what is changed later shows.

An entry altered, taken out of the middle or put elsewhere breaks the chain at its place. An end cut off does not:
that is what the daily heads are for, kept where whoever could cut does not reach them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum

from survey_app.domain.local_day import local_day

BEGINNING = "0" * 64
"""What the first entry names as the hash before it."""


@dataclass(frozen=True)
class AuditEntry:
    """Who did what to which unit with what result; ``detail`` is JSON, ``previous`` the hash of the entry before."""

    number: int
    at: datetime
    actor: str
    action: str
    unit_code: str | None
    detail: str
    previous: str
    hash: str = ""


def fingerprint(entry: AuditEntry) -> str:
    """SHA-256 over everything an entry says, in one fixed spelling."""
    said = [
        entry.number,
        entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        entry.actor,
        entry.action,
        entry.unit_code,
        entry.detail,
        entry.previous,
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def seal(entry: AuditEntry) -> AuditEntry:
    """The entry with its hash."""
    return replace(entry, hash=fingerprint(entry))


class Break(StrEnum):
    """How a chain is broken."""

    ALTERED = "altered"
    """The entry does not say what it said when it was written."""
    OUT_OF_PLACE = "out_of_place"
    """The entry does not follow the one before it: something was taken out, put in or moved here."""


@dataclass(frozen=True)
class BrokenLink:
    """The first entry that does not fit."""

    entry: AuditEntry
    kind: Break


@dataclass(frozen=True)
class DailyHead:
    """The last entry of a local day: its hash vouches for everything up to it."""

    day: date
    number: int
    hash: str


def _break_of(entry: AuditEntry, previous: str) -> BrokenLink | None:
    if fingerprint(entry) != entry.hash:
        return BrokenLink(entry, Break.ALTERED)
    if entry.previous != previous:
        return BrokenLink(entry, Break.OUT_OF_PLACE)
    return None


class ChainWalk:
    """Goes along entries in the order of their numbers, holding no more than the heads of the days.

    ``broken`` is the first entry that does not fit; the walk ends there. ``wanted``: a hash that must be met, as kept
    from an earlier day; ``is_met`` tells whether it was.
    """

    def __init__(self, wanted: str | None = None) -> None:
        self.count = 0
        self.broken: BrokenLink | None = None
        self.is_met = wanted is None or wanted == BEGINNING
        self._wanted = wanted
        self._last = BEGINNING
        self._heads: dict[date, DailyHead] = {}

    def along(self, entries: Iterable[AuditEntry]) -> Iterator[int]:
        """Follow the chain; yields the number of entries found in order so far."""
        for entry in entries:
            self.broken = _break_of(entry, self._last)
            if self.broken:
                return
            day = local_day(entry.at)
            self._heads[day] = DailyHead(day, entry.number, entry.hash)
            self._last, self.count = entry.hash, self.count + 1
            self.is_met = self.is_met or entry.hash == self._wanted
            yield self.count

    @property
    def heads(self) -> tuple[DailyHead, ...]:
        """The head of every day with entries, oldest first."""
        return tuple(self._heads[day] for day in sorted(self._heads))
