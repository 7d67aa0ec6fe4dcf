"""Exact decimals: published figures are rounded once, half-up, from unrounded fractions."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction


def rounded_units(value: Fraction, places: int) -> int:
    """``value`` in units of the last of ``places`` decimals, rounded once, half-up; exact for any fraction."""
    whole, rest = divmod(abs(value.numerator) * 10**places, value.denominator)
    nearest = whole + (2 * rest >= value.denominator)
    return int(nearest if value.numerator >= 0 else -nearest)


def rounded(value: Fraction, places: int) -> Decimal:
    """``value`` rounded once, half-up, to ``places`` decimals; exact for any fraction."""
    return Decimal(f"{rounded_units(value, places)}E-{places}")
