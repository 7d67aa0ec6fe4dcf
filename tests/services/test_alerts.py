"""Alerts of centres on both databases: a drop judged over the province, silence by the calendar, long waits."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from random import Random

import pytest
from sqlalchemy import Engine

from survey_app.domain.alerts import AlertKind
from survey_app.domain.record import encode
from survey_app.domain.working_calendar import DayRule
from survey_app.services import calendar
from survey_app.services.alerts import Alerts, read_alerts
from survey_app.services.release import run_releases
from survey_app.services.results import NoSuchUnit
from survey_app.storage.recipe_files import load_recipes
from tests import scenes
from tests.scenes import CENTRES, NOW, Province, put_all, random_answers, scored_items

RECIPES = load_recipes(scenes.QUESTIONNAIRES_DIR / "recipes")
SEPTEMBER, OCTOBER = datetime(2026, 9, 14, 2, tzinfo=UTC), datetime(2026, 10, 14, 2, tzinfo=UTC)


def answer(engine: Engine, province: Province, counter: str, n: int, level: int, moment: datetime, **more: str) -> None:
    """``n`` people whose answers lie about a level."""
    rng = Random(f"{counter} {level} {moment}")
    stage, channel = more.get("stage", "collecting"), more.get("channel", "poster")
    entries = []
    for place in range(n):
        answers = random_answers(province.sipas.questionnaire, rng, stage)
        given = {item: str(max(1, min(5, level + rng.choice((-1, 0, 0, 0, 1))))) for item in scored_items()}
        answers |= {item: code for item, code in given.items() if item in answers}
        minute = int(moment.timestamp()) // 60 - place
        changed = {"record": encode(province.sipas.questionnaire, answers), "received_minute": minute}
        key = hashlib.sha256(f"{counter}{moment}{place}{stage}".encode()).hexdigest()
        entries.append(scenes.entry(province, counter, rng, channel=channel, key=key, **changed))
    put_all(engine, entries)
    run_releases(engine, moment)


def kinds(found: Alerts) -> list[tuple[str, AlertKind]]:
    return [(entry.centre.code, entry.alert.kind) for entry in found.found]


@pytest.fixture
def fallen(any_engine: Engine, any_province: Province) -> Province:
    """The first centre fell in October, the second did not."""
    for counter, levels in ((any_province.counters[0], (5, 3)), (any_province.counters[2], (4, 4))):
        for moment, level in zip((SEPTEMBER, OCTOBER), levels, strict=True):
            answer(any_engine, any_province, counter, 40, level, moment)
    return any_province


def test_a_clear_drop_is_told_to_who_reads_the_centre(any_engine: Engine, fallen: Province) -> None:
    for unit in ("51", fallen.communes[0], CENTRES[0]):
        found = read_alerts(any_engine, RECIPES, unit, NOW)
        drops = [entry for entry in found.found if entry.alert.kind is AlertKind.CLEAR_DROP]
        assert [entry.centre.code for entry in drops] == [CENTRES[0]]
        assert (drops[0].last, drops[0].before, drops[0].mix) == (40, 40, ("all", "all"))
        assert drops[0].alert.drop is not None
        assert drops[0].alert.drop.value < -20
        assert found.tested == 2
    elsewhere = read_alerts(any_engine, RECIPES, CENTRES[1], NOW)
    assert AlertKind.CLEAR_DROP not in {kind for _, kind in kinds(elsewhere)}


def test_under_thirty_responses_nothing_is_told(engine: Engine, province: Province) -> None:
    for moment, level in ((SEPTEMBER, 5), (OCTOBER, 2)):
        answer(engine, province, province.counters[0], 29, level, moment)
    assert AlertKind.CLEAR_DROP not in {kind for _, kind in kinds(read_alerts(engine, RECIPES, "51", NOW))}


def test_another_mix_of_visitors_is_no_drop(engine: Engine, province: Province) -> None:
    answer(engine, province, province.counters[0], 60, 5, SEPTEMBER, stage="collecting")
    answer(engine, province, province.counters[0], 60, 3, OCTOBER, stage="filing")
    found = read_alerts(engine, RECIPES, "51", NOW)
    assert (found.tested, [kind for _, kind in kinds(found) if kind is AlertKind.CLEAR_DROP]) == (0, [])


def test_silence_counts_open_days_of_open_waves(any_engine: Engine, any_province: Province) -> None:
    found = kinds(read_alerts(any_engine, RECIPES, "51", NOW))
    assert (CENTRES[0], AlertKind.NO_RESPONSES) in found
    closed = DayRule(0, date(2026, 10, 1), date(2026, 11, 12), (), "Lũ")
    calendar.add_rule(any_engine, CENTRES[0], closed, NOW, "an")
    found = kinds(read_alerts(any_engine, RECIPES, "51", NOW))
    assert (CENTRES[0], AlertKind.NO_RESPONSES) not in found
    assert (CENTRES[1], AlertKind.NO_RESPONSES) in found
    after = kinds(read_alerts(any_engine, RECIPES, "51", scenes.AFTER_THE_WAVE))
    assert AlertKind.NO_RESPONSES not in {kind for _, kind in after}


def test_a_response_breaks_the_silence(engine: Engine, province: Province, rng: Random) -> None:
    scenes.fill_inbox(engine, province, province.counters[0], 1, rng)
    assert (CENTRES[0], AlertKind.NO_RESPONSES) not in kinds(read_alerts(engine, RECIPES, "51", NOW))


def test_a_wait_of_four_weeks_is_told(any_engine: Engine, any_province: Province, rng: Random) -> None:
    scenes.fill_inbox(any_engine, any_province, any_province.counters[0], 3, rng, now=OCTOBER)
    run_releases(any_engine, NOW)
    found = read_alerts(any_engine, RECIPES, CENTRES[0], NOW)
    assert (CENTRES[0], AlertKind.LONG_WITHHELD) in kinds(found)


def test_an_unknown_unit(engine: Engine, province: Province) -> None:
    with pytest.raises(NoSuchUnit):
        read_alerts(engine, RECIPES, "no-such-unit", NOW)
