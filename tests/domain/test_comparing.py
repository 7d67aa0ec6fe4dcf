"""Differences: tested only between figures of one kind, with a verdict that holds for all judged together."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from scipy.stats import ttest_ind_from_stats

from survey_app.domain.comparing import (
    Basis,
    Measured,
    NotComparable,
    Verdict,
    all_pairs,
    difference,
    pooled_variance,
    together,
)
from survey_app.domain.composite import Estimate
from tests.bench import false_alarms

BASIS = Basis("sipas-2022-mean5", 1, "desk", "opt-in", "all", "sipas_desk")


def figure(mean: float, spread: float, n: int, basis: Basis = BASIS) -> Measured:
    """A mean on 1..5 of ``n`` responses whose values have this standard deviation."""
    return Measured(basis, Estimate(mean, mean, spread**2 / n, 1, 5), n, 20.0)


def test_points_interval_and_verdict() -> None:
    found = difference(figure(4.3, 0.6, 200), figure(4.0, 0.7, 180))
    assert found.value == pytest.approx(6.0)
    assert found.interval is not None
    assert 0 < found.interval.low < 6 < found.interval.high
    assert found.verdict is Verdict.CLEAR_INCREASE
    assert difference(figure(4.0, 0.7, 180), figure(4.3, 0.6, 200)).verdict is Verdict.CLEAR_DECREASE
    assert difference(figure(4.05, 0.7, 180), figure(4.0, 0.7, 200)).verdict is Verdict.NOT_ENOUGH


def test_it_is_welchs_test_where_the_smaller_sample_varies_more() -> None:
    first, second = figure(4.3, 0.9, 50), figure(4.0, 0.4, 200)
    welch = ttest_ind_from_stats(4.3, 0.9, 50, 4.0, 0.4, 200, equal_var=False)
    assert difference(first, second).p_value == pytest.approx(welch.pvalue)


def test_a_sample_that_hardly_varies_borrows_the_others_variance() -> None:
    certain, varied = figure(5.0, 0.05, 40), figure(4.8, 0.6, 4000)
    assert pooled_variance(certain, varied) == pytest.approx(0.6**2 * (1 / 40 + 1 / 4000), rel=0.02)


@pytest.mark.parametrize("name", [field.name for field in fields(Basis)])
def test_figures_of_two_kinds_are_never_compared(name: str) -> None:
    other = replace(BASIS, **{name: 2 if name == "recipe_version" else "other"})
    with pytest.raises(NotComparable, match=name):
        difference(figure(4.0, 0.6, 100), figure(4.5, 0.6, 100, other))


@pytest.mark.parametrize("sizes", [(29, 500), (500, 29)])
def test_under_thirty_responses_nothing_is_tested(sizes: tuple[int, int]) -> None:
    found = difference(figure(4.9, 0.1, sizes[0]), figure(2.0, 0.1, sizes[1]))
    assert (found.verdict, found.interval, found.p_value) == (Verdict.TOO_FEW, None, None)


def test_judged_together_a_lone_small_difference_is_no_longer_clear() -> None:
    alone = difference(figure(4.2, 0.7, 120), figure(4.0, 0.7, 120))
    assert alone.verdict is Verdict.CLEAR_INCREASE
    nothing = difference(figure(4.0, 0.7, 120), figure(4.0, 0.7, 120))
    judged = together([alone, *[nothing] * 19, difference(figure(4, 1, 5), figure(4, 1, 5))])
    assert [found.verdict for found in judged] == [Verdict.NOT_ENOUGH] * 20 + [Verdict.TOO_FEW]
    assert judged[0].p_value == pytest.approx(20 * alone.p_value)


def test_all_pairs_of_five_and_no_more() -> None:
    units = [figure(4.0 + place / 4, 0.5, 100) for place in range(5)]
    found = all_pairs(units)
    assert len(found) == 10
    assert found[0, 4].verdict is Verdict.CLEAR_DECREASE
    with pytest.raises(ValueError, match="at most 5"):
        all_pairs([*units, units[0]])


@pytest.mark.parametrize("shape", ["as published", "ceiling"])
def test_a_small_campaign_raises_few_false_alarms(shape: str) -> None:
    """The full one is ``python -m tests.bench.false_alarms``; its tables stand in docs/methods.md."""
    row = false_alarms.five_units(shape, (0, 0, 0, 1, 1), runs=60)
    assert row.false_alarms / row.runs <= 0.12
    assert row.power is not None
    assert row.power > 0.05
