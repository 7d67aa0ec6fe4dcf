"""Responses as Parquet: codes as dictionary texts (a missing code stays what it is), labels in the fields' metadata."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from survey_app.services.datasets_batches import Block, joined
from survey_app.services.datasets_columns import DatasetColumn, commune_cell
from survey_app.services.datasets_source import Shape, Source, long_facts, long_places

CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ.-"
Integers = NDArray[np.int32]
INTEGER = pa.int32()
WORDS = pa.dictionary(pa.int32(), pa.string())
INDEX = np.zeros(256, dtype=np.int32)
for _place, _character in enumerate(CHARACTERS):
    INDEX[ord(_character)] = _place
GROUP = 25_000
"""Rows of a row group."""

FACT_TYPES: dict[str, tuple[pa.DataType, Callable[[str], Any]]] = {
    "week": (pa.date32(), lambda cell: (date.fromisoformat(cell) - date(1970, 1, 1)).days),
    "release": (pa.int32(), int),
    "version": (pa.int32(), int),
}
"""Fact -> (type, from its cell); every other fact is text."""


def _field(source: Source, column: DatasetColumn) -> pa.Field:
    kind = WORDS
    if column.name == "response":
        kind = pa.string()
    elif column.item is None and column.name in FACT_TYPES:
        kind = FACT_TYPES[column.name][0]
    labels = {
        "label": source.label(column),
        "label_vi": column.label_vi,
        "label_en": column.label_en,
        "codes": json.dumps(dict(source.labels(column)), ensure_ascii=False),
        "missing": json.dumps(dict(source.missing(column)), ensure_ascii=False),
        "measure": column.measure.value,
    }
    return pa.field(column.name, kind, nullable=False, metadata=labels)


def _schema(source: Source) -> pa.Schema:
    form = source.dataset.version.questionnaire
    about = {"questionnaire": form.slug, "version": str(form.version), "level": source.dataset.level}
    about["sample"] = source.dataset.sample_cell
    if source.shape is Shape.WIDE:
        return pa.schema([_field(source, column) for column in source.dataset.columns], about)
    names = ["response", *(column.name for column in long_facts(source.dataset)), "column", "code"]
    return pa.schema([pa.field(n, pa.string() if n == "response" else WORDS, nullable=False) for n in names], about)


def _numbers(values: Integers, kind: pa.DataType = INTEGER) -> pa.Array:
    """The numbers as they lie in memory: Arrow's own conversion would load pandas first, to see what it was given."""
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(np.ascontiguousarray(values))])


def _texts(texts: Sequence[str]) -> pa.Array:
    joined_text = "".join(texts)
    lengths = map(len, texts) if joined_text.isascii() else (len(text.encode()) for text in texts)
    ends = np.zeros(len(texts) + 1, dtype=np.int32)
    np.cumsum(np.fromiter(lengths, dtype=np.int32, count=len(texts)), out=ends[1:])
    return pa.StringArray.from_buffers(len(texts), pa.py_buffer(ends), pa.py_buffer(joined_text.encode()))


def _coded(places: Integers, words: pa.Array) -> pa.Array:
    return pa.DictionaryArray.from_arrays(_numbers(places), words)


class _Words:
    """Texts of a growing dictionary."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def places(self, texts: Iterable[str]) -> Integers:
        known = self._known
        return np.array([known.setdefault(text, len(known)) for text in texts], dtype=np.int32)

    def array(self, places: Integers) -> pa.Array:
        return _coded(places, _texts(list(self._known)))


def _commune_places(words: _Words, part: NDArray[np.uint8]) -> Integers:
    """The places of commune codes among the words; each code is looked up once a batch."""
    texts = np.ascontiguousarray(part).view(f"S{part.shape[1]}").reshape(-1)
    found, at = np.unique(texts, return_inverse=True)
    return words.places(commune_cell(text.decode()) for text in found)[at]


class _Fact:
    """One column of a block: each of its rows is looked at once, however many responses hold it."""

    def __init__(self, name: str, block: Block, place: int) -> None:
        self._kind, self._make = FACT_TYPES.get(name, (None, str))
        self._block, self._place, self._words = block, place, _Words()
        self._known: Integers = np.empty(0, dtype=np.int32)

    def take(self, at: Integers) -> pa.Array:
        new = [row[self._place] for row in self._block.rows[len(self._known) :]]
        if self._kind is None:
            self._known = np.concatenate([self._known, self._words.places(new)])
            return self._words.array(self._known[at])
        self._known = np.concatenate([self._known, np.array([self._make(cell) for cell in new], dtype=np.int32)])
        return _numbers(self._known[at], self._kind)


def _wide(source: Source) -> Iterator[list[pa.Array]]:
    dataset, characters = source.dataset, _texts(CHARACTERS)
    communes = {column.name: _Words() for column in dataset.answers if column.is_commune}
    names = iter(column.name for column in dataset.facts[1:])
    facts = [[_Fact(next(names), block, place) for place in range(block.columns)] for block in dataset.blocks]
    for batch in joined(source.batches(), GROUP):
        arrays = [_texts(batch.names)]
        for own, places in zip(facts, batch.places, strict=True):
            at = np.array(places, dtype=np.int32)
            arrays += [fact.take(at) for fact in own]
        record = batch.table
        for column in dataset.answers:
            start, stop = column.record_start, column.record_start + column.width
            if column.is_commune:
                words = communes[column.name]
                arrays.append(words.array(_commune_places(words, record[:, start:stop])))
            else:
                arrays.append(_coded(INDEX[record[:, start]], characters))
        yield arrays


def _long(source: Source) -> Iterator[list[pa.Array]]:
    dataset, columns = source.dataset, source.dataset.answers
    facts = [
        (block, _Fact(column.name, dataset.blocks[block], place))
        for column, (block, place) in zip(long_facts(dataset), long_places(dataset), strict=True)
    ]
    names, words = _texts([column.name for column in columns]), _Words()
    words.places(CHARACTERS)
    for batch in source.batches():
        size, record = len(batch.names), batch.table
        codes = np.empty((size, len(columns)), dtype=np.int32)
        for place, column in enumerate(columns):
            start, stop = column.record_start, column.record_start + column.width
            if column.is_commune:
                codes[:, place] = _commune_places(words, record[:, start:stop])
            else:
                codes[:, place] = INDEX[record[:, start]]
        each = np.repeat(np.arange(size, dtype=np.int32), len(columns))
        own = np.tile(np.arange(len(columns), dtype=np.int32), size)
        yield [
            _texts([name for name in batch.names for _ in columns]),
            *(fact.take(np.array(batch.places[block], dtype=np.int32)[each]) for block, fact in facts),
            _coded(own, names),
            words.array(codes.reshape(-1)),
        ]


def write_parquet(source: Source, file: IO[bytes]) -> int:
    """One row a response, or one row an answer."""
    schema, number = _schema(source), 0
    made = _wide(source) if source.shape is Shape.WIDE else _long(source)
    waiting: list[pa.Table] = []
    coded = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    with pq.ParquetWriter(file, schema, compression="zstd", use_dictionary=coded, write_statistics=False) as writer:
        for arrays in made:
            waiting.append(pa.Table.from_arrays(arrays, schema=schema))
            number += waiting[-1].num_rows
            if sum(table.num_rows for table in waiting) >= GROUP:
                writer.write_table(pa.concat_tables(waiting))
                waiting = []
        if waiting:
            writer.write_table(pa.concat_tables(waiting))
    return number
