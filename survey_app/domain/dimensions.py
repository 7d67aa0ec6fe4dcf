"""Dimensions asked by different questionnaires, of different people, added up.

Each dimension has its own respondents, so the variances of the dimensions add; the total is known only where every
dimension is. Its interval is that of the Beta on the range of the sum, as for every other figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from survey_app.domain.comoments import stacked
from survey_app.domain.composite import Estimate, estimates
from survey_app.domain.conversion import item_conversion
from survey_app.domain.disclosure import Withheld, first_reason
from survey_app.domain.precision import Interval
from survey_app.domain.questionnaire import Item, Polarity
from survey_app.domain.recipe import Dimension, Recipe
from survey_app.domain.scorecard import Figure, Reading
from survey_app.domain.scoring import weighted_mean
from survey_app.domain.tally import Tally, base_of, comoments_of
from survey_app.domain.tally_layout import ALL_SECTIONS, TallyLayout


@dataclass(frozen=True)
class _Item:
    """An item with how much it counts in its dimension and the answers of every place: places × levels."""

    item: Item
    weight: Fraction
    answers: NDArray[np.int64]

    @property
    def levels(self) -> NDArray[np.int64]:
        assert self.item.scale is not None
        return np.array([int(code) for code in self.item.scale.characters], dtype=np.int64)

    @property
    def bases(self) -> NDArray[np.int64]:
        found: NDArray[np.int64] = self.answers.sum(axis=1)
        return found


def _items(layout: TallyLayout, tallies: Sequence[Tally], dimension: Dimension, recipe: Recipe) -> list[_Item]:
    counts = np.stack([tally.counts for tally in tallies])
    found: list[_Item] = []
    for section, items in layout.questionnaire.scored_sections(recipe.scale):
        weights = recipe.weights_of(items) if section.id in dimension.sections else []
        for item, weight in zip(items, weights, strict=False):
            [slots] = layout.slots_of(item.id)
            own = counts[:, slots.start : slots.start + len(item.scale.characters if item.scale else "")]
            found.append(_Item(item, weight / sum(weights), own))
    return found


def _reasons(items: Sequence[_Item], reading: Reading) -> list[Withheld | None]:
    """Why each place's figure is withheld, if it is: as item by item, at once for all of them."""
    if reading.is_too_fine and any(entry.item.is_sensitive for entry in items):
        return [Withheld.TOO_FINE] * len(items[0].bases)
    few = np.zeros(len(items[0].bases), dtype=bool)
    unanimous = few.copy()
    for entry in items:
        few |= entry.bases < reading.thresholds.score(reading.audience, entry.item.is_sensitive)
        if entry.item.is_sensitive or entry.item.polarity is Polarity.NEGATIVE:
            unanimous |= (entry.answers == entry.bases[:, None]).any(axis=1)
    return [
        Withheld.FEW if is_few else Withheld.UNANIMOUS if is_known else None
        for is_few, is_known in zip(few.tolist(), unanimous.tolist(), strict=True)
    ]


def dimension_figures(
    layout: TallyLayout, tallies: Sequence[Tally], dimension: Dimension, reading: Reading
) -> list[Figure]:
    """A dimension's figure of each of these tallies as ``score`` gives it, for many places at once."""
    if not tallies:
        return []
    items = _items(layout, tallies, dimension, reading.recipe)
    reasons, weights = _reasons(items, reading), [entry.weight for entry in items]
    line = item_conversion(reading.recipe.formula, items[0].levels.tolist())
    totals = np.stack([entry.answers @ entry.levels for entry in items], axis=1).tolist()
    bases = np.stack([entry.bases for entry in items], axis=1).tolist()
    names, shown = [entry.item.id for entry in items], [at for at, reason in enumerate(reasons) if reason is None]
    moments = [comoments_of(layout, tallies[at], names) for at in shown]
    levels, shares = items[0].levels.tolist(), [float(weight) for weight in weights]
    measured = iter(estimates(stacked(moments), reading.recipe.formula, levels, shares).listed() if moments else [])
    figures: list[Figure] = []
    for tally, reason, top, own in zip(tallies, reasons, totals, bases, strict=True):
        base = _base(layout, tally, dimension)
        if reason is not None:
            figures.append(Figure(base, None, None, reason=reason))
            continue
        indices = [line.of(Fraction(total, n)) for total, n in zip(top, own, strict=True)]
        figures.append(_figure(base, weighted_mean(indices, weights), line.estimate(next(measured))))
    return figures


def _base(layout: TallyLayout, tally: Tally, dimension: Dimension) -> int:
    """Who answered one of its items; where the questionnaire asks other dimensions too, of its largest part."""
    asked = {name for name, _ in layout.groups} - {ALL_SECTIONS}
    if asked <= set(dimension.sections):
        return base_of(layout, tally, ALL_SECTIONS)
    return max(base_of(layout, tally, section) for section in dimension.sections)


def _figure(base: int, value: Fraction, found: Estimate) -> Figure:
    interval, plain = found.interval(), float(value)
    return Figure(base, value, Interval(min(interval.low, plain), max(interval.high, plain)), found)


def total_of(figures: Sequence[Figure | None]) -> Figure:
    """The sum of dimensions answered by different people; withheld when any is. Its base is the smallest of theirs."""
    base = min((figure.base if figure else 0 for figure in figures), default=0)
    shown = [figure for figure in figures if figure is not None and figure.value is not None]
    estimates = [figure.estimate for figure in shown if figure.estimate is not None]
    if len(estimates) < len(figures) or not figures:
        return Figure(base, None, None, reason=_why(figures))
    value = sum((figure.value for figure in shown if figure.value is not None), Fraction(0))
    found = Estimate(
        plain=float(value),
        centre=sum(entry.centre for entry in estimates),
        variance=sum(entry.variance for entry in estimates),
        low=sum(entry.low for entry in estimates),
        high=sum(entry.high for entry in estimates),
    )
    return Figure(base, value, found.interval(), found)


def _why(figures: Sequence[Figure | None]) -> Withheld:
    """Why there is no total: a dimension that nobody was asked or that is hidden, else what withholds the others."""
    if not figures or any(figure is None or (figure.is_withheld and figure.reason is None) for figure in figures):
        return Withheld.INCOMPLETE
    return first_reason(figure.reason for figure in figures if figure is not None) or Withheld.FEW
