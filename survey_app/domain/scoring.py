"""From a tally to a scorecard: item, factor and overall figures by one recipe. Never sees a response.

Item index: ``mean_to_100`` 100·Σscore/(top·N), ``top_two_box`` 100·(answers in the two highest codes)/N, over answers
given. Factor: mean of its item indices. Overall: mean over all scored items, or over factors where the recipe says so;
weights are the recipe's. Values are exact fractions; round once, at display (domain description, section 2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

from survey_app.domain.anonymity import identifying_items
from survey_app.domain.comparing import Basis, basis_of
from survey_app.domain.composite import Estimate, estimate
from survey_app.domain.disclosure import Audience, Thresholds, Withheld, first_reason, why_withheld
from survey_app.domain.precision import Interval, mean_interval, wilson
from survey_app.domain.questionnaire import Item, ItemKind, Questionnaire, Scale, Section
from survey_app.domain.recipe import Formula, Recipe
from survey_app.domain.record import MISSING
from survey_app.domain.tally import Tally, base_of, comoments_of, counts_of
from survey_app.domain.tally_layout import ALL_SECTIONS, TallyLayout


@dataclass(frozen=True)
class Figure:
    """A score on 0..100 with its base and 95 % interval. ``value`` and ``interval`` are None when withheld.

    ``reason``: why it is withheld. ``estimate``: of a factor or overall figure that is shown, what it is compared by.
    """

    base: int
    value: Fraction | None
    interval: Interval | None
    estimate: Estimate | None = field(default=None, compare=False)
    reason: Withheld | None = None

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
    """Everything published about one set of releases under one recipe and one questionnaire version.

    ``basis``: what it may be set beside.
    """

    questionnaire: Questionnaire
    recipe: Recipe
    responses: int
    overall: Figure
    sections: tuple[SectionScore, ...]
    counted: tuple[ItemCounts, ...]
    basis: Basis


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
    total = sum(score * count for score, count in scores.items())
    squares = sum(score * score * count for score, count in scores.items())
    return mean_interval(n, total, squares, sorted(scores)).scaled(100 / max(scores))


@dataclass(frozen=True)
class Reading:
    """How a tally is read: the recipe, who reads, and what is withheld.

    ``is_too_fine``: the tally is of a cut finer than sensitive items are shown. ``stage``, ``channel``: of the
    releases that are read; None: of every one.
    """

    recipe: Recipe
    thresholds: Thresholds
    audience: Audience
    is_too_fine: bool = False
    stage: str | None = None
    channel: str | None = None

    def basis(self, questionnaire: Questionnaire) -> Basis:
        """What figures read so may be set beside."""
        return basis_of(self.recipe, f"{questionnaire.slug}.v{questionnaire.version}", self.stage, self.channel)

    def of_score(self, item: Item, answers: Mapping[str, int]) -> Withheld | None:
        """Why the score of these answers is withheld, if it is."""
        least = self.thresholds.score(self.audience, item.is_sensitive)
        return why_withheld(item, answers, least, is_too_fine=self.is_too_fine)

    def of_counts(self, item: Item, answers: Mapping[str, int]) -> Withheld | None:
        """Why the spread of these answers is withheld, if it is."""
        least = self.thresholds.counts(self.audience, item.is_sensitive)
        return why_withheld(item, answers, least, is_too_fine=self.is_too_fine)


def _answers(counts: Mapping[str, int]) -> dict[str, int]:
    return {code: number for code, number in counts.items() if code not in MISSING}


def _distribution(counts: Mapping[str, int], reading: Reading, item: Item) -> Distribution:
    answered = _answers(counts)
    missing = {code: counts[code] for code in MISSING}
    base = sum(answered.values())
    if reason := reading.of_counts(item, answered):
        return Distribution(base, None, None, reason)
    return Distribution(base, answered, missing)


def _item_score(layout: TallyLayout, tally: Tally, item: Item, reading: Reading) -> ItemScore:
    assert item.scale is not None
    counts = counts_of(layout, tally, item.id)[""]
    scores = _scores(item.scale, counts)
    base = sum(scores.values())
    distribution = _distribution(counts, reading, item)
    if reason := reading.of_score(item, _answers(counts)):
        return ItemScore(item, Figure(base, None, None, reason=reason), distribution)
    formula = reading.recipe.formula
    figure = Figure(base, item_index(formula, scores), _item_interval(formula, scores))
    return ItemScore(item, figure, distribution)


def _composite(
    layout: TallyLayout,
    tally: Tally,
    items: Sequence[ItemScore],
    weights: Sequence[Fraction],
    group: str,
    reading: Reading,
) -> Figure:
    """Weighted mean of item indices; withheld when any of its items is, so that no item follows by subtraction."""
    base = base_of(layout, tally, group)
    shown = [entry.figure.value for entry in items if entry.figure.value is not None]
    if not items or len(shown) < len(items):
        return Figure(base, None, None, reason=first_reason(entry.figure.reason for entry in items))
    value = weighted_mean(shown, weights)
    found = measure(layout, tally, [entry.item for entry in items], reading.recipe.formula, weights)
    interval = found.interval().scaled(100 / found.high)
    return Figure(base, value, Interval(min(interval.low, float(value)), max(interval.high, float(value))), found)


def weighted_mean(values: Sequence[Fraction], weights: Sequence[Fraction]) -> Fraction:
    """Exactly, over one common denominator: a sum of fractions one by one is several times slower."""
    pairs = zip(values, weights, strict=True)
    products = [(value.numerator * own.numerator, value.denominator * own.denominator) for value, own in pairs]
    common = lcm(*(denominator for _, denominator in products))
    return Fraction(sum(top * (common // denominator) for top, denominator in products), common) / sum(weights)


def measure(
    layout: TallyLayout,
    tally: Tally,
    items: Sequence[Item],
    formula: Formula,
    weights: Sequence[Fraction] | None = None,
) -> Estimate:
    """The mean over these items on their scale, with its variance. Raises ValueError for an item nobody answered."""
    assert items[0].scale is not None
    levels = sorted(int(code) for code in items[0].scale.characters)
    shares = [float(weight) for weight in weights] if weights is not None else None
    return estimate(comoments_of(layout, tally, [item.id for item in items]), formula, levels, weights=shares)


def _counted(layout: TallyLayout, tally: Tally, item: Item, reading: Reading) -> ItemCounts:
    options = counts_of(layout, tally, item.id)
    return ItemCounts(
        item,
        {option: _distribution(counts, reading, item) for option, counts in options.items()},
    )


def score(layout: TallyLayout, tally: Tally, reading: Reading) -> Scorecard:
    """The scorecard of a tally. Demographic items are left out: they may be cut only at province or commune-year."""
    questionnaire = layout.questionnaire
    sections: list[SectionScore] = []
    scored_ids: set[str] = set()
    scored = questionnaire.scored_sections(reading.recipe.scale)
    for section, items in scored:
        item_scores = tuple(_item_score(layout, tally, item, reading) for item in items)
        scored_ids.update(item.id for item in items)
        figure = _composite(layout, tally, item_scores, reading.recipe.weights_of(items), section.id, reading)
        sections.append(SectionScore(section, figure, item_scores))
    every_item = [item_score for section in sections for item_score in section.items]
    left_out = scored_ids.union(item.id for item in identifying_items(questionnaire))
    counted = tuple(
        _counted(layout, tally, item, reading)
        for item in questionnaire.items()
        if item.kind in (ItemKind.CHOICE, ItemKind.CHOICES) and item.id not in left_out
    )
    overall = _composite(layout, tally, every_item, reading.recipe.overall_weights(scored), ALL_SECTIONS, reading)
    basis = reading.basis(questionnaire)
    return Scorecard(questionnaire, reading.recipe, tally.responses, overall, tuple(sections), counted, basis)


def _bare_score(layout: TallyLayout, tally: Tally, item: Item, reading: Reading) -> ItemScore:
    """An item's index alone: no interval, no distribution."""
    assert item.scale is not None
    counts = counts_of(layout, tally, item.id)[""]
    scores = _scores(item.scale, counts)
    base, reason = sum(scores.values()), reading.of_score(item, _answers(counts))
    value = None if reason else item_index(reading.recipe.formula, scores)
    return ItemScore(item, Figure(base, value, None, reason=reason), Distribution(base, None, None))


def score_overall(layout: TallyLayout, tally: Tally, reading: Reading) -> Figure:
    """The overall figure as ``score`` gives it, at a fraction of the work: for many units at once."""
    sections = layout.questionnaire.scored_sections(reading.recipe.scale)
    items = [_bare_score(layout, tally, item, reading) for _, items in sections for item in items]
    return _composite(layout, tally, items, reading.recipe.overall_weights(sections), ALL_SECTIONS, reading)
