"""The array form of the rule withholds exactly what the plain form does."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from survey_app.domain.anonymity import WITHHELD, published_vectors
from survey_app.domain.anonymity_cells import withheld_cells

ROWS = st.integers(1, 5).flatmap(
    lambda places: st.lists(st.tuples(*[st.sampled_from("1123.")] * places), min_size=1, max_size=120)
)


@given(rows=ROWS, k=st.integers(2, 12))
def test_both_forms_agree(rows: list[tuple[str, ...]], k: int) -> None:
    published = published_vectors(Counter(rows), k)
    hidden = withheld_cells(np.array([[ord(value) for value in row] for row in rows], dtype=np.int64), k)
    for row, cells in zip(rows, hidden, strict=True):
        told = tuple(WITHHELD if cell else value for value, cell in zip(row, cells, strict=True))
        assert told == published[row]
