"""Of which parts of a province sensitive items may be told, so that none follows of the others by subtraction.

A commune and a quarter are a *cell*, shown where enough answered and not all alike. What of the province in a quarter
lies in no cell that is shown — its own centre, communes of few, what was released for the province as a whole — is one
more cell, the *rest*: whoever has the province and the communes has the rest as well. A figure about several cells is
told only when each of them is empty or could be told alone. Every figure is then a union of cells that could, and so
is, or weighs whole, every difference of figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from survey_app.domain.disclosure import why_withheld
from survey_app.domain.quarter import Quarter
from survey_app.domain.questionnaire import Item
from survey_app.domain.record import MISSING
from survey_app.domain.tally import Counts
from survey_app.domain.tally_layout import TallyLayout

Cells = Mapping[Quarter, Counts]
"""The counts of a place, quarter by quarter."""


def sensitive_items(layout: TallyLayout) -> list[Item]:
    """The sensitive items that are counted; facts about citizens are on no scorecard."""
    items = layout.questionnaire.items()
    return [item for item in items if item.is_sensitive and not item.is_demographic and layout.slots_of(item.id)]


def _is_thin(layout: TallyLayout, counts: Counts, item: Item, least: int) -> bool:
    """Whether somebody answered, and it could not be told alone. Of a multiple choice every option has to be fit."""
    for slot in layout.slots_of(item.id):
        given = zip(slot.column.characters, counts[slot.start : slot.end].tolist(), strict=True)
        answers = {code: number for code, number in given if code not in MISSING}
        if any(answers.values()) and why_withheld(item, answers, least) is not None:
            return True
    return False


def thin_in_place(layout: TallyLayout, cells: Cells, least: int) -> frozenset[str]:
    """The sensitive items that are withheld for a commune over these quarters."""
    return frozenset(
        item.id
        for item in sensitive_items(layout)
        if any(_is_thin(layout, counts, item, least) for counts in cells.values())
    )


def thin_in_whole(layout: TallyLayout, whole: Cells, places: Iterable[Cells], least: int) -> frozenset[str]:
    """The sensitive items that are withheld for the province over these quarters; ``places``: its communes."""
    every = list(places)
    return frozenset(
        item.id
        for item in sensitive_items(layout)
        if any(
            _is_thin(layout, _rest(layout, counts, [own[q] for own in every if q in own], item, least), item, least)
            for q, counts in whole.items()
        )
    )


def _rest(layout: TallyLayout, counts: Counts, places: Sequence[Counts], item: Item, least: int) -> Counts:
    """What is left of a quarter without the communes whose own figure is shown."""
    shown = [own for own in places if not _is_thin(layout, own, item, least)]
    return counts - np.sum(shown, axis=0) if shown else counts
