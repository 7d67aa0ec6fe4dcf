"""Figures by residence: sums of batches, withheld as everywhere, and no way to them by counter."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import Engine

from survey_app.domain.disclosure import Withheld
from survey_app.domain.scorecard import Figure
from survey_app.services.release import run_releases
from survey_app.services.residence_periods import periods_on
from survey_app.services.residence_results import ResidencePage, residence_page
from survey_app.services.result_choices import Asked, unit_page
from survey_app.services.results import NoSuchUnit, NoSuchVersion, ResultsQuery, results_page
from survey_app.storage.database import begin_read
from survey_app.storage.recipe_files import load_recipes
from tests.residence_scenes import AFTER_THE_THIRD_QUARTER, DAK_LONG, KON_TUM, Homes, build_homes
from tests.scenes import NOW, QUESTIONNAIRES_DIR, Province

RECIPES = load_recipes(QUESTIONNAIRES_DIR / "recipes")
TODAY = date(2026, 11, 16)
DIMENSION_1, DIMENSION_4, DIMENSION_5 = 0, 3, 4
SURE = {"know_vote": "5", "know_officials": "5"}


@pytest.fixture
def homes(engine: Engine, province: Province) -> Homes:
    return build_homes(engine, province)


def page(homes: Homes, code: str = "51", period: str | None = None, *, with_sensitive: bool = True) -> ResidencePage:
    return residence_page(homes.engine, RECIPES, code, period, TODAY, with_sensitive=with_sensitive)


def figure(found: ResidencePage, place: int) -> Figure:
    result = found.place.figures[place]
    assert result is not None
    return result


def test_a_commune_has_its_own_people_and_the_province_all(homes: Homes) -> None:
    homes.answer("papi_d1", {KON_TUM: 40}, **SURE)
    homes.answer("papi_d1", {DAK_LONG: 30, None: 12}, seed=2)
    run_releases(homes.engine, AFTER_THE_THIRD_QUARTER)
    whole, own = page(homes), page(homes, "51-23293")
    assert (figure(own, DIMENSION_1).base, figure(whole, DIMENSION_1).base) == (40, 82)
    knowledge = own.details[DIMENSION_1]
    assert knowledge is not None
    assert knowledge.card.sections[0].figure.value == Fraction(10, 4)
    assert whole.placed == (70, 12)
    assert [(place.unit.code, place.figures[DIMENSION_1] is not None) for place in whole.below] == [
        ("51-23293", True),
        ("51-23368", True),
    ]


def test_the_province_is_the_sum_of_its_batches(homes: Homes) -> None:
    homes.answer("papi_d1", {KON_TUM: 40, DAK_LONG: 9, None: 3})
    run_releases(homes.engine, AFTER_THE_THIRD_QUARTER)
    whole, own = page(homes), page(homes, "51-23293")
    assert whole.details[DIMENSION_1] is not None
    assert own.details[DIMENSION_1] is not None
    assert whole.details[DIMENSION_1].tally.equals(own.details[DIMENSION_1].tally)


def test_the_total_needs_all_eight_dimensions(homes: Homes) -> None:
    homes.answer_everything(60)
    kon_tum, dak_long = page(homes, "51-23293").place, page(homes, "51-23368").place
    parts = [one.value for one in kon_tum.figures if one is not None and one.value is not None]
    assert len(parts) == 8
    assert kon_tum.total.value == sum(parts)
    assert kon_tum.total.interval is not None
    assert 8 <= kon_tum.total.interval.low < kon_tum.total.value < kon_tum.total.interval.high <= 80
    assert dak_long.figures[DIMENSION_5] is None
    assert (dak_long.total.value, dak_long.total.reason) == (None, Withheld.INCOMPLETE)


def test_corruption_needs_thirty_and_the_permission(homes: Homes) -> None:
    homes.answer("papi_d4", {KON_TUM: 28, DAK_LONG: 60})
    run_releases(homes.engine, AFTER_THE_THIRD_QUARTER)
    assert figure(page(homes, "51-23293"), DIMENSION_4).reason is Withheld.FEW
    assert figure(page(homes, "51-23368"), DIMENSION_4).value is not None
    unseen = page(homes, "51-23368", with_sensitive=False)
    assert figure(unseen, DIMENSION_4).value is None
    assert unseen.details[DIMENSION_4] is not None
    assert unseen.details[DIMENSION_4].card.sections == ()
    assert [place.figures[DIMENSION_4].value for place in page(homes, with_sensitive=False).below] == [None, None]


def test_only_quarters_that_are_over_may_be_asked_for(homes: Homes) -> None:
    homes.answer("papi_d1", {KON_TUM: 20})
    run_releases(homes.engine, AFTER_THE_THIRD_QUARTER)
    homes.answer("papi_d1", {KON_TUM: 20}, now=NOW, seed=2)
    run_releases(homes.engine, NOW)
    found = page(homes)
    assert [period.code for period in found.periods] == ["2026", "2026-q3"]
    assert figure(found, DIMENSION_1).base == 20
    for code in ("2026-q4", "2026-q2", "2025", "x"):
        with pytest.raises(NoSuchVersion):
            page(homes, period=code)


def test_before_the_first_quarter_is_over_the_page_is_empty(homes: Homes) -> None:
    homes.answer("papi_d1", {KON_TUM: 20}, now=NOW)
    run_releases(homes.engine, NOW)
    found = page(homes)
    assert (found.period, found.periods, found.has_figures, found.below) == (None, (), False, ())


@pytest.mark.parametrize("code", ["51-23293-TT", "51-TT-Q1", "99"])
def test_only_a_province_and_a_commune_have_such_a_page(homes: Homes, code: str) -> None:
    with pytest.raises(NoSuchUnit):
        page(homes, code)


def test_what_is_scored_by_residence_has_no_figures_by_counter(homes: Homes) -> None:
    homes.answer("papi_d1", {KON_TUM: 40})
    run_releases(homes.engine, AFTER_THE_THIRD_QUARTER)
    with begin_read(homes.engine) as connection, pytest.raises(NoSuchVersion):
        results_page(connection, RECIPES, ResultsQuery("51", "papi_d1", 1, "papi-style"))
    forms = unit_page(homes.engine, RECIPES, "51", Asked(), TODAY).choices.forms
    assert {form.key for form in forms} == {"sipas_desk.v1", "quick_pulse.v1", "papi_d5_desk.v1"}


def test_a_year_comes_before_its_quarters_and_the_open_one_is_not_offered() -> None:
    periods = periods_on(date(2025, 5, 1), TODAY)
    assert [period.code for period in periods] == [
        *("2026", "2026-q3", "2026-q2", "2026-q1"),
        *("2025", "2025-q4", "2025-q3", "2025-q2"),
    ]
    assert [quarter.code for quarter in periods[0].quarters] == ["2026-q1", "2026-q2", "2026-q3"]
