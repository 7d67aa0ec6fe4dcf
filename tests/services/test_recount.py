"""Tallies are derived: those of an older form are counted anew, exactly."""

from __future__ import annotations

from random import Random

from sqlalchemy import Engine, delete

from survey_app.services.recount import count_missing, recount
from survey_app.services.release import run_releases
from survey_app.services.schema import upgrade_schema
from survey_app.storage import migrations
from survey_app.storage.database import begin_write
from survey_app.storage.tables import TallyRow, UnitTallyRow
from tests import scenes


def release_some(engine: Engine, province: scenes.Province, rng: Random) -> None:
    for counter in province.counters[:3]:
        scenes.fill_inbox(engine, province, counter, 40, rng)
    run_releases(engine, scenes.NOW)


def test_what_was_forgotten_is_counted_anew(any_engine: Engine, any_province: scenes.Province, rng: Random) -> None:
    release_some(any_engine, any_province, rng)
    with begin_write(any_engine) as connection:
        connection.execute(delete(UnitTallyRow))
        connection.execute(delete(TallyRow))
    assert recount(any_engine)
    assert count_missing(any_engine) > 0
    assert recount(any_engine) == []
    assert count_missing(any_engine) == 0


def test_an_upgrade_counts_the_tallies_of_the_former_form_anew(
    any_engine: Engine, any_province: scenes.Province, rng: Random
) -> None:
    release_some(any_engine, any_province, rng)
    migrations.downgrade(any_engine, scenes.MIGRATIONS_DIR, "0006")
    told: list[tuple[int, int]] = []
    upgrade_schema(any_engine, scenes.MIGRATIONS_DIR, lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] > 0
    assert recount(any_engine) == []
