"""The day in Viet Nam begins at 17:00 UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.domain.local_day import cut_to_day, day_of_minute, local_day, minute_of, month_of, months_back, week_of

DAY = 24 * 60
MINUTES = st.integers(min_value=0, max_value=60_000_000)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 16, 16, 59, 59, tzinfo=UTC), date(2026, 11, 16)),
        (datetime(2026, 11, 16, 17, 0, tzinfo=UTC), date(2026, 11, 17)),
        (datetime(2026, 12, 31, 17, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2026, 6, 30, 23, 0, tzinfo=timezone(timedelta(hours=7))), date(2026, 6, 30)),
        (datetime(2026, 6, 30, 23, 0, tzinfo=timezone(timedelta(hours=-5))), date(2026, 7, 1)),
    ],
)
def test_the_local_day_of_a_moment(moment: datetime, day: date) -> None:
    assert local_day(moment) == day


def test_minutes_are_counted_in_utc_whatever_the_zone_of_the_moment() -> None:
    assert minute_of(datetime(1970, 1, 1, 0, 1, 59, tzinfo=UTC)) == 1
    assert minute_of(datetime(1970, 1, 1, 7, 1, tzinfo=timezone(timedelta(hours=7)))) == 1


@given(MINUTES)
def test_cutting_a_minute_to_its_day_keeps_the_day_and_only_the_day(minute: int) -> None:
    cut = cut_to_day(minute)
    assert cut <= minute < cut + DAY
    assert day_of_minute(cut) == day_of_minute(minute)
    assert day_of_minute(cut - 1) == day_of_minute(minute) - timedelta(days=1)
    assert cut_to_day(cut) == cut


@pytest.mark.parametrize(("day", "monday"), [(16, 16), (17, 16), (22, 16), (23, 23)])
def test_a_week_begins_on_monday(day: int, monday: int) -> None:
    assert week_of(date(2026, 11, day)) == date(2026, 11, monday)


def test_months_are_counted_over_the_turn_of_the_year() -> None:
    assert month_of(date(2026, 11, 16)) == date(2026, 11, 1)
    assert months_back(date(2026, 11, 1), 0) == date(2026, 11, 1)
    assert months_back(date(2026, 1, 1), 1) == date(2025, 12, 1)
    assert months_back(date(2026, 11, 1), 11) == date(2025, 12, 1)
    assert months_back(date(2026, 11, 1), 23) == date(2024, 12, 1)
