"""Rounding once, half-up: the figures of the domain description, section 10."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from survey_app.domain.rounding import rounded


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        ("79.745", 2, "79.75"),
        ("79.7449999", 2, "79.74"),
        ("0.125", 2, "0.13"),
        ("2.5", 0, "3"),
        ("80", 2, "80.00"),
        ("-2.5", 0, "-3"),
        ("-0.125", 2, "-0.13"),
        ("-0.1249", 2, "-0.12"),
        ("-0.004", 2, "0.00"),
    ],
)
def test_a_half_is_rounded_away_from_zero(value: str, places: int, expected: str) -> None:
    assert str(rounded(Fraction(value), places)) == expected


def test_the_factor_published_for_kon_tum_in_2023() -> None:
    assert rounded((Fraction("79.71") + Fraction("79.78")) / 2, 2) == Decimal("79.75")


def test_a_binary_float_would_round_this_one_down() -> None:
    assert round(2.675, 2) == 2.67
    assert rounded(Fraction("2.675"), 2) == Decimal("2.68")


def test_long_fractions_are_rounded_once_and_not_digit_by_digit() -> None:
    just_under_a_half = Fraction(1, 2) - Fraction(1, 10**100)
    assert rounded(just_under_a_half, 0) == 0
    assert rounded(Fraction(1, 2), 0) == 1


@pytest.mark.parametrize(
    ("counts", "shares", "total"),
    [
        ((18, 43, 44, 31, 34), "10.6 25.3 25.9 18.2 20.0", "100.0"),
        ((10, 21, 33, 26, 79, 1), "5.9 12.4 19.4 15.3 46.5 0.6", "100.1"),
    ],
)
def test_shares_are_rounded_one_by_one_and_not_forced_to_add_up(
    counts: tuple[int, ...], shares: str, total: str
) -> None:
    assert sum(counts) == 170
    found = [rounded(Fraction(100 * count, 170), 1) for count in counts]
    assert " ".join(map(str, found)) == shares
    assert sum(found) == Decimal(total)
