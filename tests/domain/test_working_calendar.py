"""The working calendar: what is nearest wins, days that differ before ordinary weeks."""

from __future__ import annotations

from datetime import date, time

import pytest

from survey_app.domain.working_calendar import (
    BadHours,
    DayPlan,
    DayRule,
    Span,
    UnitCalendar,
    fixed_holidays,
    hours_on,
    hours_text,
    read_hours,
    weeks_of_month,
)

MONDAY, SATURDAY = date(2026, 11, 16), date(2026, 11, 21)
MORNING = read_hours("7:30-11:30")
DAY = read_hours("07:30-11:30, 13:30-17:00")


def rule(number: int, first: date, last: date, hours: str = "", note: str = "") -> DayRule:
    return DayRule(number, first, last, read_hours(hours), note)


def test_without_any_entry_office_hours_from_monday_to_friday():
    calendars = [UnitCalendar("centre"), UnitCalendar("province")]
    assert hours_on(MONDAY, calendars) == DayPlan(DAY, None)
    assert not hours_on(SATURDAY, calendars).is_open


def test_the_nearest_week_counts_as_a_whole():
    centre, province = UnitCalendar("centre", {0: MORNING}), UnitCalendar("province", dict.fromkeys(range(7), DAY))
    assert hours_on(MONDAY, [centre, province]) == DayPlan(MORNING, "centre")
    assert not hours_on(SATURDAY, [centre, province]).is_open
    assert hours_on(SATURDAY, [UnitCalendar("other"), province]) == DayPlan(DAY, "province")


def test_the_provinces_holiday_closes_a_centre_with_a_week_of_its_own():
    holiday = rule(1, MONDAY, MONDAY, note="Tết")
    calendars = [UnitCalendar("centre", {0: MORNING}), UnitCalendar("province", None, (holiday,))]
    assert hours_on(MONDAY, calendars) == DayPlan((), "province", "Tết", is_exception=True)


def test_the_nearest_unit_may_open_on_a_holiday():
    province = UnitCalendar("province", None, (rule(1, MONDAY, SATURDAY),))
    centre = UnitCalendar("centre", None, (rule(2, MONDAY, MONDAY, "08:00-10:00", "Trực"),))
    assert hours_on(MONDAY, [centre, province]).hours == read_hours("8h-10h")
    assert not hours_on(date(2026, 11, 17), [centre, province]).is_open


def test_of_one_units_rules_the_shortest_counts_then_the_last_entered():
    closed, duty, later = (
        rule(3, MONDAY, SATURDAY),
        rule(1, SATURDAY, SATURDAY, "7:30-11:30"),
        rule(2, SATURDAY, SATURDAY, "8:00-9:00"),
    )
    assert hours_on(SATURDAY, [UnitCalendar("centre", None, (closed, duty))]).hours == MORNING
    assert hours_on(SATURDAY, [UnitCalendar("centre", None, (closed, duty, later))]).hours == later.hours


@pytest.mark.parametrize("text", ["7:30-11:30", "07h30 - 11h30", "7:30–11:30", " 7:30 đến 11:30 "])
def test_hours_are_read_as_officials_write_them(text: str):
    assert read_hours(text) == (Span(time(7, 30), time(11, 30)),)


def test_nothing_is_closed_and_hours_are_written_in_one_way():
    assert read_hours("  ") == ()
    assert hours_text(read_hours("7h30-11h30; 13h30-17h")) == "07:30-11:30, 13:30-17:00"


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "7-11",
        "25:00-26:00",
        "7:99-8:00",
        "11:30-7:30",
        "8:00-8:00",
        "8:00-10:00, 9:00-11:00",
        "\x00",
        "7:30",
        "13:00-14:00, 8:00-9:00",
        "1:00-2:00,3:00-4:00,5:00-6:00,7:00-8:00",
        "9" * 500,
    ],
)
def test_what_are_no_hours_is_refused(text: str):
    with pytest.raises(BadHours):
        read_hours(text)


def test_the_weeks_of_a_month_begin_on_monday_and_hold_all_of_it():
    weeks = weeks_of_month(date(2026, 11, 1))
    assert (weeks[0][0], weeks[-1][-1]) == (date(2026, 10, 26), date(2026, 12, 6))
    assert [len(week) for week in weeks] == [7] * 6
    assert len(weeks_of_month(date(2027, 2, 1))) == 4


def test_only_holidays_of_fixed_days_are_offered():
    assert [day for day, _ in fixed_holidays(2027)] == [
        date(2027, 1, 1),
        date(2027, 4, 30),
        date(2027, 5, 1),
        date(2027, 9, 2),
    ]
