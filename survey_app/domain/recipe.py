"""How scores are calculated: a named, versioned recipe that every published score carries.

A recipe is data: which items (those on ``scale``), how an item's index is taken, how items make a section's score and
all of them the overall one, with which weights, what missing answers do, and how a figure is rounded when shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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

    POINTS = "points"
    """Mean points an answer: the codes of the scale are points."""

    RESCALED_PARTS = "rescaled_parts"
    """1 + 9 × (mean − lowest code) / (highest − lowest): 1..10; sections are parts of dimensions."""


class Overall(StrEnum):
    """What the overall figure is a (weighted) mean or a sum of."""

    MEAN_OF_ITEMS = "mean_of_items"
    MEAN_OF_SECTIONS = "mean_of_sections"
    SUM_OF_INDICES = "sum_of_indices"
    """Of the items and of the indices imported from elsewhere; without some of them it is their mean times all."""

    SUM_OF_DIMENSIONS = "sum_of_dimensions"
    """A dimension with k parts is the sum of its parts, each the mean of its items divided by k."""


class MissingCodes(StrEnum):
    """What an answer with a missing code does to its item."""

    LEFT_OUT = "left_out"
    """It leaves the base: neither a good answer nor a bad one."""


class ShortItem(StrEnum):
    """What an item without its base does to its section and to the overall figure."""

    WITHHOLDS = "withholds"
    """They are withheld with it, so that it does not follow by subtraction."""

    IS_CONVERTED = "is_converted"
    """It leaves the overall figure, which is the mean of what is known times all indices: nothing follows from it.
    A section is withheld all the same."""


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
class Span:
    """The range of a figure on paper."""

    low: Fraction
    high: Fraction


@dataclass(frozen=True)
class Spans:
    """The range on which items, sections (of one), dimensions and the overall figure are printed."""

    item: Span
    section: Span
    overall: Span
    dimension: Span | None = None


@dataclass(frozen=True)
class Index:
    """An index that no citizen answers; its points are imported by counter and month."""

    id: str
    title: Wording


@dataclass(frozen=True)
class Dimension:
    """Sections that add up: each is divided by their number."""

    id: str
    title: Wording
    sections: tuple[str, ...]


@dataclass(frozen=True)
class Band:
    """A class: from ``low`` (which belongs to it) up to the next."""

    low: Fraction
    title: Wording


@dataclass(frozen=True)
class Classes:
    """Classes of an overall figure, the highest first; none under ``least_known`` known indices."""

    least_known: int
    bands: tuple[Band, ...]

    def of(self, value: Fraction, known: int) -> Band | None:
        """The class of an unrounded overall figure."""
        if known < self.least_known:
            return None
        return next((band for band in self.bands if value >= band.low), None)


@dataclass(frozen=True)
class Recipe:
    """A scoring method for items on ``scale``. A slug and a version name one method for ever.

    ``status`` is ``inferred`` until the official text has been read, then ``official``; ``population`` says
    who was asked (``desk``, ``household``), ``mode`` how they came to answer (``opt_in``, ``sampled``);
    ``applies_from`` and ``published_until`` are the years of the official series that the formula matches.
    ``item_weights`` and ``section_weights`` name what does not count once. ``imported``: the indices beside those the
    items are; ``dimensions``: how sections add up; ``is_reference``: its scores are for reference only ("tham khảo").
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
    spans: Spans
    applies_from: int | None = None
    published_until: int | None = None
    item_weights: Mapping[str, int] = field(default_factory=dict)
    section_weights: Mapping[str, int] = field(default_factory=dict)
    indices: int = 0
    imported: tuple[Index, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    classes: Classes | None = None
    is_reference: bool = False

    def dimension_of(self, section_id: str) -> Dimension | None:
        """The dimension a section is a part of, if dimensions are made of sections here."""
        return next((dimension for dimension in self.dimensions if section_id in dimension.sections), None)

    def section_share(self, section_id: str) -> Fraction:
        """What the mean of a section's items is multiplied by: one part of k is divided by k."""
        dimension = self.dimension_of(section_id)
        return Fraction(1, len(dimension.sections)) if dimension else Fraction(1)

    def section_span(self, section_id: str) -> Span:
        """The range of a section: one part of k runs over a k-th of its dimension's."""
        dimension, share = self.spans.dimension, self.section_share(section_id)
        if dimension is None or self.dimension_of(section_id) is None:
            return self.spans.section
        return Span(dimension.low * share, dimension.high * share)

    @property
    def multiple(self) -> int:
        """How often the weighted mean of items goes into the overall figure."""
        if self.overall is Overall.SUM_OF_INDICES:
            return self.indices
        return len(self.dimensions) if self.overall is Overall.SUM_OF_DIMENSIONS else 1

    def is_whole(self, sections: Iterable[Section]) -> bool:
        """Whether these sections are all that the overall figure needs; a module asks some dimensions only."""
        needed = {section for dimension in self.dimensions for section in dimension.sections}
        return needed <= {section.id for section in sections}

    def weights_of(self, items: Sequence[Item]) -> list[Fraction]:
        """How much each item counts in its section."""
        return [Fraction(self.item_weights.get(item.id, 1)) for item in items]

    def overall_weights(self, sections: Sequence[tuple[Section, Sequence[Item]]]) -> list[Fraction]:
        """How much each item counts in the overall figure, section by section."""
        if self.overall in (Overall.MEAN_OF_ITEMS, Overall.SUM_OF_INDICES):
            return [weight for _, items in sections for weight in self.weights_of(items)]
        found: list[Fraction] = []
        for section, items in sections:
            own = self.weights_of(items)
            counts = self.section_weights.get(section.id, 1) * self.section_share(section.id)
            share = counts / sum(own, Fraction(0))
            found += [weight * share for weight in own]
        return found


LOWEST = {Formula.MEAN_TO_100: 20}
"""Where the range of a recipe that names none begins, if not at 0: a mean of 1 out of 5."""


def _exact(number: float) -> Fraction:
    """A number of a file as it is written there: 0.25 is a quarter."""
    return Fraction(str(number))


def _spans(data: Mapping[str, Any] | None, formula: Formula) -> Spans:
    if data is None:
        out_of_100 = Span(Fraction(LOWEST.get(formula, 0)), Fraction(100))
        return Spans(out_of_100, out_of_100, out_of_100)
    return Spans(**{name: Span(_exact(ends[0]), _exact(ends[1])) for name, ends in data.items()})


def _classes(data: Mapping[str, Any]) -> Classes:
    bands = [Band(_exact(band["from"]), band["title"]) for band in data["bands"]]
    return Classes(data["least_known"], tuple(sorted(bands, key=lambda band: band.low, reverse=True)))


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
        spans=_spans(data.get("spans"), Formula(data["formula"])),
        indices=data.get("indices", 0),
        imported=tuple(Index(key, title) for key, title in data.get("imported", {}).items()),
        dimensions=tuple(
            Dimension(key, found["title"], tuple(found["sections"]))
            for key, found in data.get("dimensions", {}).items()
        ),
        classes=_classes(data["classes"]) if "classes" in data else None,
        is_reference=data.get("for_reference", False),
    )
