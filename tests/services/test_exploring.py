"""Which units stand side by side."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from survey_app.domain.org_tree import OrgTree
from survey_app.services.exploring import centre_at, centres_below, neighbours, these
from survey_app.services.results import NoSuchUnit
from tests.scenes import CENTRES, COMMUNES, PROVINCE_CENTRE, Province, units

TREE = OrgTree(units())
COUNTER = f"{CENTRES[0]}-Q1"


@pytest.mark.parametrize(
    ("unit", "rows"),
    [
        ("51", {*CENTRES, PROVINCE_CENTRE}),
        (COMMUNES[0], {CENTRES[0]}),
        (CENTRES[0], {COUNTER, f"{CENTRES[0]}-Q2"}),
        (COUNTER, {COUNTER}),
    ],
)
def test_a_heat_map_has_every_centre_below_or_the_counters_of_one(unit: str, rows: set[str]) -> None:
    assert {found.code for found in centres_below(TREE, TREE.units[unit])} == rows


def test_chosen_units_keep_their_order_and_must_exist() -> None:
    province = TREE.units["51"]
    assert [unit.code for unit in these([CENTRES[1], COMMUNES[0]])(TREE, province)] == [CENTRES[1], COMMUNES[0]]
    with pytest.raises(NoSuchUnit):
        these(["none"])(TREE, province)


def test_neighbours_stand_below_and_beside(engine: Engine, province: Province) -> None:
    found = neighbours(engine, COMMUNES[0])
    assert {unit.code for unit in found.below} == {COUNTER, f"{CENTRES[0]}-Q2"}
    assert [unit.code for unit in found.beside] == [COMMUNES[1]]
    assert neighbours(engine, province.code).beside == ()
    with pytest.raises(NoSuchUnit):
        neighbours(engine, "none")


@pytest.mark.usefixtures("province")
@pytest.mark.parametrize(
    ("unit", "centre"), [(CENTRES[0], CENTRES[0]), (COMMUNES[0], CENTRES[0]), (COUNTER, None), ("none", None)]
)
def test_the_centre_of_a_place(engine: Engine, unit: str, centre: str | None) -> None:
    assert centre_at(engine, unit) == centre
