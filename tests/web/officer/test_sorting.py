"""Places in a sorted table: by exact values, however they are compared."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from survey_app.domain.recipe import Span
from survey_app.web.officer.sorting import places
from survey_app.web.officer.unit_table import step_of

SCORES = st.one_of(st.none(), st.fractions(-10, 100), st.floats(-100, 100).map(Fraction))


@given(st.lists(SCORES, max_size=30))
def test_places_are_those_of_the_exact_values(keys: list[Fraction | None]) -> None:
    known = sorted({key for key in keys if key is not None})
    assert places(keys) == [-1 if key is None else known.index(key) for key in keys]


def test_names_and_counts_have_places_too() -> None:
    assert places(["b", "a", "b"]) == [1, 0, 1]
    assert places([3, None, Fraction(5, 2)]) == [1, -1, 0]


def test_a_shade_changes_where_the_shown_number_does() -> None:
    on = Span(Fraction(0), Fraction(100))
    values = (Fraction(0), Fraction(59949, 1000), Fraction(5995, 100), Fraction(799, 10), Fraction(90), Fraction(100))
    assert [step_of(value, on, 1) for value in values] == [1, 1, 2, 3, 5, 5]
    assert [step_of(Fraction(n), Span(Fraction(1), Fraction(5)), 0) for n in (2, 3, 4, 5)] == [1, 2, 4, 5]
