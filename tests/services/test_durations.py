"""The time a page promises is the time people needed."""

from __future__ import annotations

from random import Random

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from survey_app.domain.local_day import minute_of
from survey_app.services.province_settings import read_settings
from survey_app.services.release import run_releases
from survey_app.storage.database import begin_read
from tests import scenes

SLUG = "sipas_desk"


def _release(engine: Engine, province: scenes.Province, rng: Random, seconds: list[int | None]) -> None:
    counter, last = province.counters[2], minute_of(scenes.NOW)
    scenes.put_all(
        engine,
        [
            scenes.entry(province, counter, rng, seconds_taken=taken, received_minute=last - 20 * place)
            for place, taken in enumerate(seconds)
        ],
    )
    run_releases(engine, scenes.NOW)


def _measured(engine: Engine) -> dict[str, int]:
    with begin_read(engine) as connection:
        return dict(read_settings(connection).measured_seconds)


def test_the_median_of_a_release_run_is_kept(any_engine: Engine, any_province: scenes.Province, rng: Random):
    _release(any_engine, any_province, rng, [240, *[200, 280] * 20])
    assert _measured(any_engine) == {SLUG: 240}
    _release(any_engine, any_province, rng, [60] * 12)
    assert _measured(any_engine) == {SLUG: 240}, "twelve are too few to say anything"
    _release(any_engine, any_province, rng, [None] * 40)
    assert _measured(any_engine) == {SLUG: 240}, "pages without script cannot tell"


@pytest.mark.parametrize(("taken", "minutes"), [(240, 4), (100, 2)])
def test_pages_promise_what_was_measured(
    client: FlaskClient, engine: Engine, province: scenes.Province, rng: Random, taken: int, minutes: int
):
    address = f"/q/{province.codes[province.counters[2]]}"
    assert "Khoảng 3 phút" in client.get(f"{address}?form={SLUG}").text
    _release(engine, province, rng, [taken] * 40)
    del client.application.extensions["hailong_facts"]
    assert f"Khoảng {minutes} phút" in client.get(f"{address}?form={SLUG}").text
    assert f"Trả lời thêm (khoảng {minutes} phút)" in client.get(f"{address}/thanks?form=quick_pulse").text
