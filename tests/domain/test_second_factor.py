"""Steps, codes as typed, and who must have a second factor."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from survey_app.domain import second_factor
from survey_app.domain.permissions import Grant, Role

START = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)
STEP = second_factor.step_at(START)


def test_a_step_lasts_thirty_seconds() -> None:
    assert second_factor.step_at(START + timedelta(seconds=29)) == STEP
    assert second_factor.step_at(START + timedelta(seconds=30)) == STEP + 1


@pytest.mark.parametrize(
    ("last_step", "accepted"),
    [(0, [-1, 0, 1]), (STEP - 1, [0, 1]), (STEP, [1]), (STEP + 1, [])],
)
def test_a_step_that_was_used_and_all_before_it_are_gone(last_step: int, accepted: list[int]) -> None:
    assert second_factor.steps_to_try(START, last_step) == [STEP + away for away in accepted]


@pytest.mark.parametrize("typed", ["123456", " 123 456 ", "123-456", "12 34 56\n"])
def test_blanks_and_hyphens_only_help_reading(typed: str) -> None:
    assert second_factor.plain_code(typed) == "123456"


def test_a_long_text_is_cut() -> None:
    assert len(second_factor.plain_code("1" * 10_000)) <= 60


def test_keys_are_shown_in_groups_of_four() -> None:
    assert second_factor.grouped("abcdefghij") == "abcd efgh ij"


@pytest.mark.parametrize("role", Role)
def test_administrators_sign_in_with_a_second_factor(role: Role) -> None:
    today = date(2026, 11, 16)
    assert second_factor.administers([Grant(role, "51")], today) is (role is Role.PROVINCE_ADMIN)
    assert not second_factor.administers([Grant(role, "51", today - timedelta(days=1))], today)
