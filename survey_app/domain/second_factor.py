"""The second factor: time-based one-time codes (RFC 6238), recovery codes, and who must have one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from survey_app.domain.permissions import ADMINISTRATORS, Grant

STEP_SECONDS = 30
DIGITS = 6
RECOVERY_CODES = 8
RECOVERY_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters easily taken for another."""

RECOVERY_LENGTH = 16
"""About 79 bits: too many to try out even for who holds a copy of the hashes."""


def step_at(moment: datetime) -> int:
    """The number of the 30-second step a moment lies in."""
    return int(moment.timestamp()) // STEP_SECONDS


def steps_to_try(moment: datetime, last_step: int) -> list[int]:
    """The steps whose code is accepted: this one and its neighbours, never one that was used or lies before it."""
    middle = step_at(moment)
    return [step for step in (middle - 1, middle, middle + 1) if step > last_step]


def plain_code(typed: str) -> str:
    """A code as typed, without the blanks and hyphens that only help reading."""
    return "".join(typed[:60].split()).replace("-", "").lower()


def grouped(code: str) -> str:
    """A key or recovery code in groups of four, to read and to type."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def administers(grants: Iterable[Grant], today: date) -> bool:
    """Whether who holds these grants has a role that signs in with a second factor."""
    return any(grant.role in ADMINISTRATORS and grant.is_in_force_on(today) for grant in grants)
