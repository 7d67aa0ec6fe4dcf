"""From a tally to a scorecard: item, factor and overall figures by one recipe. Never sees a response.

Item index: ``mean_to_100`` 100·Σscore/(top·N), ``top_two_box`` 100·(answers in the two highest codes)/N, over answers
given. Factor: mean of its item indices. Overall: mean over all scored items, not over factors. Values are exact
fractions; round once, at display (domain description, section 2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from survey_app.domain.disclosure import Audience, Thresholds, is_withheld
from survey_app.domain.precision import Interval, mean_interval, wilson
from survey_app.domain.questionnaire import Item, ItemKind, Questionnaire, Scale, Section
from survey_app.domain.recipe import Formula, Recipe
from survey_app.domain.record import MISSING
from survey_app.domain.tally import Moments, Tally, counts_of, moments_of
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


@dataclass(frozen=True)
class _Mean:
    """A mean over items, and the bases of those items."""

    value: Fraction
    bases: Sequence[int]


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


def effective_base(bases: Sequence[int]) -> int:
    """How many respondents a mean over items with these bases rests on: J² / ΣΣ 1/max(nⱼ, nₖ), rounded down.

    Exact where whoever answered a rarer item answered the commoner ones too, as with visit stages; otherwise a
    little too small. The same as the bases when these are equal.
    """
    ordered = enumerate(sorted(bases))
    return int(len(bases) ** 2 / sum(Fraction(2 * place + 1, base) for place, base in ordered))


def _composite_interval(formula: Formula, levels: Sequence[int], moments: Moments, figure: _Mean) -> Interval:
    """Interval of a mean over items: respondents' own means give the spread, the figure itself the centre.

    Respondents' means alone would centre it elsewhere wherever few people can judge some of the items.
    """
    total, squares = moments.total, moments.squares
    if formula is Formula.TOP_TWO_BOX:
        levels = [0] * (len(levels) - 2) + [1, 1]
        total, squares = moments.top_total, moments.top_squares
    centre = figure.value * max(levels) / 100
    spread = squares / moments.n - (total / moments.n) ** 2
    spread = max(Fraction(0), min(spread, (centre - min(levels)) * (max(levels) - centre)))
    n = effective_base(figure.bases)
    return mean_interval(n, n * centre, n * (spread + centre**2), levels).scaled(100 / max(levels))


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


def _composite(items: Sequence[ItemScore], moments: Moments, reading: Reading) -> Figure:
    """Mean of item indices; withheld when any of its items is, so that no item follows by subtraction."""
    values = [score.figure.value for score in items]
    shown = [value for value in values if value is not None]
    if not values or len(shown) < len(values):
        return Figure(moments.n, None, None)
    scale = items[0].item.scale
    assert scale is not None
    levels = sorted(int(code) for code in scale.characters)
    value = sum(shown, Fraction(0)) / len(shown)
    mean = _Mean(value, [score.figure.base for score in items])
    interval = _composite_interval(reading.recipe.formula, levels, moments, mean)
    return Figure(moments.n, value, Interval(min(interval.low, float(value)), max(interval.high, float(value))))


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
        figure = _composite(item_scores, moments_of(layout, tally, section.id), reading)
        sections.append(SectionScore(section, figure, item_scores))
    every_item = [item_score for section in sections for item_score in section.items]
    counted = tuple(
        _counted(layout, tally, item, reading)
        for item in questionnaire.items()
        if item.kind in (ItemKind.CHOICE, ItemKind.CHOICES) and item.id not in scored_ids and not item.is_demographic
    )
    overall = _composite(every_item, moments_of(layout, tally, ALL_SECTIONS), reading)
    return Scorecard(questionnaire, reading.recipe, tally.responses, overall, tuple(sections), counted)
