"""Importance × performance of items and factors, and reliability: against an independent package."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from survey_app.domain.comoments import count_comoments
from survey_app.domain.correlation import kurtosis
from survey_app.domain.drivers import (
    Advice,
    Driver,
    TooFewForDrivers,
    drivers,
    factor_drivers,
    reliability,
)
from tests.bench import driver_intervals

NAMES = ("polite", "clear", "quick", "fair", "clean")


def records(n: int = 600, missing: float = 0.0) -> np.ndarray:
    """Answers of people with a lean of their own; "quick" is judged low, "clean" hardly goes with the rest."""
    numbers = np.random.default_rng(3)
    lean = numbers.normal(0, 0.8, (n, 1)) * np.array([1.0, 1.0, 1.0, 1.0, 0.1])
    levels = np.array([4.4, 4.0, 2.8, 4.0, 4.0])
    scores = np.clip(np.round(lean + levels + numbers.normal(0, 0.7, (n, 5))), 1, 5).astype(np.int64)
    return scores * (numbers.random((n, 5)) >= missing)


def moments_of(given: np.ndarray):
    return count_comoments(given, given > 0, np.full(given.shape[1], 4))


def kurtoses_of(given: np.ndarray) -> list[float]:
    return [kurtosis({level: int((column == level).sum()) for level in range(1, 6)}) for column in given.T]


def items_of(given: np.ndarray) -> dict[str, Driver]:
    return {driver.name: driver for driver in drivers(NAMES, moments_of(given), kurtoses_of(given))}


FACTORS = {"people": (0, 1), "time": (2,), "place": (3, 4)}


def factors_of(given: np.ndarray) -> dict[str, Driver]:
    found = factor_drivers(FACTORS, moments_of(given), kurtoses_of(given))
    return {driver.name: driver for driver in found}


def pingouin():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pingouin as independent  # noqa: PLC0415 - heavy, and warns while it loads
    return independent


def test_alpha_and_correlations_agree_with_an_independent_package() -> None:
    frame = pd.DataFrame(records(), columns=NAMES)
    found = reliability(moments_of(records()))
    assert found.alpha == pytest.approx(pingouin().cronbach_alpha(data=frame)[0])
    for place, name in enumerate(NAMES):
        others = frame.drop(columns=name).mean(axis=1)
        expected = pingouin().corr(frame[name], others)["r"].iloc[0]
        assert found.item_rest[place] == pytest.approx(float(expected), abs=5e-4)


def test_with_missing_answers_it_stays_near_what_the_complete_ones_tell() -> None:
    complete, holed = (reliability(moments_of(records(3000, missing))) for missing in (0.0, 0.3))
    assert holed.alpha == pytest.approx(complete.alpha, abs=0.03)
    assert holed.item_rest == pytest.approx(complete.item_rest, abs=0.06)


def test_strengths_and_weaknesses_are_told_with_their_evidence() -> None:
    found = items_of(records())
    assert found["quick"].advice is Advice.MEND
    assert found["polite"].advice is Advice.KEEP_UP
    assert found["clean"].advice is Advice.WATCH
    assert found["clean"].importance < 0.3 < found["quick"].importance
    for driver in found.values():
        assert driver.importance_interval.low < driver.importance < driver.importance_interval.high
        assert driver.performance_interval.low < driver.performance < driver.performance_interval.high
        assert driver.base == 600


def test_an_item_that_follows_from_another_is_marked() -> None:
    given = records()
    given[:, 1] = given[:, 0]
    given[::50, 1] = 3
    found = items_of(given)
    assert found["polite"].is_collinear
    assert found["clear"].is_collinear
    assert not found["clean"].is_collinear


def test_factors_agree_with_an_independent_package() -> None:
    given = records()
    frame, found = pd.DataFrame(given, columns=NAMES), factors_of(given)
    means = pd.DataFrame({name: given[:, list(places)].mean(axis=1) for name, places in FACTORS.items()})
    for name, places in FACTORS.items():
        rest = frame.drop(columns=[NAMES[place] for place in places]).mean(axis=1)
        assert found[name].importance == pytest.approx(float(pingouin().corr(means[name], rest)["r"].iloc[0]), abs=5e-4)
        assert found[name].performance == pytest.approx(means[name].mean())
        half = 1.959964 * means[name].std() / np.sqrt(len(means))
        assert found[name].performance_interval.high == pytest.approx(means[name].mean() + half)
        others = means.drop(columns=name)
        explained = pingouin().linear_regression(others, means[name])["r2"].iloc[0]
        assert found[name].inflation == pytest.approx(1 / (1 - explained))


def test_factors_are_advised_as_items_are() -> None:
    found = factors_of(records())
    assert list(found) == sorted(found, key=lambda name: -found[name].importance), "the most important first"
    assert (found["people"].advice, found["time"].advice) == (Advice.KEEP_UP, Advice.MEND)
    assert not any(driver.is_collinear for driver in found.values())
    twins = np.hstack([records(), records()[:, :2]])
    alike = factor_drivers({"one": (0, 1), "time": (2,), "two": (5, 6)}, moments_of(twins), kurtoses_of(twins))
    assert {driver.name: driver.is_collinear for driver in alike} == {"one": True, "time": False, "two": True}


def test_a_factor_needs_another_beside_it() -> None:
    given = records()
    for factors in ({"all": (0, 1, 2, 3, 4)}, {"people": (0, 1)}):
        with pytest.raises(ValueError, match="two factors"):
            factor_drivers(factors, moments_of(given), kurtoses_of(given))


def test_with_missing_answers_a_mean_of_a_factor_varies_as_a_mean_of_ratios() -> None:
    given = records(4000, 0.3)
    found = factors_of(given)["people"]
    half = found.performance_interval.high - found.performance
    numbers = np.random.default_rng(8)
    drawn = (given[numbers.integers(0, 4000, 4000)][:, :2] for _ in range(400))
    means = [np.mean([column[column > 0].mean() for column in sample.T]) for sample in drawn]
    assert half == pytest.approx(1.96 * np.std(means), rel=0.12)


def test_under_two_hundred_responses_there_are_none() -> None:
    with pytest.raises(TooFewForDrivers):
        items_of(records(199))
    with pytest.raises(TooFewForDrivers):
        factors_of(records(199))


def test_items_everybody_answers_alike_have_no_reliability() -> None:
    with pytest.raises(ValueError, match="alike"):
        reliability(moments_of(np.full((300, 5), 5)))


def test_intervals_of_importance_hold_the_truth_where_people_tick_one_level_throughout() -> None:
    found = [row for row in driver_intervals.rows(40, (400,)) if row.kind == "straight lines"]
    assert np.mean([row.items for row in found]) >= driver_intervals.LEAST
    assert np.mean([row.factors for row in found]) >= driver_intervals.LEAST
