"""Responses as a Stata file (.dta, release 118: Stata 14 and later), written from beginning to end.

The layout is Stata's own “help dta”. Answers take a byte each; a kind of missing answer is an extended missing value
with its own label; what Stata has no place for (measurement level, the whole question) stands in characteristics.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from datetime import date
from typing import IO, Any

import numpy as np

from survey_app.domain.local_day import VIET_NAM
from survey_app.services.datasets_batches import Batch
from survey_app.services.datasets_codebook import STATA_MISSING, fact_numbers, stata_names
from survey_app.services.datasets_columns import SAMPLE_NOTICE, commune_cell
from survey_app.services.datasets_numbers import (
    STATA_NUMBERS,
    FactArrays,
    Kind,
    Variable,
    variables,
)
from survey_app.services.datasets_source import Source

FIRST_DAY = date(1960, 1, 1)
LONGEST_LABEL = 80
FORMATS = {Kind.NUMBER: "%8.0g", Kind.LARGE: "%12.0g", Kind.DATE: "%tdCCYY-NN-DD"}
TYPES = {Kind.NUMBER: (65530, "<i1"), Kind.LARGE: (65528, "<i4"), Kind.DATE: (65528, "<i4")}
"""Kind -> (Stata type, array type); a text's type is its width."""

LONG_MISSING = 2_147_483_621
"""What a table of value labels holds for “.”; “.a” is the next number."""


def _fixed(text: str, size: int) -> bytes:
    """The text in UTF-8 with zeros behind it, ``size`` bytes in all and at least one of them zero."""
    return text.encode()[: size - 1].decode(errors="ignore").encode().ljust(size, b"\0")


def _tagged(tag: str, data: bytes) -> bytes:
    return b"<%s>%s</%s>" % (tag.encode(), data, tag.encode())


def _header(source: Source, columns: int) -> bytes:
    questionnaire = source.dataset.version.questionnaire
    label = f"{questionnaire.slug} v{questionnaire.version}"[:LONGEST_LABEL].encode()
    moment = f"{source.now.astimezone(VIET_NAM):%d %b %Y %H:%M}".encode()
    parts = (
        _tagged("release", b"118"),
        _tagged("byteorder", b"LSF"),
        _tagged("K", struct.pack("<H", columns)),
        _tagged("N", struct.pack("<Q", source.total)),
        _tagged("label", struct.pack("<H", len(label)) + label),
        _tagged("timestamp", bytes([len(moment)]) + moment),
    )
    return _tagged("header", b"".join(parts))


def _characteristic(variable: str, name: str, text: str) -> bytes:
    data = _fixed(variable, 129) + _fixed(name, 129) + text.encode() + b"\0"
    return _tagged("ch", struct.pack("<I", len(data)) + data)


def _characteristics(source: Source, known: Sequence[Variable], names: Sequence[str]) -> bytes:
    notes = [SAMPLE_NOTICE] if source.dataset.settings.is_sample else []
    parts = [_characteristic("_dta", "note0", str(len(notes)))] if notes else []
    parts += [_characteristic("_dta", f"note{place}", text) for place, text in enumerate(notes, 1)]
    for variable, name in zip(known, names, strict=True):
        parts.append(_characteristic(name, "measure", variable.column.measure.value))
        if len(variable.label) > LONGEST_LABEL:
            parts += [_characteristic(name, "note0", "1"), _characteristic(name, "note1", variable.label)]
    return b"".join(parts)


def _value_labels(variable: Variable, name: str) -> bytes:
    labels = dict(variable.values)
    for code, label in variable.missing.items():
        labels[LONG_MISSING + 1 + ord(STATA_MISSING[code]) - ord("a")] = label
    texts = [label.encode() + b"\0" for label in labels.values()]
    starts = np.cumsum([0, *map(len, texts)])
    table = struct.pack("<ii", len(labels), int(starts[-1]))
    table += starts[:-1].astype("<i4").tobytes() + np.array(list(labels), dtype="<i4").tobytes() + b"".join(texts)
    return _tagged("lbl", struct.pack("<i", len(table)) + _fixed(name, 129) + b"\0\0\0" + table)


