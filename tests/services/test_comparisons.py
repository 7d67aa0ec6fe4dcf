"""What is said of planted differences, on both databases, and what is never compared."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import Engine

from survey_app.domain.comparing import NotComparable, Verdict
from survey_app.domain.disclosure import Audience
from survey_app.services.comparisons import basis_of, between, change, measured, pairs, shrunken, standings
from survey_app.services.exploring import these
from survey_app.services.home_changes import HomeReader, read_changes
from survey_app.services.release import run_releases
from survey_app.services.result_periods import period_before
from survey_app.services.results import ResultsPage, ResultsQuery, results_page
from survey_app.storage import org_units
from survey_app.storage.database import begin_read
from survey_app.storage.recipe_files import load_recipes
from tests import scenes
from tests.planted import LOW, TYPICAL, plant
from tests.scenes import CENTRES, COMMUNES, NOW, Province

RECIPES = load_recipes(scenes.QUESTIONNAIRES_DIR / "recipes")
MONTHS = {"first_month": date(2026, 9, 1), "last_month": date(2026, 11, 1)}
QUERY = ResultsQuery("51", "sipas_desk", 1, with_comparands=True, **MONTHS)
BEFORE = NOW - timedelta(days=120)
LOWER, EQUAL = COMMUNES
AS_THE_REST = (5, 9, 20, 34, 22)
"""Weights with the mean of 90 low and 600 typical responses."""


def read(engine: Engine, query: ResultsQuery = QUERY) -> ResultsPage:
    with begin_read(engine) as connection:
        return results_page(connection, RECIPES, query)


def overall(page: ResultsPage):
    assert page.result.card is not None
    return measured(basis_of(page.query, page.result.card.recipe), page.result.card.overall)


def plant_province(engine: Engine, province: Province, rng: Random) -> None:
    """One commune clearly lower, one as the rest, and the province's centre, which is most of it."""
    plant(engine, province, f"{CENTRES[0]}-Q1", 90, LOW, rng)
    plant(engine, province, f"{CENTRES[1]}-Q1", 90, AS_THE_REST, rng)
    plant(engine, province, "51-TT-Q1", 600, TYPICAL, rng)
    run_releases(engine, NOW)


def test_a_lower_unit_is_found_and_an_equal_one_is_left_alone(
    any_engine: Engine, any_province: Province, rng: Random
) -> None:
    plant_province(any_engine, any_province, rng)
    found = standings(read(any_engine))
    assert found is not None
    assert found.rests[LOWER].verdict is Verdict.CLEAR_DECREASE
    assert found.rests[EQUAL].verdict is Verdict.NOT_ENOUGH
    assert set(found.ranks) == {LOWER, EQUAL}, "the province's centre is no commune"
    assert (found.ranks[EQUAL].best, found.ranks[LOWER].worst) == (1, 2)


def test_units_are_put_in_order_by_scores_drawn_to_their_mean(engine: Engine, province: Province, rng: Random) -> None:
    plant_province(engine, province, rng)
    page = read(engine)
    found = shrunken(page)
    shown = {result.unit.code: float(result.card.overall.value or 0) for result in page.below if result.card}
    assert set(found) == set(shown)
    assert sorted(found, key=lambda code: found[code]) == sorted(shown, key=lambda code: shown[code])
    assert min(shown.values()) < min(found.values())
    assert max(found.values()) < max(shown.values())


def test_no_order_is_given_to_counters_or_to_the_public(engine: Engine, province: Province, rng: Random) -> None:
    plant_province(engine, province, rng)
    assert shrunken(read(engine, replace(QUERY, unit_code=CENTRES[0]))) == {}
    assert shrunken(read(engine, replace(QUERY, audience=Audience.PUBLIC))) == {}


def test_the_rest_is_everything_but_the_unit(engine: Engine, province: Province, rng: Random) -> None:
    plant_province(engine, province, rng)
    page = read(engine)
    assert page.comparands is not None
    cards = {result.unit.code: result.card for result in page.below if result.card}
    total = sum(card.overall.base for card in cards.values())
    for code, rest in page.comparands.rests.items():
        assert rest.base == total - cards[code].overall.base
        assert rest.value is not None


def test_units_below_the_province_are_not_ranked(engine: Engine, province: Province, rng: Random) -> None:
    plant_province(engine, province, rng)
    assert standings(read(engine, replace(QUERY, unit_code=LOWER))) is None


def test_nothing_is_compared_that_was_not_asked_for(engine: Engine, province: Province, rng: Random) -> None:
    plant_province(engine, province, rng)
    page = read(engine, replace(QUERY, with_comparands=False))
    assert (page.comparands, standings(page), change(page)) == (None, None, None)


