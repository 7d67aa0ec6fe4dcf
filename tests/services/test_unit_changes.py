"""One unit at a time: what is stored, what is refused, and that figures stay where people answered."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import Engine, update

from survey_app.domain.local_day import local_day
from survey_app.services import counters, unit_changes, units
from survey_app.services.collection_facts import RetiredCounter, read_facts
from survey_app.services.recount import recount
from survey_app.services.release import run_releases
from survey_app.storage import audit_log
from survey_app.storage.database import begin_read, begin_write
from survey_app.storage.tables import WaveUnitRow
from tests import scenes

TODAY = local_day(scenes.NOW)
CENTRE, OTHER = scenes.CENTRES
Q1 = "51-23293-TT-Q1"
CELLS = {"code": "51-23293-TT-Q9", "kind": "counter", "name": "Quầy 9", "valid_from": "2026-11-01"}


def entries(engine: Engine, action: str) -> list[tuple[str, str | None, dict[str, object]]]:
    with begin_read(engine) as connection:
        return audit_log.entries(connection, action)


def columns(caught: pytest.ExceptionInfo[units.UnitFileProblems]) -> set[str]:
    return {problem.column for problem in caught.value.problems}


def test_a_unit_is_added_and_edited(any_engine: Engine, any_province: scenes.Province) -> None:
    cells = CELLS | {"service_fields": "Hộ tịch|Thuế"}
    added = unit_changes.add(any_engine, CENTRE, cells, scenes.NOW, "an")
    assert units.unit_tree(any_engine).units[added.code] == added
    assert added.service_fields == ("Hộ tịch", "Thuế")
    unit_changes.edit(any_engine, added.code, {"name": "Quầy chín"}, scenes.NOW, "an")
    assert units.unit_tree(any_engine).units[added.code].name == "Quầy chín"
    assert entries(any_engine, "unit.edit") == [("an", added.code, {"name": ["Quầy 9", "Quầy chín"]})]
    assert not unit_changes.edit(any_engine, added.code, {"name": " Quầy chín"}, scenes.NOW, "an").changed
    assert len(entries(any_engine, "unit.edit")) == 1, "what says nothing new is no change"


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"code": Q1}, "code"),
        ({"code": ""}, "code"),
        ({"code": "q 1"}, "code"),
        ({"kind": "commune", "service_fields": ""}, "parent_code"),
        ({"kind": "nothing"}, "kind"),
        ({"name": " "}, "name"),
        ({"valid_from": "1.1.2026"}, "valid_from"),
        ({"valid_from": "2020-01-01"}, "valid_from"),
        ({"service_fields": ""}, "service_fields"),
    ],
)
def test_what_is_wrong_is_said_column_by_column(
    engine: Engine, province: scenes.Province, changed: dict[str, str], column: str
) -> None:
    before = units.unit_tree(engine).units
    with pytest.raises(units.UnitFileProblems) as caught:
        unit_changes.add(engine, CENTRE, CELLS | {"service_fields": "Thuế"} | changed, scenes.NOW, "an")
    assert column in columns(caught)
    assert units.unit_tree(engine).units == before


def test_a_unit_without_responses_moves_as_it_is(any_engine: Engine, any_province: scenes.Province) -> None:
    unit_changes.move(any_engine, Q1, OTHER, scenes.NOW, "an")
    assert units.unit_tree(any_engine).units[Q1].parent_code == OTHER
    assert entries(any_engine, "unit.move") == [("an", Q1, {"parent_code": [CENTRE, OTHER]})]
    with pytest.raises(units.UnitFileProblems) as caught:
        unit_changes.move(any_engine, Q1, "51-23368", scenes.NOW, "an")
    assert columns(caught) == {"parent_code"}


@pytest.mark.parametrize("unit", [Q1, CENTRE], ids=["counter", "centre above it"])
@pytest.mark.parametrize("responses", [1, 12], ids=["waiting", "released"])
def test_a_unit_with_responses_stays_where_it_is(
    any_engine: Engine, any_province: scenes.Province, rng: Random, unit: str, responses: int
) -> None:
    scenes.fill_inbox(any_engine, any_province, Q1, responses, rng)
    run_releases(any_engine, scenes.NOW)
    target = OTHER if unit == Q1 else "51-23368"
    with pytest.raises(units.UnitFileProblems, match="đã có phiếu"):
        unit_changes.move(any_engine, unit, target, scenes.NOW, "an")
    text = units.export_text(any_engine, None)
    line = next(line for line in text.splitlines() if line.startswith(f"{unit},"))
    parent = units.unit_tree(any_engine).units[unit].parent_code
    text = text.replace(line, line.replace(f",{parent},", f",{target},"))
    with pytest.raises(units.UnitFileProblems, match="đã có phiếu"):
        units.import_text(any_engine, text, scenes.NOW, "an", file_name="x.csv")
    assert recount(any_engine) == []


def test_a_counter_with_responses_gets_a_successor_and_its_figures_stay(
    any_engine: Engine, any_province: scenes.Province, rng: Random
) -> None:
    scenes.fill_inbox(any_engine, any_province, Q1, 12, rng)
    run_releases(any_engine, scenes.NOW)
    day, code = TODAY + timedelta(days=3), any_province.codes[Q1]
    unit_changes.succeed(any_engine, Q1, "51-23368-TT-Q7", OTHER, day, scenes.NOW, "an")
    tree = units.unit_tree(any_engine)
    assert tree.units[Q1].valid_to == day - timedelta(days=1)
    assert (tree.units["51-23368-TT-Q7"].parent_code, tree.units["51-23368-TT-Q7"].valid_from) == (OTHER, day)
    with begin_read(any_engine) as connection:
        facts = read_facts(connection)
    for today, counter in ((TODAY, Q1), (day - timedelta(days=1), Q1), (day, "51-23368-TT-Q7")):
        assert facts.place_of(code, today).counter.code == counter
    scenes.fill_inbox(any_engine, any_province, Q1, 12, rng)
    run_releases(any_engine, scenes.NOW + timedelta(days=5))
    assert recount(any_engine) == []
    [(_, unit, detail)] = entries(any_engine, "unit.move")
    assert (unit, detail["from"], detail["to"], detail["predecessor"]) == ("51-23368-TT-Q7", CENTRE, OTHER, Q1)


def test_a_successor_from_today_takes_a_code_issued_today(engine: Engine, province: scenes.Province) -> None:
    fresh = counters.reissue(engine, province.codes[Q1], scenes.NOW, "an")
    unit_changes.succeed(engine, Q1, "Q77", OTHER, TODAY, scenes.NOW, "an")
    with begin_read(engine) as connection:
        assert read_facts(connection).place_of(fresh, TODAY).counter.code == "Q77"


def test_a_wave_that_names_the_counter_runs_at_its_successor(engine: Engine, province: scenes.Province) -> None:
    with begin_write(engine) as connection:
        connection.execute(update(WaveUnitRow).values(unit_id=province.ids[Q1]))
    unit_changes.succeed(engine, Q1, "Q77", OTHER, TODAY, scenes.NOW, "an")
    with begin_read(engine) as connection:
        facts = read_facts(connection)
    assert facts.open_form(province.codes[Q1], None, TODAY).place.counter.code == "Q77"
    assert {*facts.waves[province.wave_id].units} == {Q1, "Q77"}


@pytest.mark.parametrize(
    ("unit", "code", "parent", "day", "column"),
    [
        (Q1, "51-23368-TT-Q1", OTHER, TODAY, "code"),
        (Q1, "q", OTHER, TODAY, "code"),
        (Q1, "Q77", CENTRE, TODAY, "parent_code"),
        (Q1, "Q77", "51-23368", TODAY, "parent_code"),
        (Q1, "Q77", OTHER, TODAY - timedelta(days=1), "valid_from"),
        (CENTRE, "TT7", "51-23368", TODAY, "code"),
    ],
)
def test_a_succession_that_cannot_be_says_why(
    engine: Engine, province: scenes.Province, unit: str, code: str, parent: str, day: date, column: str
) -> None:
    before = units.unit_tree(engine).units
    with pytest.raises(units.UnitFileProblems) as caught:
        unit_changes.succeed(engine, unit, code, parent, day, scenes.NOW, "an")
    assert column in columns(caught)
    assert units.unit_tree(engine).units == before


def test_a_retired_unit_comes_back_after_the_one_above(engine: Engine, province: scenes.Province) -> None:
    last = TODAY - timedelta(days=1)
    for code in (Q1, "51-23293-TT-Q2", CENTRE):
        units.retire(engine, code, last, scenes.NOW, "an")
    with begin_read(engine) as connection, pytest.raises(RetiredCounter):
        read_facts(connection).place_of(province.codes[Q1], TODAY)
    with pytest.raises(unit_changes.CannotBringBack):
        unit_changes.bring_back(engine, Q1, scenes.NOW, "an")
    for code in (CENTRE, Q1):
        unit_changes.bring_back(engine, code, scenes.NOW, "an")
    with begin_read(engine) as connection:
        assert read_facts(connection).place_of(province.codes[Q1], TODAY).counter.code == Q1
    assert [unit for _, unit, _ in entries(engine, "unit.restore")] == [CENTRE, Q1]
