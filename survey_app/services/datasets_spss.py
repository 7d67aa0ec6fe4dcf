"""Responses as an SPSS system file (.sav), written from beginning to end.

The libraries that write this format want the whole table in memory; the format itself does not. Layout: the PSPP
manual's “System File Format”. Data are bytecode-compressed: a small whole number takes one byte, anything else eight.
Eight rows together always fill whole groups of eight codes, so a batch becomes bytes without a loop over rows.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from survey_app.domain.local_day import VIET_NAM
from survey_app.services.datasets_batches import Batch
from survey_app.services.datasets_codebook import SPSS_MISSING, fact_numbers
from survey_app.services.datasets_columns import Measure, commune_cell
from survey_app.services.datasets_numbers import (
    SPSS_NUMBERS,
    FactArrays,
    Kind,
    Variable,
    variables,
)
from survey_app.services.datasets_source import Source

BIAS = 100
LITERAL = 253
CHUNK = 8
FIRST_DAY = date(1582, 10, 14)
SECONDS = 86_400
FORMATS = {Kind.NUMBER: (5, 4), Kind.LARGE: (5, 10), Kind.DATE: (39, 10), Kind.TEXT: (1, 0)}
"""Kind -> (SPSS format, width): F, F, SDATE, A."""

MEASURES = {Measure.NOMINAL: 1, Measure.ORDINAL: 2, Measure.SCALE: 3}
MISSING_RANGE = (min(SPSS_MISSING.values()), max(SPSS_MISSING.values()))
LONGEST_LABEL, LONGEST_VALUE_LABEL = 252, 120


def _cut(text: str, size: int) -> bytes:
    """The text in UTF-8, at most ``size`` bytes of whole characters."""
    return text.encode()[:size].decode(errors="ignore").encode()


def _padded(data: bytes, unit: int, fill: bytes = b"\0") -> bytes:
    return data + fill * (-len(data) % unit)


def _chunks(variable: Variable) -> int:
    return -(-variable.width // CHUNK) if variable.kind is Kind.TEXT else 1


def _file_record(source: Source, elements: int) -> bytes:
    moment = source.now.astimezone(VIET_NAM)
    questionnaire = source.dataset.version.questionnaire
    label = _cut(f"{questionnaire.slug} v{questionnaire.version}", 64).ljust(64)
    product = b"@(#) SPSS DATA FILE hai-long".ljust(60)
    day, time = f"{moment:%d %b %y}".encode(), f"{moment:%H:%M:%S}".encode()
    numbers = struct.pack("<iiiiid", 2, elements, 1, 0, source.total, float(BIAS))
    return b"$FL2" + product + numbers + day + time + label + b"\0\0\0"


def _variable_record(variable: Variable, name: bytes) -> bytes:
    code, width = FORMATS[variable.kind]
    width = variable.width if variable.kind is Kind.TEXT else width
    shown = code << 16 | width << 8
    text_width = variable.width if variable.kind is Kind.TEXT else 0
    data = struct.pack("<iiiiii", 2, text_width, 1, -2 if variable.missing else 0, shown, shown) + name
    label = _cut(variable.label, LONGEST_LABEL)
    data += struct.pack("<i", len(label)) + _padded(label, 4)
    if variable.missing:
        data += struct.pack("<dd", *map(float, MISSING_RANGE))
    rest = struct.pack("<iiiiii", 2, -1, 0, 0, 0x011D01, 0x011D01) + b" " * 8
    return data + rest * (_chunks(variable) - 1)


def _value_records(variable: Variable, position: int) -> bytes:
    labels = {**variable.values, **{SPSS_MISSING[code]: label for code, label in variable.missing.items()}}
    if not labels:
        return b""
    data = struct.pack("<ii", 3, len(labels))
    for value, label in labels.items():
        text = _cut(label, LONGEST_VALUE_LABEL)
        data += struct.pack("<d", float(value)) + _padded(bytes([len(text)]) + text, CHUNK, b" ")
    return data + struct.pack("<iii", 4, 1, position)


def _info(subtype: int, size: int, data: bytes) -> bytes:
    return struct.pack("<iiii", 7, subtype, size, len(data) // size) + data


def _dictionary(source: Source, known: Sequence[Variable]) -> bytes:
    names = [f"V{place:05d}".encode().ljust(8) for place in range(1, len(known) + 1)]
    starts = np.cumsum([1, *(_chunks(variable) for variable in known)]).tolist()
    parts = [_file_record(source, starts[-1] - 1)]
    parts += [_variable_record(variable, name) for variable, name in zip(known, names, strict=True)]
    parts += [_value_records(variable, start) for variable, start in zip(known, starts, strict=False)]
    parts.append(_info(3, 4, struct.pack("<8i", 1, 0, 0, -1, 1, 1, 2, 65001)))
    largest = np.finfo(np.float64).max
    parts.append(_info(4, 8, struct.pack("<ddd", -largest, largest, np.nextafter(-largest, 0))))
    shown = [(MEASURES[v.column.measure], min(v.width or 8, 40), v.kind is not Kind.TEXT) for v in known]
    parts.append(_info(11, 4, struct.pack(f"<{3 * len(known)}i", *(number for row in shown for number in row))))
    long = "\t".join(f"{name.decode().strip()}={v.column.name}" for v, name in zip(known, names, strict=True))
    parts.append(_info(13, 1, long.encode()))
    parts.append(_info(20, 1, b"UTF-8"))
    return b"".join([*parts, struct.pack("<ii", 999, 0)])


class _Rows:
    """Batches -> one byte a chunk of a row, and the chunks that do not fit into a byte."""

    def __init__(self, source: Source, known: Sequence[Variable]) -> None:
        facts = len(source.dataset.facts)
        self._blocks = source.dataset.blocks
        self._facts, self._answers = known[:facts], known[facts:]
        self._arrays = FactArrays([_value_of(v) for v in known[1:facts]], [_type_of(v) for v in known[1:facts]])
        self.is_literal = np.array(
            [variable.kind is not Kind.NUMBER for variable in known for _ in range(_chunks(variable))]
        )

    def of(self, batch: Batch) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """(code of each chunk, literal chunks) row by row."""
        size, record = len(batch.names), batch.table
        codes = np.full((size, len(self.is_literal)), LITERAL, dtype=np.uint8)
        literals: list[NDArray[np.uint8]] = [_texts(batch.names, self._facts[0].width)]
        place = _chunks(self._facts[0])
        for variable, values in zip(self._facts[1:], self._arrays.take(self._blocks, batch), strict=True):
            if variable.kind is Kind.NUMBER:
                codes[:, place] = values + BIAS
            else:
                literals.append(values.view(np.uint8).reshape(size, -1))
            place += _chunks(variable)
        for variable in self._answers:
            start, width = variable.column.record_start, variable.column.width
            if variable.kind is Kind.NUMBER:
                codes[:, place] = SPSS_NUMBERS[record[:, start]].astype(np.int16) + BIAS
            else:
                literals.append(_texts([commune_cell(text[start : start + width]) for text in batch.records], width))
            place += _chunks(variable)
        return codes, np.concatenate(literals, axis=1)


def _texts(cells: Sequence[str], width: int) -> NDArray[np.uint8]:
    size = -(-width // CHUNK) * CHUNK
    data = b"".join([cell.encode().ljust(size) for cell in cells])
    return np.frombuffer(data, dtype=np.uint8).reshape(len(cells), size)


def _type_of(variable: Variable) -> Any:
    if variable.kind is Kind.TEXT:
        return f"S{_chunks(variable) * CHUNK}"
    return np.int16 if variable.kind is Kind.NUMBER else "<f8"


def _value_of(variable: Variable) -> Any:
    if variable.kind is Kind.TEXT:
        size = _chunks(variable) * CHUNK
        return lambda cell: _cut(cell, variable.width).ljust(size)
    if variable.kind is Kind.DATE:
        return lambda cell: float((date.fromisoformat(cell) - FIRST_DAY).days * SECONDS)
    if variable.kind is Kind.LARGE:
        return float
    numbers: Mapping[str, int] = fact_numbers(variable.column)
    return numbers.__getitem__


def _groups(codes: NDArray[np.uint8], literals: NDArray[np.uint8], is_literal: NDArray[np.bool_]) -> bytes:
    """Whole groups of eight rows: eight codes, then their literals, and so on."""
    flags = np.tile(is_literal, CHUNK)
    ends = np.cumsum(np.where(flags, CHUNK, 0))
    group_of = np.arange(flags.size) // CHUNK
    code_at = np.arange(flags.size) + np.where(group_of > 0, ends[group_of * CHUNK - 1], 0)
    before = np.concatenate([[0], ends[:-1]])
    literal_at = (before + (group_of + 1) * CHUNK)[flags][:, None] + np.arange(CHUNK)
    out = np.empty((len(codes) // CHUNK, flags.size + int(ends[-1])), dtype=np.uint8)
    out[:, code_at] = codes.reshape(len(out), -1)
    out[:, literal_at.reshape(-1)] = literals.reshape(len(out), -1)
    return out.tobytes()


def _last_rows(codes: NDArray[np.uint8], literals: NDArray[np.uint8]) -> bytes:
    """The rows that are left, chunk by chunk; the last group is filled with codes that mean nothing."""
    flat, chunks = codes.reshape(-1).tolist(), iter(literals.reshape(-1, CHUNK))
    data = b""
    for start in range(0, len(flat), CHUNK):
        group = flat[start : start + CHUNK]
        data += bytes(group).ljust(CHUNK, b"\0")
        data += b"".join(next(chunks).tobytes() for code in group if code == LITERAL)
    return data


def _data(source: Source, rows: _Rows) -> Iterator[tuple[bytes, int]]:
    """(bytes, how many responses came in) batch by batch."""
    left: tuple[NDArray[np.uint8], NDArray[np.uint8]] | None = None
    for batch in source.batches():
        codes, literals = rows.of(batch)
        if left is not None:
            codes, literals = np.concatenate([left[0], codes]), np.concatenate([left[1], literals])
        whole = len(codes) - len(codes) % CHUNK
        left = codes[whole:], literals[whole:]
        yield _groups(codes[:whole], literals[:whole], rows.is_literal), len(batch.names)
    if left is not None:
        yield _last_rows(*left), 0


def write_spss(source: Source, file: IO[bytes]) -> int:
    """One case a response."""
    known = variables(source)
    file.write(_dictionary(source, known))
    number = 0
    for data, responses in _data(source, _Rows(source, known)):
        file.write(data)
        number += responses
    return number
