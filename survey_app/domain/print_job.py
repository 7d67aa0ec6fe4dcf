"""Printing posters in the background: what can be printed, how far a job is, when it counts as stopped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class PosterFormat(StrEnum):
    """What is printed of a place."""

    A4 = "a4"
    A6 = "a6"
    NOTICE = "notice"
    NOTICE_A3 = "notice_a3"
    CONTACT = "contact"

    @property
    def is_of_centres(self) -> bool:
        """One sheet for a whole centre, with the centre's own code; the others have one for each counter."""
        return self in {PosterFormat.NOTICE, PosterFormat.NOTICE_A3}


class JobState(StrEnum):
    """Where a job is. ``stopped`` is never stored: it is a live job that has shown no sign of life for a while."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    STOPPED = "stopped"


LIVE = frozenset({JobState.QUEUED, JobState.RUNNING})
SILENCE = timedelta(seconds=60)
"""A living job has finished a file within this time (the largest takes about two seconds)."""

KEPT = timedelta(hours=24)
"""How long results can be fetched; then they are deleted: they can be printed again at any time."""

MOST_LIVE = 4
"""Jobs that may run at once in the province; printing shares the machine with citizens' pages."""


@dataclass(frozen=True)
class PrintFile:
    """One PDF of a job: the posters of one commune (or centre) in one format."""

    id: int
    unit_code: str
    unit_name: str
    poster_format: PosterFormat
    posters: int
    is_made: bool


@dataclass(frozen=True)
class PrintJob:
    """A job and its files. ``stored_state`` is what the row says, ``state`` what is the case."""

    id: int
    unit_code: str
    unit_name: str
    languages: tuple[str, ...]
    requested_by: str
    requested_at: datetime
    stored_state: JobState
    beat_at: datetime
    files: tuple[PrintFile, ...]

    def state(self, now: datetime) -> JobState:
        """``stopped`` where the process that worked on it is gone."""
        is_silent = now - self.beat_at > SILENCE
        return JobState.STOPPED if self.stored_state in LIVE and is_silent else self.stored_state

    def is_live(self, now: datetime) -> bool:
        return self.state(now) in LIVE

    @property
    def total(self) -> int:
        return sum(file.posters for file in self.files)

    @property
    def done(self) -> int:
        return sum(file.posters for file in self.files if file.is_made)

    @property
    def formats(self) -> tuple[PosterFormat, ...]:
        """What was asked for, in the order of the choice."""
        asked = {file.poster_format for file in self.files}
        return tuple(one for one in PosterFormat if one in asked)

    @property
    def last_moment(self) -> datetime:
        """Until when the results can be fetched."""
        return self.requested_at + KEPT
