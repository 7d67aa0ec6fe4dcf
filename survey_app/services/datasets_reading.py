"""Reading a package back, from its folder or its ZIP: nothing but its own files."""

from __future__ import annotations

import csv
import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from survey_app.services.datasets_codebook import SPSS_MISSING, STATA_MISSING
from survey_app.services.datasets_manifest import MANIFEST, RECIPES

NUMBER_CODES = {str(number): code for code, number in SPSS_MISSING.items()}
LETTER_CODES = {letter: code for code, letter in STATA_MISSING.items()}
LETTERS = {str(number): letter for number, letter in enumerate(ascii_uppercase, 10)}
"""Numbers of answers that are letters."""

ROWS_AT_ONCE = 20_000

Line = Mapping[str, str]


class NotAPackage(Exception):
    """This is no package of a dataset, or a file of it cannot be read; the text says which."""


@dataclass(frozen=True)
class Package:
    """An open package: a folder of files and what its manifest says."""

    folder: Path
    manifest: Mapping[str, Any]

    def broken_files(self) -> list[str]:
        """The files that are gone or are not what the manifest says."""
        return [entry["name"] for entry in self.manifest["files"] if self._sha256(entry["name"]) != entry["sha256"]]

    def _sha256(self, name: str) -> str | None:
        path = self.folder / name
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def recipes(self) -> list[dict[str, Any]]:
        """The recipes, as they were when the scores were made."""
        found: list[dict[str, Any]] = json.loads((self.folder / RECIPES).read_text("utf-8"))
        return found

    def codebook(self) -> list[Line]:
        """What the columns mean."""
        return list(self._table("codebook.csv"))

    def scores(self) -> Iterator[Line]:
        """The published scores, numbers with a decimal point."""
        if self.manifest["format"] != "csv-excel":
            yield from self._table("scores.csv")
            return
        for row in self._table("scores.csv"):
            yield {**row, **{name: row[name].replace(",", ".") for name in ("value", "published", "low", "high")}}

    def responses(self) -> Iterator[Line]:
        """The responses, one mapping of column to code each, whatever the format."""
        if self.manifest["shape"] == "long":
            for _, lines in groupby(self._lines(), key=lambda line: line["response"]):
                row: dict[str, str] = {}
                for line in lines:
                    row |= {**line, line["column"]: line["code"]}
                yield row
        else:
            yield from self._lines()

    def _lines(self) -> Iterator[Line]:
        readers = {"jsonl": self._json_lines, "parquet": self._parquet, "sav": self._spss, "dta": self._stata}
        kind = self.manifest["format"]
        return readers[kind]() if kind in readers else self._table("responses.csv")

    def _table(self, name: str) -> Iterator[Line]:
        separator = ";" if self.manifest["format"] == "csv-excel" else ","
        with (self.folder / name).open(encoding="utf-8-sig", newline="") as file:
            yield from csv.DictReader(file, delimiter=separator)

    def _json_lines(self) -> Iterator[Line]:
        with (self.folder / "responses.jsonl").open(encoding="utf-8") as file:
            yield from map(json.loads, file)

    def _parquet(self) -> Iterator[Line]:
        import pyarrow.parquet as pq  # noqa: PLC0415 - heavy, and of this format alone

        with pq.ParquetFile(self.folder / "responses.parquet") as file:
            for batch in file.iter_batches(ROWS_AT_ONCE):
                columns = [map(str, column.to_pylist()) for column in batch.columns]
                for cells in zip(*columns, strict=True):
                    yield dict(zip(batch.schema.names, cells, strict=True))

    def _spss(self) -> Iterator[Line]:
        import pyreadstat  # noqa: PLC0415 - heavy, and of this format alone

        codes, path = self._number_codes(), str(self.folder / "responses.sav")
        start, size = 0, ROWS_AT_ONCE
        while size == ROWS_AT_ONCE:
            table, _ = pyreadstat.read_sav(
                path, output_format="dict", user_missing=True, row_offset=start, row_limit=ROWS_AT_ONCE
            )
            columns = [[_spss_code(cell, codes.get(name, {})) for cell in cells] for name, cells in table.items()]
            size = len(columns[0])
            start += size
            yield from (dict(zip(table, cells, strict=True)) for cells in zip(*columns, strict=True))

    def _stata(self) -> Iterator[Line]:
        """Missing kinds are asked for as they stand: an answer is then a whole number, a kind of missing its letter."""
        import pandas as pd  # noqa: PLC0415 - heavy, and of this format alone

        words = {row["stata_name"]: row["column"] for row in self.codebook()}
        codes, path = self._number_codes(), self.folder / "responses.dta"
        options = {"convert_categoricals": False, "convert_missing": True, "chunksize": ROWS_AT_ONCE}
        with pd.read_stata(path, **options) as chunks:
            for table in chunks:
                names = [words[column] for column in table]
                columns = [_stata_codes(table[column], codes.get(words[column], {})) for column in table]
                yield from (dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True))

    def _number_codes(self) -> dict[str, Mapping[str, str]]:
        """Column -> number -> what stands for it in the text files: a fact's word, or an answer's letter."""
        found: dict[str, Mapping[str, str]] = {}
        for row in self.codebook():
            if row["kind"] != "fact":
                found[row["column"]] = LETTERS
            elif " → " in row["numbers"]:
                pairs = (part.split(" → ") for part in row["numbers"].split("; "))
                found[row["column"]] = {number: word for word, number in pairs}
        return found


def _spss_code(cell: Any, words: Mapping[str, str]) -> str:
    if not isinstance(cell, float):
        return str(cell)
    text = str(int(cell))
    return NUMBER_CODES.get(text) or words.get(text, text)


def _stata_codes(column: Any, words: Mapping[str, str]) -> list[str]:
    if column.dtype.kind == "M":
        return list(column.dt.strftime("%Y-%m-%d"))
    return [
        cell
        if isinstance(cell, str)
        else words.get(str(int(cell)), str(int(cell)))
        if isinstance(cell, int | float)
        else LETTER_CODES[cell.string[1:]]
        for cell in column.tolist()
    ]


def _opened(folder: Path) -> Package:
    path = folder / MANIFEST
    if not path.is_file():
        raise NotAPackage(f"Không có {MANIFEST}: đây không phải gói dữ liệu của phần mềm này.")
    try:
        manifest = json.loads(path.read_text("utf-8"))
        names = [entry["name"] for entry in manifest["files"]]
    except (ValueError, KeyError, TypeError) as error:
        raise NotAPackage(f"Không đọc được {MANIFEST}.") from error
    if any(Path(name).name != name for name in names):
        raise NotAPackage(f"{MANIFEST} nêu tên tệp không hợp lệ.")
    return Package(folder, manifest)


@contextmanager
def open_package(path: Path) -> Iterator[Package]:
    """The package in this folder, or in this ZIP (unpacked beside nothing that is served, and gone afterwards).

    Raises:
        NotAPackage: it is none.
    """
    if path.is_dir():
        yield _opened(path)
        return
    try:
        with zipfile.ZipFile(path) as bundle, tempfile.TemporaryDirectory(prefix="dataset-") as folder:
            for name in bundle.namelist():
                if Path(name).name == name:
                    bundle.extract(name, folder)
            yield _opened(Path(folder))
    except zipfile.BadZipFile as error:
        raise NotAPackage("Tệp này không phải ZIP.") from error
