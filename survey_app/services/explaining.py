"""What stands behind one figure of a results page, read once for "Cách tính"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from sqlalchemy import Engine

from survey_app.domain.recipe import Recipe
from survey_app.domain.scoring import (
    DimensionScore,
    Figure,
    ItemCounts,
    ItemScore,
    Reading,
    Scorecard,
    SectionScore,
)
from survey_app.domain.tally import Tally
from survey_app.domain.tally_layout import TallyLayout
from survey_app.domain.workings import CompositeWorking, ItemWorking, composite_working, item_working
from survey_app.services.counted import Counted, unit_tallies
from survey_app.services.result_choices import UnitPage
from survey_app.storage.database import begin_read

OVERALL = "overall"


class NoSuchFigure(LookupError):
    """The questionnaire has no such item, factor or dimension, or this reader does not see it."""


@dataclass(frozen=True)
class Explained:
    """One figure: exactly one of ``section`` with all of its items, ``item`` and ``option_counts`` is given, for the
    overall figure none; ``working`` is None when the figure is withheld.

    ``lacking``: the items that keep a mean over items withheld. ``dimension``: what ``parts`` add up to.
    """

    page: UnitPage
    counted: Counted
    card: Scorecard
    figure: Figure | None
    section: SectionScore | None
    item: ItemScore | None
    option_counts: ItemCounts | None
    working: ItemWorking | CompositeWorking | None
    lacking: tuple[ItemScore, ...]
    dimension: DimensionScore | None = None
    parts: tuple[SectionScore, ...] = ()


@dataclass(frozen=True)
class _Ground:
    page: UnitPage
    counted: Counted
    card: Scorecard
    tally: Tally
    layout: TallyLayout
    reading: Reading

    def mean(self, section: SectionScore | None) -> Explained:
        sections = [section] if section else self.card.sections
        figure = section.figure if section else self.card.overall
        found = self._over(sections, figure, self._weights(section), self._multiple(section))
        return replace(found, section=section)

    def sum(self, dimension: DimensionScore) -> Explained:
        """Every part counts once, however many items it has."""
        parts = tuple(part for part in self.card.sections if part.section.id in dimension.dimension.sections)
        own = [self._weights(part) for part in parts]
        weights = [weight / sum(counts, Fraction(0)) for counts in own for weight in counts]
        found = self._over(parts, dimension.figure, weights, Fraction(1))
        return replace(found, dimension=dimension, parts=parts)

    def _over(
        self, sections: Sequence[SectionScore], figure: Figure, weights: list[Fraction], multiple: Fraction
    ) -> Explained:
        scores = [score for part in sections for score in part.items]
        working = composite_working(self.layout, self.tally, figure, scores, weights, multiple, self.reading)
        lacking = tuple(score for score in scores if score.figure.is_withheld)
        return self._explained(figure=figure, working=working, lacking=lacking)

    def _multiple(self, section: SectionScore | None) -> Fraction:
        recipe = self.card.recipe
        return recipe.section_share(section.section.id) if section else Fraction(recipe.multiple)

    def _weights(self, section: SectionScore | None) -> list[Fraction]:
        recipe = self.card.recipe
        if section:
            return recipe.weights_of([score.item for score in section.items])
        every = [(part.section, [score.item for score in part.items]) for part in self.card.sections]
        return recipe.overall_weights(every)

    def one(self, score: ItemScore) -> Explained:
        working = item_working(self.layout, self.tally, score, self.reading)
        return self._explained(figure=score.figure, item=score, working=working)

    def shares(self, found: ItemCounts) -> Explained:
        return self._explained(option_counts=found)

    def _explained(
        self,
        figure: Figure | None = None,
        item: ItemScore | None = None,
        option_counts: ItemCounts | None = None,
        working: ItemWorking | CompositeWorking | None = None,
        lacking: tuple[ItemScore, ...] = (),
    ) -> Explained:
        return Explained(self.page, self.counted, self.card, figure, None, item, option_counts, working, lacking)


def explained(engine: Engine, recipes: Mapping[str, Recipe], page: UnitPage, name: str) -> Explained:
    """The figure ``name`` (``overall``, an item's, a factor's or a dimension's id) of a page.

    Raises:
        NoSuchFigure: also for a sensitive item this reader does not see.
    """
    if page.results is None:
        raise NoSuchFigure(name)
    unit_code = page.path[-1].code
    with begin_read(engine) as connection:
        counted = unit_tallies(connection, recipes, page.results.query)
    card = counted.card(unit_code)
    ground = _Ground(page, counted, card, counted.tally(unit_code), counted.layout, counted.readings[unit_code])
    if name == OVERALL and card.sections:
        return ground.mean(None)
    for section in card.sections:
        if section.section.id == name:
            return ground.mean(section)
        for score in section.items:
            if score.item.id == name:
                return ground.one(score)
    for found in card.counted:
        if found.item.id == name:
            return ground.shares(found)
    for dimension in card.dimensions:
        if dimension.dimension.id == name:
            return ground.sum(dimension)
    raise NoSuchFigure(name)
