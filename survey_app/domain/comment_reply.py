"""A public summary reply: what people said about a theme in a quarter, what is done, and what it must not be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from survey_app.domain.spelling import find_words, spell

EVERY_THEME = "all"
"""The theme of a public reply that names none."""

QUOTED_WORDS = 8
"""So many words in a row that equal a comment's are a quotation."""


class ReplyStatus(StrEnum):
    """A public summary reply is written first, then published."""

    DRAFT = "draft"
    PUBLISHED = "published"


@dataclass(frozen=True)
class ReplyText:
    """What is said: about which theme and quarter (its first day), what people said, what is done, by whom, by when."""

    theme: str
    quarter: date
    said: str
    done: str
    responsible: str
    due_on: date | None


@dataclass(frozen=True)
class Reply:
    """A stored reply."""

    id: int
    unit_code: str
    unit_name: str
    text: ReplyText
    status: ReplyStatus
    published_on: date | None


def may_name_theme(comments: int, least: int) -> bool:
    """Whether so many comments about a theme let a public reply name it."""
    return comments >= least


def _runs(text: str) -> set[tuple[str, ...]]:
    words = [spell(word) for word in find_words(text)]
    return {tuple(words[start : start + QUOTED_WORDS]) for start in range(len(words) - QUOTED_WORDS + 1)}


def is_quoting(text: str, comments: Iterable[str]) -> bool:
    """Whether ``text`` holds eight words in a row of a comment."""
    runs = _runs(text)
    return bool(runs) and any(not runs.isdisjoint(_runs(comment)) for comment in comments)
