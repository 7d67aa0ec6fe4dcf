"""Rank ranges instead of ranks; shrinkage for order and colour only."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import brentq

from survey_app.domain.comparing import NotComparable
from survey_app.domain.ranking import RankRange, paule_mandel, rank_ranges, shrink
from tests.domain.test_comparing import BASIS, figure


def test_units_alike_may_hold_any_place() -> None:
    assert rank_ranges([figure(4.0, 0.6, 50)] * 10) == [RankRange(1, 10, 10)] * 10


def test_units_far_apart_have_their_places() -> None:
    units = [figure(mean, 0.3, 400) for mean in (4.8, 4.2, 3.6, 3.0)]
    assert rank_ranges(units) == [RankRange(place, place, 4) for place in (1, 2, 3, 4)]


def test_under_thirty_responses_a_unit_does_not_enter() -> None:
    units = [figure(4.8, 0.3, 400), figure(5.0, 0.1, 29), figure(3.0, 0.3, 400)]
    assert rank_ranges(units) == [RankRange(1, 1, 2), None, RankRange(2, 2, 2)]
    assert rank_ranges([figure(4.0, 0.3, 100)]) == [RankRange(1, 1, 1)]
    assert rank_ranges([]) == []


def test_figures_of_two_kinds_are_never_ranked() -> None:
    with pytest.raises(NotComparable, match="stage"):
        rank_ranges([figure(4.0, 0.3, 100), figure(4.0, 0.3, 100, replace(BASIS, stage="filing"))])


def test_ranges_hold_the_true_rank() -> None:
    numbers = np.random.default_rng(5)
    truths = np.sort(numbers.normal(4.0, 0.15, 30))[::-1]
    misses = 0
    for _ in range(60):
        drawn = numbers.normal(truths, 0.6 / np.sqrt(60))
        ranges = rank_ranges([figure(float(mean), 0.6, 60) for mean in drawn])
        misses += sum(not found.best <= place <= found.worst for place, found in enumerate(ranges, 1) if found)
    assert misses / (60 * 30) <= 0.05


def test_tau_squared_solves_its_equation() -> None:
    values, within = np.array([4.1, 3.7, 4.6, 4.4, 3.9]), np.array([0.01, 0.02, 0.015, 0.04, 0.01])
    between = paule_mandel(values, within)
    weights = 1 / (between + within)
    common = np.average(values, weights=weights)
    assert between > 0
    assert float((weights * (values - common) ** 2).sum()) == pytest.approx(4)


@pytest.mark.parametrize("seed", range(8))
def test_tau_squared_is_what_an_independent_root_finder_gives(seed: int) -> None:
    numbers = np.random.default_rng(seed)
    within = numbers.uniform(0.002, 0.05, 40)
    values = numbers.normal(4.0, np.sqrt(within + numbers.uniform(0, 0.03)))

    def generalised_q(between: float) -> float:
        precision = 1 / (within + between)
        return float(precision @ (values - precision @ values / precision.sum()) ** 2) - (len(values) - 1)

    expected = brentq(generalised_q, 0, 10, xtol=1e-14) if generalised_q(0) > 0 else 0.0
    assert paule_mandel(values, within) == pytest.approx(expected, abs=1e-10)


def test_shrinkage_is_worked_out_again_from_its_definition() -> None:
    means, spreads, sizes = (4.6, 4.1, 3.7, 4.9), (0.5, 0.8, 0.6, 0.4), (15, 300, 80, 40)
    found = shrink([figure(*entry) for entry in zip(means, spreads, sizes, strict=True)])
    pooled = sum(n * spread**2 for spread, n in zip(spreads, sizes, strict=True)) / sum(sizes)
    within = np.array([pooled / n for n in sizes])
    weights = 1 / (found.between + within)
    common = float(weights @ np.array(means) / weights.sum())
    expected = common + found.between / (found.between + within) * (np.array(means) - common)
    assert found.between > 0
    assert found.common == pytest.approx(common)
    assert found.values == pytest.approx(tuple(expected))


def test_units_that_differ_by_chance_only_shrink_to_one_value() -> None:
    found = shrink([figure(4.0, 0.6, 40), figure(4.01, 0.6, 50), figure(3.99, 0.6, 60)])
    assert found.between == 0
    assert found.values == (pytest.approx(found.common),) * 3


def test_a_small_unit_is_drawn_further_than_a_large_one() -> None:
    units = [figure(4.9, 0.6, 10), figure(4.9, 0.6, 500), *[figure(3.5 + place / 10, 0.6, 200) for place in range(8)]]
    found = shrink(units)
    assert found.common < found.values[0] < found.values[1] < 4.9
    with pytest.raises(ValueError, match="nothing"):
        shrink([])
