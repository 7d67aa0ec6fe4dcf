"""How scores are calculated: a named, versioned recipe that every published score carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from survey_app.domain.questionnaire import Wording


class Formula(StrEnum):
    """How an item's index is taken from its counts."""

    TOP_TWO_BOX = "top_two_box"
    """100 × share of the two highest codes among answers."""

    MEAN_TO_100 = "mean_to_100"
    """100 × Σscore / (highest code × answers): 20..100 on a scale of 1..5."""


@dataclass(frozen=True)
class Recipe:
    """A scoring method for items on ``scale``; a factor is the mean of its items, the overall that of all.

    ``status`` is ``inferred`` until the official text has been read, then ``official``; ``population`` says
    who was asked (``desk``, ``household``); ``applies_from`` and ``published_until`` are the years of the
    official series that the formula matches.
    """

    slug: str
    version: int
    title: Wording
    short_title: Wording
    formula: Formula
    scale: str
    status: str
    population: str
    sources: tuple[str, ...]
    explanation: Wording
    applies_from: int | None = None
    published_until: int | None = None


def recipe_from_dict(data: Mapping[str, Any]) -> Recipe:
    """Build a recipe from its (already checked) data."""
    return Recipe(
        slug=data["slug"],
        version=data["version"],
        title=data["title"],
        short_title=data["short_title"],
        formula=Formula(data["formula"]),
        scale=data["scale"],
        status=data["status"],
        population=data["population"],
        sources=tuple(data["sources"]),
        explanation=data["explanation"],
        applies_from=data.get("applies_from"),
        published_until=data.get("published_until"),
    )
