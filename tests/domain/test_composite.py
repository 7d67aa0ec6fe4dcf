"""A mean over items: its variance against respondents' own weights, its interval against the truth."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from survey_app.domain.comoments import count_comoments
from survey_app.domain.composite import estimate
from survey_app.domain.precision import mean_interval
from survey_app.domain.recipe import Formula
from tests.bench import coverage

LEVELS = (1, 2, 3, 4, 5)
MEAN5, TOP2 = Formula.MEAN_TO_100, Formula.TOP_TWO_BOX


def moments_of(records: np.ndarray):
    return count_comoments(records, records > 0, np.full(records.shape[1], 4))


def some_records(n: int = 40, items: int = 6, seed: int = 1) -> np.ndarray:
    numbers = np.random.default_rng(seed)
    return numbers.integers(1, 6, (n, items)) * (numbers.random((n, items)) > 0.25)


def with_pseudo_respondents(records: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Records and weights, a fifth of a straight line on each level added."""
    lines = np.repeat(np.arange(1, 6)[:, None], records.shape[1], axis=1)
    return np.vstack([records, lines]), np.array([1.0] * len(records) + [0.2] * 5)


@pytest.mark.parametrize("formula", list(Formula))
def test_the_variance_is_the_sum_of_squared_influences(formula: Formula) -> None:
    records, weights = with_pseudo_respondents(some_records())
    answered = records > 0
    scores = (records >= 4).astype(float) if formula is TOP2 else records
    bases = (weights[:, None] * answered).sum(axis=0)
    means = (weights[:, None] * answered * scores).sum(axis=0) / bases
    influence = (answered * (scores - means) / bases).mean(axis=1)
    found = estimate(moments_of(some_records()), formula, LEVELS)
    assert found.variance == pytest.approx(float((weights * influence**2).sum()))
    assert found.centre == pytest.approx(float(means.mean()))


def test_of_one_item_it_is_the_items_own_interval() -> None:
    records = some_records(items=1)
    given = records[records > 0]
    own = mean_interval(given.size, Fraction(int(given.sum())), Fraction(int((given**2).sum())), LEVELS)
    found = estimate(moments_of(records), MEAN5, LEVELS).interval()
    assert (found.low, found.high) == (pytest.approx(own.low), pytest.approx(own.high))


@pytest.mark.parametrize("formula", list(Formula))
@pytest.mark.parametrize("level", LEVELS)
def test_everybody_alike_leaves_an_interval_with_width_that_holds_the_figure(formula: Formula, level: int) -> None:
    found = estimate(moments_of(np.full((7, 19), level)), formula, LEVELS)
    interval = found.interval()
    assert found.low <= interval.low < interval.high <= found.high
    assert interval.low <= found.plain <= interval.high


def test_straight_lines_tell_less_than_independent_answers() -> None:
    numbers = np.random.default_rng(2)
    free = numbers.integers(1, 6, (200, 19))
    lines = np.repeat(free[:, :1], 19, axis=1)
    assert estimate(moments_of(lines), MEAN5, LEVELS).variance > 10 * estimate(moments_of(free), MEAN5, LEVELS).variance


def test_a_random_wave_is_corrected_for_what_is_left_of_the_population() -> None:
    moments = moments_of(some_records())
    n = int(np.diagonal(moments.both).max())
    plain, half, whole = (estimate(moments, MEAN5, LEVELS, population) for population in (None, 2 * n - 1, n))
    assert half.variance == pytest.approx(plain.variance / 2)
    assert whole.variance == pytest.approx(plain.variance / (n + 1))
    assert whole.interval().low < whole.plain < whole.interval().high, "even everybody leaves an interval with width"
    with pytest.raises(ValueError, match="more respondents"):
        estimate(moments, MEAN5, LEVELS, n - 1)


def test_an_item_nobody_answered_is_refused() -> None:
    records = some_records()
    records[:, 2] = 0
    with pytest.raises(ValueError, match="each of its items"):
        estimate(moments_of(records), MEAN5, LEVELS)


def test_a_small_campaign_covers_the_truth_as_often_as_it_says() -> None:
    """The full one is ``python -m tests.bench.coverage``; its table stands in docs/methods.md."""
    cells = coverage.measure(draws=120, bases=(10, 40, 120))
    averages = {
        limits.what: np.mean([cell.share for cell in cells if cell.what == limits.what]) for limits in coverage.LIMITS
    }
    assert all(0.93 <= average <= 0.99 for average in averages.values()), averages
    assert min(cell.share for cell in cells if cell.n >= 30) >= 0.86
