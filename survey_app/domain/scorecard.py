"""What is published about one set of releases: figures with their bases, and how a tally is read to get them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from survey_app.domain.comparing import Basis, basis_of
from survey_app.domain.composite import Estimate
from survey_app.domain.disclosure import Audience, Thresholds, Withheld, why_withheld
from survey_app.domain.precision import Interval
from survey_app.domain.questionnaire import Item, Questionnaire, Section
from survey_app.domain.recipe import Band, Dimension, Index, Recipe


@dataclass(frozen=True)
class Known:
    """The indices an overall figure is the sum of: ``names`` of ``of``; with some unknown it is converted."""

    names: tuple[str, ...]
    of: int

    @property
    def is_converted(self) -> bool:
        """Whether the figure stands for indices that are not known ("quy đổi")."""
        return len(self.names) < self.of


@dataclass(frozen=True)
class Figure:
    """A score in its recipe's units with its base and 95 % interval; ``value``, ``interval`` are None when withheld.

    ``reason``: why it is withheld. ``estimate``: of a factor or overall figure that is shown, what it is compared by,
    in the same units. ``known``: of a sum of indices, which it is made of.
    """

    base: int
    value: Fraction | None
    interval: Interval | None
    estimate: Estimate | None = field(default=None, compare=False)
    reason: Withheld | None = None
    known: Known | None = None

    @property
    def is_withheld(self) -> bool:
        return self.value is None


@dataclass(frozen=True)
class Distribution:
    """How answers spread over a scale's codes (in scale order), and how many gave each missing code.

    ``counts`` and ``missing`` are None when withheld, and ``reason`` then tells why; ``base`` counts answers with a
    code.
    """

    base: int
    counts: Mapping[str, int] | None
    missing: Mapping[str, int] | None
    reason: Withheld | None = None


@dataclass(frozen=True)
class ItemScore:
    item: Item
    figure: Figure
    distribution: Distribution


@dataclass(frozen=True)
class SectionFigure:
    """A factor's own figure."""

    section: Section
    figure: Figure


@dataclass(frozen=True)
class SectionScore(SectionFigure):
    """A factor's figure with its items."""

    items: tuple[ItemScore, ...]


@dataclass(frozen=True)
class DimensionScore:
    """The sum of the sections that are its parts."""

    dimension: Dimension
    figure: Figure


@dataclass(frozen=True)
class ImportedIndex:
    """An index that is imported: its points, exact, and for how many dossiers they stand."""

    index: Index
    value: Fraction
    dossiers: int


@dataclass(frozen=True)
class ItemCounts:
    """An item that is counted, not scored (perceptions, needs): option ("" when single) -> distribution."""

    item: Item
    options: Mapping[str, Distribution]


@dataclass(frozen=True)
class Outline:
    """What tables show of one set of releases under one recipe and one questionnaire version.

    ``basis``: what it may be set beside.
    """

    questionnaire: Questionnaire
    recipe: Recipe
    responses: int
    overall: Figure
    sections: tuple[SectionFigure, ...]
    basis: Basis

    @property
    def band(self) -> Band | None:
        """The class of the overall figure; descriptive. Whether it may be shown is the province's to say."""
        classes, figure = self.recipe.classes, self.overall
        if classes is None or figure.value is None or figure.known is None:
            return None
        return classes.of(figure.value, len(figure.known.names))


@dataclass(frozen=True)
class Scorecard(Outline):
    """Everything published about one set of releases under one recipe and one questionnaire version.

    ``dimensions``: those this questionnaire asks every part of; ``imported``: what the overall figure takes from
    elsewhere.
    """

    sections: tuple[SectionScore, ...]
    counted: tuple[ItemCounts, ...]
    dimensions: tuple[DimensionScore, ...] = ()
    imported: tuple[ImportedIndex, ...] = ()


@dataclass(frozen=True)
class Figures:
    """Every score of a tally: of items and factors by their ids, of dimensions, and overall."""

    items: Mapping[str, Figure]
    sections: Mapping[str, Figure]
    overall: Figure
    dimensions: tuple[DimensionScore, ...] = ()


@dataclass(frozen=True)
class Reading:
    """How a tally is read: the recipe, who reads, and what is withheld.

    ``is_too_fine``: the tally is of a cut finer than sensitive items are shown. ``thin``: sensitive items of which a
    part that is withheld would follow from the figure (domain/sensitive_cells.py). ``stage``, ``channel``: of the
    releases that are read; None: of every one. ``imported``: the indices known from elsewhere of the same unit and
    period.
    """

    recipe: Recipe
    thresholds: Thresholds
    audience: Audience
    is_too_fine: bool = False
    stage: str | None = None
    channel: str | None = None
    imported: tuple[ImportedIndex, ...] = ()
    thin: frozenset[str] = frozenset()

    def basis(self, questionnaire: Questionnaire) -> Basis:
        """What figures read so may be set beside."""
        return basis_of(self.recipe, f"{questionnaire.slug}.v{questionnaire.version}", self.stage, self.channel)

    def of_score(self, item: Item, answers: Mapping[str, int]) -> Withheld | None:
        """Why the score of these answers is withheld, if it is."""
        return self._why(item, answers, self.thresholds.score(self.audience, item.is_sensitive))

    def of_counts(self, item: Item, answers: Mapping[str, int]) -> Withheld | None:
        """Why the spread of these answers is withheld, if it is."""
        return self._why(item, answers, self.thresholds.counts(self.audience, item.is_sensitive))

    def _why(self, item: Item, answers: Mapping[str, int], least: int) -> Withheld | None:
        found = why_withheld(item, answers, least, is_too_fine=self.is_too_fine)
        return found or (Withheld.PART if item.id in self.thin else None)
