"""Drivers of a unit: from 200 responses on, over items answered together, never sensitive ones."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from sqlalchemy import Engine

from survey_app.domain.comoments import count_comoments
from survey_app.services.driver_results import judged, unit_drivers
from survey_app.services.listings import listed_below
from survey_app.services.release import run_releases
from survey_app.services.result_choices import Asked, Reader, UnitPage, unit_page
from survey_app.storage.recipe_files import load_recipes
from tests import scenes
from tests.scenes import NOW, Province, fill_inbox, scored_items

RECIPES = load_recipes(scenes.QUESTIONNAIRES_DIR / "recipes")


def page(engine: Engine, **asked: str) -> UnitPage:
    wanted = Asked(**({"form": "sipas_desk.v1"} | asked))
    return unit_page(engine, RECIPES, "51", wanted, NOW.date(), Reader(), listed_below)


def test_every_item_with_the_figures_of_the_page(any_engine: Engine, any_province: Province, rng: Random) -> None:
    fill_inbox(any_engine, any_province, any_province.counters[0], 300, rng, stage="collecting")
    run_releases(any_engine, NOW)
    shown = page(any_engine)
    found = unit_drivers(any_engine, RECIPES, shown)
    assert found is not None
    assert {entry.score.item.id for entry in found.items} == set(scored_items())
    assert shown.results is not None
    assert shown.results.result.card is not None
    figures = {score.item.id: score.figure for part in shown.results.result.card.sections for score in part.items}
    assert all(entry.score.figure == figures[entry.score.item.id] for entry in found.items)
    assert [entry.section.section.id for entry in found.reliability] == [
        part.section.id for part in shown.results.result.card.sections
    ]
    assert {entry.driver.name for entry in found.factors} == {
        part.section.id for part in shown.results.result.card.sections
    }
    sections = {part.section.id: part.figure for part in shown.results.result.card.sections}
    assert all(entry.section.figure == sections[entry.driver.name] for entry in found.factors)


def test_items_not_answered_together_by_two_hundred_are_left_out(
    engine: Engine, province: Province, rng: Random
) -> None:
    fill_inbox(engine, province, province.counters[0], 250, rng, stage="filing")
    fill_inbox(engine, province, province.counters[0], 60, rng, stage="collecting")
    run_releases(engine, NOW)
    found = unit_drivers(engine, RECIPES, page(engine))
    assert found is not None
    assert found.items
    assert {score.section for score in (entry.item for entry in found.left_out)}
    assert all(entry.driver.base >= 200 for entry in found.items)
    short = {score.item.id for score in found.left_out}
    assert len(found.factors) >= 2
    assert all(short.isdisjoint(score.item.id for score in entry.section.items) for entry in found.factors)


@pytest.mark.parametrize("n", [0, 150])
def test_under_two_hundred_there_are_none(engine: Engine, province: Province, rng: Random, n: int) -> None:
    fill_inbox(engine, province, province.counters[0], n, rng, stage="collecting")
    run_releases(engine, NOW)
    found = unit_drivers(engine, RECIPES, page(engine))
    assert found is not None
    assert (found.responses, found.items, found.factors, found.reliability) == (n, (), (), ())


def test_one_question_alone_has_nothing_to_go_with(engine: Engine, province: Province, rng: Random) -> None:
    fill_inbox(engine, province, province.counters[0], 210, rng, slug="quick_pulse")
    run_releases(engine, NOW)
    found = unit_drivers(engine, RECIPES, page(engine, form="quick_pulse.v1"))
    assert found is not None
    assert len(found.items) in (0, *range(2, 20))


def test_an_item_everybody_answered_alike_is_left_out() -> None:
    numbers = np.random.default_rng(3)
    scores = numbers.integers(1, 6, size=(300, 4))
    scores[:, 2] = 5
    answered = np.ones_like(scores, dtype=bool)
    answered[:150, 3] = False
    assert judged(count_comoments(scores, answered, np.full(4, 4))) == [0, 1]
