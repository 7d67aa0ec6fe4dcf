"""From an empty database to the first wave: each step follows from what is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from survey_app.domain.first_run import SetUp, StepState
from survey_app.domain.permissions import Role
from survey_app.domain.print_job import PosterFormat
from survey_app.domain.wave import WaveStatus
from survey_app.services import counters, first_run, officers, questionnaires
from survey_app.services.posters import write_posters
from survey_app.storage import org_units, waves
from survey_app.storage import questionnaires as questionnaire_rows
from survey_app.storage.database import begin_read, begin_write
from tests import scenes

NOW = scenes.NOW


def next_step(engine: Engine) -> SetUp | None:
    states = first_run.state(engine, NOW).states
    return next((step for step, state in states.items() if state is StepState.NEXT), None)


def import_units(engine: Engine) -> None:
    with begin_write(engine) as connection:
        org_units.save(connection, scenes.units())


def plan(engine: Engine, status: WaveStatus) -> None:
    with begin_write(engine) as connection:
        ids = org_units.read_all(connection)[1]
        wave = waves.find(connection, "w1")
        if wave is None:
            today = NOW.date()
            version = questionnaire_rows.every(connection)[0]
            asked = ((version.questionnaire.slug, 1),)
            last = today + timedelta(days=30)
            planned = scenes.Wave("w1", "Đợt 1", today, last, WaveStatus.PLANNED, asked, ("51",))
            waves.add(connection, planned, [version.id], [ids["51"]])
            wave = waves.find(connection, "w1")
        waves.set_status(connection, wave[0], status)


def test_from_empty_every_step_leads_to_the_next(any_engine: Engine, tmp_path):
    assert first_run.ensure_province(any_engine, "51", NOW, "system")
    officers.create_officer(any_engine, NOW, login="admin", name="Bà Lan", role=Role.PROVINCE_ADMIN, unit_code="51")
    assert next_step(any_engine) is SetUp.UNITS
    import_units(any_engine)
    assert first_run.state(any_engine, NOW).states[SetUp.CHECK] is StepState.DONE
    assert next_step(any_engine) is SetUp.QUESTIONNAIRES
    questionnaires.publish(any_engine, questionnaires.load_files(scenes.QUESTIONNAIRES_DIR), NOW, "admin")
    assert next_step(any_engine) is SetUp.CODES
    counters.issue_missing(any_engine, "51", NOW, "admin")
    assert next_step(any_engine) is SetUp.POSTERS
    out = tmp_path / "posters.pdf"
    write_posters(any_engine, "51", out, PosterFormat.A4, ["vi"], "https://x.example", NOW, "admin", lambda *_: None)
    assert next_step(any_engine) is SetUp.WAVE
    plan(any_engine, WaveStatus.PLANNED)
    found = first_run.state(any_engine, NOW)
    assert (found.planned, found.approved, found.begun) == (1, 0, 0)
    assert not found.is_complete
    plan(any_engine, WaveStatus.OPEN)
    assert next_step(any_engine) is SetUp.ACCOUNTS
    assert first_run.state(any_engine, NOW).is_complete
    for number, centre in enumerate((*scenes.CENTRES, scenes.PROVINCE_CENTRE)):
        officers.create_officer(
            any_engine, NOW, login=f"giamdoc{number}", name="Ông Nam", role=Role.CENTRE_DIRECTOR, unit_code=centre
        )
    assert next_step(any_engine) is None


def test_an_empty_database_has_nothing_and_waits_for_units(any_engine: Engine):
    found = first_run.state(any_engine, NOW)
    assert (found.communes, found.centres, found.counters) == (0, 0, 0)
    assert not found.is_complete
    assert found.states[SetUp.UNITS] is StepState.NEXT
    assert {found.states[step] for step in (SetUp.CHECK, SetUp.CODES, SetUp.POSTERS, SetUp.WAVE)} == {StepState.BLOCKED}


def test_the_check_names_what_is_missing(engine: Engine):
    units = {unit.code: unit for unit in scenes.units()}
    kept = [unit for code, unit in units.items() if not code.startswith("51-23368-TT") and code != "51-TT-Q1"]
    bare = [replace(unit, service_fields=()) if unit.code == "51-23293-TT-Q1" else unit for unit in kept]
    with begin_write(engine) as connection:
        org_units.save(connection, bare)
    problems = first_run.state(engine, NOW).problems
    assert [unit.code for unit in problems.communes_without_centre] == ["51-23368"]
    assert [unit.code for unit in problems.centres_without_counters] == ["51-TT"]
    assert [unit.code for unit in problems.counters_without_field] == ["51-23293-TT-Q1"]
    assert first_run.state(engine, NOW).states[SetUp.CHECK] is StepState.NEXT


def test_printing_one_commune_is_not_printing_all(engine: Engine, province: scenes.Province, tmp_path):
    def write(unit: str, poster_format: PosterFormat) -> None:
        out = tmp_path / "posters.pdf"
        write_posters(engine, unit, out, poster_format, ["vi"], "https://x.example", NOW, "an", lambda *_: None)

    write("51", PosterFormat.CONTACT)
    assert first_run.state(engine, NOW).printed == 0
    write(province.communes[0], PosterFormat.A6)
    assert first_run.state(engine, NOW).printed == 2
    write("51", PosterFormat.A4)
    assert first_run.state(engine, NOW).states[SetUp.POSTERS] is StepState.DONE


def test_the_second_factor_is_that_of_who_asks(engine: Engine, province: scenes.Province):
    officers.create_officer(engine, NOW, login="admin", name="Bà Lan", role=Role.PROVINCE_ADMIN, unit_code="51")
    assert first_run.state(engine, NOW).has_second_factor is None
    with begin_read(engine) as connection:
        admin = officers.officers.find(connection, "admin").officer
    assert first_run.state(engine, NOW, admin).has_second_factor is False


@pytest.mark.parametrize("code", ["99", "51-23293", "none"])
def test_only_a_province_of_the_country_is_added(any_engine: Engine, code: str):
    assert not first_run.ensure_province(any_engine, code, NOW, "system")
    assert first_run.state(any_engine, NOW).communes == 0


def test_no_province_is_added_beside_others(engine: Engine, province: scenes.Province):
    assert not first_run.ensure_province(engine, "48", NOW, "system")


def test_the_added_province_is_the_one_of_the_shipped_units(engine: Engine):
    first_run.ensure_province(engine, "51", NOW, "system")
    with begin_read(engine) as connection:
        found = org_units.tree(connection).units["51"]
    shipped = (org_units.GEOGRAPHY / "quang_ngai_units.csv").read_text(encoding="utf-8")
    assert f"51,province,{found.name},,{found.valid_from}" in shipped
