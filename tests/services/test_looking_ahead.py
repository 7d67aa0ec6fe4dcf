"""After looking ahead the first page reads no counter's sums, and shows what it would have shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random

import pytest
from sqlalchemy import Engine

from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.tally import Tally
from survey_app.services import kept_figures, transactions
from survey_app.services.looking_ahead import look_ahead
from survey_app.services.release import run_releases
from survey_app.services.result_choices import Asked, Reader, UnitPage, unit_page
from survey_app.services.result_query import ResultsQuery
from survey_app.services.result_source import Source
from survey_app.storage import org_units
from survey_app.storage.database import begin_write
from survey_app.storage.recipe_files import load_recipes
from tests import scenes
from tests.scenes import COUNTERS, NOW, Province

RECIPES = load_recipes(scenes.QUESTIONNAIRES_DIR / "recipes")
TODAY = date(2026, 11, 16)


def first_page(engine: Engine) -> UnitPage:
    return unit_page(engine, RECIPES, "51", Asked(), TODAY, Reader(compares=True, weighs=True))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The counters whose sums were read."""
    found: set[str] = set()
    own = Source.sums

    def sums(self: Source, query: ResultsQuery, codes: Sequence[str]) -> dict[str, Tally]:
        found.update(set(COUNTERS).intersection(codes))
        return own(self, query, codes)

    monkeypatch.setattr(Source, "sums", sums)
    return found


def test_the_first_page_reads_no_counter_and_shows_the_same(
    engine: Engine, province: Province, rng: Random, read: set[str]
) -> None:
    for counter in COUNTERS:
        scenes.fill_inbox(engine, province, counter, 40, rng, stage="filing")
    run_releases(engine, NOW)
    lines = [f"{counter},2026-{month:02},100" for counter in COUNTERS for month in range(1, 12)]
    transactions.import_transactions(engine, "\n".join(["counter,month,transactions", *lines]), "51", NOW, "tester")
    alone = first_page(engine)
    assert alone.weighted is not None
    assert alone.weighted.found is not None
    assert read == set(COUNTERS)
    kept_figures.forget(engine)
    look_ahead(engine, RECIPES, TODAY)
    read.clear()
    assert first_page(engine).weighted == alone.weighted
    assert not read


def test_before_anything_is_published_there_is_nothing_to_read(engine: Engine, read: set[str]) -> None:
    look_ahead(engine, RECIPES, TODAY)
    with begin_write(engine) as connection:
        org_units.save(connection, [OrgUnit("51", UnitKind.PROVINCE, "Quảng Ngãi", None, date(2025, 7, 1), None, ())])
    look_ahead(engine, RECIPES, TODAY)
    assert not read
