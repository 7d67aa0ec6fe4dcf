"""From a tally to a scorecard: item, factor and overall figures by one recipe. Never sees a response.

Item index: ``mean_to_100`` 100·Σscore/(top·N), ``top_two_box`` 100·(answers in the two highest codes)/N, over answers
given; ``points`` Σscore/N; ``rescaled_parts`` 1 + 9·(Σscore/N − lowest)/(highest − lowest). Factor: mean of its item
indices, divided by k where it is one of k parts. Overall: mean over all scored items, or over factors where the recipe
says so, or a sum: of dimensions, or of indices (the mean of those known times all of them). Weights are the recipe's.
Values are exact fractions; round once, at display (domain description, sections 2 to 4).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm

from survey_app.domain.anonymity import identifying_items
from survey_app.domain.composite import Estimate, estimate
from survey_app.domain.conversion import Conversion, item_conversion
from survey_app.domain.disclosure import Withheld, first_reason
from survey_app.domain.precision import Interval, mean_interval, wilson
from survey_app.domain.questionnaire import Item, ItemKind, Scale, Section
from survey_app.domain.recipe import Formula, Recipe, ShortItem
from survey_app.domain.record import MISSING
from survey_app.domain.scorecard import (
    DimensionScore,
    Distribution,
    Figure,
    Figures,
    ImportedIndex,
    ItemCounts,
    ItemScore,
    Known,
    Outline,
    Reading,
    Scorecard,
    SectionFigure,
    SectionScore,
)
from survey_app.domain.tally import Tally, base_of, comoments_of, counts_of
from survey_app.domain.tally_layout import ALL_SECTIONS, TallyLayout

__all__ = [
    "DimensionScore",
    "Distribution",
    "Figure",
    "Figures",
    "ImportedIndex",
    "ItemCounts",
    "ItemScore",
    "Known",
    "Outline",
    "Reading",
    "Scorecard",
    "SectionFigure",
    "SectionScore",
    "card_of",
    "figures_of",
    "item_index",
    "measure",
    "score",
    "weighted_mean",
]


def _scores(scale: Scale, counts: Mapping[str, int]) -> dict[int, int]:
    return {int(code): counts[code] for code in scale.characters}


def item_index(formula: Formula, scores: Mapping[int, int]) -> Fraction:
    """Index of an item from counts per score. Raises ZeroDivisionError for no answers."""
    n = sum(scores.values())
    if formula is Formula.TOP_TWO_BOX:
        mean = Fraction(sum(scores[score] for score in sorted(scores)[-2:]), n)
    else:
        mean = Fraction(sum(score * count for score, count in scores.items()), n)
    return item_conversion(formula, list(scores)).of(mean)


def _item_interval(formula: Formula, scores: Mapping[int, int]) -> Interval:
    n, conversion = sum(scores.values()), item_conversion(formula, list(scores))
    if formula is Formula.TOP_TWO_BOX:
        return conversion.interval(wilson(sum(scores[score] for score in sorted(scores)[-2:]), n))
    total = sum(score * count for score, count in scores.items())
    squares = sum(score * score * count for score, count in scores.items())
    return conversion.interval(mean_interval(n, total, squares, sorted(scores)))


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


@dataclass(frozen=True)
class _Group:
    """Items that make one figure: how much each counts, whose base it has, and what their mean is multiplied by."""

    items: Mapping[str, Figure]
    weights: Sequence[Fraction]
    base: int
    multiple: Fraction


def _composite(layout: TallyLayout, tally: Tally, group: _Group, reading: Reading) -> Figure:
    """Weighted mean of item indices; withheld when any of its items is, so that no item follows by subtraction."""
    shown = [figure.value for figure in group.items.values() if figure.value is not None]
    if not group.items or len(shown) < len(group.items):
        return Figure(group.base, None, None, reason=first_reason(figure.reason for figure in group.items.values()))
    return _figure(layout, tally, group, shown, reading)


def _figure(
    layout: TallyLayout,
    tally: Tally,
    group: _Group,
    shown: Sequence[Fraction],
    reading: Reading,
    added: Fraction = Fraction(0),
) -> Figure:
    value = weighted_mean(shown, group.weights) * group.multiple + added
    items = [layout.questionnaire.item(name) for name in group.items]
    found = measure(layout, tally, items, reading.recipe.formula, group.weights)
    printed = _conversion(reading.recipe, items[0]).times(group.multiple, added).estimate(found)
    interval = printed.interval()
    return Figure(
        group.base, value, Interval(min(interval.low, float(value)), max(interval.high, float(value))), printed
    )


def _conversion(recipe: Recipe, item: Item) -> Conversion:
    assert item.scale is not None
    return item_conversion(recipe.formula, [int(code) for code in item.scale.characters])


def _overall(
    layout: TallyLayout,
    tally: Tally,
    scored: Sequence[tuple[Section, Sequence[Item]]],
    items: Mapping[str, Figure],
    reading: Reading,
) -> Figure:
    """The overall figure from every item's."""
    recipe, base = reading.recipe, base_of(layout, tally, ALL_SECTIONS)
    if not recipe.is_whole(section for section, _ in scored):
        return Figure(base, None, None, reason=Withheld.INCOMPLETE)
    group = _Group(items, recipe.overall_weights(scored), base, Fraction(recipe.multiple))
    if recipe.missing.short_item is ShortItem.IS_CONVERTED:
        return _sum_of_known(layout, tally, group, reading)
    return _composite(layout, tally, group, reading)


