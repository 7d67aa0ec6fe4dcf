"""How many responses the formula taught with the method asks for: n = N / (1 + N·e²), rounded up.

A counter's code is a convenience sample, so the number is a yardstick for planning and never proof of enough.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil

FIVE_PERCENT = Fraction(1, 20)
TEN_PERCENT = Fraction(1, 10)
MOST_TRANSACTIONS = 100_000_000
"""More than the whole country hands in within a year; a larger number is a slip of the finger."""


def sample_size(transactions: int, error: Fraction = FIVE_PERCENT) -> int:
    """The recommended number of responses for a period with this many transactions.

    Raises:
        ValueError: fewer than one transaction, or an error that is no share.
    """
    if transactions < 1 or not 0 < error < 1:
        raise ValueError("needs at least one transaction and an error between 0 and 1")
    return ceil(transactions / (1 + transactions * error**2))
