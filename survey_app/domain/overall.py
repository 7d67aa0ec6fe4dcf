"""Figures of many tallies at once: exactly those of ``scoring.score``, at a fraction of the time.

Sums are worked out for all tallies together, in whole numbers; variances and intervals as columns. A recipe whose
figures are more than means on a scale of 100 (sums of indices, of dimensions) is rare, and worked out one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from operator import mul

import numpy as np
from numpy.typing import NDArray

from survey_app.domain.comoments import CoMoments, stacked
from survey_app.domain.composite import Estimate, Estimates, estimates
from survey_app.domain.conversion import item_conversion
from survey_app.domain.disclosure import Withheld, first_reason
from survey_app.domain.precision import Ends, Interval, in_pairs, mean_intervals, widened, wilson
from survey_app.domain.questionnaire import Item, Polarity, Section
from survey_app.domain.recipe import Formula, Overall, Recipe
from survey_app.domain.scoring import (
    Figure,
    Figures,
    Outline,
    Reading,
    Scorecard,
    SectionFigure,
    card_of,
    figures_of,
)
from survey_app.domain.tally import Tally
from survey_app.domain.tally_layout import ALL_SECTIONS, TallyLayout

Integers = NDArray[np.int64]


def score_overalls(layout: TallyLayout, tallies: Sequence[Tally], readings: Sequence[Reading]) -> list[Figure]:
    """The overall figure of each tally as its reading has it; the readings are of one recipe and audience."""
    return (
        [outline.overall for outline in outlines(layout, tallies, readings)]
        if _is_sum(readings)
        else (_Batch(layout, tallies, readings).overalls() if tallies else [])
    )


def _is_sum(readings: Sequence[Reading]) -> bool:
    """Whether the overall figure of their recipe is a sum, not a mean."""
    return any(reading.recipe.overall in (Overall.SUM_OF_INDICES, Overall.SUM_OF_DIMENSIONS) for reading in readings)


def _every(layout: TallyLayout, tallies: Sequence[Tally], readings: Sequence[Reading]) -> list[Figures]:
    return [figures_of(layout, tally, reading) for tally, reading in zip(tallies, readings, strict=True)]


def outlines(layout: TallyLayout, tallies: Sequence[Tally], readings: Sequence[Reading]) -> list[Outline]:
    """The overall figure and the factors' of each tally; the readings are of one recipe and audience."""
    if not tallies:
        return []
    if _is_sum(readings):
        every = zip(tallies, readings, _every(layout, tallies, readings), strict=True)
        scored = layout.questionnaire.scored_sections(readings[0].recipe.scale)
        return [
            _outline(
                layout, tally, reading, own.overall, [(section, own.sections[section.id]) for section, _ in scored]
            )
            for tally, reading, own in every
        ]
    batch = _Batch(layout, tallies, readings)
    columns = [(section, batch.section(section, items)) for section, items in batch.sections]
    return [
        _outline(layout, tally, reading, overall, [(section, figures[row]) for section, figures in columns])
        for row, (tally, reading, overall) in enumerate(zip(tallies, readings, batch.overalls(), strict=True))
    ]


def _outline(
    layout: TallyLayout, tally: Tally, reading: Reading, overall: Figure, sections: Sequence[tuple[Section, Figure]]
) -> Outline:
    return Outline(
        questionnaire=layout.questionnaire,
        recipe=reading.recipe,
        responses=tally.responses,
        overall=overall,
        sections=tuple(SectionFigure(section, figure) for section, figure in sections),
        basis=reading.basis(layout.questionnaire),
    )


def scorecards(layout: TallyLayout, tallies: Sequence[Tally], readings: Sequence[Reading]) -> list[Scorecard]:
    """The scorecard of each tally; the readings are of one recipe and audience."""
    if not tallies:
        return []
    if _is_sum(readings):
        every = zip(tallies, readings, _every(layout, tallies, readings), strict=True)
        return [card_of(layout, tally, reading, own) for tally, reading, own in every]
    batch = _Batch(layout, tallies, readings)
    names = [section.id for section, _ in batch.sections]
    sections = _by_row(names, [batch.section(section, items) for section, items in batch.sections], len(tallies))
    items = _by_row([item.id for item in batch.items], [batch.item(item) for item in batch.items], len(tallies))
    figures = map(Figures, items, sections, batch.overalls())
    every = zip(tallies, readings, figures, strict=True)
    return [card_of(layout, tally, reading, own) for tally, reading, own in every]


