"""Scores weighted by transactions: worked out by hand, from shown counter scores only, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from random import Random

import pytest
from scipy.stats import beta
from sqlalchemy import Engine

from survey_app.domain.disclosure import Audience
from survey_app.domain.record import encode
from survey_app.services import transactions
from survey_app.services.release import run_releases
from survey_app.services.results import NoSuchUnit, ResultsQuery
from survey_app.services.weighted_results import NoWeights, WeightedResult, weighted_result
from survey_app.storage.recipe_files import load_recipes
from tests import scenes
from tests.scenes import CENTRES, COMMUNES, NOW, Province

RECIPES = load_recipes(scenes.QUESTIONNAIRES_DIR / "recipes")
TODAY = date(2026, 11, 16)
BUSY, CALM, FAR, FAR_CALM, OF_PROVINCE = scenes.COUNTERS
NAMED = {"busy": BUSY, "calm": CALM, "far": FAR, "far_calm": FAR_CALM, "of_province": OF_PROVINCE}
COMMUNE = COMMUNES[0]
ASKED = ResultsQuery(COMMUNE, "quick_pulse", 1, first_month=date(2026, 9, 1), last_month=date(2026, 11, 1))


def answer(engine: Engine, province: Province, counter: str, levels: Sequence[int], rng: Random) -> None:
    """One response a level, released with all others of the counter."""
    scenes.put_all(
        engine,
        [
            scenes.entry(
                province,
                counter,
                rng,
                slug="quick_pulse",
                record=encode(province.pulse.questionnaire, {"overall": str(level), "stage": "2"}),
            )
            for level in levels
        ],
    )
    run_releases(engine, NOW)


def report(engine: Engine, **numbers: Sequence[int]) -> None:
    """Transactions of September and October by counter."""
    lines = [
        f"{NAMED[name]},2026-{month:02},{n}"
        for name, found in numbers.items()
        for month, n in zip((9, 10), found, strict=False)
    ]
    text = "\n".join(["counter,month,transactions", *lines])
    transactions.import_transactions(engine, text, "51", NOW, "tester")


def ask(engine: Engine, query: ResultsQuery = ASKED) -> WeightedResult:
    found = weighted_result(engine, RECIPES, query, TODAY)
    assert found is not None
    return found


FORTY_GOOD = [5] * 20 + [4] * 10 + [3] * 10
FORTY_BAD = [2] * 40


def test_a_weighted_score_worked_out_by_hand(any_engine: Engine, any_province: Province, rng: Random) -> None:
    answer(any_engine, any_province, BUSY, FORTY_GOOD, rng)
    answer(any_engine, any_province, CALM, FORTY_BAD, rng)
    report(any_engine, busy=(500, 400), calm=(60, 40))
    result = ask(any_engine)
    assert result.found is not None
    assert result.found.value == Fraction(9, 10) * 85 + Fraction(1, 10) * 40
    assert (result.found.covered, result.found.responses) == (1, 80)
    assert (result.counters, result.used, result.unscored, result.unreported, result.at_no_counter) == (2, 2, 0, 0, 0)
    assert (result.first_month, result.last_month) == (date(2026, 9, 1), date(2026, 10, 1))

    good, bad = (761 - 173**2 / 41) / 41**2, (171 - 83**2 / 41) / 41**2
    mean, variance = ((0.9 * 173 + 0.1 * 83) / 41 - 1) / 4, (0.81 * good + 0.01 * bad) / 16
    weight = mean * (1 - mean) / variance - 1
    low, high = (20 * (1 + 4 * end) for end in beta.ppf([0.025, 0.975], mean * weight, (1 - mean) * weight))
    assert result.found.interval is not None
    assert (result.found.interval.low, result.found.interval.high) == pytest.approx((low, high), abs=1e-6)


def test_a_counter_whose_score_is_withheld_does_not_enter(engine: Engine, province: Province, rng: Random) -> None:
    answer(engine, province, BUSY, FORTY_GOOD, rng)
    answer(engine, province, CALM, [1] * 9, rng)
    report(engine, busy=(400, 400), calm=(100, 100))
    result = ask(engine)
    assert result.found is not None
    assert (result.found.value, result.found.covered, result.found.responses) == (85, Fraction(8, 10), 40)
    assert (result.used, result.unscored) == (1, 1)
    report(engine, calm=(100, 101))
    short = ask(engine).found
    assert short is not None
    assert short.value is None
    assert short.interval is None
    assert short.covered == Fraction(800, 1001)


def test_a_counter_that_did_not_report_cannot_pass_for_covered(engine: Engine, province: Province, rng: Random) -> None:
    answer(engine, province, BUSY, FORTY_GOOD, rng)
    answer(engine, province, CALM, FORTY_BAD, rng)
    report(engine, busy=(300, 300))
    result = ask(engine)
    assert result.found is not None
    assert (result.found.value, result.found.covered) == (None, Fraction(1, 2))
    assert (result.used, result.unreported, result.unscored) == (1, 1, 0)


def test_a_month_that_runs_weighs_only_where_it_is_all_there_is(
    engine: Engine, province: Province, rng: Random
) -> None:
    answer(engine, province, BUSY, FORTY_GOOD, rng)
    answer(engine, province, CALM, FORTY_BAD, rng)
    november = f"counter,month,transactions\n{BUSY},2026-11,10\n{CALM},2026-11,30\n"
    transactions.import_transactions(engine, november, "51", NOW, "tester")
    assert ask(engine).why is NoWeights.NO_TRANSACTIONS
    open_ended = ask(engine, replace(ASKED, first_month=None, last_month=None))
    assert open_ended.found is not None
    assert open_ended.found.value == Fraction(1, 4) * 85 + Fraction(3, 4) * 40


def test_the_province_is_the_sum_of_its_counters_not_of_its_communes(
    engine: Engine, province: Province, rng: Random
) -> None:
    for counter, levels in ((BUSY, FORTY_GOOD), (FAR, FORTY_BAD), (OF_PROVINCE, FORTY_BAD)):
        answer(engine, province, counter, levels, rng)
    report(engine, busy=(300, 300), calm=(0, 0), far=(100, 100), far_calm=(0, 0), of_province=(100, 100))
    result = ask(engine, replace(ASKED, unit_code="51"))
    assert result.found is not None
    assert result.found.value == Fraction(6, 10) * 85 + Fraction(4, 10) * 40
    assert (result.counters, result.used, result.unscored) == (5, 3, 0)
    at_centre = ask(engine, replace(ASKED, unit_code=CENTRES[0]))
    assert at_centre.found is not None
    assert at_centre.found.value == 85


def test_responses_released_for_a_whole_centre_are_counted_apart(
    engine: Engine, province: Province, rng: Random
) -> None:
    answer(engine, province, BUSY, FORTY_GOOD, rng)
    answer(engine, province, BUSY, [1] * 6, rng)
    answer(engine, province, CALM, [1] * 6, rng)
    run_releases(engine, scenes.AFTER_THE_WAVE)
    report(engine, busy=(500, 500), calm=(100, 100))
    result = ask(engine)
    assert result.found is not None
    assert (result.found.value, result.at_no_counter) == (85, 12)


@pytest.mark.parametrize("cut", [{"stage": "collecting"}, {"channel": "poster"}, {"service_field": "Hộ tịch"}])
def test_a_cut_has_no_weights(engine: Engine, province: Province, rng: Random, cut: dict[str, str]) -> None:
    answer(engine, province, BUSY, FORTY_GOOD, rng)
    report(engine, busy=(500, 500), calm=(1, 1))
    assert ask(engine, replace(ASKED, **cut)) == WeightedResult(None, NoWeights.CUT)


def test_a_counter_has_none_and_the_public_is_never_told(engine: Engine, province: Province) -> None:
    assert weighted_result(engine, RECIPES, replace(ASKED, unit_code=BUSY), TODAY) is None
    assert ask(engine).why is NoWeights.NOTHING_RELEASED
    with pytest.raises(ValueError, match="officers"):
        weighted_result(engine, RECIPES, replace(ASKED, audience=Audience.PUBLIC), TODAY)
    with pytest.raises(NoSuchUnit):
        weighted_result(engine, RECIPES, replace(ASKED, unit_code="nowhere"), TODAY)
