"""Where each count stands in the packed tally vector of a questionnaire version.

For every tallied column of the version, in order, one count per character of ``Column.characters`` (the scale's codes,
then the missing codes).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.domain.questionnaire import Item, ItemKind, Questionnaire
from survey_app.domain.record import Column, layout

ALL_SECTIONS = "*"
"""The group of all scored items together; it stands last."""


@dataclass(frozen=True)
class ColumnSlots:
    """Where a column's counts stand in the vector: ``start`` up to ``start + len(characters)``."""

    column: Column
    start: int


@dataclass(frozen=True)
class TallyLayout:
    """The slots of one questionnaire version, and the record positions of each scored group's items."""

    questionnaire: Questionnaire
    columns: tuple[Column, ...]
    slots: tuple[ColumnSlots, ...]
    length: int
    groups: tuple[tuple[str, tuple[int, ...]], ...]

    @property
    def scored(self) -> tuple[int, ...]:
        """Record positions of all scored items, in order."""
        return self.groups[-1][1]

    def slots_of(self, item_id: str) -> tuple[ColumnSlots, ...]:
        return tuple(entry for entry in self.slots if entry.column.item == item_id)


def _is_scored(item: Item) -> bool:
    return item.kind is ItemKind.CHOICE and item.scale is not None and item.scale.characters.isdigit()


def _groups(questionnaire: Questionnaire, columns: Sequence[Column]) -> list[tuple[str, tuple[int, ...]]]:
    place = {column.item: column.position for column in columns if column.option is None}
    groups = [
        (section.id, tuple(place[item.id] for item in section.items if _is_scored(item)))
        for section in questionnaire.sections
        if section.is_scored
    ]
    return [*groups, (ALL_SECTIONS, tuple(position for _, positions in groups for position in positions))]


def tally_layout(questionnaire: Questionnaire) -> TallyLayout:
    """The layout of a version. Versions are immutable: work it out once and keep it."""
    columns = layout(questionnaire)
    slots: list[ColumnSlots] = []
    length = 0
    for column in columns:
        if column.is_tallied:
            slots.append(ColumnSlots(column, length))
            length += len(column.characters)
    return TallyLayout(questionnaire, columns, tuple(slots), length, tuple(_groups(questionnaire, columns)))
