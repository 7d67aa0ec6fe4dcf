"""The formula of the sample size, against the figures taught with the method."""

from __future__ import annotations

from fractions import Fraction

import pytest

from survey_app.domain.sampling import TEN_PERCENT, sample_size


@pytest.mark.parametrize(
    ("transactions", "needed"),
    [(1, 1), (120, 93), (500, 223), (1_000, 286), (5_000, 371), (20_000, 393), (86_933, 399), (100_000_000, 400)],
)
def test_at_five_percent(transactions: int, needed: int):
    assert sample_size(transactions) == needed


def test_at_ten_percent():
    assert sample_size(86_933, TEN_PERCENT) == 100


def test_an_exact_result_is_not_rounded_up():
    assert sample_size(400) == 200


@pytest.mark.parametrize(("transactions", "error"), [(0, Fraction(1, 20)), (-5, Fraction(1, 20)), (10, Fraction(0))])
def test_what_makes_no_sense_is_refused(transactions: int, error: Fraction):
    with pytest.raises(ValueError, match="at least one transaction"):
        sample_size(transactions, error)
