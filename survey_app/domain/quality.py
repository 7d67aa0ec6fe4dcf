"""Facts about a response that do not come from what it says: how long it took, at which stage, in which rush.

What looks wrong is a *sign to check*, never a verdict: the response is kept, and released apart from the others.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields

from survey_app.domain.local_day import cut_to_day
from survey_app.domain.questionnaire import Questionnaire
from survey_app.domain.record import MISSING, layout

BAND_STARTS = (0, 30, 60, 120, 300)
"""Duration bands 1..5 start at these seconds; band 0 is not known."""

LEAST_SECONDS_AN_ANSWER = 0.5
LEAST_SECONDS_A_PAGE = 3.0
"""To see the page, agree and send, whatever is answered."""

BURST_MINUTES = 10
"""The span in which responses come too thick; a minute's bursts are known when this many have passed."""

STAGES = {"1": "filing", "2": "collecting", "3": "asking", "4": "other"}
"""What the codes of the item that asks why the citizen came stand for."""
UNKNOWN_STAGE = "unknown"


def duration_band(seconds: int | None) -> int:
    """0 not known, 1 under 30 s, 2 under a minute, 3 under two, 4 under five, 5 longer."""
    return 0 if seconds is None else bisect_right(BAND_STARTS, seconds)


def is_too_fast(seconds: int | None, record: str) -> bool:
    """Quicker than anybody reads: less than half a second for each answer given. A sign to check, no verdict."""
    given = len(record) - sum(map(record.count, MISSING))
    return seconds is not None and seconds < LEAST_SECONDS_AN_ANSWER * given


def is_too_soon(seconds: int | None, answers: int) -> bool:
    """Sent sooner after its page was opened than anybody sees, agrees, answers and sends. A sign to check, no verdict.

    None: when the page was opened is not known. Less than nothing: two servers' clocks differ, which tells nothing.
    """
    return seconds is not None and 0 <= seconds < LEAST_SECONDS_A_PAGE + LEAST_SECONDS_AN_ANSWER * answers


@dataclass(frozen=True)
class PaceLimits:
    """How many responses to one questionnaire a counter may get before they are a sign to check.

    A real desk takes in a few dozen dossiers a day and about one citizen in twelve answers. 30 in ten minutes is a
    citizen every 20 seconds at one counter; 150 a day is one every three minutes of eight hours, everybody answering.
    ``page``: responses sent from one load of the page (a phone handed round a family; a script sends all from one).
    """

    ten_minutes: int = 30
    day: int = 150
    page: int = 5

    def __post_init__(self) -> None:
        if any(type(getattr(self, entry.name)) is not int or getattr(self, entry.name) < 1 for entry in fields(self)):
            raise ValueError("pace limits must be whole numbers from 1")
        if self.day < self.ten_minutes:
            raise ValueError("pace.day must not be smaller than pace.ten_minutes")


def burst_minutes(minutes: Iterable[int], limit: int, span: int = BURST_MINUTES) -> frozenset[int]:
    """The minutes lying in any ``span`` minutes in which more than ``limit`` responses came; one minute a response."""
    ordered = sorted(minutes)
    starts = {first for first, last in zip(ordered, ordered[limit:], strict=False) if last < first + span}
    return frozenset(minute for minute in set(ordered) if any(minute - ago in starts for ago in range(span)))


def crowded_minutes(minutes: Collection[int], limits: PaceLimits) -> frozenset[int]:
    """The minutes whose responses came faster than any desk serves: in a burst, or on a day with too many.

    A local midnight is a minute cut to its day (rows that wait long): it counts for its day, in no burst.
    """
    day_of = {minute: cut_to_day(minute) for minute in set(minutes)}
    of_day = Counter(day_of[minute] for minute in minutes)
    bursts = burst_minutes((minute for minute in minutes if minute != day_of[minute]), limits.ten_minutes)
    return bursts | {minute for minute, day in day_of.items() if of_day[day] > limits.day}


def stage_position(questionnaire: Questionnaire) -> int | None:
    """The record column of the item that asks why the citizen came; None for a version without one."""
    return next((c.position for c in layout(questionnaire) if c.item == questionnaire.stage_item), None)
