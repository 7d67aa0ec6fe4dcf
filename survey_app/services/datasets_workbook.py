"""A dataset as one XLSX workbook: readme, data, labels, scores, codebook.

xlsxwriter makes the workbook with headers only; rows are then streamed into the sheets' XML on its way into the
finished file, which keeps memory flat, needs no room on disk beside it, and is many times as quick as cell by cell.
No cell holds a formula: text is text.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape

import xlsxwriter

from survey_app.domain.local_day import VIET_NAM, local_day
from survey_app.services.datasets_columns import FACTS, UNIT_COLUMNS, DatasetColumn, Labels
from survey_app.services.datasets_files import Source, describe, frame_rows
from survey_app.services.datasets_frames import CODEBOOK_COLUMNS, SCORE_COLUMNS, codebook_frame, scores_frames
from survey_app.services.datasets_rows import Dataset, Row
from survey_app.storage import org_units

SHEETS = ("readme", "data", "labels", "scores", "codebook")
END_OF_ROWS = b"</sheetData>"
DIMENSION = re.compile(rb'<dimension ref="[^"]*"/>')
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
ROWS_AT_ONCE = 500


def _text_cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(NOT_IN_XML.sub("", text))}</t></is></c>'


class _TextCells(dict[str, str]):
    """Text -> its cell, made once for each text."""

    def __missing__(self, text: str) -> str:
        self[text] = cell = _text_cell(text)
        return cell


class _CodeCells(_TextCells):
    """As ``_TextCells``, but a single digit is a number, so that AVERAGE reads answers and skips missing codes."""

    def __missing__(self, text: str) -> str:
        if len(text) == 1 and text in "0123456789":
            self[text] = f"<c><v>{text}</v></c>"
            return self[text]
        return super().__missing__(text)


def _sheet_rows(rows: Iterator[Row], facts: Mapping[str, str], answers: Mapping[str, str]) -> Iterator[str]:
    fact, answer = facts.__getitem__, answers.__getitem__
    for row in rows:
        cells = "".join(map(fact, row[1:FACTS])) + "".join(map(answer, row[FACTS:]))
        yield f"<row>{_text_cell(row[0])}{cells}</row>"


def _column_labels(dataset: Dataset, column: DatasetColumn, communes: Labels, units: Labels) -> Labels:
    if column.item is None:
        named = {"wave": dict(dataset.waves.values())}
        return named.get(column.name, units if column.name in UNIT_COLUMNS else column.labels)
    return {**(column.labels or communes), **column.missing}


def _labelled(dataset: Dataset, rows: Iterator[Row]) -> Iterator[Row]:
    """The rows with Vietnamese labels for codes; what has no label stays as it is."""
    communes = {code: commune.name for code, commune in org_units.communes().items()}
    units = {code: unit.name for code, unit in dataset.tree.units.items()}
    labels = [_column_labels(dataset, column, communes, units) for column in dataset.columns]
    for row in rows:
        yield [known.get(cell, cell) for cell, known in zip(row, labels, strict=True)]


def _value_cell(value: Any) -> str:
    if value is None:
        return "<c/>"
    return f"<c><v>{value}</v></c>" if isinstance(value, int | Decimal) else _text_cell(value)


def _frame_rows(frames: Iterable[Any]) -> Iterator[str]:
    for row in frame_rows(frames):
        yield f"<row>{''.join(map(_value_cell, row))}</row>"


def _write_skeleton(source: Source, file: IO[bytes]) -> None:
    """The whole workbook but for what stands under the headers of its tables."""
    names = [column.name for column in source.dataset.columns]
    headers = {"data": names, "labels": names, "scores": SCORE_COLUMNS, "codebook": CODEBOOK_COLUMNS}
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": source.now.astimezone(VIET_NAM).replace(tzinfo=None)})
        for name in SHEETS:
            sheet = workbook.add_worksheet(name)
            for place, title in enumerate(headers.get(name, ())):
                sheet.write_string(0, place, title)
            if name in headers:
                sheet.freeze_panes(1, 1)
            else:
                for number, line in enumerate(describe(source)):
                    sheet.write_string(number, 0, line)


def _part(sheet: str) -> str:
    """Where the workbook keeps this sheet."""
    return f"xl/worksheets/sheet{SHEETS.index(sheet) + 1}.xml"


def _fill_sheet(file: IO[bytes], skeleton: bytes, rows: Iterator[str]) -> int:
    """Write a sheet's XML with ``rows`` behind its header; returns how many."""
    before, _, after = DIMENSION.sub(b"", skeleton).partition(END_OF_ROWS)
    file.write(before)
    number = 0
    while batch := list(islice(rows, ROWS_AT_ONCE)):
        file.write("".join(batch).encode())
        number += len(batch)
    file.write(END_OF_ROWS + after)
    return number


def write_workbook(source: Source, path: Path) -> int:
    """The workbook; returns how many responses."""
    skeleton = io.BytesIO()
    _write_skeleton(source, skeleton)
    dataset, recipes = source.dataset, source.recipes
    rows: dict[str, Iterator[str]] = {
        _part("data"): _sheet_rows(source.rows(1, 2), _TextCells(), _CodeCells()),
        _part("labels"): _sheet_rows(_labelled(dataset, source.rows(2, 2)), _TextCells(), _TextCells()),
        _part("scores"): _frame_rows(scores_frames(dataset, recipes, local_day(source.now))),
        _part("codebook"): _frame_rows([codebook_frame(dataset)]),
    }
    written = {}
    with zipfile.ZipFile(skeleton) as made, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        for info in made.infolist():
            content = made.read(info)
            with bundle.open(info, "w", force_zip64=True) as file:
                if info.filename in rows:
                    written[info.filename] = _fill_sheet(file, content, rows[info.filename])
                else:
                    file.write(content)
    return written[_part("data")]
