"""One fieldwork period: when it runs, and what may become of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class WaveStatus(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


ALLOWED_CHANGES = {
    WaveStatus.PLANNED: {WaveStatus.OPEN, WaveStatus.CLOSED},
    WaveStatus.OPEN: {WaveStatus.PAUSED, WaveStatus.CLOSED},
    WaveStatus.PAUSED: {WaveStatus.OPEN, WaveStatus.CLOSED},
    WaveStatus.CLOSED: set[WaveStatus](),
}


class WaveChangeRefused(Exception):
    """A status change the rules do not allow; closed is final."""


@dataclass(frozen=True)
class Wave:
    """A wave of ``questionnaires`` (slug, version; the first is what the poster opens) at ``units`` and below."""

    code: str
    title: str
    opens_on: date
    closes_on: date
    status: WaveStatus
    questionnaires: tuple[tuple[str, int], ...]
    units: tuple[str, ...]

    def takes_answers_on(self, day: date) -> bool:
        return self.status is WaveStatus.OPEN and self.opens_on <= day <= self.closes_on

    def is_over_on(self, day: date) -> bool:
        """No more answers will come: remainders may be released at the level above."""
        return self.status is WaveStatus.CLOSED or day > self.closes_on


def check_change(wave: Wave, status: WaveStatus) -> None:
    """Raises WaveChangeRefused unless ``wave`` may get ``status``."""
    if status not in ALLOWED_CHANGES[wave.status]:
        raise WaveChangeRefused(f"{wave.code}: {wave.status} -> {status}")
