"""What every writer of a dataset is given: the open dataset, its size, the recipes, the time and who listens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import IO

from survey_app.domain.recipe import Recipe
from survey_app.services.datasets_batches import Batch
from survey_app.services.datasets_columns import UNIT_COLUMNS, DatasetColumn, Labels
from survey_app.services.datasets_rows import Dataset

Progress = Callable[[int, int], None]
"""Called with (responses done, responses in all)."""


class Shape(StrEnum):
    """One row a response, or one row an answer."""

    WIDE = "wide"
    LONG = "long"


@dataclass(frozen=True)
class Source:
    """What is written, and in whose words."""

    dataset: Dataset
    total: int
    recipes: Mapping[str, Recipe]
    now: datetime
    progress: Progress | None = None
    shape: Shape = Shape.WIDE
    language: str = "vi"

    def batches(self, turn: int = 1, turns: int = 1) -> Iterator[Batch]:
        """The responses, with word of progress; ``turn`` of ``turns`` when they are read more than once."""
        done = (turn - 1) * self.total
        for batch in self.dataset.batches():
            done += len(batch.names)
            if self.progress:
                self.progress(done, turns * self.total)
            yield batch

    def label(self, column: DatasetColumn) -> str:
        """What the column is called in the dataset's language, or in Vietnamese where it is not translated."""
        return (column.label_en if self.language == "en" else "") or column.label_vi

    def labels(self, column: DatasetColumn) -> Labels:
        """What the column's codes mean, code by code."""
        return {**column.labels, **column.labels_en} if self.language == "en" else column.labels

    def missing(self, column: DatasetColumn) -> Labels:
        """What the column's missing codes mean."""
        return column.missing_en if self.language == "en" else column.missing


Writer = Callable[[Source, IO[bytes]], int]
"""Writes a file from its beginning to its end, never back; returns how many rows it has."""


TextOf = Callable[[int, tuple[str, ...]], str]
"""(number of a block, a row of it) -> its text."""


def shared_texts(
    dataset: Dataset, batches: Iterable[Batch], text_of: TextOf
) -> Iterator[tuple[Batch, list[Iterator[str]]]]:
    """With each batch the text of its shared facts, block by block; ``text_of`` is asked once for each row."""
    known: list[list[str]] = [[] for _ in dataset.blocks]
    for batch in batches:
        for number, (block, texts) in enumerate(zip(dataset.blocks, known, strict=True)):
            texts.extend(text_of(number, row) for row in block.rows[len(texts) :])
        yield batch, [map(texts.__getitem__, at) for texts, at in zip(known, batch.places, strict=True)]


LONG_FACTS = (*UNIT_COLUMNS, "release_month", "period", "release_stage")
"""The facts an answer carries in the long shape, where the dataset has them."""


def long_facts(dataset: Dataset) -> list[DatasetColumn]:
    """The columns before ``column`` and ``code`` in the long shape, after the response's name."""
    return [column for column in dataset.facts if column.name in LONG_FACTS]


def long_places(dataset: Dataset) -> list[tuple[int, int]]:
    """Where these facts stand: (block, place in it)."""
    names = [column.name for column in long_facts(dataset)]
    found: dict[str, tuple[int, int]] = {}
    columns = iter(dataset.facts[1:])
    for number, block in enumerate(dataset.blocks):
        for place in range(block.columns):
            found[next(columns).name] = (number, place)
    return [found[name] for name in names]