def _by_row(names: Sequence[str], columns: Sequence[Sequence[Figure]], rows: int) -> Iterator[Mapping[str, Figure]]:
    return (dict(zip(names, (column[row] for column in columns), strict=True)) for row in range(rows))


def measures(
    layout: TallyLayout, tallies: Sequence[Tally], items: Sequence[Item], formula: Formula, weights: Sequence[Fraction]
) -> list[Estimate]:
    """The mean of each tally over these items on their scale, as ``scoring.measure`` has it."""
    return _measures(layout, stacked([tally.comoments for tally in tallies]), items, formula, weights).listed()


def _measures(
    layout: TallyLayout, moments: CoMoments, items: Sequence[Item], formula: Formula, weights: Sequence[Fraction]
) -> Estimates:
    assert items[0].scale is not None
    levels = sorted(int(code) for code in items[0].scale.characters)
    places = [layout.scored_places[item.id] for item in items]
    return estimates(moments.of(places), formula, levels, [float(weight) for weight in weights])


@dataclass(frozen=True)
class _Answers:
    """Answers to an item, tally by tally: how many on each level, and in all; why its score is withheld, if it is."""

    levels: Integers
    counts: Integers
    given: list[int]
    reasons: list[Withheld | None]


@dataclass(frozen=True)
class _Index:
    """An item's index, tally by tally: exactly ``top / base`` where it is shown."""

    tops: list[int]
    bases: list[int]


@dataclass(frozen=True)
class _Batch:
    layout: TallyLayout
    tallies: Sequence[Tally]
    readings: Sequence[Reading]

    @property
    def recipe(self) -> Recipe:
        return self.readings[0].recipe

    @cached_property
    def sections(self) -> tuple[tuple[Section, tuple[Item, ...]], ...]:
        return self.layout.questionnaire.scored_sections(self.recipe.scale)

    @cached_property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for _, items in self.sections for item in items)

    @cached_property
    def _counts(self) -> Integers:
        return _rows([tally.counts for tally in self.tallies])

    @cached_property
    def _bases(self) -> Integers:
        return _rows([tally.bases for tally in self.tallies])

    @cached_property
    def _moments(self) -> CoMoments:
        return stacked([tally.comoments for tally in self.tallies])

    @cached_property
    def _answers(self) -> dict[str, _Answers]:
        return {item.id: self._answers_to(item) for item in self.items}

    @cached_property
    def _indices(self) -> dict[str, _Index]:
        return {item.id: _index(self._answers[item.id], self.recipe.formula) for item in self.items}

    def _answers_to(self, item: Item) -> _Answers:
        assert item.scale is not None
        [slots] = self.layout.slots_of(item.id)
        characters = item.scale.characters
        counts = self._counts[:, slots.start : slots.start + len(characters)]
        given = counts.sum(axis=1).tolist()
        if item.is_sensitive or item.polarity is Polarity.NEGATIVE:
            rows = (dict(zip(characters, row, strict=True)) for row in counts.tolist())
            reasons = [reading.of_score(item, row) for reading, row in zip(self.readings, rows, strict=True)]
        else:
            least = self.readings[0].thresholds.score(self.readings[0].audience)
            reasons = [Withheld.FEW if number < least else None for number in given]
        return _Answers(np.array([int(code) for code in characters], dtype=np.int64), counts, given, reasons)

    def item(self, item: Item) -> list[Figure]:
        """An item's figure of every tally."""
        answers, index = self._answers[item.id], self._indices[item.id]
        shown = [row for row, reason in enumerate(answers.reasons) if reason is None]
        found = iter(_item_intervals(answers, shown, self.recipe.formula) if shown else ())
        return [
            Figure(given, None, None, reason=reason) if reason else Figure(given, Fraction(top, base), next(found))
            for given, reason, top, base in zip(answers.given, answers.reasons, index.tops, index.bases, strict=True)
        ]

    def overalls(self) -> list[Figure]:
        """The overall figure of every tally."""
        return self._composites(ALL_SECTIONS, self.items, self.recipe.overall_weights(self.sections))

    def section(self, section: Section, items: Sequence[Item]) -> list[Figure]:
        """A factor's figure of every tally."""
        return self._composites(section.id, items, self.recipe.weights_of(items))

    def _composites(self, group: str, items: Sequence[Item], weights: Sequence[Fraction]) -> list[Figure]:
        """Weighted means of item indices; withheld where any of the items is."""
        bases: list[int] = self._bases[:, self.layout.group_places[group]].tolist()
        if not items:
            return [Figure(base, None, None) for base in bases]
        reasons = [
            first_reason(row) if any(row) else None
            for row in zip(*(self._answers[item.id].reasons for item in items), strict=True)
        ]
        shown = [row for row, reason in enumerate(reasons) if reason is None]
        figures = iter(self._shown(items, weights, [bases[row] for row in shown], shown))
        return [
            Figure(base, None, None, reason=reason) if reason else next(figures)
            for base, reason in zip(bases, reasons, strict=True)
        ]

    def _shown(
        self, items: Sequence[Item], weights: Sequence[Fraction], bases: Sequence[int], rows: Sequence[int]
    ) -> list[Figure]:
        if not rows:
            return []
        mean, found = _mean_by(weights), self._measured(items, weights, rows)
        indices = [self._indices[item.id] for item in items]
        tops, given = (
            list(zip(*columns, strict=True))
            for columns in ((own.tops for own in indices), (own.bases for own in indices))
        )
        values = [mean(tops[row], given[row]) for row in rows]
        exact = np.array([value.numerator / value.denominator for value in values])
        shown = in_pairs(widened(found.intervals(), exact))
        return [Figure(*parts) for parts in zip(bases, values, shown, found.listed(), strict=True)]

    def _measured(self, items: Sequence[Item], weights: Sequence[Fraction], rows: Sequence[int]) -> Estimates:
        """In printed units."""
        assert items[0].scale is not None
        printed = item_conversion(self.recipe.formula, [int(code) for code in items[0].scale.characters])
        found = _measures(self.layout, self._moments.rows(rows), items, self.recipe.formula, weights)
        return printed.estimates(found)


