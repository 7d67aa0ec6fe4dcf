"""A dataset as one XLSX workbook: readme, data, labels, scores, codebook.

xlsxwriter makes the workbook with headers only; rows are then streamed into the sheets' XML on its way into the
finished file, which needs no room on disk beside it and is many times as quick as cell by cell.
Texts that return stand once, in the table of shared texts that is written last; the responses are read once and held
for the second sheet, which the limit of rows keeps small. No cell holds a formula: text is text.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from operator import getitem
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from survey_app.domain.local_day import VIET_NAM, local_day
from survey_app.services.datasets_batches import Batch
from survey_app.services.datasets_codebook import CODEBOOK_COLUMNS, codebook_rows
from survey_app.services.datasets_columns import UNIT_COLUMNS, DatasetColumn, Labels, commune_cell, record_spans
from survey_app.services.datasets_package import FAST
from survey_app.services.datasets_readme import describe
from survey_app.services.datasets_scores import SCORE_COLUMNS, score_rows
from survey_app.services.datasets_source import Source, shared_texts
from survey_app.storage import org_units

SHEETS = ("readme", "data", "labels", "scores", "codebook")
SHARED = "xl/sharedStrings.xml"
END_OF_ROWS = b"</sheetData>"
DIMENSION = re.compile(rb'<dimension ref="[^"]*"/>')
COUNTS = re.compile(rb' count="\d+" uniqueCount="(\d+)"')
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
ROWS_AT_ONCE = 500


def _escaped(text: str) -> str:
    return f'<t xml:space="preserve">{escape(NOT_IN_XML.sub("", text))}</t>'


def _text_cell(text: str) -> str:
    return f'<c t="inlineStr"><is>{_escaped(text)}</is></c>'


class _SharedTexts(dict[str, str]):
    """Text -> its cell, which points into the workbook's table of texts."""

    def __init__(self, made: bytes) -> None:
        super().__init__()
        found = COUNTS.search(made)
        self._made, self._first = made, int(found[1]) if found else 0

    def __missing__(self, text: str) -> str:
        self[text] = cell = f'<c t="s"><v>{self._first + len(self)}</v></c>'
        return cell

    def table(self) -> bytes:
        """The table with everything that was asked for."""
        added = "".join(f"<si>{_escaped(text)}</si>" for text in self)
        return COUNTS.sub(b"", self._made).replace(b"</sst>", added.encode() + b"</sst>")


class _Codes(dict[str, str]):
    """Code -> its cell; a single digit is a number, so that AVERAGE reads answers and skips missing codes."""

    def __init__(self, texts: _SharedTexts) -> None:
        super().__init__()
        self._texts = texts

    def __missing__(self, text: str) -> str:
        is_number = len(text) == 1 and text in "0123456789"
        self[text] = cell = f"<c><v>{text}</v></c>" if is_number else self._texts[text]
        return cell


def _data_rows(source: Source, texts: _SharedTexts, held: list[Batch]) -> Iterator[tuple[str, int]]:
    """(XML of some rows, how many) with codes; the responses are ``held`` for the sheet of labels."""
    codes = _Codes(texts)
    spans = record_spans(source.dataset.answers)

    def shared(_block: int, row: tuple[str, ...]) -> str:
        return "".join(map(texts.__getitem__, row))

    def cells(record: str) -> str:
        return "".join(
            codes[commune_cell(record[span.start : span.stop])]
            if span.is_commune
            else "".join(map(codes.__getitem__, record[span.start : span.stop]))
            for span in spans
        )

    for batch, facts in shared_texts(source.dataset, source.batches(1, 2), shared):
        held.append(batch)
        rows = zip(map(_text_cell, batch.names), *facts, map(cells, batch.records), strict=True)
        yield "".join([f"<row>{''.join(row)}</row>" for row in rows]), len(batch.names)


class _Labels(dict[str, str]):
    """Code of a column -> the cell with its label; what has no label stays as it is."""

    def __init__(self, labels: Labels, texts: _SharedTexts) -> None:
        super().__init__()
        self._labels, self._texts = labels, texts

    def __missing__(self, code: str) -> str:
        self[code] = cell = self._texts[self._labels.get(code, code)]
        return cell


def _labels_of(source: Source, column: DatasetColumn, communes: Labels, units: Labels) -> Labels:
    if column.item is None:
        named = {"wave": dict(source.dataset.waves.values())}
        return named.get(column.name, units if column.name in UNIT_COLUMNS else source.labels(column))
    return {**(source.labels(column) or communes), **source.missing(column)}


