"""The administrative ledger: what it adds up to, and what stands beside it (domain description, sections 5 and 10)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from survey_app.domain.ledger import Answered, Ledger, points_share


def satisfaction(ledger: Ledger) -> Fraction:
    assert ledger.satisfaction is not None
    return ledger.satisfaction


def test_half_of_the_ninety_earns_half_of_the_points() -> None:
    ledger = Ledger(dossiers=100, overdue=30, complaints=10, disliked=15)
    assert satisfaction(ledger) == 45
    assert points_share(satisfaction(ledger)) == 50


@pytest.mark.parametrize(
    ("overdue", "complaints", "disliked", "r", "points"),
    [
        (0, 0, 0, "100", "100"),
        (6, 2, 2, "90", "100"),
        (60, 41, 0, "89.9", "99.89"),
        (100, 0, 0, "0", "0"),
        (80, 30, 20, "0", "0"),
    ],
)
def test_points_are_full_from_ninety_on_and_overlaps_count_twice(
    overdue: int, complaints: int, disliked: int, r: str, points: str
) -> None:
    dossiers = 1000 if overdue == 60 else 100
    found = satisfaction(Ledger(dossiers, overdue, complaints, disliked))
    assert found == Fraction(r)
    assert round(float(points_share(found)), 2) == float(points)


def test_ledgers_add_as_counts_and_not_as_percentages() -> None:
    small, large = Ledger(10, overdue=5), Ledger(990, overdue=5)
    assert satisfaction(small + large) == 99
    assert (satisfaction(small) + satisfaction(large)) / 2 != 99


def test_complaints_have_ratios_of_their_own() -> None:
    ledger = Ledger(500, complaints=8, in_time=6, rejected=2)
    assert (ledger.answered_in_time, ledger.settled) == (75, 75)
    assert Ledger(500).answered_in_time is None


def test_what_one_month_did_not_report_is_not_known_of_the_sum() -> None:
    both = Ledger(10, complaints=1, in_time=1, rejected=0) + Ledger(10, complaints=1, in_time=None, rejected=1)
    assert (both.in_time, both.answered_in_time, both.rejected) == (None, None, 1)


def test_without_dossiers_there_is_no_ratio() -> None:
    assert Ledger().satisfaction is None


def test_silence_leaves_the_share_between_two_bounds() -> None:
    answered = Answered(Fraction(80), n=50, dossiers=500)
    assert answered.response_rate == 10
    assert answered.bounds == (8, 98)
    everybody = Answered(Fraction(80), n=500, dossiers=500)
    assert everybody.bounds == (80, 80)


def test_more_answers_than_dossiers_have_no_rate() -> None:
    answered = Answered(Fraction(80), n=501, dossiers=500)
    assert (answered.response_rate, answered.bounds) == (None, None)
