"""From a tally to a scorecard: item, factor and overall figures by one recipe. Never sees a response.

Item index: ``mean_to_100`` 100·Σscore/(top·N), ``top_two_box`` 100·(answers in the two highest codes)/N, over answers
given. Factor: mean of its item indices. Overall: mean over all scored items, not over factors. Values are exact
fractions; round once, at display (domain description, section 2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from survey_app.domain.composite import Estimate, estimate
from survey_app.domain.disclosure import Audience, Thresholds, is_withheld
from survey_app.domain.precision import Interval, mean_interval, wilson
from survey_app.domain.questionnaire import Item, ItemKind, Questionnaire, Scale, Section
from survey_app.domain.recipe import Formula, Recipe
from survey_app.domain.record import MISSING
from survey_app.domain.tally import Tally, base_of, comoments_of, counts_of
from survey_app.domain.tally_layout import ALL_SECTIONS, TallyLayout


@dataclass(frozen=True)
class Figure:
    """A score on 0..100 with its base and 95 % interval. ``value`` and ``interval`` are None when withheld."""

    base: int
    value: Fraction | None
    interval: Interval | None

    @property
    def is_withheld(self) -> bool:
        return self.value is None


@dataclass(frozen=True)
class Distribution:
    """How answers spread over a scale's codes (in scale order), and how many gave each missing code.

    ``counts`` and ``missing`` are None when withheld; ``base`` counts answers with a code.
    """

    base: int
    counts: Mapping[str, int] | None
    missing: Mapping[str, int] | None


@dataclass(frozen=True)
class ItemScore:
    item: Item
    figure: Figure
    distribution: Distribution


@dataclass(frozen=True)
class SectionScore:
    section: Section
    figure: Figure
    items: tuple[ItemScore, ...]


@dataclass(frozen=True)
class ItemCounts:
    """An item that is counted, not scored (perceptions, needs): option ("" when single) -> distribution."""

    item: Item
    options: Mapping[str, Distribution]


@dataclass(frozen=True)
class Scorecard:
    """Everything published about one set of releases under one recipe and one questionnaire version."""

    questionnaire: Questionnaire
    recipe: Recipe
    responses: int
    overall: Figure
    sections: tuple[SectionScore, ...]
    counted: tuple[ItemCounts, ...]


def _scores(scale: Scale, counts: Mapping[str, int]) -> dict[int, int]:
    return {int(code): counts[code] for code in scale.characters}


def item_index(formula: Formula, scores: Mapping[int, int]) -> Fraction:
    """Index 0..100 of an item from counts per score. Raises ZeroDivisionError for no answers."""
    n = sum(scores.values())
    if formula is Formula.TOP_TWO_BOX:
        return Fraction(100 * sum(scores[score] for score in sorted(scores)[-2:]), n)
    return Fraction(100 * sum(score * count for score, count in scores.items()), max(scores) * n)


def _item_interval(formula: Formula, scores: Mapping[int, int]) -> Interval:
    n = sum(scores.values())
    if formula is Formula.TOP_TWO_BOX:
        return wilson(sum(scores[score] for score in sorted(scores)[-2:]), n).scaled(100)
    total = Fraction(sum(score * count for score, count in scores.items()))
    squares = Fraction(sum(score * score * count for score, count in scores.items()))
    return mean_interval(n, total, squares, sorted(scores)).scaled(100 / max(scores))


@dataclass(frozen=True)
class Reading:
    """How a tally is read: the recipe, who reads, and the thresholds that withhold small bases."""

    recipe: Recipe
    thresholds: Thresholds
    audience: Audience


def _distribution(counts: Mapping[str, int], reading: Reading, is_sensitive: bool) -> Distribution:
    answered = {code: number for code, number in counts.items() if code not in MISSING}
    missing = {code: counts[code] for code in MISSING}
    base = sum(answered.values())
    if is_withheld(base, reading.thresholds.counts(reading.audience, is_sensitive)):
        return Distribution(base, None, None)
    return Distribution(base, answered, missing)


def _item_score(layout: TallyLayout, tally: Tally, item: Item, reading: Reading) -> ItemScore:
    assert item.scale is not None
    counts = counts_of(layout, tally, item.id)[""]
    scores = _scores(item.scale, counts)
    base = sum(scores.values())
    distribution = _distribution(counts, reading, item.is_sensitive)
    if is_withheld(base, reading.thresholds.score(reading.audience, item.is_sensitive)):
        return ItemScore(item, Figure(base, None, None), distribution)
    formula = reading.recipe.formula
    figure = Figure(base, item_index(formula, scores), _item_interval(formula, scores))
    return ItemScore(item, figure, distribution)


def _composite(layout: TallyLayout, tally: Tally, items: Sequence[ItemScore], group: str, reading: Reading) -> Figure:
    """Mean of item indices; withheld when any of its items is, so that no item follows by subtraction."""
    base = base_of(layout, tally, group)
    values = [score.figure.value for score in items]
    shown = [value for value in values if value is not None]
    if not values or len(shown) < len(values):
        return Figure(base, None, None)
    value = sum(shown, Fraction(0)) / len(shown)
    found = measure(layout, tally, [score.item for score in items], reading.recipe.formula)
    interval = found.interval().scaled(100 / found.high)
    return Figure(base, value, Interval(min(interval.low, float(value)), max(interval.high, float(value))))


def measure(layout: TallyLayout, tally: Tally, items: Sequence[Item], formula: Formula) -> Estimate:
    """The mean over these items on their scale, with its variance. Raises ValueError for an item nobody answered."""
    assert items[0].scale is not None
    levels = sorted(int(code) for code in items[0].scale.characters)
    return estimate(comoments_of(layout, tally, [item.id for item in items]), formula, levels)


def _counted(layout: TallyLayout, tally: Tally, item: Item, reading: Reading) -> ItemCounts:
    options = counts_of(layout, tally, item.id)
    return ItemCounts(
        item,
        {option: _distribution(counts, reading, item.is_sensitive) for option, counts in options.items()},
    )


def score(layout: TallyLayout, tally: Tally, reading: Reading) -> Scorecard:
    """The scorecard of a tally. Demographic items are left out: they may be cut only at province or commune-year."""
    questionnaire = layout.questionnaire
    sections: list[SectionScore] = []
    scored_ids: set[str] = set()
    for section, items in questionnaire.scored_sections(reading.recipe.scale):
        item_scores = tuple(_item_score(layout, tally, item, reading) for item in items)
        scored_ids.update(item.id for item in items)
        figure = _composite(layout, tally, item_scores, section.id, reading)
        sections.append(SectionScore(section, figure, item_scores))
    every_item = [item_score for section in sections for item_score in section.items]
    counted = tuple(
        _counted(layout, tally, item, reading)
        for item in questionnaire.items()
        if item.kind in (ItemKind.CHOICE, ItemKind.CHOICES) and item.id not in scored_ids and not item.is_demographic
    )
    overall = _composite(layout, tally, every_item, ALL_SECTIONS, reading)
    return Scorecard(questionnaire, reading.recipe, tally.responses, overall, tuple(sections), counted)


def _bare_score(layout: TallyLayout, tally: Tally, item: Item, reading: Reading) -> ItemScore:
    """An item's index alone: no interval, no distribution."""
    assert item.scale is not None
    scores = _scores(item.scale, counts_of(layout, tally, item.id)[""])
    base = sum(scores.values())
    is_short = is_withheld(base, reading.thresholds.score(reading.audience, item.is_sensitive))
    value = None if is_short else item_index(reading.recipe.formula, scores)
    return ItemScore(item, Figure(base, value, None), Distribution(base, None, None))


def score_overall(layout: TallyLayout, tally: Tally, reading: Reading) -> Figure:
    """The overall figure as ``score`` gives it, at a fraction of the work: for many units at once."""
    sections = layout.questionnaire.scored_sections(reading.recipe.scale)
    items = [_bare_score(layout, tally, item, reading) for _, items in sections for item in items]
    return _composite(layout, tally, items, ALL_SECTIONS, reading)
