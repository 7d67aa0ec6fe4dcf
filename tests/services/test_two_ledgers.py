"""Two ledgers side by side: each by its own rules, bounds only of whole dossiers, on both databases."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from random import Random

import pytest
from sqlalchemy import Engine

from survey_app.domain.dossier_file import LEDGER_SHAPE
from survey_app.domain.record import encode
from survey_app.services import dossiers
from survey_app.services.release import run_releases
from survey_app.services.result_choices import Asked, Reader
from survey_app.services.results import NoSuchUnit, NoSuchVersion
from survey_app.services.two_ledgers import LedgerLine, TwoLedgers, months_over, two_ledgers
from survey_app.storage.recipe_files import load_recipes
from tests import scenes
from tests.scenes import CENTRES, COMMUNES, COUNTERS, NOW, Province

RECIPES = load_recipes(scenes.QUESTIONNAIRES_DIR / "recipes")
TODAY = date(2026, 12, 16)
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
ASKED = Asked(form="quick_pulse.v1", first_month=OCTOBER, last_month=NOVEMBER)
HEADER = "centre,month,dossiers,overdue,complaints,disliked,in_time,rejected\n"


def answer(engine: Engine, province: Province, counter: str, levels: list[int], rng: Random) -> None:
    asked = province.pulse.questionnaire
    entries = [
        scenes.entry(
            province, counter, rng, slug="quick_pulse", record=encode(asked, {"overall": str(level), "stage": "2"})
        )
        for level in levels
    ]
    scenes.put_all(engine, entries)
    run_releases(engine, NOW)


def report(engine: Engine, *lines: str) -> None:
    dossiers.import_reports(engine, LEDGER_SHAPE, HEADER + "\n".join(lines), "51", NOW, "tester")


def read(engine: Engine, unit: str, asked: Asked = ASKED) -> TwoLedgers:
    return two_ledgers(engine, RECIPES, unit, asked, TODAY, Reader())


def share_of(line: LedgerLine) -> Fraction | None:
    return line.figure.value if line.figure else None


def test_both_stand_side_by_side_with_rate_and_bounds(any_engine: Engine, any_province: Province, rng: Random) -> None:
    answer(any_engine, any_province, next(iter(COUNTERS)), [5] * 20 + [4] * 12 + [2] * 8, rng)
    report(any_engine, f"{CENTRES[0]},2026-10,300,12,3,3,3,0", f"{CENTRES[0]},2026-11,100,4,1,1,1,0")
    own = read(any_engine, COMMUNES[0]).own
    assert own.ledger is not None
    assert own.ledger.satisfaction == 94
    assert share_of(own) == 80
    assert own.is_complete
    assert own.answered is not None
    assert own.answered.response_rate == 10
    assert own.answered.bounds == (8, 98)


def test_the_units_below_have_lines_of_their_own(engine: Engine, province: Province, rng: Random) -> None:
    answer(engine, province, next(iter(COUNTERS)), [5] * 20, rng)
    report(engine, f"{CENTRES[0]},2026-10,300,12,3,3,3,0", f"{CENTRES[1]},2026-10,200,0,0,0,0,0")
    found = read(engine, "51")
    assert found.own.ledger is not None
    assert found.own.ledger.dossiers == 500
    lines = {line.unit.code: line for line in found.below}
    assert (share_of(lines[COMMUNES[0]]), share_of(lines[COMMUNES[1]])) == (100, None)


def test_of_a_part_of_the_dossiers_there_is_no_rate(engine: Engine, province: Province, rng: Random) -> None:
    answer(engine, province, next(iter(COUNTERS)), [5] * 20, rng)
    report(engine, f"{CENTRES[0]},2026-10,300,12,3,3,3,0")
    own = read(engine, COMMUNES[0]).own
    assert (own.reported, own.needed, own.answered) == (1, 2, None)
    assert share_of(own) == 100


def test_a_share_that_is_withheld_has_no_rate_or_bounds(engine: Engine, province: Province) -> None:
    report(engine, f"{CENTRES[0]},2026-10,300,12,3,3,3,0", f"{CENTRES[0]},2026-11,300,12,3,3,3,0")
    own = read(engine, COMMUNES[0]).own
    assert (own.figure, own.answered) == (None, None)


def test_a_questionnaire_without_satisfaction_gives_way_to_the_usual_one(engine: Engine, province: Province) -> None:
    with pytest.raises(NoSuchVersion):
        read(engine, "51", Asked(form="one_stop_desk.v1"))
    assert read(engine, "51", Asked()).page.recipe.slug == "sipas-2017-top2"


def test_an_unknown_unit_is_refused(engine: Engine, province: Province) -> None:
    with pytest.raises(NoSuchUnit):
        read(engine, "51-NOPE")


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        (Asked(), date(2026, 9, 1), NOVEMBER),
        (Asked(period="3-months"), date(2026, 9, 1), NOVEMBER),
        (Asked(period="quarter"), OCTOBER, NOVEMBER),
        (Asked(period="last-quarter"), date(2026, 7, 1), date(2026, 9, 1)),
        (Asked(period="whole"), date(2025, 12, 1), NOVEMBER),
        (Asked(first_month=NOVEMBER, last_month=OCTOBER), OCTOBER, NOVEMBER),
        (Asked(first_month=date(2027, 1, 1), last_month=date(2027, 2, 1)), NOVEMBER, NOVEMBER),
    ],
)
def test_only_months_that_are_over_are_read(asked: Asked, first: date, last: date) -> None:
    assert months_over(asked, TODAY) == (first, last)
