"""Many tests at once: against worked examples and an independent implementation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from survey_app.domain.multiplicity import benjamini_hochberg, holm, holm_by_row

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=40)


def test_holm_on_a_worked_example() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@given(st.integers(1, 6).flatmap(lambda n: st.lists(st.lists(st.floats(0, 1), min_size=n, max_size=n), min_size=1)))
def test_rows_are_each_judged_by_themselves(rows: list[list[float]]) -> None:
    assert holm_by_row(np.array(rows)).tolist() == [holm(row) for row in rows]


@given(P_VALUES)
def test_benjamini_hochberg_agrees_with_scipy(p_values: list[float]) -> None:
    assert benjamini_hochberg(p_values) == pytest.approx(false_discovery_control(p_values).tolist())


@given(P_VALUES)
def test_holm_is_never_below_benjamini_hochberg_nor_above_bonferroni(p_values: list[float]) -> None:
    for own, strict, mild in zip(p_values, holm(p_values), benjamini_hochberg(p_values), strict=True):
        assert own - 1e-12 <= mild <= strict + 1e-12
        assert strict <= min(1.0, len(p_values) * own) + 1e-12 or strict == max(holm(p_values))


@pytest.mark.parametrize("judge", [holm, benjamini_hochberg])
def test_nothing_to_judge(judge) -> None:
    assert judge([]) == []
