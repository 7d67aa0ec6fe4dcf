"""A unit's figures, of a period and of a month, each with what it may be set beside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from survey_app.domain.comparing import Basis
from survey_app.domain.org_unit import OrgUnit
from survey_app.domain.scoring import Figure, Outline, Scorecard


@dataclass(frozen=True)
class UnitResult:
    """A unit with its figures (None: nothing released in this cut) and how many responses wait for release."""

    unit: OrgUnit
    card: Outline | None
    waiting: int

    @property
    def basis(self) -> Basis | None:
        return self.card.basis if self.card else None


@dataclass(frozen=True)
class UnitScorecard(UnitResult):
    """A unit with everything published about it."""

    card: Scorecard | None


@dataclass(frozen=True)
class TrendPoint:
    """The overall figure of one month; ``responses`` is what was released for it."""

    month: date
    responses: int
    overall: Figure
    basis: Basis
