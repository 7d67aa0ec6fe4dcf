"""Codes: issued once, moved with a history, revoked everywhere."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import Engine

from survey_app.domain.local_day import local_day
from survey_app.services import counters, units
from survey_app.services.collection_facts import RevokedCode, read_facts
from survey_app.services.units import UnknownUnit
from survey_app.storage import audit_log, counter_codes
from survey_app.storage.database import begin_read
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


def test_a_code_moved_on_the_day_it_was_issued_stands_at_one_counter(engine: Engine, province: scenes.Province):
    first, second, *_ = province.counters
    fresh = counters.reissue(engine, province.codes[first], scenes.NOW, "an")
    counters.move(engine, fresh, second, scenes.NOW, "an")
    assert _codes(engine, province.centres[0]) == {first: None, second: fresh}
    with pytest.raises(counters.AlreadyThere):
        counters.move(engine, fresh, second, scenes.NOW, "an")


def test_a_reissued_code_is_revoked_and_replaced_at_once(any_engine: Engine, any_province: scenes.Province):
    first = any_province.counters[0]
    old = any_province.codes[first]
    fresh = counters.reissue(any_engine, old.upper(), scenes.NOW, "an", at=first)
    ((_, code),) = counters.listing(any_engine, first, TODAY)
    assert (code.code, code.issue_number) == (fresh, 2)
    with begin_read(any_engine) as connection:
        facts = read_facts(connection)
        assert facts.place_of(fresh, TODAY).counter.code == first
        with pytest.raises(RevokedCode):
            facts.place_of(old, TODAY)
        [(_, unit, detail)] = audit_log.entries(connection, "counter.reissue")
    assert (unit, detail) == (first, {"from": old, "to": fresh, "issue_number": 2})
    with pytest.raises(counters.UnknownCounterCode):
        counters.reissue(any_engine, old, scenes.NOW, "an")


def test_a_code_is_only_changed_where_it_stands(engine: Engine, province: scenes.Province):
    first, second, *_ = province.counters
    for act in (counters.revoke, counters.reissue):
        with pytest.raises(counters.UnknownCounterCode):
            act(engine, province.codes[first], scenes.NOW, "an", at=second)
    with pytest.raises(counters.UnknownCounterCode):
        counters.move(engine, province.codes[first], second, scenes.NOW, "an", at=second)


def test_centres_get_a_code_of_their_own_once(any_engine: Engine, any_province: scenes.Province):
    issued = counters.issue_missing_for_centres(any_engine, any_province.code, scenes.NOW, "an")
    assert set(issued) == {*any_province.centres, any_province.province_centre}
    assert counters.issue_missing_for_centres(any_engine, any_province.code, scenes.NOW, "an") == {}
    with begin_read(any_engine) as connection:
        held = counters.centre_codes_in_force(connection, any_province.communes[0], TODAY)
    centre = any_province.centres[0]
    assert {unit: code.code for unit, code in held.items()} == {centre: issued[centre]}
    with pytest.raises(counters.NotACounter):
        counters.move(any_engine, issued[centre], any_province.counters[0], scenes.NOW, "an")


def test_a_code_moves_to_no_retired_counter(engine: Engine, province: scenes.Province):
    first, second, *_ = province.counters
    units.retire(engine, second, TODAY - timedelta(days=1), scenes.NOW, "an")
    with pytest.raises(counters.NotACounter):
        counters.move(engine, province.codes[first], second, scenes.NOW, "an")


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_done_a_code_in_force_belongs_to_one_unit(
    any_engine: Engine, any_province: scenes.Province, seed: int
):
    rng, now = Random(seed), scenes.NOW
    ever: set[str] = set(any_province.codes.values())
    for _ in range(40):
        now += timedelta(hours=rng.choice((1, 30)))
        act = rng.choice(("issue", "centres", "revoke", "reissue", "move", "move"))
        code, counter = rng.choice(sorted(ever)), rng.choice(any_province.counters)
        with suppress(counters.UnknownCounterCode, counters.NotACounter, counters.AlreadyThere):
            if act == "issue":
                ever.update(counters.issue_missing(any_engine, counter, now, "an").values())
            elif act == "centres":
                ever.update(counters.issue_missing_for_centres(any_engine, "51", now, "an").values())
            elif act == "revoke":
                counters.revoke(any_engine, code, now, "an")
            elif act == "reissue":
                ever.add(counters.reissue(any_engine, code, now, "an"))
            else:
                counters.move(any_engine, code, counter, now, "an")
        with begin_read(any_engine) as connection:
            in_force = [s for s in counter_codes.every(connection) if s.is_in_force_on(local_day(now))]
            facts = read_facts(connection)
        assert len({stay.code for stay in in_force}) == len(in_force)
        for stay in in_force:
            assert facts.place_of(stay.code, local_day(now)).counter.code == stay.counter_code
