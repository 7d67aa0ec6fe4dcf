"""Sums of releases as pages read them: added up in the right parts, and found without reading every unit's."""

from __future__ import annotations

from datetime import date
from random import Random

from sqlalchemy import Engine, event

from survey_app.domain.tally import add, count
from survey_app.domain.tally_many import rows_of
from survey_app.storage import questionnaires, tallies
from survey_app.storage.database import begin_read, begin_write
from survey_app.storage.tallies import TallyFilter, UnitTallyKey
from tests import scenes
from tests.scenes import Province

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


def test_sums_are_taken_over_all_that_is_not_asked_for(any_engine: Engine, any_province: Province, rng: Random) -> None:
    version, wave = any_province.sipas, any_province.wave_id
    units = [any_province.ids[code] for code in any_province.counters[:3]]
    own = {
        UnitTallyKey(unit, month, wave, version.id, stage, "poster", flagged): count(
            version.layout, [scenes.random_record(version.questionnaire, rng) for _ in range(rng.randint(1, 9))]
        )
        for unit in units
        for month in (OCTOBER, NOVEMBER)
        for stage in ("filing", "mixed")
        for flagged in (False, True)
    }
    with begin_write(any_engine) as connection:
        for _ in range(2):
            tallies.add_to_units(connection, {key: place for place, key in enumerate(own)}, rows_of(own.values()))
    wanted = TallyFilter(units[:2], version.id, first_month=OCTOBER, last_month=NOVEMBER, with_flagged=False)
    with begin_read(any_engine) as connection:
        found = tallies.sums(connection, wanted, ("unit_id", "stage"))
    assert found.keys() == {(unit, stage) for unit in units[:2] for stage in ("filing", "mixed")}
    for (unit, stage), total in found.items():
        parts = [t for key, t in own.items() if (key.unit_id, key.stage, key.flagged) == (unit, stage, False)]
        assert total.equals(add(version.layout, [*parts, *parts])), "added to what there was"


def test_no_unit_and_no_release_have_no_sums(any_engine: Engine, any_province: Province) -> None:
    with begin_read(any_engine) as connection:
        for units in ([], [any_province.ids["51"]]):
            assert tallies.sums(connection, TallyFilter(units, any_province.sipas.id), ("unit_id",)) == {}


def test_one_units_sums_are_found_by_unit_and_month(engine: Engine, province: Province) -> None:
    asked: list[tuple[str, object]] = []
    wanted = TallyFilter([province.ids["51"]], province.sipas.id, first_month=OCTOBER, last_month=NOVEMBER)
    event.listen(engine, "before_cursor_execute", lambda _c, _cursor, sql, values, *_: asked.append((sql, values)))
    with begin_read(engine) as connection:
        tallies.sums(connection, wanted, ("month",))
        sql, values = next(pair for pair in asked if "FROM unit_tally" in pair[0])
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
    assert "(unit_id=? AND month>? AND month<?)" in str(plan)


def test_a_published_version_is_read_once(engine: Engine, province: Province) -> None:
    with begin_read(engine) as connection:
        first = questionnaires.find(connection, "sipas_desk", 1)
        assert first is not None
        assert questionnaires.by_id(connection, [first.id])[first.id] is first
