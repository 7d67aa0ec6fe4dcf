"""A small campaign of the simulation of alerts; the full one is ``python -m tests.bench.alert_rate``."""

from __future__ import annotations

from tests.bench import alert_rate


def test_a_quiet_year_raises_hardly_an_alarm() -> None:
    row = alert_rate.quiet_year("as published", 1)
    assert row.false_alarms <= 3
    assert row.judged_alone > row.false_alarms
