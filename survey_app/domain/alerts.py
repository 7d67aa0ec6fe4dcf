"""Alerts that mean something: a clear drop at a centre, a centre long withheld, a centre nobody answers at.

A drop compares the last month with the three before it at one centre, on releases of the same mix of visit stage and
channel, and is judged together over the province by Benjamini & Hochberg at 5 %: of the drops shown, at most one in
twenty is chance on average. What has fewer than 30 responses on either side is not tested.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import islice

from survey_app.domain.comparing import Difference, Measured, Verdict, difference
from survey_app.domain.multiplicity import benjamini_hochberg

SHARE_OF_FALSE_ALARMS = 0.05
LONG_WITHHELD = timedelta(days=28)
SILENT_OPEN_DAYS = 10


class AlertKind(StrEnum):
    """What an alert tells."""

    CLEAR_DROP = "clear_drop"
    LONG_WITHHELD = "long_withheld"
    NO_RESPONSES = "no_responses"


@dataclass(frozen=True)
class Alert:
    """Something at a centre that somebody should look at; ``drop`` only of a clear drop."""

    unit_code: str
    kind: AlertKind
    drop: Difference | None = None
    since: date | None = None


@dataclass(frozen=True)
class Windows:
    """A centre's last month and the months before it, same stage and channel mix; None: too few to say anything."""

    unit_code: str
    last: Measured | None
    before: Measured | None


def clear_drops(centres: Sequence[Windows]) -> list[Alert]:
    """The centres whose score clearly fell, judged together. Raises NotComparable for unlike windows."""
    pairs = [(entry.unit_code, entry.last, entry.before) for entry in centres]
    tested = [(code, difference(last, before)) for code, last, before in pairs if last and before]
    tested = [(code, found) for code, found in tested if found.p_value is not None]
    adjusted = benjamini_hochberg([found.p_value or 0.0 for _, found in tested])
    return [
        Alert(code, AlertKind.CLEAR_DROP, Difference(found.value, found.interval, p_value, Verdict.CLEAR_DECREASE))
        for (code, found), p_value in zip(tested, adjusted, strict=True)
        if p_value < SHARE_OF_FALSE_ALARMS and found.value < 0
    ]


def long_withheld(oldest_waiting: Mapping[str, date], today: date) -> list[Alert]:
    """Centres where somebody's answer has waited four weeks for nine others."""
    late = sorted((day, code) for code, day in oldest_waiting.items() if today - day >= LONG_WITHHELD)
    return [Alert(code, AlertKind.LONG_WITHHELD, since=day) for day, code in late]


def silent(last_received: Mapping[str, date], today: date, is_open: Callable[[str, date], bool]) -> list[Alert]:
    """Centres without an answer on their last ten open days; closed days (Tết, floods) never count.

    Args:
        last_received: centre -> day of the newest response, or the day before its wave began.
    """
    alerts = []
    for code, last in sorted(last_received.items()):
        days = ((today - timedelta(days=back)) for back in range((today - last).days))
        open_days = list(islice((day for day in days if is_open(code, day)), SILENT_OPEN_DAYS))
        if len(open_days) == SILENT_OPEN_DAYS:
            alerts.append(Alert(code, AlertKind.NO_RESPONSES, since=last))
    return alerts
