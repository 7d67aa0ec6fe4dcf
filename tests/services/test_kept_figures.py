"""Figures of counters kept between requests: always those of the database, and read again only where it has grown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from random import Random

import pytest
from sqlalchemy import Engine, delete

from survey_app.domain.scoring import Figure
from survey_app.domain.tally import Tally
from survey_app.services import kept_figures
from survey_app.services.counter_figures import counter_figures
from survey_app.services.province_settings import read_settings
from survey_app.services.release import run_releases
from survey_app.services.result_query import ResultsQuery
from survey_app.services.result_source import Source, read_source
from survey_app.services.settings_changes import change_settings
from survey_app.storage import release_marks, releases
from survey_app.storage.database import begin_read, begin_write
from survey_app.storage.recipe_files import load_recipes
from survey_app.storage.tables import TallyRow
from survey_app.storage.tallies import UNIT_TALLY
from tests import scenes
from tests.scenes import NOW, Province

RECIPES = load_recipes(scenes.QUESTIONNAIRES_DIR / "recipes")
BUSY, CALM, FAR, *_ = scenes.COUNTERS
ASKED = ResultsQuery("51", "sipas_desk", 1, first_month=date(2026, 9, 1), last_month=date(2026, 11, 1))
Shown = dict[str, tuple[int, Figure]]


def release(engine: Engine, province: Province, counter: str, rng: Random) -> None:
    scenes.fill_inbox(engine, province, counter, 40, rng, stage="filing")
    run_releases(engine, NOW)


def shown(engine: Engine, query: ResultsQuery = ASKED) -> Shown:
    """Counter -> responses and figure, where anything was released."""
    with begin_read(engine) as connection:
        found = counter_figures(read_source(connection, RECIPES, query), query)
        return {code: (number, found.overall(code)) for code, number in found.responses.items() if number}


def fresh(engine: Engine, query: ResultsQuery = ASKED) -> Shown:
    """The same in a process that has just started."""
    kept_figures.forget(engine)
    return shown(engine, query)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The units whose sums were read, one list a time."""
    every: list[list[str]] = []
    own = Source.sums

    def sums(self: Source, query: ResultsQuery, codes: Sequence[str]) -> dict[str, Tally]:
        every.append(list(codes))
        return own(self, query, codes)

    monkeypatch.setattr(Source, "sums", sums)
    return every


def test_what_is_kept_is_not_read_again(
    any_engine: Engine, any_province: Province, rng: Random, read: list[list[str]]
) -> None:
    release(any_engine, any_province, BUSY, rng)
    first = shown(any_engine)
    assert list(first) == [BUSY]
    assert [sorted(codes) for codes in read] == [sorted(scenes.COUNTERS)]
    assert shown(any_engine) == first
    assert shown(any_engine, replace(ASKED, unit_code=scenes.COMMUNES[0])) == first
    assert len(read) == 1


def test_only_counters_at_which_was_released_since_are_read_again(
    any_engine: Engine, any_province: Province, rng: Random, read: list[list[str]]
) -> None:
    release(any_engine, any_province, BUSY, rng)
    before = shown(any_engine)
    release(any_engine, any_province, CALM, rng)
    release(any_engine, any_province, FAR, rng)
    assert set(shown(any_engine)) == {BUSY, CALM, FAR}
    release(any_engine, any_province, BUSY, rng)
    after = shown(any_engine)
    assert [sorted(codes) for codes in read[1:]] == [sorted([CALM, FAR]), [BUSY]]
    assert after[BUSY][0] == before[BUSY][0] + 40
    assert after == fresh(any_engine)


def test_every_question_has_its_own_figures(engine: Engine, province: Province, rng: Random) -> None:
    for counter in (BUSY, CALM):
        release(engine, province, counter, rng)
    queries = [
        ASKED,
        replace(ASKED, first_month=date(2026, 10, 1), last_month=date(2026, 10, 1)),
        replace(ASKED, recipe="sipas-2017-top2"),
        replace(ASKED, with_flagged=False),
        replace(ASKED, slug="quick_pulse"),
        replace(ASKED, with_sensitive=True),
    ]
    for _ in range(2):
        assert [shown(engine, query) for query in queries] == [fresh(engine, query) for query in queries]


def test_other_thresholds_hold_at_once(engine: Engine, province: Province, rng: Random) -> None:
    pulse = replace(ASKED, slug="quick_pulse")
    scenes.fill_inbox(engine, province, BUSY, 60, rng, stage="filing", slug="quick_pulse")
    run_releases(engine, NOW)
    assert shown(engine, pulse)[BUSY][1].value is not None
    with begin_read(engine) as connection:
        held = read_settings(connection).thresholds
    change_settings(engine, NOW, "tester", {"thresholds": vars(replace(held, officer_score=61))})
    assert shown(engine, pulse)[BUSY][1].value is None


@contextmanager
def seen_from(engine: Engine) -> Iterator[Source]:
    """A state of the database that stays as it is while others release."""
    with begin_read(engine) as connection:
        yield read_source(connection, RECIPES, ASKED)


def test_who_began_to_read_before_a_release_sees_none_of_it(
    any_engine: Engine, any_province: Province, rng: Random
) -> None:
    release(any_engine, any_province, BUSY, rng)
    with seen_from(any_engine) as source:
        assert counter_figures(source, ASKED).responses[BUSY] == 40
        release(any_engine, any_province, BUSY, rng)
        assert shown(any_engine)[BUSY][0] == 80
        assert counter_figures(source, ASKED).responses[BUSY] == 40
    assert shown(any_engine)[BUSY][0] == 80


def test_a_database_put_back_to_an_earlier_state_is_told_from_a_grown_one(
    engine: Engine, province: Province, rng: Random
) -> None:
    release(engine, province, BUSY, rng)
    release(engine, province, CALM, rng)
    assert set(shown(engine)) == {BUSY, CALM}
    with begin_read(engine) as connection:
        newest = releases.every_release(connection)[-1]
        mark = release_marks.newest(connection)
    with begin_write(engine) as connection:
        connection.execute(delete(UNIT_TALLY).where(UNIT_TALLY.c.unit_id == newest[1].unit_id))
        connection.execute(delete(TallyRow).where(TallyRow.release_id == newest[0]))
    assert set(shown(engine)) == {BUSY}
    with begin_read(engine) as connection:
        earlier = release_marks.newest(connection)
        assert mark is not None
        assert earlier is not None
        assert earlier.number < mark.number
        assert release_marks.units_between(connection, replace(earlier, responses=1), mark) is None
        assert release_marks.units_between(connection, earlier, earlier) == set()


def test_nothing_is_kept_before_anything_is_released(engine: Engine, province: Province) -> None:
    assert shown(engine) == {}
    with begin_read(engine) as connection:
        assert release_marks.newest(connection) is None


def test_a_few_questions_are_kept(engine: Engine, province: Province, rng: Random, read: list[list[str]]) -> None:
    release(engine, province, BUSY, rng)
    months = [date(2025 + place // 12, place % 12 + 1, 1) for place in range(kept_figures.MOST + 1)]
    queries = [replace(ASKED, first_month=month) for month in months]
    for query in [*queries, queries[-1]]:
        shown(engine, query)
    assert len(read) == len(queries)
    shown(engine, queries[0])
    assert len(read) == len(queries) + 1
