"""The sample province: real geography, made-up answers, through the real way upwards."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from survey_app.domain.local_day import local_day
from survey_app.services import counters, recount, sample_province
from survey_app.services.collection_facts import read_facts
from survey_app.services.province_settings import read_settings
from survey_app.storage.database import begin_read
from tests import scenes


def _prepare(engine: Engine, responses: int) -> list[sample_province.SignIn]:
    return sample_province.prepare(engine, scenes.QUESTIONNAIRES_DIR, responses, scenes.NOW, lambda *_: None)


def _received(engine: Engine) -> int:
    with begin_read(engine) as connection:
        return recount.count_received(connection)


def test_prepared_once_and_left_alone_after(engine: Engine):
    signs = _prepare(engine, 3_000)
    assert len({sign.password for sign in signs}) == len(sample_province.SIGN_INS)
    assert _received(engine) == 3_000
    assert recount.recount(engine) == []
    again = _prepare(engine, 3_000)
    assert [sign.password for sign in again] == [None] * len(signs)
    assert _received(engine) == 3_000
    with begin_read(engine) as connection:
        assert read_settings(connection).is_sample


def test_the_poster_of_every_counter_opens_the_pulse(engine: Engine):
    _prepare(engine, 0)
    today = local_day(scenes.NOW)
    with begin_read(engine) as connection:
        facts = read_facts(connection)
    printed = [code.code for _, code in counters.listing(engine, sample_province.PROVINCE, today) if code]
    opened = {facts.open_form(code, None, today).version.questionnaire.slug for code in printed}
    assert opened == {"quick_pulse"}


def test_a_stopped_preparation_goes_on(engine: Engine):
    def stop(_what: str, done: int, _total: int) -> None:
        if done >= 500:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sample_province.prepare(engine, scenes.QUESTIONNAIRES_DIR, 1_000, scenes.NOW, stop)
    _prepare(engine, 1_000)
    assert _received(engine) == 1_000


def test_real_data_are_left_alone(engine: Engine, province: scenes.Province):
    with pytest.raises(sample_province.NotSampleData):
        _prepare(engine, 10)
    assert province.wave
    assert _received(engine) == 0
