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
from survey_app.domain.scorecard import Figure, ImportedIndex, ItemScore, Reading
from survey_app.domain.scoring import measure
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
    """A shown figure over items: their unrounded indices, and what its interval is matched to.

    It is their (weighted) mean times ``multiple``; where ``indices`` are summed up, the mean of these values and of the
    ``imported`` ones times that number.
    """

    values: tuple[tuple[ItemScore, Fraction], ...]
    weights: tuple[Fraction, ...]
    value: Fraction
    interval: Interval
    plain: float
    beta: BetaInputs
    multiple: Fraction = Fraction(1)
    imported: tuple[ImportedIndex, ...] = ()
    indices: int = 0


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
    layout: TallyLayout,
    tally: Tally,
    figure: Figure,
    scores: Sequence[ItemScore],
    weights: Sequence[Fraction],
    multiple: Fraction,
    reading: Reading,
) -> CompositeWorking | None:
    """The steps of a figure over items, whose weighted mean goes ``multiple`` times into it; None when it is withheld.

    A sum of indices is worked out from those that are known.
    """
    if figure.value is None or figure.interval is None:
        return None
    pairs = [(score, weight) for score, weight in zip(scores, weights, strict=True) if score.figure.value is not None]
    found = measure(
        layout, tally, [score.item for score, _ in pairs], reading.recipe.formula, [weight for _, weight in pairs]
    )
    return CompositeWorking(
        values=tuple((score, score.figure.value) for score, _ in pairs if score.figure.value is not None),
        weights=tuple(weight for _, weight in pairs),
        value=figure.value,
        interval=figure.interval,
        plain=found.plain,
        beta=_beta(found),
        multiple=multiple,
        imported=reading.imported if figure.known else (),
        indices=figure.known.of if figure.known else 0,
    )
