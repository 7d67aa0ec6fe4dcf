"""Rules of comments: batches, steps of handling, languages shown."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from survey_app.domain.comments import CommentRules, Status, may_change, shown_languages

MONDAY = date(2026, 11, 2)


def test_a_week_is_old_enough_when_its_last_day_is():
    rules = CommentRules(days=7)
    assert rules.last_week(MONDAY + timedelta(days=13)) == MONDAY
    assert rules.last_week(MONDAY + timedelta(days=12)) == MONDAY - timedelta(days=7)
    assert rules.last_week(MONDAY + timedelta(days=19)) == MONDAY


@pytest.mark.parametrize(
    ("held", "wanted", "is_allowed"),
    [
        (Status.NEW, Status.IN_PROGRESS, True),
        (Status.IN_PROGRESS, Status.ANSWERED, True),
        (Status.NEW, Status.ANSWERED, False),
        (Status.NEW, Status.NEW, False),
        (Status.IN_PROGRESS, Status.NEW, False),
    ],
)
def test_handling_goes_on_step_by_step(held: Status, wanted: Status, is_allowed: bool):
    assert may_change(held, wanted, has_reason=False) is is_allowed


def test_one_step_back_needs_a_reason_and_two_are_never_allowed():
    assert may_change(Status.ANSWERED, Status.IN_PROGRESS, has_reason=True)
    assert not may_change(Status.ANSWERED, Status.NEW, has_reason=True)


def test_a_rare_language_would_tell_who_wrote():
    assert shown_languages(["vi"] * 8 + ["en", "jra"], 10) == ["vi"] * 8 + ["en", "other"]
    assert shown_languages(["jra"] * 10 + ["sed"], 10) == ["jra"] * 10 + ["other"]
