"""Importance × performance and reliability: against an independent package, from co-moments alone."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from survey_app.domain.comoments import count_comoments
from survey_app.domain.drivers import Advice, TooFewForDrivers, correlation_interval, drivers, reliability

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
    found = {driver.item: driver for driver in drivers(NAMES, moments_of(records()))}
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
    found = {driver.item: driver for driver in drivers(NAMES, moments_of(given))}
    assert found["polite"].is_collinear
    assert found["clear"].is_collinear
    assert not found["clean"].is_collinear


def test_under_two_hundred_responses_there_are_none() -> None:
    with pytest.raises(TooFewForDrivers):
        drivers(NAMES, moments_of(records(199)))


def test_items_everybody_answers_alike_have_no_reliability() -> None:
    with pytest.raises(ValueError, match="alike"):
        reliability(moments_of(np.full((300, 5), 5)))


def test_fishers_interval_of_a_correlation() -> None:
    found = correlation_interval(0.5, 103)
    assert (round(found.low, 3), round(found.high, 3)) == (0.339, 0.632)
