"""What a page's figures are compared with: the unit itself in the period before, and the rest of the province."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from survey_app.domain.scoring import Figure, Outline


@dataclass(frozen=True)
class Earlier:
    """A unit in the period of equal length before; months inclusive; ``card`` None: nothing was released in it."""

    first_month: date
    last_month: date
    card: Outline | None


@dataclass(frozen=True)
class Comparands:
    """``earlier`` is None where the period has no beginning or no end.

    ``rests``: code of a unit listed -> the overall figure of all others of the province together.
    """

    earlier: Earlier | None
    rests: Mapping[str, Figure]
