"""Nine indices: what citizens answered, and what was imported for the same unit and months."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import Engine

from survey_app.domain.dossier_file import Report
from survey_app.domain.recipe import Recipe
from survey_app.domain.record import encode
from survey_app.domain.scoring import Scorecard
from survey_app.services import comparisons, dossiers
from survey_app.services.release import run_releases
from survey_app.services.result_choices import Asked, Reader, UnitPage, unit_page
from survey_app.storage import questionnaires
from survey_app.storage.database import begin_write
from survey_app.storage.recipe_files import load_recipes
from tests import scenes
from tests.scenes import CENTRES, COMMUNES, COUNTERS, NOW, Province

RECIPES: dict[str, Recipe] = load_recipes(scenes.QUESTIONNAIRES_DIR / "recipes")
TODAY = date(2026, 11, 16)
ONE, OTHER, FAR = list(COUNTERS)[:3]
ASKED = Asked(form="one_stop_desk.v1", first_month=date(2026, 10, 1), last_month=date(2026, 11, 1))
ITEMS = ("contact_times", "offices", "reception", "publication", "attitude", "complaints", "online")


@pytest.fixture
def desk(engine: Engine, province: Province, rng) -> Province:
    """Twenty people at each of three counters: full points at the first, one point an index at the others."""
    with begin_write(engine) as connection:
        scenes._publish(connection, "one_stop_desk")
        versions = {version.questionnaire.slug: version for version in questionnaires.every(connection)}
    here = replace(province, versions=versions)
    asked = here.versions["one_stop_desk"].questionnaire
    for counter, code in ((ONE, "2"), (OTHER, "1"), (FAR, "1")):
        record = encode(asked, {"stage": "1"} | dict.fromkeys(ITEMS, code))
        entries = [scenes.entry(here, counter, rng, slug="one_stop_desk", record=record) for _ in range(20)]
        scenes.put_all(engine, entries)
    run_releases(engine, NOW)
    return here


def report(engine: Engine, *lines: str) -> None:
    text = "counter,month,total_time,agency_time,dossiers\n" + "\n".join(lines)
    dossiers.import_reports(engine, dossiers.shape_of(RECIPES, Report.INDICES), text, "51", NOW, "tester")


def page(engine: Engine, unit: str, asked: Asked = ASKED) -> UnitPage:
    return unit_page(engine, RECIPES, unit, asked, TODAY, Reader(compares=True))


def card(engine: Engine, unit: str, asked: Asked = ASKED) -> Scorecard:
    results = page(engine, unit, asked).results
    assert results is not None
    assert results.result.card is not None
    return results.result.card


def test_the_form_brings_its_recipe_along(engine: Engine, desk: Province) -> None:
    found = page(engine, "51", replace(ASKED, recipe="sipas-2017-top2"))
    assert found.recipe.slug == "one-stop-2018"
    assert [recipe.slug for recipe in found.choices.recipes] == ["one-stop-2018"]
    assert page(engine, "51", Asked(form="sipas_desk.v1")).recipe.slug == "sipas-2022-mean5"


def test_nine_known_indices_are_summed_up(engine: Engine, desk: Province) -> None:
    report(engine, f"{ONE},2026-10,1.5,2,100")
    found = card(engine, ONE)
    assert found.overall.value == 14 + Fraction(7, 2)
    assert found.overall.known is not None
    assert not found.overall.known.is_converted


def test_without_imports_the_total_is_converted(engine: Engine, desk: Province) -> None:
    found = card(engine, OTHER)
    assert found.overall.value == 9
    assert found.overall.known is not None
    assert found.overall.known.is_converted


def test_a_centre_takes_the_mean_of_its_counters_and_months_by_dossiers(engine: Engine, desk: Province) -> None:
    report(engine, f"{ONE},2026-10,2,2,300", f"{ONE},2026-11,1,2,100", f"{OTHER},2026-10,0,1,600")
    found = {entry.index.id: (entry.value, entry.dossiers) for entry in card(engine, CENTRES[0]).imported}
    assert found == {"total_time": (Fraction(700, 1000), 1000), "agency_time": (Fraction(1400, 1000), 1000)}
    answered = 7 * Fraction(3, 2)
    assert card(engine, COMMUNES[0]).overall.value == answered + Fraction(700, 1000) + Fraction(1400, 1000)


def test_only_the_months_asked_for_count(engine: Engine, desk: Province) -> None:
    report(engine, f"{ONE},2026-09,0,0,100", f"{ONE},2026-10,2,2,100")
    assert card(engine, ONE).overall.value == 18


@pytest.mark.parametrize("cut", [{"stage": "filing"}, {"channel": "poster"}, {"wave": "2026-q4"}])
def test_a_cut_has_no_imported_indices(engine: Engine, desk: Province, cut: dict[str, str]) -> None:
    report(engine, f"{ONE},2026-10,0,0,100")
    found = card(engine, ONE, replace(ASKED, **cut))
    assert (found.imported, found.overall.value) == ((), 18)


def test_a_month_of_the_trend_takes_its_own_imports(engine: Engine, desk: Province) -> None:
    report(engine, f"{ONE},2026-10,0,0,100", f"{ONE},2026-11,2,1,100")
    results = page(engine, ONE).results
    assert results is not None
    assert [(point.month, point.overall.value) for point in results.trend] == [(date(2026, 11, 1), 17)]


def test_the_rest_of_the_province_has_its_own_imports(engine: Engine, desk: Province) -> None:
    report(engine, f"{ONE},2026-10,2,2,100", f"{FAR},2026-10,1,1,300")
    results = page(engine, "51").results
    assert results is not None
    assert results.comparands is not None
    rest = results.comparands.rests[COMMUNES[0]]
    assert rest.value == 9


def test_sums_of_other_indices_are_not_compared(engine: Engine, desk: Province) -> None:
    report(engine, f"{ONE},2026-10,2,2,100")
    results = page(engine, "51").results
    assert results is not None
    standings = comparisons.standings(results)
    assert standings is None or COMMUNES[0] not in standings.rests
