"""What may be said of a change: only what two intervals that do not overlap allow."""

from __future__ import annotations

from fractions import Fraction

import pytest

from survey_app.domain.change import LEAST_BASE, Change, Verdict
from survey_app.domain.precision import Interval
from survey_app.domain.scoring import Figure


def figure(value: float, low: float, high: float, base: int = 100) -> Figure:
    return Figure(base, Fraction(value), Interval(low, high))


BEFORE = figure(80, 78, 82)
WITHHELD = Figure(12, None, None)


@pytest.mark.parametrize(
    ("now", "verdict"),
    [
        (figure(85, 83, 87), Verdict.INCREASE),
        (figure(84, 82, 86), Verdict.UNCLEAR),
        (figure(84, 81, 87), Verdict.UNCLEAR),
        (figure(80, 78, 82), Verdict.UNCLEAR),
        (figure(76, 74, 78), Verdict.UNCLEAR),
        (figure(75, 73, 77), Verdict.DECREASE),
        (figure(95, 93, 97, LEAST_BASE), Verdict.INCREASE),
        (figure(95, 93, 97, LEAST_BASE - 1), Verdict.TOO_FEW),
        (WITHHELD, Verdict.TOO_FEW),
        (None, Verdict.TOO_FEW),
    ],
)
def test_only_intervals_apart_make_a_clear_change(now: Figure | None, verdict: Verdict) -> None:
    assert Change(now, BEFORE).verdict is verdict


def test_the_base_of_the_period_before_counts_too() -> None:
    assert Change(figure(95, 93, 97), figure(80, 78, 82, LEAST_BASE - 1)).verdict is Verdict.TOO_FEW


def test_the_difference_is_told_only_between_figures_that_are_shown() -> None:
    assert Change(figure(82.5, 80, 84), BEFORE).difference == 2.5
    assert Change(WITHHELD, BEFORE).difference is None
    assert Change(BEFORE, None).difference is None
