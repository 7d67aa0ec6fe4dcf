"""Co-moments: sums over pairs of items that add, and survive being packed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from survey_app.domain.comoments import CoMoments, count_comoments, no_comoments, pack_comoments, unpack_comoments

TOP_LEAST = np.full(4, 4)
RECORDS = st.integers(0, 40).flatmap(lambda n: arrays(np.int64, (n, 4), elements=st.integers(0, 5)))
"""Respondents × items; 0 stands for not answered."""


def counted(records: np.ndarray):
    return count_comoments(records, records > 0, TOP_LEAST)


@given(RECORDS)
def test_each_cell_is_a_sum_over_those_who_answered_both_items(records: np.ndarray) -> None:
    found = counted(records)
    for j in range(4):
        for k in range(4):
            pairs = [(int(row[j]), int(row[k])) for row in records if row[j] and row[k]]
            assert found.both[j, k] == len(pairs)
            assert found.scores[j, k] == sum(x for x, _ in pairs)
            assert found.products[j, k] == sum(x * y for x, y in pairs)
            assert found.tops[j, k] == sum(x >= 4 for x, _ in pairs)
            assert found.top_products[j, k] == sum(x >= 4 and y >= 4 for x, y in pairs)


@given(RECORDS, RECORDS)
def test_they_add_and_what_was_added_can_be_taken_away(first: np.ndarray, second: np.ndarray) -> None:
    together = counted(np.concatenate([first, second]))
    assert (counted(first) + counted(second)).equals(together)
    assert (together - counted(second)).equals(counted(first))
    assert (no_comoments(4) + counted(first)).equals(counted(first))


@given(RECORDS)
def test_packed_and_unpacked_they_are_the_same(records: np.ndarray) -> None:
    found = counted(records)
    assert unpack_comoments(4, pack_comoments(found)).equals(found)


@pytest.mark.parametrize(("times", "width"), [(1, 1), (100, 2), (10_000, 4), (10**9, 8)])
def test_the_packed_form_is_as_narrow_as_the_numbers_allow(times: int, width: int) -> None:
    found = counted(np.full((10, 4), 3))
    grown = CoMoments(found.size, found.sums * times)
    packed = pack_comoments(grown)
    assert (packed[0], len(packed)) == (width, 1 + width * (3 * 10 + 2 * 16))
    assert unpack_comoments(4, packed).equals(grown)


def test_what_belongs_to_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        unpack_comoments(5, pack_comoments(counted(np.full((3, 4), 3))))


def test_some_items_may_be_taken_out() -> None:
    records = np.array([[1, 2, 3, 4], [5, 0, 4, 4]])
    expected = count_comoments(records[:, [0, 2]], records[:, [0, 2]] > 0, TOP_LEAST[:2])
    assert counted(records).of([0, 2]).equals(expected)
