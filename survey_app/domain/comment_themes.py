"""Themes of comments: suggested by the words a comment holds. Themes and their words are data of the province."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from survey_app.domain.questionnaire import Wording
from survey_app.domain.spelling import folded_words, has_marks, spelled_words


@dataclass(frozen=True)
class Theme:
    """A theme; ``phrases`` written without marks are found in any spelling, with marks only as written."""

    key: str
    title: Wording
    phrases: tuple[str, ...]
    is_rest: bool = False

    def is_met(self, spelled: str, folded: str) -> bool:
        """Whether a comment's words hold one of the phrases."""
        return any(phrase in folded for phrase in self.unmarked) or any(phrase in spelled for phrase in self.marked)

    @cached_property
    def marked(self) -> tuple[str, ...]:
        """The phrases with marks, ready to be found."""
        return tuple(spelled_words(phrase) for phrase in self.phrases if has_marks(phrase))

    @cached_property
    def unmarked(self) -> tuple[str, ...]:
        """The phrases without marks, ready to be found."""
        return tuple(folded_words(phrase) for phrase in self.phrases if not has_marks(phrase))


@dataclass(frozen=True)
class Themes:
    """Every theme, in the order shown; one of them is for comments that fit no other."""

    entries: tuple[Theme, ...]

    def __contains__(self, key: str) -> bool:
        return any(theme.key == key for theme in self.entries)

    def suggest(self, spelled: str, folded: str) -> tuple[str, ...]:
        """The keys of the themes a comment of these ``searchable`` words speaks of; the rest theme if there is none."""
        met = tuple(theme.key for theme in self.entries if not theme.is_rest and theme.is_met(spelled, folded))
        return met or tuple(theme.key for theme in self.entries if theme.is_rest)


def themes_from_dict(data: Mapping[str, Any]) -> Themes:
    """Themes from a checked file."""
    return Themes(
        tuple(
            Theme(entry["key"], entry["title"], tuple(entry["phrases"]), is_rest=not entry["phrases"])
            for entry in data["themes"]
        )
    )
