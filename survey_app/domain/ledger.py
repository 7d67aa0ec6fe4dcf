"""The administrative ledger of QĐ 766/QĐ-TTg, kept apart from what people answered (domain description, section 5).

Its satisfaction ratio counts dossiers, not answers: R = 100 − (overdue % + complained or disliked %), not under 0.
Overlaps count twice, as the portal does, and silence counts as satisfied. Beside it stands the share of those who
answered, with the share of dossiers somebody answered for and the bounds if all who were silent had been dissatisfied,
or satisfied. The two are never merged.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

FULL_POINTS_FROM = 90


@dataclass(frozen=True)
class Ledger:
    """Dossiers of some centres and months, and what became of them; adds over both.

    ``in_time``, ``rejected``: of the complaints; None where a month did not report them.
    """

    dossiers: int = 0
    overdue: int = 0
    complaints: int = 0
    disliked: int = 0
    in_time: int | None = 0
    rejected: int | None = 0

    def __add__(self, other: Ledger) -> Ledger:
        return Ledger(
            self.dossiers + other.dossiers,
            self.overdue + other.overdue,
            self.complaints + other.complaints,
            self.disliked + other.disliked,
            _sum(self.in_time, other.in_time),
            _sum(self.rejected, other.rejected),
        )

    @property
    def overdue_percent(self) -> Fraction | None:
        return percent(self.overdue, self.dossiers)

    @property
    def disliked_percent(self) -> Fraction | None:
        """Complained about or disliked; a dossier that is both counts twice."""
        return percent(self.complaints + self.disliked, self.dossiers)

    @property
    def satisfaction(self) -> Fraction | None:
        """R, 0..100; None without dossiers."""
        if self.overdue_percent is None or self.disliked_percent is None:
            return None
        return max(Fraction(0), 100 - self.overdue_percent - self.disliked_percent)

    @property
    def answered_in_time(self) -> Fraction | None:
        """Complaints answered in time, of all; None where there are none, or they were not reported."""
        return None if self.in_time is None else percent(self.in_time, self.complaints)

    @property
    def settled(self) -> Fraction | None:
        """Complaints neither rejected nor answered late, of all."""
        return None if self.rejected is None else percent(self.complaints - self.rejected, self.complaints)


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def percent(part: int, whole: int) -> Fraction | None:
    """100 × part / whole; None of nothing."""
    return Fraction(100 * part, whole) if whole else None


def points_share(satisfaction: Fraction) -> Fraction:
    """How much of the criterion's points R earns, in percent: all from 90 on, R / 90 of them below."""
    return min(Fraction(100), 100 * satisfaction / FULL_POINTS_FROM)


@dataclass(frozen=True)
class Answered:
    """The share (0..100) of those who answered that are satisfied, and how many answered for how many dossiers."""

    share: Fraction
    n: int
    dossiers: int

    @property
    def response_rate(self) -> Fraction | None:
        """In percent; None where more people answered than dossiers are known: they are not the same visits."""
        return percent(self.n, self.dossiers) if self.n <= self.dossiers else None

    @property
    def bounds(self) -> tuple[Fraction, Fraction] | None:
        """The share over all dossiers, had every silent person been dissatisfied, or satisfied."""
        if self.response_rate is None:
            return None
        rate = self.response_rate / 100
        return self.share * rate, self.share * rate + 100 * (1 - rate)
