"""From a mean on the response scale to the figure that is printed: a straight line, value = offset + factor · mean.

Every recipe prints its figures on a range of its own (0..100, 0..2 points, 1..10): an estimate, with its variance, is
carried over by the same line, so that intervals and differences are in printed units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from survey_app.domain.composite import Estimate, Estimates
from survey_app.domain.precision import Interval
from survey_app.domain.recipe import Formula


@dataclass(frozen=True)
class Conversion:
    """value = offset + factor · mean."""

    offset: Fraction
    factor: Fraction

    def of(self, mean: Fraction) -> Fraction:
        """The printed value of a mean."""
        return self.offset + self.factor * mean

    def interval(self, found: Interval) -> Interval:
        """An interval of the mean, in printed units."""
        offset, factor = float(self.offset), float(self.factor)
        return Interval(offset + factor * found.low, offset + factor * found.high)

    def estimate(self, found: Estimate) -> Estimate:
        """An estimate of the mean, in printed units."""
        offset, factor = float(self.offset), float(self.factor)
        plain, centre, low, high = (
            offset + factor * value for value in (found.plain, found.centre, found.low, found.high)
        )
        return Estimate(plain, centre, found.variance * factor**2, low, high)

    def estimates(self, found: Estimates) -> Estimates:
        """Several estimates, in printed units."""
        offset, factor = float(self.offset), float(self.factor)
        plains, centres = (offset + factor * values for values in (found.plains, found.centres))
        low, high = offset + factor * found.low, offset + factor * found.high
        return Estimates(plains, centres, found.variances * factor**2, low, high)

    def times(self, multiplier: Fraction, added: Fraction = Fraction(0)) -> Conversion:
        """What is printed of ``multiplier`` times the value, and ``added`` to it."""
        return Conversion(self.offset * multiplier + added, self.factor * multiplier)


def item_conversion(formula: Formula, levels: Sequence[int]) -> Conversion:
    """From the mean of an item's scores (the share of its two highest levels) to its index."""
    low, high = min(levels), max(levels)
    match formula:
        case Formula.TOP_TWO_BOX:
            return Conversion(Fraction(0), Fraction(100))
        case Formula.MEAN_TO_100:
            return Conversion(Fraction(0), Fraction(100, high))
        case Formula.POINTS:
            return Conversion(Fraction(0), Fraction(1))
        case Formula.RESCALED_PARTS:
            factor = Fraction(9, high - low)
            return Conversion(1 - factor * low, factor)
