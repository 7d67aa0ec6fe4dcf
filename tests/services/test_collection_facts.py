"""What is asked at a code today, and how long an answer to that may be old."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, update

from survey_app.domain.availability import DatabaseUnavailable
from survey_app.domain.wave import Wave, WaveStatus
from survey_app.services.collection_facts import (
    FRESH_SECONDS,
    CollectionFacts,
    FactsKeeper,
    NotCollecting,
    RetiredCounter,
    RevokedCode,
    UnknownCode,
    read_facts,
)
from survey_app.storage import counter_codes, waves
from survey_app.storage.database import begin_read, begin_write, make_engine
from survey_app.storage.tables import OrgUnitRow, WaveRow
from tests.scenes import NOW, Province

TODAY = NOW.date()
COUNTER = "51-23368-TT-Q1"
CODE = "d4k0ng1"
AWAY = "postgresql://nobody@/nothing?host=/no/such/directory"


def facts(engine: Engine) -> CollectionFacts:
    with begin_read(engine) as connection:
        return read_facts(connection)


def retire(engine: Engine, unit: str, last_day: date) -> None:
    with begin_write(engine) as connection:
        connection.execute(update(OrgUnitRow).where(OrgUnitRow.code == unit).values(valid_to=last_day))


def change_wave(engine: Engine, **values: object) -> None:
    with begin_write(engine) as connection:
        connection.execute(update(WaveRow).values(**values))


def revoke(engine: Engine, code: str = CODE) -> None:
    with begin_write(engine) as connection:
        counter_codes.revoke(connection, code, datetime(2026, 11, 15, tzinfo=UTC))


def test_a_code_opens_the_first_questionnaire_of_the_wave_at_its_counter(engine: Engine, province: Province) -> None:
    form = facts(engine).open_form(CODE, None, TODAY)
    assert (form.place.counter.code, form.place.counter_id) == (COUNTER, province.ids[COUNTER])
    assert (form.wave_id, form.version) == (province.wave_id, province.sipas)
    assert form.slugs == ("sipas_desk", "quick_pulse")
    assert form.place.centre.code == "51-23368-TT"
    assert form.place.province.code == "51"


def test_a_questionnaire_may_be_named(engine: Engine, province: Province) -> None:
    assert facts(engine).open_form(CODE, "quick_pulse", TODAY).version == province.pulse


def test_a_code_is_read_the_way_people_type_it(engine: Engine, province: Province) -> None:
    assert facts(engine).open_form(" D4K-ONG1", None, TODAY).code == CODE


@pytest.mark.parametrize("text", ["", "7777777", "d4k0ng", "d4k0ng11", "đắk long", "\0" * 7, "u" * 7])
def test_a_code_nobody_ever_had_is_unknown(engine: Engine, province: Province, text: str) -> None:
    with pytest.raises(UnknownCode):
        facts(engine).open_form(text, None, TODAY)


def test_a_revoked_code_is_told_from_an_unknown_one(engine: Engine, province: Province) -> None:
    revoke(engine)
    with pytest.raises(RevokedCode):
        facts(engine).open_form(CODE, None, TODAY)


def test_a_moved_code_leads_to_its_new_counter(engine: Engine, province: Province) -> None:
    with begin_write(engine) as connection:
        counter_codes.end(connection, CODE, TODAY - timedelta(days=1))
        counter_codes.add(connection, CODE, province.ids["51-23293-TT-Q1"], TODAY)
    assert facts(engine).open_form(CODE, None, TODAY).place.counter.code == "51-23293-TT-Q1"


def test_a_code_before_its_first_day_is_not_in_force(engine: Engine, province: Province) -> None:
    with pytest.raises(RevokedCode):
        facts(engine).place_of(CODE, date(2026, 9, 30))


@pytest.mark.parametrize("unit", [COUNTER, "51-23368-TT", "51-23368"])
def test_the_code_of_a_retired_counter_or_centre_is_no_longer_used(
    engine: Engine, province: Province, unit: str
) -> None:
    retire(engine, unit, TODAY)
    assert facts(engine).open_form(CODE, None, TODAY)
    with pytest.raises(RetiredCounter):
        facts(engine).open_form(CODE, None, TODAY + timedelta(days=1))


def test_the_first_and_the_last_day_of_a_wave_belong_to_it(engine: Engine, province: Province) -> None:
    known = facts(engine)
    assert known.open_form(CODE, None, date(2026, 10, 1))
    assert known.open_form(CODE, None, date(2026, 12, 31))
    with pytest.raises(NotCollecting) as over:
        known.open_form(CODE, None, date(2027, 1, 1))
    assert over.value.opens_on is None
    assert over.value.place.counter.code == COUNTER


def test_a_wave_to_come_tells_its_first_day(engine: Engine, province: Province) -> None:
    change_wave(engine, opens_on=date(2026, 12, 1))
    with pytest.raises(NotCollecting) as early:
        facts(engine).open_form(CODE, None, TODAY)
    assert early.value.opens_on == date(2026, 12, 1)


@pytest.mark.parametrize("status", ["planned", "paused", "closed"])
def test_a_wave_that_is_not_open_takes_nothing(engine: Engine, province: Province, status: str) -> None:
    change_wave(engine, status=status)
    with pytest.raises(NotCollecting) as refused:
        facts(engine).open_form(CODE, None, TODAY)
    assert refused.value.opens_on is None


def test_a_closed_wave_to_come_is_not_announced(engine: Engine, province: Province) -> None:
    change_wave(engine, status="closed", opens_on=date(2026, 12, 1))
    with pytest.raises(NotCollecting) as refused:
        facts(engine).open_form(CODE, None, TODAY)
    assert refused.value.opens_on is None


def test_a_questionnaire_the_wave_does_not_ask_is_not_open(engine: Engine, province: Province) -> None:
    with pytest.raises(NotCollecting):
        facts(engine).open_form(CODE, "papi_home", TODAY)


def test_a_wave_elsewhere_opens_nothing_here(engine: Engine, province: Province) -> None:
    change_wave(engine, status="closed")
    other = Wave("kon-tum", "Riêng Kon Tum", TODAY, TODAY, WaveStatus.OPEN, (("quick_pulse", 1),), ("51-23293",))
    with begin_write(engine) as connection:
        waves.add(connection, other, [province.pulse.id], [province.ids["51-23293"]])
    assert facts(engine).open_form("k0nt0m1", None, TODAY).version == province.pulse
    with pytest.raises(NotCollecting):
        facts(engine).open_form(CODE, None, TODAY)


def test_residence_lists_the_communes_of_the_own_province(engine: Engine, province: Province) -> None:
    known = facts(engine)
    communes = known.communes_of(known.place_of(CODE, TODAY))
    assert len(communes) == 96
    assert [commune.name for commune in communes] == sorted(commune.name for commune in communes)


def test_facts_are_read_again_after_ten_seconds_and_not_before(any_engine: Engine, any_province: Province) -> None:
    seconds = [100.0]
    keeper = FactsKeeper(clock=lambda: seconds[0])
    before = keeper.facts(any_engine)
    revoke(any_engine)
    seconds[0] += FRESH_SECONDS - 0.01
    assert keeper.facts(any_engine) is before
    seconds[0] += 0.01
    with pytest.raises(RevokedCode):
        keeper.facts(any_engine).place_of(CODE, TODAY)
    assert FRESH_SECONDS <= 10


def test_the_last_facts_serve_while_the_database_is_away(engine: Engine, province: Province) -> None:
    seconds = [0.0]
    keeper = FactsKeeper(clock=lambda: seconds[0])
    before = keeper.facts(engine)
    seconds[0] += 60
    assert keeper.facts(make_engine(AWAY)) is before
    revoke(engine)
    seconds[0] += 60
    with pytest.raises(RevokedCode):
        keeper.facts(engine).place_of(CODE, TODAY)


def test_without_any_facts_an_absent_database_is_told(engine: Engine, province: Province) -> None:
    keeper = FactsKeeper()
    with pytest.raises(DatabaseUnavailable):
        keeper.facts(make_engine(AWAY))
    assert keeper.facts(engine).codes[CODE][0].counter_code == COUNTER