def _sum_of_known(layout: TallyLayout, tally: Tally, group: _Group, reading: Reading) -> Figure:
    """The mean of the indices that are known times all there are; at least one of them is answered."""
    recipe, pairs = reading.recipe, list(zip(group.items.items(), group.weights, strict=True))
    judged = {name: figure for (name, figure), _ in pairs if figure.value is not None}
    if not judged:
        return _composite(layout, tally, group, reading)
    names = [*judged, *(entry.index.id for entry in reading.imported)]
    each = Fraction(recipe.indices, len(names))
    weights = [weight for (name, _), weight in pairs if name in judged]
    known = _Group(judged, weights, group.base, each * len(judged))
    shown = [figure.value for figure in judged.values() if figure.value is not None]
    added = each * sum((entry.value for entry in reading.imported), Fraction(0))
    figure = _figure(layout, tally, known, shown, reading, added)
    return replace(figure, known=Known(tuple(names), recipe.indices))


def _shares(recipe: Recipe, items: Sequence[Item]) -> list[Fraction]:
    """How much each item counts in its part: one in all."""
    own = recipe.weights_of(items)
    return [weight / sum(own) for weight in own]


def _dimensions(
    layout: TallyLayout,
    tally: Tally,
    scored: Sequence[tuple[Section, Sequence[Item]]],
    items: Mapping[str, Figure],
    reading: Reading,
) -> tuple[DimensionScore, ...]:
    """The dimensions of which every part is asked: each the sum of its parts."""
    found, recipe = [], reading.recipe
    for dimension in recipe.dimensions:
        parts = [(section, asked) for section, asked in scored if section.id in dimension.sections]
        if len(parts) < len(dimension.sections):
            continue
        weights = [weight for _, asked in parts for weight in _shares(recipe, asked)]
        bases = [base_of(layout, tally, section.id) for section, _ in parts]
        base = base_of(layout, tally, ALL_SECTIONS) if len(parts) == len(scored) else max(bases)
        own = {item.id: items[item.id] for _, asked in parts for item in asked}
        figure = _composite(layout, tally, _Group(own, weights, base, Fraction(1)), reading)
        found.append(DimensionScore(dimension, figure))
    return tuple(found)


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
        dimensions=figures.dimensions,
        imported=reading.imported,
    )


def figures_of(layout: TallyLayout, tally: Tally, reading: Reading) -> Figures:
    """Every score of a tally, figure by figure; ``domain/overall.py`` has those of many tallies at once."""
    recipe, scored = reading.recipe, layout.questionnaire.scored_sections(reading.recipe.scale)
    items: dict[str, Figure] = {}
    sections: dict[str, Figure] = {}
    for section, asked in scored:
        own = {item.id: _item_figure(layout, tally, item, reading) for item in asked}
        base, share = base_of(layout, tally, section.id), recipe.section_share(section.id)
        sections[section.id] = _composite(layout, tally, _Group(own, recipe.weights_of(asked), base, share), reading)
        items |= own
    overall = _overall(layout, tally, scored, items, reading)
    return Figures(items, sections, overall, _dimensions(layout, tally, scored, items, reading))


def score(layout: TallyLayout, tally: Tally, reading: Reading) -> Scorecard:
    """The scorecard of a tally."""
    return card_of(layout, tally, reading, figures_of(layout, tally, reading))
