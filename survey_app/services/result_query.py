"""What is asked of the results: one frozen value, the same for every reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from survey_app.domain.disclosure import Audience
from survey_app.domain.unit_succession import Boundaries


class NoSuchUnit(LookupError):
    """No unit has this code."""


class NoSuchVersion(LookupError):
    """No published version, recipe, wave or service field goes by this name."""


@dataclass(frozen=True)
class ResultsQuery:
    """What is asked of the results. Months are first days, inclusive; None leaves a dimension open.

    ``stage`` and ``channel`` take whole releases of that stage or channel; ``service_field`` the releases made at
    counters that handle it (what was released at a centre is in no field). ``trend_since``: the trend reaches back
    to this month, however short the period of the figures. ``with_comparands``: with what they are compared with.
    ``today``: the day of reading; sensitive items are shown of quarters that are over. ``boundaries``: in the units
    of today, former ones pooled, or in those there were.
    """

    unit_code: str
    slug: str
    version: int
    recipe: str = "sipas-2022-mean5"
    wave: str | None = None
    first_month: date | None = None
    last_month: date | None = None
    stage: str | None = None
    with_flagged: bool = True
    audience: Audience = Audience.OFFICER
    channel: str | None = None
    service_field: str | None = None
    with_sensitive: bool = False
    trend_since: date | None = None
    with_comparands: bool = False
    today: date | None = None
    boundaries: Boundaries = Boundaries.THEN

    @property
    def is_cut(self) -> bool:
        """Whether only some of the releases of a unit and its months are taken."""
        return any((self.wave, self.stage, self.channel, self.service_field))
