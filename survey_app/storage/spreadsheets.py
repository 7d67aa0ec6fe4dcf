"""The first sheet of an XLSX file as text cells: enough for tables that people fill in, and no more."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

MOST_BYTES = 8 * 1024 * 1024
"""Unpacked size of one part of the file; more is no table that somebody typed."""

MOST_COLUMNS = 60
MOST_ROWS = 20_000
MAGIC = b"PK\x03\x04"
SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REFERENCE = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")


class UnreadableSheet(ValueError):
    """Not an XLSX file, or one too large or damaged."""


def is_spreadsheet(content: bytes) -> bool:
    """Whether a file looks like XLSX."""
    return content.startswith(MAGIC)


def _part(archive: ZipFile, name: str) -> ElementTree.Element:
    if archive.getinfo(name).file_size > MOST_BYTES:
        raise UnreadableSheet(name)
    with archive.open(name) as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise UnreadableSheet(name)
    return ElementTree.fromstring(content)  # noqa: S314 - bounded, without a document type


def _column(reference: str) -> int | None:
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        return None
    place = 0
    for letter in found[1]:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _text(cell: ElementTree.Element, shared: list[str]) -> str:
    kind, value = cell.get("t", "n"), cell.find(f"{SPACE}v")
    if kind == "inlineStr":
        return "".join(part.text or "" for part in cell.iter(f"{SPACE}t"))
    text = (value.text or "") if value is not None else ""
    if kind == "s":
        return shared[int(text)]
    return text.removesuffix(".0") if kind == "n" else text


def _rows(sheet: ElementTree.Element, shared: list[str]) -> Iterator[list[str]]:
    for row in sheet.iter(f"{SPACE}row"):
        cells: list[str] = []
        for place, cell in enumerate(row.iter(f"{SPACE}c")):
            at = _column(cell.get("r", "")) if cell.get("r") else place
            if at is None or at >= MOST_COLUMNS:
                continue
            cells += [""] * (at + 1 - len(cells))
            cells[at] = _text(cell, shared)
        yield cells


def read_first_sheet(content: bytes) -> list[list[str]]:
    """The rows of the first sheet. Raises UnreadableSheet."""
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            shared: list[str] = []
            if "xl/sharedStrings.xml" in names:
                strings = _part(archive, "xl/sharedStrings.xml").iter(f"{SPACE}si")
                shared = ["".join(part.text or "" for part in entry.iter(f"{SPACE}t")) for entry in strings]
            rows = []
            for cells in _rows(_part(archive, "xl/worksheets/sheet1.xml"), shared):
                rows.append(cells)
                if len(rows) > MOST_ROWS:
                    raise UnreadableSheet("rows")
            return rows
    except (BadZipFile, KeyError, IndexError, ValueError, ElementTree.ParseError, NotImplementedError) as error:
        raise UnreadableSheet("not a sheet") from error
    except (RuntimeError, EOFError, OSError, zlib.error) as error:
        raise UnreadableSheet("encrypted or damaged") from error
