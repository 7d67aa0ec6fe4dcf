"""Results measured elsewhere, in another way: one score per unit and period, never set against our own.

They come as counts per level (Google Forms, Excel), so that the recipe of the page gives their score. No interval:
nobody knows how those people were chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from survey_app.domain.disclosure import Withheld
from survey_app.domain.questionnaire import Item
from survey_app.domain.recipe import Recipe
from survey_app.domain.scoring import Reading, item_index

OVERALL = "overall"
MOST_NAME, MOST_SOURCE, MOST_METHOD = 120, 200, 500
"""Letters of what tells about a series: each stands in one line beside its figures."""


@dataclass(frozen=True)
class ExternalSeries:
    """Where figures come from and how they were made; ``slug``: the questionnaire whose items they name."""

    name: str
    source: str
    method: str
    slug: str


@dataclass(frozen=True)
class ExternalFigure:
    """Counts of one figure of a unit in some months (first days, inclusive).

    ``figure`` is ``overall``, a section or an item. ``counts``: score -> answers, over all its items; ``responses``:
    how many people answered.
    """

    unit_code: str
    first_month: date
    last_month: date
    figure: str
    responses: int
    counts: Mapping[int, int]

    @property
    def months(self) -> tuple[date, date]:
        return self.first_month, self.last_month

    def pooled(self, other: ExternalFigure) -> ExternalFigure:
        """Together with the same figure of another unit that became part of this one."""
        scores = sorted(self.counts.keys() | other.counts.keys())
        counts = {score: self.counts.get(score, 0) + other.counts.get(score, 0) for score in scores}
        responses = self.responses + other.responses
        return ExternalFigure(self.unit_code, *self.months, self.figure, responses, counts)


@dataclass(frozen=True)
class ExternalValue:
    """The score of an external figure; None when withheld."""

    value: Fraction | None
    reason: Withheld | None = None


def _multiple(recipe: Recipe, figure: str, items: tuple[Item, ...]) -> Fraction:
    if figure == OVERALL:
        return Fraction(recipe.multiple)
    is_section = any(item.section == figure for item in items)
    return recipe.section_share(figure) if is_section else Fraction(1)


def external_value(found: ExternalFigure, items: tuple[Item, ...], reading: Reading) -> ExternalValue:
    """The score by the recipe of the reading; withheld under the same bases as our own figures.

    Args:
        items: the scored items the figure is made of, on one scale.
    """
    scale = items[0].scale
    assert scale is not None
    counts = {int(code): found.counts.get(int(code), 0) for code in scale.characters}
    answers = {str(score): count for score, count in counts.items()}
    reasons = [reading.of_score(item, answers) for item in items]
    least = max(reading.thresholds.score(reading.audience, item.is_sensitive) for item in items)
    few = Withheld.FEW if found.responses < least else None
    if reason := few or next((reason for reason in reasons if reason), None):
        return ExternalValue(None, reason)
    index = item_index(reading.recipe.formula, counts)
    return ExternalValue(index * _multiple(reading.recipe, found.figure, items))
