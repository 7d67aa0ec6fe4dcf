"""Which responses of many counters came faster than any desk serves: ``quality.crowded_minutes`` for all at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from survey_app.domain.local_day import MINUTES_A_DAY, MINUTES_AHEAD
from survey_app.domain.quality import BURST_MINUTES, PaceLimits, crowded_minutes

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


def _suspected(place: Integers, minute: Integers, limits: PaceLimits) -> list[int]:
    """The places where a span or a day may hold too many: no burst is overlooked, a few are none when looked at."""
    order = np.lexsort((minute, place))
    places, minutes = place[order], minute[order]
    days = (minutes + MINUTES_AHEAD) // MINUTES_A_DAY
    found: set[int] = set()
    for times, limit, span in ((minutes, limits.ten_minutes, BURST_MINUTES), (days, limits.day, 1)):
        first, last = slice(None, -limit), slice(limit, None)
        is_thick = (places[last] == places[first]) & (times[last] - times[first] < span)
        found.update(places[first][is_thick].tolist())
    return sorted(found)


def crowded(place: Integers, minute: Integers, limits: PaceLimits) -> Flags:
    """Of responses at places (counter, wave and version), whether each lies in a minute that is crowded there."""
    caught = np.zeros(len(place), dtype=np.bool_)
    for suspect in _suspected(place, minute, limits):
        here = np.flatnonzero(place == suspect)
        minutes = minute[here]
        caught[here] = np.isin(minutes, list(crowded_minutes(minutes.tolist(), limits)))
    return caught
