"""Comments: when a batch of them may be read, and how their handling moves on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

KNOWN_LANGUAGES = frozenset({"vi", "en"})
OTHER_LANGUAGE = "other"


class Status(StrEnum):
    """How far the handling of a comment is, in order."""

    NEW = "new"
    IN_PROGRESS = "in_progress"
    ANSWERED = "answered"


STATUSES = tuple(status.value for status in Status)


@dataclass(frozen=True)
class CommentRules:
    """A province's settings: the smallest batch, the age of its youngest comment, and how long comments are kept."""

    batch: int = 10
    days: int = 7
    months: int = 12

    def last_week(self, today: date) -> date:
        """The latest week (its Monday) whose every comment is old enough."""
        day = today - timedelta(days=self.days + 6)
        return day - timedelta(days=day.weekday())


def may_change(held: Status, wanted: Status, has_reason: bool) -> bool:
    """One step onwards at any time, one step back with a reason; never two at once."""
    step = STATUSES.index(wanted) - STATUSES.index(held)
    return step == 1 or (step == -1 and has_reason)


def shown_languages(languages: Sequence[str], least: int) -> list[str]:
    """The languages of a batch as they may be shown: a rare one would tell who wrote."""
    writers = Counter(languages)
    return [tag if tag in KNOWN_LANGUAGES or writers[tag] >= least else OTHER_LANGUAGE for tag in languages]
