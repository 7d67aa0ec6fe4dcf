"""Codes: issued once, moved with a history, revoked everywhere."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from survey_app.domain.local_day import local_day
from survey_app.services import counters
from survey_app.services.units import UnknownUnit
from tests import scenes

TODAY = local_day(scenes.NOW)


def _codes(engine: Engine, unit: str) -> dict[str, str | None]:
    return {c.code: code.code if code else None for c, code in counters.listing(engine, unit, TODAY)}


def test_every_counter_without_a_code_gets_one(any_engine: Engine, any_province: scenes.Province):
    first = any_province.counters[0]
    counters.revoke(any_engine, any_province.codes[first], scenes.NOW, "an")
    issued = counters.issue_missing(any_engine, any_province.code, scenes.NOW, "an")
    assert list(issued) == [first]
    assert issued[first] != any_province.codes[first]
    assert counters.issue_missing(any_engine, any_province.code, scenes.NOW, "an") == {}
    ((_, code),) = counters.listing(any_engine, first, TODAY)
    assert code is not None
    assert code.issue_number == 2


def test_a_moved_code_stands_for_the_new_counter(engine: Engine, province: scenes.Province):
    first, second, *_ = province.counters
    printed = province.codes[first].upper()
    counters.move(engine, printed, second, scenes.NOW, "an")
    assert _codes(engine, province.centres[0]) == {first: None, second: province.codes[first]}


def test_what_cannot_be_done_says_so(engine: Engine, province: scenes.Province):
    code = province.codes[province.counters[0]]
    with pytest.raises(counters.UnknownCounterCode):
        counters.revoke(engine, "zzzzzzz", scenes.NOW, "an")
    with pytest.raises(counters.NotACounter):
        counters.move(engine, code, province.centres[0], scenes.NOW, "an")
    with pytest.raises(UnknownUnit):
        counters.move(engine, code, "none", scenes.NOW, "an")
    with pytest.raises(UnknownUnit):
        counters.issue_missing(engine, "none", scenes.NOW, "an")
    counters.revoke(engine, code, scenes.NOW, "an")
    with pytest.raises(counters.UnknownCounterCode):
        counters.move(engine, code, province.counters[1], scenes.NOW, "an")
