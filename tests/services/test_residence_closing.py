"""Closing a quarter: batches by residence of at least k, made once, whatever comes later."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import Engine, text

from survey_app.services.recount import recount
from survey_app.services.release import run_releases
from survey_app.services.residence_closing import close_quarters
from survey_app.storage import residence
from survey_app.storage.audit_log import entries
from survey_app.storage.database import begin_read, begin_write
from survey_app.storage.residence import StoredBatch
from tests.residence_scenes import (
    AFTER_THE_THIRD_QUARTER,
    AFTER_THE_YEAR,
    DAK_LONG,
    IN_THE_THIRD_QUARTER,
    KON_TUM,
    Homes,
    build_homes,
)
from tests.scenes import NOW, Province


@pytest.fixture
def homes(any_engine: Engine, any_province: Province) -> Homes:
    return build_homes(any_engine, any_province, ("papi_d1", "papi_d5_desk"))


def batches(homes: Homes) -> list[StoredBatch]:
    with begin_read(homes.engine) as connection:
        return residence.batches(
            connection, [homes.province.versions["papi_d1"].id], date(2026, 1, 1), date(2027, 12, 1)
        )


def shapes(homes: Homes) -> list[tuple[str | None, int, date]]:
    return [(batch.commune, batch.tally.responses, batch.quarter) for batch in batches(homes)]


def test_nothing_is_cut_while_the_quarter_runs(homes: Homes) -> None:
    homes.answer("papi_d1", {KON_TUM: 20})
    run_releases(homes.engine, IN_THE_THIRD_QUARTER)
    assert shapes(homes) == []


def test_at_the_end_of_a_quarter_each_commune_with_k_has_its_batch(homes: Homes) -> None:
    homes.answer("papi_d1", {KON_TUM: 20, DAK_LONG: 9, None: 12})
    run_releases(homes.engine, AFTER_THE_THIRD_QUARTER)
    assert shapes(homes) == [(KON_TUM, 20, date(2026, 7, 1)), (None, 12, date(2026, 7, 1))]
    with begin_read(homes.engine) as connection:
        told = [detail for _, _, detail in entries(connection, "residence.close")]
    assert told == [{"quarters": ["2026-q3"], "batches": 2}]


def test_a_batch_counts_exactly_its_responses(homes: Homes) -> None:
    homes.answer("papi_d1", {KON_TUM: 20, DAK_LONG: 15})
    run_releases(homes.engine, AFTER_THE_THIRD_QUARTER)
    assert recount(homes.engine) == []
    with begin_write(homes.engine) as connection:
        connection.execute(text("UPDATE home_batch SET commune = '00004' WHERE commune = :code"), {"code": KON_TUM})
    assert recount(homes.engine) == ["home batch 1: the tally differs from its responses"]


def test_a_quarter_is_cut_once_and_what_came_too_late_waits_for_the_next(homes: Homes) -> None:
    homes.answer("papi_d1", {KON_TUM: 20})
    run_releases(homes.engine, AFTER_THE_THIRD_QUARTER)
    homes.answer("papi_d1", {KON_TUM: 11, DAK_LONG: 30}, seed=2)
    run_releases(homes.engine, NOW)
    assert shapes(homes) == [(KON_TUM, 20, date(2026, 7, 1))]
    run_releases(homes.engine, AFTER_THE_YEAR)
    assert shapes(homes)[1:] == [(KON_TUM, 11, date(2026, 10, 1)), (DAK_LONG, 30, date(2026, 10, 1))]


def test_few_of_a_commune_wait_for_the_next_quarter_and_join_at_the_end_of_the_year(homes: Homes) -> None:
    homes.answer("papi_d1", {KON_TUM: 10, DAK_LONG: 6})
    run_releases(homes.engine, AFTER_THE_THIRD_QUARTER)
    homes.answer("papi_d1", {KON_TUM: 9, DAK_LONG: 5}, now=NOW, seed=2)
    run_releases(homes.engine, NOW)
    run_releases(homes.engine, AFTER_THE_YEAR)
    assert shapes(homes)[1:] == [(DAK_LONG, 11, date(2026, 10, 1))]
    with begin_read(homes.engine) as connection:
        waiting = residence.waiting(connection, homes.province.versions["papi_d1"].id, date(2026, 12, 1))
    assert len(waiting) == 9


def test_responses_under_check_are_in_no_batch(homes: Homes) -> None:
    homes.answer("papi_d1", {KON_TUM: 12})
    with begin_write(homes.engine) as connection:
        connection.execute(text("UPDATE response_inbox SET flagged = true"))
    run_releases(homes.engine, AFTER_THE_THIRD_QUARTER)
    assert shapes(homes) == []


def test_closing_again_changes_nothing(homes: Homes) -> None:
    homes.answer("papi_d1", {KON_TUM: 20})
    run_releases(homes.engine, AFTER_THE_THIRD_QUARTER)
    before = shapes(homes)
    with begin_write(homes.engine) as connection:
        assert close_quarters(connection, AFTER_THE_THIRD_QUARTER) == 0
    assert shapes(homes) == before


def test_a_province_that_slept_closes_every_quarter_it_missed(homes: Homes) -> None:
    homes.answer("papi_d1", {KON_TUM: 20})
    run_releases(homes.engine, AFTER_THE_YEAR)
    with begin_read(homes.engine) as connection:
        assert residence.closings(connection) == [date(2026, 10, 1), date(2026, 7, 1)]
    assert Counter(quarter for *_, quarter in shapes(homes)) == {date(2026, 7, 1): 1}


def test_a_province_that_asks_nothing_about_home_closes_nothing(any_engine: Engine, any_province: Province) -> None:
    run_releases(any_engine, AFTER_THE_YEAR)
    with begin_read(any_engine) as connection:
        assert residence.closings(connection) == []
