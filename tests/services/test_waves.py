"""Waves: made of what exists, changed as the rules allow."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine

from survey_app.domain.wave import Wave, WaveChangeRefused, WaveStatus
from survey_app.services import waves
from tests import scenes

PLAN = Wave(
    code="q1",
    title="Quý I",
    opens_on=date(2027, 1, 1),
    closes_on=date(2027, 3, 31),
    status=WaveStatus.PLANNED,
    questionnaires=(("quick_pulse", 1), ("sipas_desk", 1)),
    units=("51-23293", "51-23368"),
)


def test_a_wave_is_kept_as_it_was_made(any_engine: Engine, any_province: scenes.Province):
    waves.create(any_engine, PLAN, scenes.NOW, "an")
    (kept,) = [wave for wave in waves.every(any_engine) if wave.code == "q1"]
    assert replace(kept, units=tuple(sorted(kept.units))) == PLAN


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"closes_on": date(2026, 1, 1)}, "trước ngày bắt đầu"),
        ({"questionnaires": (("none", 1),)}, "chưa ban hành"),
        ({"questionnaires": ()}, "ít nhất một mẫu phiếu"),
        ({"units": ("none",)}, "không có đơn vị none"),
        ({"units": ()}, "chưa nêu đơn vị"),
        ({"code": "2026-q4"}, "đã có đợt"),
    ],
)
def test_a_wave_of_what_does_not_exist_is_refused(
    engine: Engine, province: scenes.Province, changed: dict[str, object], says: str
):
    with pytest.raises(waves.WaveProblem, match=says):
        waves.create(engine, replace(PLAN, **changed), scenes.NOW, "an")
    assert [wave.code for wave in waves.every(engine)] == [province.wave]


def test_closed_is_final(engine: Engine, province: scenes.Province):
    for status in (WaveStatus.PAUSED, WaveStatus.OPEN, WaveStatus.CLOSED):
        waves.change_status(engine, province.wave, status, scenes.NOW, "an")
    with pytest.raises(WaveChangeRefused):
        waves.change_status(engine, province.wave, WaveStatus.OPEN, scenes.NOW, "an")
    with pytest.raises(waves.UnknownWave):
        waves.change_status(engine, "none", WaveStatus.OPEN, scenes.NOW, "an")