def _rows(vectors: Sequence[Integers]) -> Integers:
    """Vectors of one length as a matrix."""
    return np.concatenate(vectors).reshape(len(vectors), -1)


def _index(answers: _Answers, formula: Formula) -> _Index:
    second, best = sorted(answers.levels.tolist())[-2:]
    worth = (answers.levels >= second) * best if formula is Formula.TOP_TWO_BOX else answers.levels
    tops = 100 * (answers.counts @ worth.astype(np.int64))
    return _Index(tops.tolist(), [number * best for number in answers.given])


def _scaled(ends: Ends, factor: float) -> Ends:
    return ends[0] * factor, ends[1] * factor


def _item_intervals(answers: _Answers, rows: Sequence[int], formula: Formula) -> list[Interval]:
    """Those of ``scoring`` for some of the tallies."""
    levels: list[int] = sorted(answers.levels.tolist())
    given = [answers.given[row] for row in rows]
    if formula is Formula.TOP_TWO_BOX:
        highest = answers.counts[rows] @ (answers.levels >= levels[-2]).astype(np.int64)
        return [wilson(*pair).scaled(100) for pair in zip(highest.tolist(), given, strict=True)]
    totals = (answers.counts[rows] @ answers.levels).tolist()
    squares = (answers.counts[rows] @ answers.levels**2).tolist()
    found = mean_intervals(list(zip(given, totals, squares, strict=True)), levels)
    return in_pairs(_scaled(found, 100 / levels[-1]))


def _mean_by(weights: Sequence[Fraction]) -> Callable[[Sequence[int], Sequence[int]], Fraction]:
    """The weighted mean of indices top / base, exactly, over one common denominator and in whole numbers."""
    scale = lcm(*(weight.denominator for weight in weights))
    whole = [int(weight * scale) for weight in weights]
    every = sum(whole)

    are_alike = len(set(whole)) == 1

    def mean(tops: Sequence[int], bases: Sequence[int]) -> Fraction:
        common = lcm(*bases)
        parts = map(mul, tops, map(common.__floordiv__, bases))
        total = sum(parts) * whole[0] if are_alike else sum(map(mul, parts, whole))
        return Fraction(total, common * every)

    return mean
