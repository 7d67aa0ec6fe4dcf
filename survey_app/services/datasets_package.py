"""A dataset as a package: responses in one format, scores, codebook three ways, recipes, README and manifest."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import IO

from survey_app.domain.local_day import VIET_NAM, local_day
from survey_app.services.datasets_codebook import CODEBOOK_COLUMNS, codebook_rows
from survey_app.services.datasets_ddi import codebook_ddi
from survey_app.services.datasets_files import ENCODING, VIETNAMESE_EXCEL, WORLD, CsvStyle, Hashed
from survey_app.services.datasets_manifest import MANIFEST, RECIPES, Written, manifest_json, recipes_json
from survey_app.services.datasets_markdown import codebook_markdown
from survey_app.services.datasets_readme import describe
from survey_app.services.datasets_scores import SCORE_COLUMNS, score_rows
from survey_app.services.datasets_source import Source, Writer
from survey_app.services.datasets_text import write_csv, write_jsonl, write_table


class FileFormat(StrEnum):
    """How the responses are written."""

    CSV = "csv"
    CSV_EXCEL = "csv-excel"
    XLSX = "xlsx"
    SPSS = "sav"
    STATA = "dta"
    PARQUET = "parquet"
    JSON_LINES = "jsonl"

    @property
    def ending(self) -> str:
        """The ending of a file with the responses alone (or of a workbook)."""
        return ".csv" if self is FileFormat.CSV_EXCEL else f".{self.value}"

    @property
    def endings(self) -> tuple[str, ...]:
        """The endings a file may have; a workbook holds everything by itself."""
        return (".xlsx",) if self is FileFormat.XLSX else (".zip", self.ending)

    @property
    def has_long_shape(self) -> bool:
        """Value labels belong to a column, so in the long shape there is nothing to label."""
        return self in (FileFormat.CSV, FileFormat.CSV_EXCEL, FileFormat.PARQUET, FileFormat.JSON_LINES)


FAST = 1
"""How hard responses are compressed: the level costs more time than writing them, and saves little on codes."""


def style_of(file_format: FileFormat) -> CsvStyle:
    """How the tables beside the responses are written."""
    return VIETNAMESE_EXCEL if file_format is FileFormat.CSV_EXCEL else WORLD


def writer_of(file_format: FileFormat) -> Writer:
    """The writer of the responses. Only the formats that need them load numpy or Arrow."""
    if file_format is FileFormat.SPSS:
        from survey_app.services.datasets_spss import write_spss  # noqa: PLC0415

        return write_spss
    if file_format is FileFormat.STATA:
        from survey_app.services.datasets_stata import write_stata  # noqa: PLC0415

        return write_stata
    if file_format is FileFormat.PARQUET:
        from survey_app.services.datasets_parquet import write_parquet  # noqa: PLC0415

        return write_parquet
    if file_format is FileFormat.JSON_LINES:
        return write_jsonl
    style = style_of(file_format)
    return lambda source, file: write_csv(source, style, file)


def write_responses(source: Source, file_format: FileFormat, path: Path) -> int:
    """The responses alone; returns how many rows."""
    with path.open("wb") as file:
        return writer_of(file_format)(source, file)


class _Package:
    """The ZIP being written, and what is in it so far."""

    def __init__(self, bundle: zipfile.ZipFile, source: Source) -> None:
        self._bundle, self._moment = bundle, source.now.astimezone(VIET_NAM).timetuple()[:6]
        self.files: list[Written] = []

    def info(self, name: str) -> zipfile.ZipInfo:
        """What the ZIP tells of a file: the day of the export, not of the disk."""
        year, month, day, hour, minute, second = self._moment
        info = zipfile.ZipInfo(name, (year, month, day, hour, minute, second))
        info.compress_type = zipfile.ZIP_DEFLATED
        return info

    def write(self, name: str, write: Callable[[IO[bytes]], int]) -> Written:
        """A file that is written as it is made."""
        with self._bundle.open(self.info(name), "w", force_zip64=True) as file:
            hashed = Hashed(file)
            with io.BufferedWriter(hashed, 1 << 18) as buffered:
                rows = write(buffered)
        self.files.append(Written(name, rows, hashed.sha256, hashed.tell()))
        return self.files[-1]

    def put(self, name: str, data: bytes) -> None:
        """A small file, whole."""
        written = self.write(name, lambda file: file.write(data))
        self.files[-1] = Written(name, None, written.sha256, written.bytes)


def _readme(source: Source, files: list[Written]) -> bytes:
    is_english = source.language == "en"
    rows, heading = ("rows", "Files:") if is_english else ("dòng", "Các tệp:")
    hashes = [
        f"{entry.name}: {f'{entry.rows} {rows}, ' if entry.rows is not None else ''}SHA-256 {entry.sha256}"
        for entry in files
    ]
    return "\r\n".join([*describe(source), "", heading, *hashes, ""]).encode(ENCODING)


def write_package(source: Source, file_format: FileFormat, path: Path) -> int:
    """The package as a ZIP; returns how many responses."""
    style, write = style_of(file_format), writer_of(file_format)
    today, name = local_day(source.now), f"responses{file_format.ending}"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=FAST) as bundle:
        package = _Package(bundle, source)
        responses = package.write(name, lambda file: write(source, file))
        package.write("scores.csv", lambda file: write_table(file, style, SCORE_COLUMNS, score_rows(source, today)))
        codebook = codebook_rows(source.dataset)
        package.write("codebook.csv", lambda file: write_table(file, style, CODEBOOK_COLUMNS, codebook))
        package.put("codebook.md", codebook_markdown(source).encode())
        package.put("codebook.xml", codebook_ddi(source, responses, responses.rows or 0))
        package.put(RECIPES, recipes_json(source))
        package.put("README.txt", _readme(source, package.files))
        bundle.writestr(package.info(MANIFEST), manifest_json(source, file_format.value, package.files))
    return source.total