def test_a_planted_fall_is_found_overall_and_in_the_factors(
    any_engine: Engine, any_province: Province, rng: Random
) -> None:
    for now, weights in ((BEFORE, TYPICAL), (NOW, LOW)):
        plant(any_engine, any_province, f"{CENTRES[0]}-Q1", 90, weights, rng, now)
        plant(any_engine, any_province, f"{CENTRES[1]}-Q1", 90, TYPICAL, rng, now)
        run_releases(any_engine, now)
    found = change(read(any_engine, replace(QUERY, unit_code=LOWER)))
    assert found is not None
    assert (found.first_month, found.last_month) == (date(2026, 6, 1), date(2026, 8, 1))
    assert found.overall is not None
    assert found.overall.verdict is Verdict.CLEAR_DECREASE
    assert found.overall.interval is not None
    assert found.overall.interval.low < found.overall.value < found.overall.interval.high < 0
    assert {entry.difference.verdict for entry in found.sections if entry.difference} >= {Verdict.CLEAR_DECREASE}
    steady = change(read(any_engine, replace(QUERY, unit_code=EQUAL)))
    assert steady is not None
    assert steady.overall is not None
    assert steady.overall.verdict is Verdict.NOT_ENOUGH
    with begin_read(any_engine) as connection:
        home = read_changes(HomeReader(connection, RECIPES, org_units.tree(connection), NOW.date()), "51")
    assert home is not None
    assert [entry.unit.code for entry in home.with_verdict(Verdict.CLEAR_DECREASE)] == [CENTRES[0]]
    assert [entry.unit.code for entry in home.with_verdict(Verdict.NOT_ENOUGH)] == [CENTRES[1]]


@pytest.mark.parametrize("before", [0, 29])
def test_too_few_in_either_period_say_nothing(engine: Engine, province: Province, rng: Random, before: int) -> None:
    if before:
        plant(engine, province, f"{CENTRES[0]}-Q1", before, TYPICAL, rng, BEFORE)
        run_releases(engine, BEFORE)
    plant(engine, province, f"{CENTRES[0]}-Q1", 90, LOW, rng)
    run_releases(engine, NOW)
    found = change(read(engine, replace(QUERY, unit_code=LOWER)))
    assert found is not None
    assert found.overall is None or (found.overall.verdict, found.overall.interval) == (Verdict.TOO_FEW, None)


def test_fewer_than_thirty_do_not_enter_the_ranking(engine: Engine, province: Province, rng: Random) -> None:
    plant(engine, province, f"{CENTRES[0]}-Q1", 29, LOW, rng)
    plant(engine, province, f"{CENTRES[1]}-Q1", 90, TYPICAL, rng)
    run_releases(engine, NOW)
    found = standings(read(engine))
    assert found is not None
    assert found.ranks == {}
    assert LOWER not in found.rests or found.rests[LOWER].verdict is Verdict.TOO_FEW


def test_two_recipes_stages_modes_or_questionnaires_are_never_compared(
    engine: Engine, province: Province, rng: Random
) -> None:
    for stage in ("filing", "collecting"):
        plant(engine, province, f"{CENTRES[0]}-Q1", 60, TYPICAL, rng, stage=stage)
    run_releases(engine, NOW)
    scenes.fill_inbox(engine, province, f"{CENTRES[0]}-Q1", 40, rng, slug="quick_pulse")
    run_releases(engine, NOW)
    query = replace(QUERY, slug="quick_pulse")
    own = overall(read(engine, query))
    others = (
        overall(read(engine, replace(query, recipe="sipas-2017-top2"))),
        overall(read(engine, replace(query, channel="poster"))),
        overall(read(engine, QUERY)) or replace(own, basis=basis_of(QUERY, RECIPES[QUERY.recipe])),
        replace(own, basis=basis_of(replace(query, stage="filing"), RECIPES[query.recipe])),
    )
    for other in others:
        assert other is not None
        with pytest.raises(NotComparable):
            between(own, other)


def test_pairs_leave_out_a_unit_within_the_other(engine: Engine, province: Province, rng: Random) -> None:
    plant_province(engine, province, rng)
    codes = [LOWER, CENTRES[0], EQUAL]
    with begin_read(engine) as connection:
        page = results_page(connection, RECIPES, QUERY, these(codes))
    basis = basis_of(QUERY, RECIPES[QUERY.recipe])
    units = [(r.unit.code, measured(basis, r.card.overall if r.card else None)) for r in page.below]
    found = {(one, other): entry for one, other, entry in pairs(units, page.nested)}
    assert found[(LOWER, CENTRES[0])] is None
    entry = found[(LOWER, EQUAL)]
    assert entry is not None
    assert entry.verdict is Verdict.CLEAR_DECREASE
    with pytest.raises(ValueError, match="at most 5"):
        pairs(units * 2, page.nested)


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        (date(2026, 9, 1), date(2026, 11, 1), (date(2026, 6, 1), date(2026, 8, 1))),
        (date(2026, 1, 1), date(2026, 1, 1), (date(2025, 12, 1), date(2025, 12, 1))),
        (None, date(2026, 1, 1), None),
        (date(2026, 1, 1), None, None),
    ],
)
def test_the_period_before_is_as_long(first: date | None, last: date | None, before: tuple[date, date] | None) -> None:
    assert period_before(first, last) == before
