"""Alerts: rare where nothing happened, there when something did, silent on closed days."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from survey_app.domain.alerts import Alert, AlertKind, Windows, clear_drops, long_withheld, silent
from survey_app.domain.comparing import NotComparable
from tests.domain.test_comparing import BASIS, figure

TODAY = date(2026, 11, 16)


def test_a_clear_drop_is_told_and_a_rise_is_not() -> None:
    centres = [
        Windows("fell", figure(3.6, 0.6, 60), figure(4.3, 0.6, 200)),
        Windows("rose", figure(4.6, 0.5, 60), figure(4.0, 0.6, 200)),
        Windows("same", figure(4.0, 0.6, 60), figure(4.02, 0.6, 200)),
        Windows("few", figure(2.0, 0.6, 29), figure(4.3, 0.6, 200)),
        Windows("none", None, figure(4.3, 0.6, 200)),
    ]
    (alert,) = clear_drops(centres)
    assert (alert.unit_code, alert.kind) == ("fell", AlertKind.CLEAR_DROP)
    assert alert.drop is not None
    assert alert.drop.value == pytest.approx(-14)


def test_where_nothing_changed_alarms_are_rare() -> None:
    numbers = np.random.default_rng(8)
    months = 60
    alarms = 0
    for _ in range(months):
        drawn = [(numbers.normal(4, 0.6 / 60**0.5), numbers.normal(4, 0.6 / 180**0.5)) for _ in range(97)]
        windows = [
            Windows(str(place), figure(last, 0.6, 60), figure(before, 0.6, 180))
            for place, (last, before) in enumerate(drawn)
        ]
        alarms += len(clear_drops(windows))
    assert alarms / months <= 0.2


def test_windows_of_unlike_mix_are_refused() -> None:
    other = type(BASIS)(**{**{name: getattr(BASIS, name) for name in BASIS.__dataclass_fields__}, "stage": "filing"})
    with pytest.raises(NotComparable):
        clear_drops([Windows("x", figure(4, 0.6, 60), figure(4, 0.6, 60, other))])


def test_answers_that_have_waited_four_weeks() -> None:
    waiting = {"new": TODAY - timedelta(days=27), "old": TODAY - timedelta(days=28)}
    assert long_withheld(waiting, TODAY) == [Alert("old", AlertKind.LONG_WITHHELD, since=waiting["old"])]


def test_ten_open_days_without_an_answer() -> None:
    def on_weekdays(_code: str, day: date) -> bool:
        return day.weekday() < 5

    last = {"silent": TODAY - timedelta(days=14), "lately": TODAY - timedelta(days=11), "today": TODAY}
    assert [alert.unit_code for alert in silent(last, TODAY, on_weekdays)] == ["silent"]
    assert silent(last, TODAY, lambda _code, _day: False) == []
