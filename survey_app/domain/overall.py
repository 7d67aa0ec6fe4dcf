"""Overall figures of many tallies at once: exactly those of ``scoring.score_overall``, at a fraction of the time."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from survey_app.domain.composite import Estimate, estimates
from survey_app.domain.disclosure import Withheld
from survey_app.domain.precision import Interval
from survey_app.domain.questionnaire import Item, Polarity
from survey_app.domain.recipe import Formula
from survey_app.domain.scoring import Figure, Reading, score_overall
from survey_app.domain.tally import Tally, base_of, comoments_of
from survey_app.domain.tally_layout import ALL_SECTIONS, TallyLayout

Integers = NDArray[np.int64]


def score_overalls(layout: TallyLayout, tallies: Sequence[Tally], readings: Sequence[Reading]) -> list[Figure]:
    """The overall figure of each tally as its reading has it; the readings are of one recipe and audience."""
    if not tallies:
        return []
    recipe = readings[0].recipe
    sections = layout.questionnaire.scored_sections(recipe.scale)
    items = [item for _, own in sections for item in own]
    if not items or any(item.is_sensitive or item.polarity is Polarity.NEGATIVE for item in items):
        pairs = zip(tallies, readings, strict=True)
        return [score_overall(layout, tally, reading) for tally, reading in pairs]
    weights = recipe.overall_weights(sections)
    tops, bases, answers = _sums(layout, tallies, items, recipe.formula)
    least = readings[0].thresholds.score(readings[0].audience)
    shown = (answers.min(axis=1) >= least).tolist()
    enough = [tally for tally, is_shown in zip(tallies, shown, strict=True) if is_shown]
    measured = iter(_measured(layout, enough, items, readings[0], weights))
    figures: list[Figure] = []
    for tally, is_shown, top, own in zip(tallies, shown, tops.tolist(), bases.tolist(), strict=True):
        base = base_of(layout, tally, ALL_SECTIONS)
        if is_shown:
            figures.append(_figure(base, _mean(top, own, weights), next(measured)))
        else:
            figures.append(Figure(base, None, None, reason=Withheld.FEW))
    return figures


def _sums(
    layout: TallyLayout, tallies: Sequence[Tally], items: Sequence[Item], formula: Formula
) -> tuple[Integers, Integers, Integers]:
    """(dividend and divisor of the index, answers given) of every tally and item."""
    counts = np.stack([tally.counts for tally in tallies])
    tops, bases, answers = [], [], []
    for item in items:
        assert item.scale is not None
        [slots] = layout.slots_of(item.id)
        levels = np.array([int(code) for code in item.scale.characters], dtype=np.int64)
        own = counts[:, slots.start : slots.start + levels.size]
        best = sorted(levels.tolist())[-1]
        worth = (levels >= sorted(levels.tolist())[-2]) * best if formula is Formula.TOP_TWO_BOX else levels
        tops.append(100 * (own @ worth.astype(np.int64)))
        answers.append(own.sum(axis=1))
        bases.append(answers[-1] * best)
    return np.stack(tops, axis=1), np.stack(bases, axis=1), np.stack(answers, axis=1)


def _mean(tops: Sequence[int], bases: Sequence[int], weights: Sequence[Fraction]) -> Fraction:
    """The weighted mean of the indices top / base, over one common denominator."""
    common = lcm(*bases) * lcm(*(weight.denominator for weight in weights))
    parts = zip(tops, bases, weights, strict=True)
    every = sum(top * own.numerator * (common // (base * own.denominator)) for top, base, own in parts)
    return Fraction(every, common) / sum(weights)


def _measured(
    layout: TallyLayout,
    tallies: Sequence[Tally],
    items: Sequence[Item],
    reading: Reading,
    weights: Sequence[Fraction],
) -> list[Estimate]:
    assert items[0].scale is not None
    levels = sorted(int(code) for code in items[0].scale.characters)
    names, shares = [item.id for item in items], [float(weight) for weight in weights]
    moments = [comoments_of(layout, tally, names) for tally in tallies]
    return estimates(moments, reading.recipe.formula, levels, shares) if moments else []


def _figure(base: int, value: Fraction, found: Estimate) -> Figure:
    interval, plain = found.interval().scaled(100 / found.high), float(value)
    return Figure(base, value, Interval(min(interval.low, plain), max(interval.high, plain)), found)
