"""Quarters and when they are over."""

from __future__ import annotations

from datetime import date

import pytest

from survey_app.domain.quarter import Quarter, quarter_from_code, quarter_of


@pytest.mark.parametrize(
    ("day", "code"), [(date(2026, 1, 1), "2026-q1"), (date(2026, 9, 30), "2026-q3"), (date(2026, 12, 31), "2026-q4")]
)
def test_a_day_falls_in_its_quarter(day: date, code: str) -> None:
    assert quarter_of(day).code == code
    assert quarter_from_code(code) == quarter_of(day)


@pytest.mark.parametrize("code", ["", "2026", "2026-q5", "2026-Q1", "1999-q1", "2026-q1 "])
def test_anything_else_is_no_quarter(code: str) -> None:
    assert quarter_from_code(code) is None


def test_its_months_its_end_and_the_one_before() -> None:
    first = Quarter(2026, 1)
    assert (first.first_month, first.last_month) == (date(2026, 1, 1), date(2026, 3, 1))
    assert first.last_day == date(2026, 3, 31)
    assert Quarter(2026, 4).last_day == date(2026, 12, 31)
    assert first.before == Quarter(2025, 4)


def test_it_is_closed_from_the_day_after_its_last() -> None:
    assert not Quarter(2026, 3).is_closed_on(date(2026, 9, 30))
    assert Quarter(2026, 3).is_closed_on(date(2026, 10, 1))
