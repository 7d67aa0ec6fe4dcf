"""Exact decimals: published figures are rounded once, half-up, from unrounded fractions."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction


def rounded(value: Fraction, places: int) -> Decimal:
    """``value`` rounded once, half-up, to ``places`` decimals; exact for any fraction."""
    with localcontext() as context:
        context.prec = 60
        unit = Decimal(1).scaleb(-places)
        scaled = value * 10**places
        whole, rest = divmod(abs(scaled.numerator), scaled.denominator)
        nearest = whole + (1 if 2 * rest >= scaled.denominator else 0)
        return Decimal(nearest if scaled >= 0 else -nearest) * unit
