"""What the public may read: closed quarters, its own bases, nothing of one counter."""

from __future__ import annotations

from datetime import UTC, date, datetime
from random import Random

import pytest
from sqlalchemy import Engine

from survey_app.domain.quarter import Quarter
from survey_app.services.published_results import PublishedPage, closed_quarters, published_page
from survey_app.services.release import run_releases
from survey_app.services.result_choices import Asked
from survey_app.services.results import NoSuchUnit, NoSuchVersion
from survey_app.storage.recipe_files import load_recipes
from tests import scenes
from tests.scenes import CENTRES, COMMUNES, NOW, Province, fill_inbox

RECIPES = load_recipes(scenes.QUESTIONNAIRES_DIR / "recipes")
TODAY = date(2026, 11, 16)
IN_SEPTEMBER = datetime(2026, 9, 14, 2, 0, tzinfo=UTC)


def published(engine: Engine, unit: str, quarter: Quarter | None = None, asked: Asked | None = None) -> PublishedPage:
    return published_page(engine, RECIPES, unit, asked or Asked(), quarter, TODAY)


@pytest.fixture
def released(engine: Engine, province: Province, rng: Random) -> Province:
    fill_inbox(engine, province, f"{CENTRES[0]}-Q1", 40, rng, stage="collecting", now=IN_SEPTEMBER)
    run_releases(engine, IN_SEPTEMBER)
    fill_inbox(engine, province, f"{CENTRES[0]}-Q1", 25, rng, stage="collecting")
    fill_inbox(engine, province, f"{CENTRES[0]}-Q2", 6, rng)
    run_releases(engine, NOW)
    return province


def test_quarters_that_have_ended_newest_first() -> None:
    assert closed_quarters(date(2026, 10, 1))[:2] == (Quarter(2026, 3), Quarter(2026, 2))
    assert closed_quarters(date(2026, 9, 30))[0] == Quarter(2026, 2)


@pytest.mark.usefixtures("released")
def test_only_the_closed_quarter_counts_and_nothing_waits(engine: Engine) -> None:
    found = published(engine, COMMUNES[0])
    assert found.quarter == Quarter(2026, 3)
    assert found.open_until == date(2026, 12, 31)
    results = found.page.results
    assert results is not None
    assert results.result.card is not None
    assert (results.result.card.responses, results.result.waiting, results.trend) == (40, 0, ())
    assert [below.unit.code for below in results.below] == [CENTRES[0]]


@pytest.mark.usefixtures("released")
def test_finer_cuts_are_not_published(engine: Engine) -> None:
    asked = Asked(stage="filing", channel="ticket", service_field="Hộ tịch", with_flagged=False)
    assert published(engine, COMMUNES[0], asked=asked).page.results == published(engine, COMMUNES[0]).page.results


@pytest.mark.usefixtures("released")
def test_counters_and_quarters_that_have_not_ended_do_not_exist(engine: Engine) -> None:
    with pytest.raises(NoSuchUnit):
        published(engine, f"{CENTRES[0]}-Q1")
    with pytest.raises(NoSuchVersion):
        published(engine, "51", Quarter(2026, 4))
