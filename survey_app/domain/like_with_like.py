"""Which releases of two periods may be set side by side: only of the same mix of visit stage and channel.

People who collect a result answer otherwise than people who file, so a month with more of them moves the score though
nothing changed. Where no stage's and no channel's share differs by ten points or more, all releases are compared;
otherwise those of the one stage and channel that has most responses in the smaller of its two periods.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from survey_app.domain.tally import Tally, add, counts_of
from survey_app.domain.tally_layout import TallyLayout

MOST_APART = Fraction(1, 10)
MIXED = "mixed"
ALL = "all"

Cell = tuple[str, str]
"""Visit stage and channel of a release."""
Period = Mapping[Cell, Tally]


@dataclass(frozen=True)
class Alike:
    """Two tallies of one mix, and which: stage and channel, or ``all``."""

    stage: str
    channel: str
    last: Tally
    before: Tally


def are_alike(first: Mapping[str, int], second: Mapping[str, int]) -> bool:
    """Whether no part's share differs by ten points or more. Nothing at all is like nothing."""
    one, other = sum(first.values()), sum(second.values())
    if 0 in (one, other):
        return one == other
    shares = ((Fraction(first.get(part, 0), one), Fraction(second.get(part, 0), other)) for part in {*first, *second})
    return all(abs(a - b) < MOST_APART for a, b in shares)


def _channels(period: Period) -> dict[str, int]:
    found: dict[str, int] = {}
    for (_, channel), tally in period.items():
        found[channel] = found.get(channel, 0) + tally.responses
    return found


def _stages(layout: TallyLayout, tally: Tally) -> dict[str, int]:
    """What people came for, from their own answers: of mixed releases too."""
    item = layout.questionnaire.stage_item
    return counts_of(layout, tally, item)[""] if item else {}


def _largest_cell(last: Period, before: Period) -> Cell | None:
    common: Iterable[Cell] = (cell for cell in last if cell in before and MIXED not in cell)
    return max(common, key=lambda cell: (min(last[cell].responses, before[cell].responses), cell), default=None)


def like_with_like(layout: TallyLayout, last: Period, before: Period) -> Alike | None:
    """The releases of two periods that may be compared; None: no stage and channel is in both."""
    now, then = add(layout, last.values()), add(layout, before.values())
    if are_alike(_stages(layout, now), _stages(layout, then)) and are_alike(_channels(last), _channels(before)):
        return Alike(ALL, ALL, now, then)
    cell = _largest_cell(last, before)
    return Alike(*cell, last[cell], before[cell]) if cell else None
