"""Exact decimals: published figures are rounded once, half-up, from unrounded fractions."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction


def rounded_units(value: Fraction, places: int) -> int:
    """``value`` in units of the last of ``places`` decimals, rounded once, half-up; exact for any fraction."""
    return rounded_ratio(value.numerator, value.denominator, places)


def rounded_ratio(dividend: int, divisor: int, places: int) -> int:
    """``dividend / divisor`` in such units; the divisor is above zero."""
    whole, rest = divmod(abs(dividend) * 10**places, divisor)
    nearest = whole + (2 * rest >= divisor)
    return int(nearest if dividend >= 0 else -nearest)


def rounded(value: Fraction, places: int) -> Decimal:
    """``value`` rounded once, half-up, to ``places`` decimals; exact for any fraction."""
    return Decimal(f"{rounded_units(value, places)}E-{places}")
