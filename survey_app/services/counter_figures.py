"""What the counters of a unit show, as the results give it to whoever weighs them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from survey_app.domain.org_unit import OrgUnit
from survey_app.domain.scoring import Figure


@dataclass(frozen=True)
class CounterFigures:
    """Of the counters at and below a unit: released responses by code, and on demand the overall figure of one.

    ``least``: nothing is shown of a counter with fewer responses. ``in_all`` and ``months`` (first, last) are of
    everything released for the unit, also for whole centres.
    """

    counters: tuple[OrgUnit, ...]
    responses: Mapping[str, int]
    overall: Callable[[str], Figure]
    least: int
    in_all: int
    months: tuple[date, date] | None
