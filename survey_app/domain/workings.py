"""How one figure came about, step by step: the same numbers the scorecard is made of, kept for "Cách tính".

What is withheld stays so: where the spread of answers is, the sum of scores follows from the score itself, but the
counts, and the variance that would give them away in a small base, are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from survey_app.domain.composite import Estimate
from survey_app.domain.precision import Interval, smoothed_mean
from survey_app.domain.recipe import Formula
from survey_app.domain.scoring import ItemScore, Reading, measure, weighted_mean
from survey_app.domain.tally import Tally, counts_of
from survey_app.domain.tally_layout import TallyLayout


@dataclass(frozen=True)
class BetaInputs:
    """Mean and variance after smoothing, on the scale from ``low`` to ``high``, and the Beta matched to them."""

    mean: float
    variance: float
    low: float
    high: float

    @property
    def parameters(self) -> tuple[float, float]:
        """Both parameters of the Beta."""
        width = self.high - self.low
        centre = (self.mean - self.low) / width
        weight = centre * (1 - centre) / (self.variance / width**2) - 1
        return centre * weight, (1 - centre) * weight


@dataclass(frozen=True)
class ItemWorking:
    """A shown item: ``total`` is the sum of scores, or the answers in the two highest levels.

    ``counts`` (per level) and ``beta`` are None while the spread of answers is withheld; ``beta`` also for a share.
    """

    base: int
    total: int
    counts: Mapping[int, int] | None
    levels: tuple[int, ...]
    value: Fraction
    interval: Interval
    beta: BetaInputs | None


@dataclass(frozen=True)
class CompositeWorking:
    """A shown (weighted) mean over items: their unrounded indices, and what its interval is matched to."""

    values: tuple[tuple[ItemScore, Fraction], ...]
    weights: tuple[Fraction, ...]
    value: Fraction
    interval: Interval
    plain: float
    beta: BetaInputs


def _beta(found: Estimate) -> BetaInputs:
    return BetaInputs(found.centre, found.variance, found.low, found.high)


def item_working(layout: TallyLayout, tally: Tally, score: ItemScore, reading: Reading) -> ItemWorking | None:
    """The steps of an item's index; None when it is withheld."""
    figure, scale = score.figure, score.item.scale
    if figure.value is None or figure.interval is None or scale is None:
        return None
    counted = counts_of(layout, tally, score.item.id)[""]
    counts = {int(code): counted[code] for code in sorted(scale.characters)}
    levels = tuple(counts)
    is_spread_shown = score.distribution.counts is not None
    if reading.recipe.formula is Formula.TOP_TWO_BOX:
        total, beta = sum(counts[level] for level in levels[-2:]), None
    else:
        total = sum(level * count for level, count in counts.items())
        squares = sum(level * level * count for level, count in counts.items())
        mean, variance = smoothed_mean(figure.base, Fraction(total), Fraction(squares), levels)
        beta = BetaInputs(float(mean), float(variance), levels[0], levels[-1]) if is_spread_shown else None
    return ItemWorking(
        figure.base, total, counts if is_spread_shown else None, levels, figure.value, figure.interval, beta
    )


def composite_working(
    layout: TallyLayout, tally: Tally, scores: Sequence[ItemScore], weights: Sequence[Fraction], reading: Reading
) -> CompositeWorking | None:
    """The steps of a mean over items; None when one of them is withheld."""
    values = tuple((score, score.figure.value) for score in scores if score.figure.value is not None)
    if not values or len(values) < len(scores):
        return None
    found = measure(layout, tally, [score.item for score in scores], reading.recipe.formula, weights)
    value = weighted_mean([value for _, value in values], weights)
    interval = found.interval().scaled(100 / found.high)
    shown = Interval(min(interval.low, float(value)), max(interval.high, float(value)))
    return CompositeWorking(values, tuple(weights), value, shown, found.plain, _beta(found))
