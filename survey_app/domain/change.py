"""Whether a figure has changed from one period to the next: a careful first answer from two intervals.

Only where the two 95 % intervals do not overlap is a change called clear. That is stricter than a test of the
difference: some clear changes are missed, few are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from survey_app.domain.scoring import Figure

LEAST_BASE = 30
"""Responses on either side below which nothing is said."""


class Verdict(StrEnum):
    """What may be said of a change."""

    INCREASE = "increase"
    UNCLEAR = "unclear"
    DECREASE = "decrease"
    TOO_FEW = "too_few"
    """One of the two figures is withheld or stands on too few responses."""


@dataclass(frozen=True)
class Change:
    """A figure of this period beside that of the period before; None: nothing was released in it."""

    now: Figure | None
    before: Figure | None

    @property
    def verdict(self) -> Verdict:
        """Clear only where the intervals do not overlap."""
        now, before = self.now, self.before
        if now is None or before is None or min(now.base, before.base) < LEAST_BASE:
            return Verdict.TOO_FEW
        if now.interval is None or before.interval is None:
            return Verdict.TOO_FEW
        if now.interval.low > before.interval.high:
            return Verdict.INCREASE
        if now.interval.high < before.interval.low:
            return Verdict.DECREASE
        return Verdict.UNCLEAR

    @property
    def difference(self) -> float | None:
        """Points gained or lost; None where a figure is withheld."""
        if self.now is None or self.before is None or self.now.value is None or self.before.value is None:
            return None
        return float(self.now.value - self.before.value)