def _is_labelled(variable: Variable) -> bool:
    return bool(variable.values or variable.missing)


def _types(known: Sequence[Variable]) -> bytes:
    return struct.pack(f"<{len(known)}H", *(TYPES[v.kind][0] if v.kind in TYPES else v.width for v in known))


def _before_data(source: Source, known: Sequence[Variable], names: Sequence[str]) -> list[tuple[str, bytes]]:
    """The sections of the file up to the data, as (tag, content)."""
    formats = (FORMATS.get(variable.kind, f"%-{variable.width}s") for variable in known)
    tables = (name if _is_labelled(variable) else "" for variable, name in zip(known, names, strict=True))
    return [
        ("variable_types", _types(known)),
        ("varnames", b"".join(_fixed(name, 129) for name in names)),
        ("sortlist", b"\0\0" * (len(known) + 1)),
        ("formats", b"".join(_fixed(text, 57) for text in formats)),
        ("value_label_names", b"".join(_fixed(table, 129) for table in tables)),
        ("variable_labels", b"".join(_fixed(variable.label[:LONGEST_LABEL], 321) for variable in known)),
        ("characteristics", _characteristics(source, known, names)),
    ]


def _frame(source: Source, known: Sequence[Variable], row: np.dtype[Any]) -> tuple[bytes, bytes]:
    """What stands before the data and what after them."""
    names = stata_names([variable.column.name for variable in known])
    pairs = zip(known, names, strict=True)
    labels = b"".join(_value_labels(variable, name) for variable, name in pairs if _is_labelled(variable))
    start = b"<stata_dta>" + _header(source, len(known))
    sections = [_tagged(tag, content) for tag, content in _before_data(source, known, names)]
    map_size = len(_tagged("map", b"\0" * 8 * 14))
    places = [0, len(start)]
    for size in (map_size, *map(len, sections)):
        places.append(places[-1] + size)
    data_size = len(_tagged("data", b"")) + source.total * row.itemsize
    ends = [_tagged("strls", b""), _tagged("value_labels", labels), b"</stata_dta>"]
    for size in (data_size, *map(len, ends)):
        places.append(places[-1] + size)
    before = start + _tagged("map", struct.pack("<14Q", *places)) + b"".join(sections) + b"<data>"
    return before, b"</data>" + b"".join(ends)


def _type_of(variable: Variable) -> Any:
    return TYPES[variable.kind][1] if variable.kind in TYPES else f"S{variable.width}"


def _value_of(variable: Variable) -> Any:
    if variable.kind is Kind.TEXT:
        return str.encode
    if variable.kind is Kind.DATE:
        return lambda cell: (date.fromisoformat(cell) - FIRST_DAY).days
    return int if variable.kind is Kind.LARGE else fact_numbers(variable.column).__getitem__


def _rows(source: Source, known: Sequence[Variable], row: np.dtype[Any]) -> Iterator[tuple[Batch, bytes]]:
    facts = len(source.dataset.facts)
    arrays = FactArrays([_value_of(v) for v in known[1:facts]], [_type_of(v) for v in known[1:facts]])
    for batch in source.batches():
        record = batch.table
        table = np.empty(len(batch.names), dtype=row)
        table["f0"] = np.array([name.encode() for name in batch.names])
        for place, values in enumerate(arrays.take(source.dataset.blocks, batch), 1):
            table[f"f{place}"] = values
        for place, variable in enumerate(known[facts:], facts):
            start, width = variable.column.record_start, variable.column.width
            if variable.kind is Kind.NUMBER:
                table[f"f{place}"] = STATA_NUMBERS[record[:, start]]
            else:
                cells = [commune_cell(text[start : start + width]).encode() for text in batch.records]
                table[f"f{place}"] = np.array(cells, dtype=f"S{width}")
        yield batch, table.tobytes()


def write_stata(source: Source, file: IO[bytes]) -> int:
    """One observation a response."""
    known = variables(source)
    row = np.dtype([(f"f{place}", _type_of(variable)) for place, variable in enumerate(known)])
    before, after = _frame(source, known, row)
    file.write(before)
    number = 0
    for batch, data in _rows(source, known, row):
        file.write(data)
        number += len(batch.names)
    file.write(after)
    return number
