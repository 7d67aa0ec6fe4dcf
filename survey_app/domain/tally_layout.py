"""Where each count stands in the packed tally vector of a questionnaire version.

For every tallied column of the version, in order, one count per character of ``Column.characters`` (the scale's codes,
then the missing codes).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from survey_app.domain.questionnaire import Item, ItemKind, Questionnaire
from survey_app.domain.record import Column, layout

ALL_SECTIONS = "*"
"""The group of all scored items together; it stands last."""


@dataclass(frozen=True)
class ColumnSlots:
    """Where a column's counts stand in the vector: ``start`` up to ``end``."""

    column: Column
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.column.characters)


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

    @cached_property
    def group_places(self) -> dict[str, int]:
        """Group -> its place among the bases."""
        return {name: place for place, (name, _) in enumerate(self.groups)}

    @cached_property
    def scored_places(self) -> dict[str, int]:
        """Scored item -> its place among the co-moments."""
        return {self.columns[position].item: place for place, position in enumerate(self.scored)}

    @cached_property
    def _by_item(self) -> dict[str, tuple[ColumnSlots, ...]]:
        items = dict.fromkeys(entry.column.item for entry in self.slots)
        return {item: tuple(entry for entry in self.slots if entry.column.item == item) for item in items}

    def slots_of(self, item_id: str) -> tuple[ColumnSlots, ...]:
        """Where an item's counts stand; nowhere for one that is not tallied."""
        return self._by_item.get(item_id, ())


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
