"""The one rule that withholds figures. Defaults: domain description, section 9b; a province may raise the bases.

A figure is withheld for one of four reasons: it rests on too few answers; everybody gave the same answer to an item
that is sensitive or speaks badly of the office, so that it is known what each of them said; it cuts a sensitive item
finer than a commune and a quarter; or a part of it that is withheld itself would follow by subtraction
(domain/sensitive_cells.py). A fifth value says that a questionnaire cannot give the figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import StrEnum

from survey_app.domain.local_day import months_back
from survey_app.domain.org_unit import UnitKind
from survey_app.domain.quarter import quarter_of
from survey_app.domain.questionnaire import Item, Polarity


class Audience(StrEnum):
    """Who reads a figure."""

    OFFICER = "officer"
    PUBLIC = "public"


class Withheld(StrEnum):
    """Why a figure stays unpublished. Of several reasons the first in this order is told."""

    TOO_FINE = "too_fine"
    FEW = "few"
    UNANIMOUS = "unanimous"
    PART = "part"
    INCOMPLETE = "incomplete"
    """Not withheld but impossible: this questionnaire asks only some of what the figure is a sum of."""


@dataclass(frozen=True)
class Thresholds:
    """Smallest bases (numbers of responses) at which a figure is shown. Never under the release size."""

    release: int = 10
    officer_score: int = 10
    public_score: int = 30
    distribution: int = 20
    sensitive: int = 30
    demographic: int = 10

    def __post_init__(self) -> None:
        if any(type(getattr(self, entry.name)) is not int for entry in fields(self)):
            raise ValueError("thresholds must be whole numbers")
        if self.release < 2:
            raise ValueError("release must be at least 2")
        for entry in fields(self):
            if entry.name != "release" and getattr(self, entry.name) < self.release:
                raise ValueError(f"{entry.name} must not be smaller than release")

    def score(self, audience: Audience, is_sensitive: bool = False) -> int:
        """Smallest base of a score."""
        least = self.public_score if audience is Audience.PUBLIC else self.officer_score
        return max(least, self.sensitive) if is_sensitive else least

    def counts(self, audience: Audience, is_sensitive: bool = False) -> int:
        """Smallest base of a distribution over the codes of a scale."""
        return max(self.distribution, self.score(audience, is_sensitive))


def is_withheld(base: int, least: int) -> bool:
    """Whether a figure on ``base`` responses stays unpublished."""
    return base < least


def why_withheld(item: Item, answers: Mapping[str, int], least: int, *, is_too_fine: bool = False) -> Withheld | None:
    """Why a figure about these answers to ``item`` is withheld, if it is.

    Args:
        answers: code -> number of answers, missing codes left out. For an option of a multiple choice “chosen” and
            “not chosen” are its two codes: an option everybody chose, or nobody, is as telling.
        least: the smallest base.
        is_too_fine: the cut is finer than sensitive items may be shown.
    """
    if item.is_sensitive and is_too_fine:
        return Withheld.TOO_FINE
    base = sum(answers.values())
    if is_withheld(base, least):
        return Withheld.FEW
    is_guarded = item.is_sensitive or item.polarity is Polarity.NEGATIVE
    return Withheld.UNANIMOUS if is_guarded and base in answers.values() else None


def first_reason(reasons: Iterable[Withheld | None]) -> Withheld | None:
    """The reason told for a figure made of several."""
    found = set(reasons)
    return next((reason for reason in Withheld if reason in found), None)


@dataclass(frozen=True)
class Days:
    """A period by its first and last day, inclusive; None: from the beginning, or without end."""

    first: date | None = None
    last: date | None = None

    @classmethod
    def of_months(cls, first: date | None, last: date | None) -> Days:
        """The days of months given by their first days, inclusive."""
        return cls(first, months_back(last, -1) - timedelta(days=1) if last else None)

    def within(self, other: Days) -> Days:
        """What both cover."""
        firsts = [day for day in (self.first, other.first) if day]
        lasts = [day for day in (self.last, other.last) if day]
        return Days(max(firsts, default=None), min(lasts, default=None))

    def are_closed_quarters_on(self, today: date) -> bool:
        """Whether this is whole calendar quarters, all of them over: an open one would grow release by release."""
        if self.last is None or self.last != quarter_of(self.last).last_day or self.last >= today:
            return False
        return self.first is None or self.first == quarter_of(self.first).first_month


def is_too_fine(kind: UnitKind, days: Days, today: date | None) -> bool:
    """Whether sensitive items stay unpublished here: they are shown by province and commune and whole quarters only.

    ``today`` is the day of reading; without it nothing is known to be over.
    """
    is_place = kind in (UnitKind.PROVINCE, UnitKind.COMMUNE)
    return not (is_place and today is not None and days.are_closed_quarters_on(today))
