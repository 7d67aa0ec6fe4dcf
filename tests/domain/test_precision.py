"""Intervals: Wilson against published values, the matched Beta against its definition and by trial."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import beta

from survey_app.domain.precision import Interval, mean_interval, wilson

LEVELS = (1, 2, 3, 4, 5)


def interval_of(values: list[int]) -> Interval:
    squares = sum(value * value for value in values)
    return mean_interval(len(values), Fraction(sum(values)), Fraction(squares), LEVELS)


class TestWilson:
    @pytest.mark.parametrize(
        ("successes", "n", "low", "high"),
        [
            (27, 30, 0.744, 0.965),  # the desk's example
            (81, 263, 0.2553, 0.3662),  # Newcombe 1998, table I, method 3
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ],
    )
    def test_published_intervals(self, successes: int, n: int, low: float, high: float) -> None:
        found = wilson(successes, n)
        places = 3 if n == 30 else 4
        assert (round(found.low, places), round(found.high, places)) == (low, high)

    def test_satisfied_and_dissatisfied_mirror_each_other(self) -> None:
        share, rest = wilson(3, 11), wilson(8, 11)
        assert share.low == pytest.approx(1 - rest.high)
        assert share.high == pytest.approx(1 - rest.low)

    @pytest.mark.parametrize("n", [1, 7, 700])
    def test_it_stays_within_0_and_1_and_has_width_at_both_ends(self, n: int) -> None:
        none, all_of_them = wilson(0, n), wilson(n, n)
        assert none.low == pytest.approx(0, abs=1e-12)
        assert all_of_them.high == pytest.approx(1)
        assert 0 <= none.low < none.high < 1
        assert 0 < all_of_them.low < all_of_them.high <= 1

    @pytest.mark.parametrize(("successes", "n"), [(0, 0), (-1, 5), (6, 5), (0, -1)])
    def test_impossible_counts_are_refused(self, successes: int, n: int) -> None:
        with pytest.raises(ValueError, match="successes"):
            wilson(successes, n)


class TestMean:
    @pytest.mark.parametrize("level", [1, 5])
    @pytest.mark.parametrize("n", [1, 7, 100])
    def test_answers_all_alike_leave_an_interval_with_width(self, level: int, n: int) -> None:
        found = interval_of([level] * n)
        assert found.low < found.high
        assert found.low <= level <= found.high
        assert 1 <= found.low <= found.high <= 5

    def test_seven_fives_do_not_exclude_a_mean_of_four_and_a_half(self) -> None:
        found = interval_of([5] * 7)
        assert found.high == pytest.approx(5, abs=0.01)
        assert found.low < 4.5

    @pytest.mark.parametrize("values", [[3, 4, 4, 5, 5, 5, 5], [1, 5], [2] * 9 + [5], [4] * 30, [1] + [5] * 99])
    def test_it_is_the_beta_of_the_mean_and_variance_with_one_answer_spread_over_the_levels(
        self, values: list[int]
    ) -> None:
        weights = np.array([values.count(level) + 0.2 for level in LEVELS])
        shares = weights / weights.sum()
        on_unit = (np.array(LEVELS) - 1) / 4
        mean = float(shares @ on_unit)
        variance = float(shares @ (on_unit - mean) ** 2) / (len(values) + 1)
        strength = mean * (1 - mean) / variance - 1
        low, high = beta.ppf([0.025, 0.975], mean * strength, (1 - mean) * strength) * 4 + 1

        found = interval_of(values)
        plain = sum(values) / len(values)
        assert found.low == pytest.approx(min(low, plain))
        assert found.high == pytest.approx(max(high, plain))

    def test_it_holds_the_plain_mean(self) -> None:
        for values in ([5] * 60 + [1], [1] * 60 + [5], [5] * 500, [3, 4]):
            found = interval_of(values)
            assert found.low <= sum(values) / len(values) <= found.high

    @pytest.mark.parametrize("values", [[3, 4, 4, 5], [5, 5, 5, 5], [1, 5, 5, 5]])
    def test_more_of_the_same_answers_narrow_it(self, values: list[int]) -> None:
        intervals = [interval_of(values * times) for times in (2, 8, 32, 128)]
        widths = [found.high - found.low for found in intervals]
        assert widths == sorted(widths, reverse=True)
        assert widths[-1] < widths[0] / 3

    @pytest.mark.parametrize(("n", "levels"), [(0, LEVELS), (5, (3,)), (5, ())])
    def test_no_answers_or_no_choice_is_refused(self, n: int, levels: tuple[int, ...]) -> None:
        with pytest.raises(ValueError, match="two levels"):
            mean_interval(n, Fraction(3 * n), Fraction(9 * n), levels)

    def test_scaled_to_a_hundred(self) -> None:
        assert Interval(4.0, 4.5).scaled(20) == Interval(80.0, 90.0)

    @pytest.mark.parametrize(
        "shares",
        [
            pytest.param((0.01, 0.03, 0.12, 0.60, 0.24), id="as published for provinces"),
            pytest.param((0.05, 0.20, 0.50, 0.20, 0.05), id="middling"),
            pytest.param((0.20, 0.05, 0.05, 0.10, 0.60), id="torn"),
            pytest.param((0.01, 0.01, 0.02, 0.06, 0.90), id="ceiling"),
            pytest.param((0.00, 0.00, 0.01, 0.04, 0.95), id="high ceiling"),
        ],
    )
    def test_it_covers_the_true_mean_as_often_as_it_says(self, shares: tuple[float, ...]) -> None:
        numbers = np.random.default_rng(20261116)
        levels = np.array(LEVELS)
        truth = float(shares @ levels)
        covered = []
        for n in (7, 10, 20, 30, 50, 100):
            samples, times = np.unique(numbers.multinomial(n, shares, 1200), axis=0, return_counts=True)
            found = [
                mean_interval(n, Fraction(int(row @ levels)), Fraction(int(row @ levels**2)), LEVELS) for row in samples
            ]
            hits = [entry.low <= truth <= entry.high for entry in found]
            covered.append(float(times @ hits) / 1200)
        assert np.mean(covered) >= 0.935
        assert min(covered) >= 0.90
