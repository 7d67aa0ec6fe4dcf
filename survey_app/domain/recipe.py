"""How scores are calculated: a named, versioned recipe that every published score carries.

A recipe is data: which items (those on ``scale``), how an item's index is taken, how items make a section's score and
all of them the overall one, with which weights, what missing answers do, and how a figure is rounded when shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any

from survey_app.domain.questionnaire import Item, Section, Wording


class Formula(StrEnum):
    """How an item's index is taken from its counts."""

    TOP_TWO_BOX = "top_two_box"
    """100 × share of the two highest codes among answers."""

    MEAN_TO_100 = "mean_to_100"
    """100 × Σscore / (highest code × answers): 20..100 on a scale of 1..5."""


class Overall(StrEnum):
    """What the overall figure is a (weighted) mean of."""

    MEAN_OF_ITEMS = "mean_of_items"
    MEAN_OF_SECTIONS = "mean_of_sections"


class MissingCodes(StrEnum):
    """What an answer with a missing code does to its item."""

    LEFT_OUT = "left_out"
    """It leaves the base: neither a good answer nor a bad one."""


class ShortItem(StrEnum):
    """What an item without its base does to its section and to the overall figure."""

    WITHHOLDS = "withholds"
    """They are withheld with it, so that it does not follow by subtraction; no recipe may relax this."""


@dataclass(frozen=True)
class Missing:
    """The missing rules: all a recipe may say today, and said in every recipe."""

    codes: MissingCodes
    short_item: ShortItem


class RoundingMode(StrEnum):
    HALF_UP = "half_up"


@dataclass(frozen=True)
class Rounding:
    """How a figure is shown: rounded once, from its exact value."""

    places: int
    mode: RoundingMode


@dataclass(frozen=True)
class Recipe:
    """A scoring method for items on ``scale``. A slug and a version name one method for ever.

    ``status`` is ``inferred`` until the official text has been read, then ``official``; ``population`` says
    who was asked (``desk``, ``household``), ``mode`` how they came to answer (``opt_in``, ``sampled``);
    ``applies_from`` and ``published_until`` are the years of the official series that the formula matches.
    ``item_weights`` and ``section_weights`` name what does not count once.
    """

    slug: str
    version: int
    title: Wording
    short_title: Wording
    formula: Formula
    scale: str
    status: str
    population: str
    mode: str
    overall: Overall
    missing: Missing
    rounding: Rounding
    sources: tuple[str, ...]
    explanation: Wording
    applies_from: int | None = None
    published_until: int | None = None
    item_weights: Mapping[str, int] = field(default_factory=dict)
    section_weights: Mapping[str, int] = field(default_factory=dict)

    def weights_of(self, items: Sequence[Item]) -> list[Fraction]:
        """How much each item counts in its section."""
        return [Fraction(self.item_weights.get(item.id, 1)) for item in items]

    def overall_weights(self, sections: Sequence[tuple[Section, Sequence[Item]]]) -> list[Fraction]:
        """How much each item counts in the overall figure, section by section."""
        if self.overall is Overall.MEAN_OF_ITEMS:
            return [weight for _, items in sections for weight in self.weights_of(items)]
        found: list[Fraction] = []
        for section, items in sections:
            own = self.weights_of(items)
            share = self.section_weights.get(section.id, 1) / sum(own, Fraction(0))
            found += [weight * share for weight in own]
        return found


def recipe_from_dict(data: Mapping[str, Any]) -> Recipe:
    """Build a recipe from its (already checked) data."""
    weights, missing, rounding = data.get("weights", {}), data["missing"], data["rounding"]
    return Recipe(
        slug=data["slug"],
        version=data["version"],
        title=data["title"],
        short_title=data["short_title"],
        formula=Formula(data["formula"]),
        scale=data["scale"],
        status=data["status"],
        population=data["population"],
        mode=data["mode"],
        overall=Overall(data["overall"]),
        missing=Missing(MissingCodes(missing["codes"]), ShortItem(missing["short_item"])),
        rounding=Rounding(rounding["places"], RoundingMode(rounding["mode"])),
        sources=tuple(data["sources"]),
        explanation=data["explanation"],
        applies_from=data.get("applies_from"),
        published_until=data.get("published_until"),
        item_weights=weights.get("items", {}),
        section_weights=weights.get("sections", {}),
    )
