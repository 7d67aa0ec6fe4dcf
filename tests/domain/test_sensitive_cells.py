"""Of which parts of a province sensitive items may be told, so that none follows of the others."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.domain.quarter import Quarter
from survey_app.domain.questionnaire import questionnaire_from_dict
from survey_app.domain.sensitive_cells import sensitive_items, thin_in_place, thin_in_whole
from survey_app.domain.tally import Counts
from survey_app.domain.tally_layout import tally_layout
from tests.scenes import canonical

LAYOUT = tally_layout(questionnaire_from_dict(json.loads(canonical("sipas_desk"))))
PAYMENT = "extra_payment"
LEAST = 30
QUARTERS = [Quarter(2026, number) for number in (1, 2, 3)]
Q1, Q2, Q3 = QUARTERS
Answers = tuple[int, int]
"""How many said “nobody”, and how many said “some”."""


def cell(nobody: int, some: int) -> Counts:
    counts = np.zeros(LAYOUT.length, dtype=np.int64)
    [slot] = LAYOUT.slots_of(PAYMENT)
    counts[slot.start : slot.start + 2] = nobody, some
    return counts


ENOUGH, FEW, ALIKE, NONE = cell(25, 5), cell(11, 1), cell(40, 0), cell(0, 0)


def test_the_items_are_those_on_scorecards() -> None:
    assert [item.id for item in sensitive_items(LAYOUT)] == ["officials_trouble", PAYMENT]


@pytest.mark.parametrize(
    ("quarters", "is_thin"),
    [([ENOUGH], False), ([ENOUGH, NONE], False), ([ENOUGH, FEW], True), ([ENOUGH, ALIKE], True), ([NONE], False)],
)
def test_a_commune_is_withheld_where_a_quarter_of_it_would_be(quarters: Sequence[Counts], is_thin: bool) -> None:
    found = thin_in_place(LAYOUT, dict(zip(QUARTERS, quarters, strict=False)), LEAST)
    assert found == (frozenset({PAYMENT}) if is_thin else frozenset())


@pytest.mark.parametrize(
    ("own_centre", "communes", "is_thin"),
    [
        (NONE, [ENOUGH, ENOUGH], False),
        (ENOUGH, [ENOUGH], False),
        (FEW, [ENOUGH], True),
        (ALIKE, [ENOUGH], True),
        (FEW, [ENOUGH, FEW], True),
        (FEW, [ENOUGH, FEW, FEW], False),
        (NONE, [ENOUGH, ALIKE], True),
        (FEW, [ENOUGH, ALIKE], False),
        (FEW, [FEW, FEW], False),
    ],
)
def test_the_province_is_withheld_where_what_the_communes_leave_of_it_would_be(
    own_centre: Counts, communes: list[Counts], is_thin: bool
) -> None:
    whole = {Q1: own_centre + sum(communes), Q2: ENOUGH}
    found = thin_in_whole(LAYOUT, whole, [{Q1: own} for own in communes], LEAST)
    assert (PAYMENT in found) is is_thin


answers = st.one_of(
    st.just((0, 0)), st.tuples(st.integers(0, 60), st.just(0)), st.tuples(st.integers(0, 45), st.integers(0, 15))
)
province = st.integers(2, 4).flatmap(lambda places: st.lists(answers, min_size=3 * places, max_size=3 * places))


def shown_figures(places: list[list[Answers]]) -> list[frozenset[tuple[int, int]]]:
    """The (place, quarter) cells of every figure that is shown; place 0 is the province's own centre."""
    cells = [{quarter: cell(*own) for quarter, own in zip(QUARTERS, given, strict=True)} for given in places]
    found = []
    for first, last in ((0, 0), (1, 1), (2, 2), (0, 1), (1, 2), (0, 2)):
        span = range(first, last + 1)
        within = [{QUARTERS[q]: own[QUARTERS[q]] for q in span} for own in cells]
        whole = {QUARTERS[q]: sum(own[QUARTERS[q]] for own in within) for q in span}
        if not thin_in_whole(LAYOUT, whole, within[1:], LEAST):
            found.append(frozenset((place, q) for place in range(len(places)) for q in span))
        found += [
            frozenset((place, q) for q in span)
            for place, own in enumerate(within)
            if place and not thin_in_place(LAYOUT, own, LEAST)
        ]
    return found


@given(province)
def test_no_part_that_follows_rests_on_few_or_is_unanimous(given_answers: list[Answers]) -> None:
    places = [given_answers[start : start + 3] for start in range(0, len(given_answers), 3)]
    figures = shown_figures(places)
    atoms: dict[tuple[bool, ...], list[Answers]] = defaultdict(list)
    for place, quarters in enumerate(places):
        for quarter, own in enumerate(quarters):
            atoms[tuple((place, quarter) in figure for figure in figures)].append(own)
    for stands_in, cells in atoms.items():
        nobody, some = sum(own[0] for own in cells), sum(own[1] for own in cells)
        if any(stands_in) and nobody + some:
            assert nobody + some >= LEAST
            assert nobody
            assert some
