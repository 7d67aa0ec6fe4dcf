"""Intervals of correlations, and how far scores reach out."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from survey_app.domain.correlation import Sides, correlation_interval, kurtosis


def test_kurtosis_is_that_of_an_independent_package() -> None:
    counts = {1: 10, 2: 20, 3: 70, 4: 300, 5: 100}
    scores = np.repeat(list(counts), list(counts.values()))
    assert kurtosis(counts) == pytest.approx(float(stats.kurtosis(scores, fisher=False)))


def test_an_interval_is_never_narrower_than_fishers() -> None:
    for correlation in (-0.4, 0.0, 0.2, 0.5, 0.8, 0.95):
        plain = correlation_interval(correlation, 300)
        for sides in (Sides(1, 18, 1.8), Sides(1, 18, 9.0), Sides(4, 15, 3.0)):
            found = correlation_interval(correlation, 300, sides)
            assert found.low <= plain.low
            assert found.high >= plain.high


def test_fishers_interval_of_a_correlation() -> None:
    found = correlation_interval(0.5, 103)
    assert (round(found.low, 3), round(found.high, 3)) == (0.339, 0.632)
