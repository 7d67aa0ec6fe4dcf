"""Crowds at many counters at once against each alone."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from survey_app.domain.crowds import crowded
from survey_app.domain.local_day import cut_to_day, minute_of
from survey_app.domain.quality import PaceLimits, crowded_minutes
from tests.scenes import NOW

NINE = minute_of(NOW)
MIDNIGHT = cut_to_day(NINE)

minutes = st.one_of(
    st.integers(NINE, NINE + 40), st.sampled_from([MIDNIGHT, MIDNIGHT + 1, MIDNIGHT + 24 * 60, NINE + 24 * 60])
)
limits = st.tuples(st.integers(1, 6), st.integers(0, 6)).map(lambda pair: PaceLimits(pair[0], sum(pair)))


@given(st.lists(st.tuples(st.integers(0, 2), minutes), max_size=60), limits)
def test_each_counter_is_looked_at_as_if_alone(arrivals: list[tuple[int, int]], pace: PaceLimits) -> None:
    places, times = (np.array([one[column] for one in arrivals], dtype=np.int64) for column in (0, 1))
    alone = {here: crowded_minutes([m for place, m in arrivals if place == here], pace) for here in range(3)}
    assert crowded(places, times, pace).tolist() == [minute in alone[place] for place, minute in arrivals]
