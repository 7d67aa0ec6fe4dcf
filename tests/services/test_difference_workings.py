"""The steps of differences are those of the page, and nothing is told of a side that is withheld."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from sqlalchemy import Engine

from survey_app.domain.comparing import steps
from survey_app.services.comparisons import change, standings
from survey_app.services.difference_workings import change_working, pair_workings, standing_workings
from survey_app.services.exploring import these
from survey_app.services.release import run_releases
from survey_app.services.results import ResultsPage, ResultsQuery, results_page
from survey_app.storage.database import begin_read
from survey_app.storage.recipe_files import load_recipes
from tests import scenes
from tests.planted import LOW, TYPICAL, plant
from tests.scenes import CENTRES, COMMUNES, NOW, Province

RECIPES = load_recipes(scenes.QUESTIONNAIRES_DIR / "recipes")
MONTHS = {"first_month": date(2026, 9, 1), "last_month": date(2026, 11, 1)}
QUERY = ResultsQuery("51", "sipas_desk", 1, with_comparands=True, **MONTHS)
BEFORE = NOW - timedelta(days=120)


def read(engine: Engine, query: ResultsQuery = QUERY, *codes: str) -> ResultsPage:
    with begin_read(engine) as connection:
        return (
            results_page(connection, RECIPES, query, these(codes))
            if codes
            else results_page(connection, RECIPES, query)
        )


def release(engine: Engine, province: Province, rng: Random) -> None:
    plant(engine, province, f"{CENTRES[0]}-Q1", 90, TYPICAL, rng, BEFORE)
    run_releases(engine, BEFORE)
    plant(engine, province, f"{CENTRES[0]}-Q1", 90, LOW, rng)
    plant(engine, province, f"{CENTRES[1]}-Q1", 90, TYPICAL, rng)
    plant(engine, province, "51-TT-Q1", 10, TYPICAL, rng, stage="filing")
    run_releases(engine, NOW)


def test_a_change_has_the_differences_of_the_page(any_engine: Engine, any_province: Province, rng: Random) -> None:
    release(any_engine, any_province, rng)
    page = read(any_engine, replace(QUERY, unit_code=COMMUNES[0]))
    found, shown = change_working(page), change(page)
    assert found is not None
    assert shown is not None
    assert [working.found for _, working in found.rows] == [
        shown.overall,
        *(entry.difference for entry in shown.sections),
    ]
    for _, working in found.rows:
        assert working.later is not None
        assert working.earlier is not None
        assert working.test == steps(working.later, working.earlier)


def test_of_a_unit_without_a_score_the_rest_is_not_told_either(engine: Engine, province: Province, rng: Random) -> None:
    release(engine, province, rng)
    page = read(engine)
    found = {entry.unit.code: entry for entry in standing_workings(page)}
    shown = standings(page)
    assert shown is not None
    assert {code: entry.working.found for code, entry in found.items() if entry.working.found} == shown.rests
    withheld = found["51-TT"].working
    assert (withheld.later, withheld.earlier, withheld.test, withheld.found) == (None, None, None, None)


def test_units_within_each_other_are_no_pair(engine: Engine, province: Province, rng: Random) -> None:
    release(engine, province, rng)
    page = read(engine, QUERY, COMMUNES[0], COMMUNES[1], CENTRES[0])
    figures = [(result.unit, result.card.overall) for result in page.below if result.card]
    found = {
        (one.code, other.code): working for one, other, working in pair_workings(page, RECIPES[QUERY.recipe], figures)
    }
    assert found[COMMUNES[0], CENTRES[0]].found is None
    assert found[COMMUNES[0], CENTRES[0]].later is None
    assert found[COMMUNES[0], COMMUNES[1]].test is not None


def test_where_nothing_is_compared_there_are_no_steps(engine: Engine, province: Province, rng: Random) -> None:
    release(engine, province, rng)
    page = read(engine, replace(QUERY, with_comparands=False))
    assert change_working(page) is None
    assert standing_workings(page) == ()
