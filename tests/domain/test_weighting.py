"""Weighted by transactions: exact, with the share it stands for, and not at all when that is small."""

from __future__ import annotations

from fractions import Fraction

import pytest

from survey_app.domain.composite import Estimate
from survey_app.domain.weighting import Served, Stratum, strata, weighted


def counter(transactions: int, points: int | None, n: int = 50) -> Stratum:
    """A counter with a score of so many points (20..100)."""
    if points is None:
        return Stratum(transactions, None, None, 0)
    return Stratum(transactions, Fraction(points), Estimate(points, points, 144 / n, 20, 100), n)


def test_a_busy_counter_counts_for_more() -> None:
    found = weighted([counter(900, 80), counter(100, 90)])
    assert found is not None
    assert (found.value, found.covered, found.responses) == (Fraction(81), 1, 100)
    assert found.interval is not None
    assert found.interval.low < 81 < found.interval.high


def test_the_variance_is_that_of_a_weighted_sum() -> None:
    alone, four = (weighted([counter(100, 80, 50)] * times) for times in (1, 4))
    widths = [found.interval.high - found.interval.low for found in (alone, four) if found and found.interval]
    assert widths[0] / widths[1] == pytest.approx(2, rel=0.02)


@pytest.mark.parametrize(("missing", "is_shown"), [(200, True), (201, False)])
def test_it_is_shown_from_eighty_percent_of_the_transactions_on(missing: int, is_shown: bool) -> None:
    found = weighted([counter(800, 80), counter(missing, None)])
    assert found is not None
    assert (found.value is not None) is is_shown
    assert found.covered == Fraction(800, 800 + missing)


def test_without_transactions_there_is_none() -> None:
    assert weighted([counter(0, 80)]) is None
    assert weighted([]) is None


def test_a_counter_without_transactions_counts_for_nothing() -> None:
    found = weighted([counter(10, 80), counter(0, 20)])
    assert found is not None
    assert found.value == 80


def served(transactions: int, known: int, needed: int, points: int | None = 80) -> Served:
    found = counter(transactions, points)
    return Served(transactions, known, needed, found.value, found.estimate, found.responses)


def test_a_counter_with_a_missing_month_is_unrepresented_with_the_mean_of_what_is_known() -> None:
    complete, partly, silent = strata([served(300, 2, 2), served(60, 1, 2), served(0, 0, 2)])
    assert (complete.transactions, complete.value) == (300, 80)
    assert (partly.transactions, partly.value, partly.estimate, partly.responses) == (180, None, None, 0)
    assert (silent.transactions, silent.value) == (240, None)


def test_where_nothing_is_known_there_are_no_transactions() -> None:
    assert weighted(strata([served(0, 0, 2), served(0, 0, 3)])) is None


def test_a_counter_that_did_not_serve_needs_no_month() -> None:
    assert served(0, 0, 0).is_complete
    assert not served(0, 0, 1).is_complete
