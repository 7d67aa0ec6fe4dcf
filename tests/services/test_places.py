"""What the pages of units show, with few statements however many units there are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from survey_app.domain.local_day import local_day
from survey_app.services import counters, places, units
from survey_app.storage.org_units import GEOGRAPHY
from tests import scenes

TODAY = local_day(scenes.NOW)
CENTRE = scenes.CENTRES[0]
Q1, Q2 = f"{CENTRE}-Q1", f"{CENTRE}-Q2"


def test_a_unit_tells_what_is_below_and_what_lacks_a_code(any_engine: Engine, any_province: scenes.Province) -> None:
    counters.revoke(any_engine, any_province.codes[Q1], scenes.NOW, "an")
    top = places.place(any_engine, "51", TODAY)
    rows = {row.unit.code: (row.counters, row.without_code) for row in top.below}
    assert rows == {"51-23293": (2, 1), "51-23368": (2, 0), "51-TT": (1, 0)}
    assert (top.without_code, top.centres_without_code, top.has_codes) == (1, 3, False)
    centre = places.place(any_engine, CENTRE, TODAY)
    assert [unit.code for unit in centre.path] == ["51", "51-23293"]
    assert {row.unit.code: row.code and row.code.code for row in centre.below} == {Q1: None, Q2: "k0nt0m2"}
    assert (centre.without_code, centre.centres_without_code, centre.has_codes) == (1, 1, True)
    with pytest.raises(units.UnknownUnit):
        places.place(any_engine, "none", TODAY)


def test_a_counter_tells_where_its_codes_went(engine: Engine, province: scenes.Province) -> None:
    later = scenes.NOW + timedelta(days=1)
    counters.move(engine, province.codes[Q1], Q2, later, "an")
    fresh = counters.issue_missing(engine, Q1, later, "an")[Q1]
    counters.revoke(engine, fresh, later, "an")
    place = places.place(engine, Q1, local_day(later))
    assert place.codes == ()
    told = [(past.stay.code, past.moved_to and past.moved_to.code, past.revoked_on) for past in place.past]
    assert told == [(fresh, None, local_day(later)), (province.codes[Q1], Q2, None)]


def test_retired_units_stand_apart(engine: Engine, province: scenes.Province) -> None:
    units.retire(engine, Q1, TODAY - timedelta(days=1), scenes.NOW, "an")
    place = places.place(engine, CENTRE, TODAY)
    assert ([row.unit.code for row in place.below], [unit.code for unit in place.retired]) == ([Q2], [Q1])


@pytest.mark.parametrize("words", ["đăk long", "DAK LONG", "dak  long ", "quay dak long", "51-23368"])
def test_units_are_found_with_marks_and_without(engine: Engine, province: scenes.Province, words: str) -> None:
    found, total = places.find_units(engine, ["51"], words)
    assert total == len(found) > 0
    assert all("51-23368" in unit.code for unit, _ in found)
    assert places.find_units(engine, ["51-23293"], words) == ([], 0), "only within the grant"


def test_a_province_of_hundreds_of_counters_costs_no_statement_a_row(engine: Engine) -> None:
    units.import_units(engine, GEOGRAPHY / "quang_ngai_units.csv", scenes.NOW, "an")
    counters.issue_missing(engine, "51", scenes.NOW, "an")
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    top = places.place(engine, "51", TODAY)
    assert sum(row.counters for row in top.below) > 600
    assert len(statements) <= 6
    del statements[:]
    places.find_units(engine, ["51"], "quầy")
    assert len(statements) <= 3
