"""Nothing about fewer than k people follows from what officers are shown day by day (tests/bench/attack.py)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from survey_app.services.results import results_page
from survey_app.storage import migrations
from survey_app.storage.database import begin_read, make_engine
from tests import scenes
from tests.bench.attack import AFTER, RECIPES, SIPAS, Family, K, Outcome, attack, differs, look
from tests.scenes import Province, build_province

DAYS = 30


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Engine, Province, Outcome]:
    """A month and the end of the wave, attacked every day."""
    path: Path = tmp_path_factory.mktemp("attack") / "attack.sqlite3"
    engine = make_engine(f"sqlite:///{path}")
    migrations.upgrade(engine, scenes.MIGRATIONS_DIR)
    province = build_province(engine)
    return engine, province, attack(engine, province, DAYS)


def test_every_figure_is_a_sum_of_whole_releases(played: tuple[Engine, Province, Outcome]) -> None:
    _, _, found = played
    assert found.leaks == []
    assert len(found.family.seen) > 60
    assert {"mixed", "filing"} <= {head.stage for head in found.truth.heads.values()}
    assert {True, False} == {head.flagged for head in found.truth.heads.values()}


def test_no_sum_difference_or_solution_rests_on_fewer_than_k_people(
    played: tuple[Engine, Province, Outcome],
) -> None:
    assert played[2].thin(K) == {"every item": (0, 0, 0), "result_on_time": (0, 0, 0)}


def test_the_attack_would_find_releases_that_are_too_small(played: tuple[Engine, Province, Outcome]) -> None:
    family = played[2].family
    assert family.thin_atoms(2 * K)
    assert family.thin_pairs(2 * K)


@pytest.mark.parametrize("more", [1, 9])
def test_the_attack_would_find_a_figure_that_counts_single_responses(
    played: tuple[Engine, Province, Outcome], more: int
) -> None:
    family = Family(dict(played[2].family.seen))
    first = max(family.seen)
    few = sum(1 << number for number in [place for place in range(first.bit_length()) if first >> place & 1][:more])
    family.add(first & ~few, "planted")
    assert family.thin_atoms(K)
    assert family.thin_pairs(K)
    assert family.thin_solutions(K)


def test_the_attack_would_find_a_card_of_other_people(played: tuple[Engine, Province, Outcome]) -> None:
    engine, province, found = played
    with begin_read(engine) as connection:
        card = results_page(connection, RECIPES, SIPAS).result.card
    assert card is not None
    records = found.truth.said(found.truth.counted_by(SIPAS))
    assert differs(province, card, records) is None
    assert differs(province, card, records[1:]) is not None
    answers = records[0]
    swapped = answers[:3] + ("1" if answers[3] != "1" else "2") + answers[4:]
    assert differs(province, card, [swapped, *records[1:]]) is not None


def test_the_attack_would_find_a_cut_that_takes_parts_of_mixed_releases(
    played: tuple[Engine, Province, Outcome],
) -> None:
    engine, _, found = played
    heads = {
        number: replace(head, stage="filing") if head.stage == "mixed" else head
        for number, head in found.truth.heads.items()
    }
    now: datetime = AFTER
    told = look(engine, replace(found.truth, heads=heads), [replace(SIPAS, stage="filing")], now, Family())
    assert told


def test_equations_among_three_figures_are_solved() -> None:
    """A + B, B + C and A + C are each large; their solution is not."""
    one, other, third = 0b1, ((1 << 20) - 1) << 1, ((1 << 20) - 1) << 21
    family = Family()
    for people in (one | other, other | third, one | third):
        family.add(people, "planted")
    assert family.thin_solutions(K) == [1]
