"""What homes are made of, on both databases: overall figures as scorecards give them, nothing beyond a grant."""

from __future__ import annotations

from datetime import date
from random import Random

from sqlalchemy import Engine

from survey_app.domain.permissions import Grant, Officer, Role
from survey_app.services.home_changes import compared
from survey_app.services.homes import read_home
from survey_app.services.release import run_releases
from survey_app.services.results import ResultsQuery, overall_results, results_page
from survey_app.storage.database import begin_read
from survey_app.storage.recipe_files import load_recipes
from tests import scenes
from tests.scenes import CENTRES, NOW, Province

RECIPES = load_recipes(scenes.QUESTIONNAIRES_DIR / "recipes")


def test_overall_figures_are_those_of_the_scorecards(engine: Engine, province: Province, rng: Random) -> None:
    for counter, number in zip(province.counters, (60, 25, 12, 40, 0), strict=True):
        scenes.fill_inbox(engine, province, counter, number, rng)
    run_releases(engine, NOW)
    for slug in ("sipas_desk", "quick_pulse"):
        query = ResultsQuery("51", slug, 1, first_month=date(2026, 11, 1))
        with begin_read(engine) as connection:
            [found] = overall_results(connection, RECIPES, [query], compared)
            page = results_page(connection, RECIPES, query, compared)
        cards = {result.unit.code: result.card.overall for result in (page.result, *page.below) if result.card}
        assert found == cards


def test_the_home_of_every_role_is_read_on_both_databases(
    any_engine: Engine, any_province: Province, rng: Random
) -> None:
    scenes.fill_inbox(any_engine, any_province, any_province.counters[0], 30, rng)
    run_releases(any_engine, NOW)
    scenes.fill_inbox(any_engine, any_province, any_province.counters[1], 4, rng)
    for role in Role:
        unit = "51" if role in (Role.PROVINCE_ADMIN, Role.PROVINCE_ANALYST) else CENTRES[0]
        home = read_home(any_engine, RECIPES, Officer("an", "An", (Grant(role, unit),)), NOW)
        named = {line.unit.code for line in home.work.waiting} if home.work else set()
        assert named <= ({any_province.communes[0]} if unit == "51" else {CENTRES[0]})


def test_a_grant_that_has_ended_shows_nothing(engine: Engine, province: Province) -> None:
    ended = Officer("an", "An", (Grant(Role.PROVINCE_ADMIN, "51", date(2026, 11, 15)),))
    home = read_home(engine, RECIPES, ended, NOW)
    assert (home.unit, home.changes, home.work, home.decisions, home.counters) == (None,) * 5
