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
class SectionFigure:
    """A factor's own figure."""

    section: Section
    figure: Figure


@dataclass(frozen=True)
class SectionScore(SectionFigure):
    """A factor's figure with its items."""

    items: tuple[ItemScore, ...]


@dataclass(frozen=True)
class ItemCounts:
    """An item that is counted, not scored (perceptions, needs): option ("" when single) -> distribution."""

    item: Item
    options: Mapping[str, Distribution]


@dataclass(frozen=True)
class Outline:
    """What tables show of one set of releases under one recipe and one questionnaire version: means over items.

    ``basis``: what it may be set beside.
    """

    questionnaire: Questionnaire
    recipe: Recipe
    responses: int
    overall: Figure
    sections: tuple[SectionFigure, ...]
    basis: Basis


@dataclass(frozen=True)
class Scorecard(Outline):
    """Everything published about one set of releases under one recipe and one questionnaire version."""

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
    total = sum(score * count for score, count in scores.items())
    squares = sum(score * score * count for score, count in scores.items())
    return mean_interval(n, total, squares, sorted(scores)).scaled(100 / max(scores))


@dataclass(frozen=True)
class Reading:
    """How a tally is read: the recipe, who reads, and what is withheld.

    ``is_too_fine``: the tally is of a cut finer than sensitive items are shown. ``thin``: sensitive items of which a
    part that is withheld would follow from the figure (domain/sensitive_cells.py). ``stage``, ``channel``: of the
    releases that are read; None: of every one.
    """

    recipe: Recipe
    thresholds: Thresholds
    audience: Audience
    is_too_fine: bool = False
    stage: str | None = None
    channel: str | None = None
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


def _answers(counts: Mapping[str, int]) -> dict[str, int]:
    return {code: number for code, number in counts.items() if code not in MISSING}


def _distribution(counts: Mapping[str, int], reading: Reading, item: Item) -> Distribution:
    answered = _answers(counts)
    missing = {code: counts[code] for code in MISSING}
    base = sum(answered.values())
    if reason := reading.of_counts(item, answered):
        return Distribution(base, None, None, reason)
    return Distribution(base, answered, missing)


def _item_figure(layout: TallyLayout, tally: Tally, item: Item, reading: Reading) -> Figure:
    assert item.scale is not None
    counts = counts_of(layout, tally, item.id)[""]
    scores = _scores(item.scale, counts)
    base = sum(scores.values())
    if reason := reading.of_score(item, _answers(counts)):
        return Figure(base, None, None, reason=reason)
    formula = reading.recipe.formula
    return Figure(base, item_index(formula, scores), _item_interval(formula, scores))


def _composite(
    layout: TallyLayout,
    tally: Tally,
    items: Mapping[str, Figure],
    weights: Sequence[Fraction],
    group: str,
    reading: Reading,
) -> Figure:
    """Weighted mean of item indices; withheld when any of its items is, so that no item follows by subtraction."""
    base = base_of(layout, tally, group)
    shown = [figure.value for figure in items.values() if figure.value is not None]
    if not items or len(shown) < len(items):
        return Figure(base, None, None, reason=first_reason(figure.reason for figure in items.values()))
    value = weighted_mean(shown, weights)
    questionnaire = layout.questionnaire
    found = measure(layout, tally, [questionnaire.item(name) for name in items], reading.recipe.formula, weights)
    return composite_figure(base, value, found, found.interval())


def composite_figure(base: int, value: Fraction, found: Estimate, interval: Interval) -> Figure:
    """A mean over items that is shown; ``interval`` is on the scale, and is widened to hold the value as rounded."""
    scaled, plain = interval.scaled(100 / found.high), float(value)
    return Figure(base, value, Interval(min(scaled.low, plain), max(scaled.high, plain)), found)


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


@dataclass(frozen=True)
class Figures:
    """Every score of a tally: of items and factors by their ids, and overall."""

    items: Mapping[str, Figure]
    sections: Mapping[str, Figure]
    overall: Figure


def card_of(layout: TallyLayout, tally: Tally, reading: Reading, figures: Figures) -> Scorecard:
    """The scorecard of a tally whose scores are these. Demographic items are left out of what is counted."""
    questionnaire = layout.questionnaire
    left_out = figures.items.keys() | {item.id for item in identifying_items(questionnaire)}

    def item_score(item: Item) -> ItemScore:
        counts = counts_of(layout, tally, item.id)[""]
        return ItemScore(item, figures.items[item.id], _distribution(counts, reading, item))

    return Scorecard(
        questionnaire=questionnaire,
        recipe=reading.recipe,
        responses=tally.responses,
        overall=figures.overall,
        sections=tuple(
            SectionScore(section, figures.sections[section.id], tuple(item_score(item) for item in items))
            for section, items in questionnaire.scored_sections(reading.recipe.scale)
        ),
        basis=reading.basis(questionnaire),
        counted=tuple(
            _counted(layout, tally, item, reading)
            for item in questionnaire.items()
            if item.kind in (ItemKind.CHOICE, ItemKind.CHOICES) and item.id not in left_out
        ),
    )


def score(layout: TallyLayout, tally: Tally, reading: Reading) -> Scorecard:
    """The scorecard of a tally, figure by figure; ``domain/overall.py`` has those of many tallies at once."""
    recipe, scored = reading.recipe, layout.questionnaire.scored_sections(reading.recipe.scale)
    items: dict[str, Figure] = {}
    sections: dict[str, Figure] = {}
    for section, asked in scored:
        own = {item.id: _item_figure(layout, tally, item, reading) for item in asked}
        sections[section.id] = _composite(layout, tally, own, recipe.weights_of(asked), section.id, reading)
        items |= own
    overall = _composite(layout, tally, items, recipe.overall_weights(scored), ALL_SECTIONS, reading)
    return card_of(layout, tally, reading, Figures(items, sections, overall))
