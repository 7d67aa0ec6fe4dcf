"""Figures of two recipes, populations, modes, stages or questionnaires never stand together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from survey_app.domain.comparing import (
    Basis,
    Measured,
    NotComparable,
    all_pairs,
    basis_of,
    check_comparable,
    difference,
)
from survey_app.domain.composite import Estimate
from survey_app.domain.ranking import rank_ranges, shrink
from survey_app.domain.series import Series, Table
from tests.domain.test_scoring import MEAN, TOP_TWO

BASIS = basis_of(MEAN, "sipas_desk.v1", "collecting", "poster")
OTHERS = {
    "recipe": basis_of(TOP_TWO, "sipas_desk.v1", "collecting", "poster"),
    "recipe_version": basis_of(replace(MEAN, version=2), "sipas_desk.v1", "collecting", "poster"),
    "population": basis_of(replace(MEAN, population="household"), "sipas_desk.v1", "collecting", "poster"),
    "mode": basis_of(MEAN, "sipas_desk.v1", "collecting", "phone"),
    "stage": basis_of(MEAN, "sipas_desk.v1", "filing", "poster"),
    "lineage": basis_of(MEAN, "sipas_desk.v2", "collecting", "poster"),
}


@dataclass(frozen=True)
class Entry:
    basis: Basis | None


def measured(basis: Basis) -> Measured:
    return Measured(basis, Estimate(4.1, 4.1, 0.01, 1.0, 5.0), 60, 20.0)


@pytest.mark.parametrize("kind", [Series, Table])
@pytest.mark.parametrize("name", OTHERS)
def test_no_chart_or_table_mixes(kind: type[Series[Entry]], name: str) -> None:
    with pytest.raises(NotComparable, match=f"^{name}$"):
        kind([Entry(BASIS), Entry(None), Entry(OTHERS[name])])


@pytest.mark.parametrize(
    "judge",
    [
        lambda units: difference(units[0], units[1]),
        all_pairs,
        rank_ranges,
        shrink,
    ],
)
@pytest.mark.parametrize("name", OTHERS)
def test_no_test_or_ranking_mixes(judge: Callable[[list[Measured]], object], name: str) -> None:
    judge([measured(BASIS), measured(BASIS)])
    with pytest.raises(NotComparable, match=name):
        judge([measured(BASIS), measured(OTHERS[name])])


def test_like_figures_and_units_without_any_stand_together_as_a_tuple_does() -> None:
    entries = (Entry(BASIS), Entry(None), Entry(replace(BASIS)))
    assert Table(entries) == entries
    assert Series() == ()


def test_every_stage_is_a_stage_of_its_own() -> None:
    with pytest.raises(NotComparable, match="mode, stage"):
        check_comparable(BASIS, basis_of(MEAN, "sipas_desk.v1", None, None))
