"""The working calendar on both databases: entered, inherited, ended, removed, brought back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from survey_app.domain.working_calendar import DayPlan, DayRule, read_hours
from survey_app.services import calendar
from survey_app.storage import audit_log
from survey_app.storage.database import begin_read
from tests import scenes

CENTRE, PROVINCE = "51-23293-TT", "51"
MONDAY, SATURDAY = date(2026, 11, 16), date(2026, 11, 21)
HOURS = read_hours("07:30-11:30")


def plan(engine: Engine, unit: str, day: date) -> DayPlan:
    with begin_read(engine) as connection:
        return calendar.plan_on(connection, unit, day)


def is_open(engine: Engine, unit: str, day: date) -> bool:
    with begin_read(engine) as connection:
        return calendar.is_open(connection, unit, day)


def test_what_the_province_enters_holds_below(any_engine: Engine, any_province: scenes.Province):
    assert is_open(any_engine, CENTRE, MONDAY)
    flood = DayRule(0, MONDAY, SATURDAY, (), "Mưa lũ")
    number = calendar.add_rule(any_engine, PROVINCE, flood, scenes.NOW, "an")
    assert not is_open(any_engine, f"{CENTRE}-Q1", MONDAY)
    assert plan(any_engine, CENTRE, MONDAY) == DayPlan((), PROVINCE, "Mưa lũ", is_exception=True)
    calendar.end_rule(any_engine, PROVINCE, number, MONDAY, scenes.NOW, "an")
    assert is_open(any_engine, CENTRE, MONDAY + timedelta(days=1))


def test_a_removed_rule_comes_back(any_engine: Engine, any_province: scenes.Province):
    duty = DayRule(0, SATURDAY, SATURDAY, HOURS, "Trực thứ Bảy")
    number = calendar.add_rule(any_engine, CENTRE, duty, scenes.NOW, "an")
    assert is_open(any_engine, CENTRE, SATURDAY)
    calendar.remove_rule(any_engine, CENTRE, number, scenes.NOW, "an")
    assert not is_open(any_engine, CENTRE, SATURDAY)
    page = calendar.page(any_engine, CENTRE, MONDAY, scenes.NOW)
    assert [rule.number for rule in page.removed] == [number]
    later = scenes.NOW + timedelta(days=calendar.UNDO_DAYS, minutes=1)
    assert calendar.page(any_engine, CENTRE, MONDAY, later).removed == ()
    calendar.restore_rule(any_engine, CENTRE, number, scenes.NOW, "an")
    assert is_open(any_engine, CENTRE, SATURDAY)
    with begin_read(any_engine) as connection:
        for action in ("calendar.add", "calendar.remove", "calendar.restore"):
            [(actor, unit, detail)] = audit_log.entries(connection, action)
            assert (actor, unit, detail["rule"], detail["note"]) == ("an", CENTRE, number, "Trực thứ Bảy")


def test_a_week_of_ones_own_and_back(any_engine: Engine, any_province: scenes.Province):
    calendar.set_week(any_engine, CENTRE, {5: HOURS}, scenes.NOW, "an")
    assert plan(any_engine, CENTRE, SATURDAY) == DayPlan(HOURS, CENTRE)
    assert not is_open(any_engine, CENTRE, MONDAY)
    calendar.set_week(any_engine, CENTRE, {0: HOURS}, scenes.NOW, "an")
    assert not is_open(any_engine, CENTRE, SATURDAY)
    calendar.set_week(any_engine, CENTRE, None, scenes.NOW, "an")
    assert plan(any_engine, CENTRE, MONDAY).unit_code is None


def test_rules_of_other_units_are_left_alone(engine: Engine, province: scenes.Province):
    number = calendar.add_rule(engine, PROVINCE, DayRule(0, MONDAY, MONDAY, (), "Tết"), scenes.NOW, "an")
    for change in (calendar.remove_rule, calendar.restore_rule):
        with pytest.raises(calendar.NoSuchRule):
            change(engine, CENTRE, number, scenes.NOW, "an")
    with pytest.raises(calendar.NoSuchRule):
        calendar.end_rule(engine, CENTRE, number, MONDAY, scenes.NOW, "an")
    with pytest.raises(calendar.NoSuchRule):
        calendar.remove_rule(engine, PROVINCE, number + 99, scenes.NOW, "an")


@pytest.mark.parametrize("days", [-1, 366, 100_000])
def test_days_out_of_order_or_too_many_are_refused(engine: Engine, province: scenes.Province, days: int):
    rule = DayRule(0, MONDAY, MONDAY + timedelta(days=days), (), "x")
    with pytest.raises(calendar.RuleRefused):
        calendar.add_rule(engine, CENTRE, rule, scenes.NOW, "an")


def test_the_same_is_not_entered_twice(engine: Engine, province: scenes.Province):
    rule = DayRule(0, MONDAY, MONDAY, (), "Tết")
    calendar.add_rule(engine, CENTRE, rule, scenes.NOW, "an")
    with pytest.raises(calendar.RuleRefused):
        calendar.add_rule(engine, CENTRE, rule, scenes.NOW, "an")
