"""Responses as text: CSV as the world reads it and as Vietnamese Excel does, and JSON Lines; wide and long."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from survey_app.services.datasets_batches import Batch
from survey_app.services.datasets_columns import Span, commune_cell, record_spans
from survey_app.services.datasets_files import ENCODING, CsvStyle, neutralise
from survey_app.services.datasets_source import Shape, Source, long_facts, long_places, shared_texts

BOM = b"\xef\xbb\xbf"
END = "\r\n"


def csv_line(cells: Iterable[str], style: CsvStyle) -> str:
    """The cells as CSV, without the end of the line."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=style.separator, lineterminator="").writerow(cells)
    return text.getvalue()


def _cell(value: Any, style: CsvStyle) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return str(value).replace(".", style.decimal_mark)
    return neutralise(value) if isinstance(value, str) else str(value)


def write_table(file: IO[bytes], style: CsvStyle, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write a small table as CSV; returns how many rows."""
    number = 0
    file.write((csv_line(header, style) + END).encode(ENCODING))
    for row in rows:
        file.write((csv_line([_cell(value, style) for value in row], style) + END).encode())
        number += 1
    return number


class _Commune(dict[str, str]):
    """Characters of a commune code -> its one cell."""

    def __missing__(self, part: str) -> str:
        self[part] = cell = commune_cell(part)
        return cell


def _span_texts(span: Span, batch: Batch, separator: str, communes: _Commune) -> Iterable[str]:
    """What stands between two separators or more, record by record."""
    if span.is_commune:
        return [communes[record[span.start : span.stop]] for record in batch.records]
    return _separated(batch.table[:, span.start : span.stop], separator)


def _separated(table: NDArray[np.uint8], separator: str) -> list[str]:
    """Each row's characters with separators between them: laid between all at once."""
    width = 2 * table.shape[1] - 1
    lines = np.full((len(table), width), ord(separator), dtype=np.uint8)
    lines[:, ::2] = table
    text = lines.tobytes().decode("ascii")
    return [text[at : at + width] for at in range(0, len(text), width)]


def write_csv(source: Source, style: CsvStyle, file: IO[bytes]) -> int:
    """One line a response. Facts are neutralised; items hold codes of the record's alphabet only."""
    if source.shape is Shape.LONG:
        return _write_long_csv(source, style, file)
    dataset, separator, number = source.dataset, style.separator, 0
    spans, communes = record_spans(dataset.answers), _Commune()

    def shared(_block: int, row: tuple[str, ...]) -> str:
        return csv_line(map(neutralise, row), style)

    file.write(BOM + (csv_line([column.name for column in dataset.columns], style) + END).encode())
    for batch, facts in shared_texts(dataset, source.batches(), shared):
        answers = [_span_texts(span, batch, separator, communes) for span in spans]
        lines = map(separator.join, zip(batch.names, *facts, *answers, strict=True))
        file.write((END.join(lines) + END).encode())
        number += len(batch.names)
    return number


def _answer_cells(spans: Sequence[Span], record: str) -> list[str]:
    """The cells of a record, in the order of the answer columns."""
    return [cell for span in spans for cell in span.cells(record)]


def _responses(source: Source) -> Iterator[tuple[Sequence[str], list[tuple[str, ...]], list[list[str]]]]:
    """Batch by batch (names, facts, answers) of the responses for the long shape."""
    places, blocks, spans = long_places(source.dataset), source.dataset.blocks, record_spans(source.dataset.answers)
    for batch in source.batches():
        facts = [[blocks[b].rows[at][place] for at in batch.places[b]] for b, place in places]
        answers = [_answer_cells(spans, record) for record in batch.records]
        yield batch.names, list(zip(*facts, strict=True)), answers


def long_header(source: Source) -> list[str]:
    """The names of the columns of the long shape."""
    return ["response", *(column.name for column in long_facts(source.dataset)), "column", "code"]


def _write_long_csv(source: Source, style: CsvStyle, file: IO[bytes]) -> int:
    separator, number = style.separator, 0
    named = [f"{separator}{column.name}{separator}" for column in source.dataset.answers]
    file.write(BOM + (csv_line(long_header(source), style) + END).encode())
    heads: dict[tuple[str, ...], str] = {}
    for names, facts, answers in _responses(source):
        lines: list[str] = []
        for name, cells, codes in zip(names, facts, answers, strict=True):
            if cells not in heads:
                heads[cells] = csv_line(map(neutralise, cells), style)
            head = f"{name}{separator}{heads[cells]}"
            lines += [f"{head}{column}{code}" for column, code in zip(named, codes, strict=True)]
        file.write((END.join(lines) + END).encode())
        number += len(lines)
    return number


def write_jsonl(source: Source, file: IO[bytes]) -> int:
    """One JSON object a line: codes as texts, so that a missing code stays what it is."""
    if source.shape is Shape.LONG:
        return _write_long_jsonl(source, file)
    dataset, number = source.dataset, 0
    names = [json.dumps(column.name) for column in dataset.facts[1:]]
    first = [0]
    for block in dataset.blocks:
        first.append(first[-1] + block.columns)

    def shared(block: int, row: tuple[str, ...]) -> str:
        own = names[first[block] : first[block + 1]]
        return ",".join(f"{name}:{json.dumps(cell, ensure_ascii=False)}" for name, cell in zip(own, row, strict=True))

    spans = record_spans(dataset.answers)
    answers = ",".join(f'"{column.name}":"%s"' for column in dataset.answers)
    line = '{"response":"%s",' + "%s," * len(dataset.blocks) + answers + "}\n"
    for batch, facts in shared_texts(dataset, source.batches(), shared):
        rows = zip(zip(batch.names, *facts, strict=True), batch.records, strict=True)
        file.write("".join([line % (*told, *_answer_cells(spans, record)) for told, record in rows]).encode())
        number += len(batch.names)
    return number


def _write_long_jsonl(source: Source, file: IO[bytes]) -> int:
    number = 0
    named = [f',"column":"{column.name}","code":"' for column in source.dataset.answers]
    fact_names = [column.name for column in long_facts(source.dataset)]
    for names, facts, answers in _responses(source):
        lines: list[str] = []
        for name, cells, codes in zip(names, facts, answers, strict=True):
            told = {"response": name, **dict(zip(fact_names, cells, strict=True))}
            head = json.dumps(told, ensure_ascii=False, separators=(",", ":"))[:-1]
            lines += [f'{head}{column}{code}"}}\n' for column, code in zip(named, codes, strict=True)]
        file.write("".join(lines).encode())
        number += len(lines)
    return number
