"""Answers as numbers, for programs that know value labels: digits stay themselves, letters count on from A = 10.

Each kind of missing answer is a number of its own: in SPSS one of a range declared as user-missing, in Stata an
extended missing value with a letter of its own. Analyses leave them out, and tables can still tell them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey_app.domain.record import NOT_ANSWERED
from survey_app.services.datasets_batches import Batch, Block
from survey_app.services.datasets_codebook import SPSS_MISSING, STATA_MISSING, fact_numbers, number_of
from survey_app.services.datasets_columns import UNIT_COLUMNS, DatasetColumn
from survey_app.services.datasets_source import Source

STATA_BYTE_MISSING = 101
"""What a Stata byte holds for “.”; “.a” is the next number, and so on."""


def stata_byte(letter: str) -> int:
    """What a Stata byte holds for an extended missing value."""
    return STATA_BYTE_MISSING + 1 + ord(letter) - ord("a")


def _table(missing: Mapping[str, int], empty: int) -> NDArray[np.int8]:
    """Byte of the record -> number."""
    table = np.full(256, empty, dtype=np.int8)
    for code in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        table[ord(code)] = number_of(code)
    for code, value in missing.items():
        table[ord(code)] = value
    return table


SPSS_NUMBERS = _table(SPSS_MISSING, SPSS_MISSING[NOT_ANSWERED])
STATA_NUMBERS = _table({code: stata_byte(letter) for code, letter in STATA_MISSING.items()}, STATA_BYTE_MISSING)


class Kind(StrEnum):
    """How a column is stored where columns have types."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    LARGE = "large"
    """A number without labels that may be large."""


@dataclass(frozen=True)
class Variable:
    """A column for SPSS or Stata: width of a text in bytes, labels of its numbers and of its missing codes."""

    column: DatasetColumn
    kind: Kind
    label: str
    width: int = 0
    values: Mapping[int, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)


DATES = frozenset({"week"})
LARGE_NUMBERS = frozenset({"release", "version"})
NAME_WIDTH, TEXT_WIDTH = 17, 16


def _text_width(source: Source, column: DatasetColumn) -> int:
    dataset = source.dataset
    if column.name == "response":
        return NAME_WIDTH
    if column.item is not None:
        return column.width
    known = {
        "wave": [code for code, _ in dataset.waves.values()],
        "questionnaire": [dataset.query.slug],
        **dict.fromkeys(UNIT_COLUMNS, dataset.tree.units),
    }
    return max((len(code.encode()) for code in known.get(column.name, ())), default=TEXT_WIDTH)


def _variable(source: Source, column: DatasetColumn) -> Variable:
    label, missing = source.label(column), source.missing(column)
    if column.name in DATES and column.item is None:
        return Variable(column, Kind.DATE, label)
    if column.name in LARGE_NUMBERS and column.item is None:
        return Variable(column, Kind.LARGE, label)
    if column.is_commune or (column.item is None and not column.labels):
        return Variable(column, Kind.TEXT, label, _text_width(source, column))
    words = source.labels(column)
    numbers = fact_numbers(column) if column.item is None else {code: number_of(code) for code in words}
    return Variable(column, Kind.NUMBER, label, 0, {numbers[code]: words[code] for code in words}, missing)


def variables(source: Source) -> list[Variable]:
    """Every column of the dataset as SPSS and Stata store it."""
    return [_variable(source, column) for column in source.dataset.columns]


class FactArrays:
    """Facts as arrays: what a row of a block holds is made once, a response takes it by its place."""

    def __init__(self, of_column: Sequence[Callable[[str], Any]], types: Sequence[Any]) -> None:
        self._of_column, self._types = of_column, types
        self._known: list[NDArray[Any]] = [np.empty(0, dtype=kind) for kind in types]

    def take(self, blocks: Sequence[Block], batch: Batch) -> list[NDArray[Any]]:
        """One array a fact (without the response's name), one value a response."""
        found: list[NDArray[Any]] = []
        for block, places in zip(blocks, batch.places, strict=True):
            at = np.array(places, dtype=np.int64)
            for place in range(block.columns):
                found.append(self._values(len(found), block, place)[at])
        return found

    def _values(self, number: int, block: Block, place: int) -> NDArray[Any]:
        known = self._known[number]
        if len(known) < len(block.rows):
            make = self._of_column[number]
            new = np.array([make(row[place]) for row in block.rows[len(known) :]], dtype=self._types[number])
            self._known[number] = known = np.concatenate([known, new])
        return known
