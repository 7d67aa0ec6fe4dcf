"""Facts about a response that do not come from what it says: how long it took, at which stage of the visit."""

from __future__ import annotations

from survey_app.domain.questionnaire import Questionnaire
from survey_app.domain.record import MISSING, layout

BAND_STARTS = (0, 30, 60, 120, 300)
"""Duration bands 1..5 start at these seconds; band 0 is not known."""

LEAST_SECONDS_AN_ANSWER = 0.5
STAGES = {"1": "filing", "2": "collecting", "3": "asking", "4": "other"}
UNKNOWN_STAGE = "unknown"


def duration_band(seconds: int | None) -> int:
    """0 not known, 1 under 30 s, 2 under a minute, 3 under two, 4 under five, 5 longer."""
    return 0 if seconds is None else sum(seconds >= start for start in BAND_STARTS)


def is_too_fast(seconds: int | None, record: str) -> bool:
    """Quicker than anybody reads: less than half a second for each answer given. A sign to check, no verdict."""
    given = sum(character not in MISSING for character in record)
    return seconds is not None and seconds < LEAST_SECONDS_AN_ANSWER * given


def stage_position(questionnaire: Questionnaire) -> int | None:
    """The record column of the item that asks why the citizen came; None for a version without one."""
    return next((c.position for c in layout(questionnaire) if c.item == questionnaire.stage_item), None)


def stage_of(position: int | None, record: str) -> str:
    """The visit stage told in this record column (filing, collecting, asking, other), or unknown."""
    return UNKNOWN_STAGE if position is None else STAGES.get(record[position], UNKNOWN_STAGE)
