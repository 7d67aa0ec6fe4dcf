"""Settings: defaults of the domain, changed all or none."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from survey_app.services.province_settings import BadSetting, Channel, ProvinceSettings, read_settings
from survey_app.services.settings_changes import change_settings
from survey_app.storage.database import begin_read
from tests import scenes


def _settings(engine: Engine) -> ProvinceSettings:
    with begin_read(engine) as connection:
        return read_settings(connection)


def test_defaults_until_changed(any_engine: Engine):
    assert _settings(any_engine) == ProvinceSettings()
    change_settings(any_engine, scenes.NOW, "an", {"thresholds": {"public_score": 50}, "mixed_release_days": 7})
    changed = _settings(any_engine)
    assert (changed.thresholds.public_score, changed.thresholds.release) == (50, 10)
    assert changed.mixed_release_days == 7


def test_limits_of_pace_are_the_provinces_own(engine: Engine):
    change_settings(engine, scenes.NOW, "an", {"pace": {"ten_minutes": 60}})
    assert (_settings(engine).pace.ten_minutes, _settings(engine).pace.day) == (60, 150)


def test_complaint_channels_are_the_provinces_own(engine: Engine):
    change_settings(engine, scenes.NOW, "an", {"complaint_channels": [{"name": "Đường dây nóng", "contact": "1022"}]})
    assert _settings(engine).complaint_channels == (Channel("Đường dây nóng", "1022"),)


@pytest.mark.parametrize(
    "changes",
    [
        {"nothing": 1},
        {"thresholds": {"release": 1}},
        {"thresholds": {"officer_score": 5}},
        {"thresholds": {"unknown": 20}},
        {"complaint_channels": [{"title": "x"}]},
        {"pace": {"ten_minutes": 0}},
        {"pace": {"ten_minutes": 151}},
        {"pace": {"an_hour": 100}},
        {"mixed_release_days": "seven"},
        {"mixed_release_days": -1},
        {"is_sample": "no"},
        {"measured_seconds": "long"},
        {"measured_seconds": {"sipas_desk": "180"}},
    ],
    ids=repr,
)
def test_what_makes_no_sense_is_refused(engine: Engine, changes: dict[str, object]):
    with pytest.raises(BadSetting):
        change_settings(engine, scenes.NOW, "an", changes)
    assert _settings(engine) == ProvinceSettings()