def _label_rows(source: Source, texts: _SharedTexts, held: list[Batch]) -> Iterator[tuple[str, int]]:
    """The same rows with the labels of the codes."""
    dataset = source.dataset
    communes = {code: commune.name for code, commune in org_units.communes().items()}
    units = {code: unit.name for code, unit in dataset.tree.units.items()}
    labels = [_Labels(_labels_of(source, column, communes, units), texts) for column in dataset.columns]
    facts, answers = labels[1 : len(dataset.facts)], labels[len(dataset.facts) :]
    starts = [0]
    for block in dataset.blocks:
        starts.append(starts[-1] + block.columns)
    spans = record_spans(dataset.answers)

    def shared(block: int, row: tuple[str, ...]) -> str:
        own = facts[starts[block] : starts[block + 1]]
        return "".join([known[cell] for known, cell in zip(own, row, strict=True)])

    def cells(record: str) -> str:
        codes = [cell for span in spans for cell in span.cells(record)]
        return "".join(map(getitem, answers, codes))

    done = source.total
    for batch, told in shared_texts(dataset, held, shared):
        done += len(batch.names)
        if source.progress:
            source.progress(done, 2 * source.total)
        rows = zip(map(_text_cell, batch.names), *told, map(cells, batch.records), strict=True)
        yield "".join([f"<row>{''.join(row)}</row>" for row in rows]), len(batch.names)


def _value_cell(value: Any, texts: _SharedTexts) -> str:
    if value is None:
        return "<c/>"
    return f"<c><v>{value}</v></c>" if isinstance(value, int | Decimal) else texts[value]


def _table_rows(rows: Iterable[tuple[Any, ...]], texts: _SharedTexts) -> Iterator[tuple[str, int]]:
    for row in rows:
        yield f"<row>{''.join([_value_cell(value, texts) for value in row])}</row>", 1


def _headers(source: Source) -> Mapping[str, list[str]]:
    names = [column.name for column in source.dataset.columns]
    return {"data": names, "labels": names, "scores": list(SCORE_COLUMNS), "codebook": list(CODEBOOK_COLUMNS)}


def _write_skeleton(source: Source, file: IO[bytes]) -> None:
    """The whole workbook but for what stands under the headers of its tables, and the readme."""
    headers = _headers(source)
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": source.now.astimezone(VIET_NAM).replace(tzinfo=None)})
        bold = workbook.add_format({"bold": True, "bottom": 1})
        for name in SHEETS:
            sheet = workbook.add_worksheet(name)
            for place, title in enumerate(headers.get(name, ())):
                sheet.write_string(0, place, title, bold)
            if name in headers:
                sheet.freeze_panes(1, 1)
                sheet.set_column(0, 0, 20)
            else:
                sheet.set_column(0, 0, 120)


def _part(sheet: str) -> str:
    """Where the workbook keeps this sheet."""
    return f"xl/worksheets/sheet{SHEETS.index(sheet) + 1}.xml"


def _filter(columns: int, rows: int) -> bytes:
    """The arrows in the header, over all rows."""
    return f'<autoFilter ref="A1:{xl_rowcol_to_cell(rows, columns - 1)}"/>'.encode() if columns else b""


def _fill_sheet(file: IO[bytes], skeleton: bytes, rows: Iterator[tuple[str, int]], columns: int) -> int:
    """Write a sheet's XML with ``rows`` behind its header; returns how many."""
    before, _, after = (
        DIMENSION.sub(b"", skeleton).replace(b"<sheetData/>", b"<sheetData></sheetData>").partition(END_OF_ROWS)
    )
    file.write(before)
    number, waiting = 0, []
    for text, count in rows:
        waiting.append(text)
        number += count
        if len(waiting) == ROWS_AT_ONCE or count > 1:
            file.write("".join(waiting).encode())
            waiting = []
    file.write("".join(waiting).encode() + END_OF_ROWS + _filter(columns, number) + after)
    return number


def write_workbook(source: Source, path: Path) -> int:
    """The workbook; returns how many responses."""
    skeleton = io.BytesIO()
    _write_skeleton(source, skeleton)
    headers = _headers(source)
    with zipfile.ZipFile(skeleton) as made:
        texts, held = _SharedTexts(made.read(SHARED)), list[Batch]()
        rows: dict[str, Iterator[tuple[str, int]]] = {
            "data": _data_rows(source, texts, held),
            "labels": _label_rows(source, texts, held),
            "scores": _table_rows(score_rows(source, local_day(source.now)), texts),
            "codebook": _table_rows(codebook_rows(source.dataset), texts),
        }
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=FAST) as bundle:
            sheets = {_part(sheet): sheet for sheet in SHEETS}
            for info in made.infolist():
                if info.filename not in {*sheets, SHARED}:
                    bundle.writestr(info.filename, made.read(info))
            for sheet, own in rows.items():
                with bundle.open(_part(sheet), "w", force_zip64=True) as file:
                    _fill_sheet(file, made.read(_part(sheet)), own, len(headers[sheet]))
            with bundle.open(_part("readme"), "w") as file:
                lines = _table_rows([(line,) for line in describe(source)], texts)
                _fill_sheet(file, made.read(_part("readme")), lines, 0)
            bundle.writestr(SHARED, texts.table())
    return source.total
