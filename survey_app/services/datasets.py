"""Exporting a dataset: released responses, scores and codebook in one file, with an audit entry."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Engine

from survey_app.domain.recipe import Recipe
from survey_app.services.datasets_files import (
    VIETNAMESE_EXCEL,
    WORLD,
    Progress,
    Source,
    write_csv,
    write_zip,
)
from survey_app.services.datasets_rows import DatasetQuery, open_dataset
from survey_app.services.datasets_workbook import write_workbook
from survey_app.services.province_settings import read_settings
from survey_app.services.results import NoSuchUnit, NoSuchVersion
from survey_app.storage import audit_log, org_units, questionnaires, waves
from survey_app.storage.database import begin_read, begin_write

__all__ = [
    "DatasetChoices",
    "DatasetQuery",
    "Export",
    "FileFormat",
    "NoSuchUnit",
    "NoSuchVersion",
    "NothingReleased",
    "TooManyRows",
    "dataset_choices",
    "export_dataset",
]

WORKBOOK_ROWS = 200_000
"""Most responses one workbook takes."""


class FileFormat(StrEnum):
    """How a dataset is written."""

    CSV = "csv"
    CSV_EXCEL = "csv-excel"
    XLSX = "xlsx"


class NothingReleased(Exception):
    """No released response matches."""

    def __init__(self) -> None:
        super().__init__("Không có phiếu nào đã công bố khớp với lựa chọn này.")


class TooManyRows(Exception):
    """More responses than a workbook takes: ``rows``, ``limit``."""

    def __init__(self, rows: int, limit: int) -> None:
        super().__init__(f"Có {rows} phiếu; một tệp XLSX chỉ nhận {limit} phiếu. Hãy thu hẹp lựa chọn hoặc dùng CSV.")
        self.rows = rows
        self.limit = limit


@dataclass(frozen=True)
class Export:
    """A finished file: how many responses, and its SHA-256."""

    path: Path
    rows: int
    sha256: str


@dataclass(frozen=True)
class DatasetChoices:
    """What a form may offer: (slug, version, title), (code, title) of waves, (code, name) of units."""

    versions: Sequence[tuple[str, int, Mapping[str, str]]]
    waves: Sequence[tuple[str, str]]
    units: Sequence[tuple[str, str]]
    is_sample: bool


def dataset_choices(engine: Engine, unit_codes: Sequence[str]) -> DatasetChoices:
    """Versions and waves there are, newest first, and the names of these units."""
    with begin_read(engine) as connection:
        every_unit = {unit.code: unit.name for unit in org_units.read_all(connection)[0]}
        published = [version.questionnaire for version in questionnaires.every(connection)]
        return DatasetChoices(
            versions=[(form.slug, form.version, form.title) for form in reversed(published)],
            waves=[(wave.code, wave.title) for wave in waves.every(connection).values()],
            units=[(code, every_unit[code]) for code in unit_codes],
            is_sample=read_settings(connection).is_sample,
        )


@contextmanager
def _unfinished(out: Path) -> Iterator[Path]:
    """A file beside ``out`` to write to; gone afterwards unless it was renamed."""
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.", suffix=".part")
    os.close(handle)
    path = Path(name)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _write(source: Source, file_format: FileFormat, suffix: str, path: Path) -> int:
    if file_format is FileFormat.XLSX:
        return write_workbook(source, path)
    style = VIETNAMESE_EXCEL if file_format is FileFormat.CSV_EXCEL else WORLD
    return write_csv(source, style, path) if suffix == ".csv" else write_zip(source, style, path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _checked(rows: int, limit: int | None) -> int:
    """``rows``, if there are any and not more than ``limit``."""
    if rows == 0:
        raise NothingReleased
    if limit is not None and rows > limit:
        raise TooManyRows(rows, limit)
    return rows


def _month(month: date | None) -> str | None:
    return f"{month:%Y-%m}" if month else None


def _audit(
    engine: Engine, now: datetime, actor: str, query: DatasetQuery, file_format: FileFormat, done: Export
) -> None:
    detail = {
        "filter": {
            "questionnaire": query.slug,
            "version": query.version,
            "units": list(query.unit_codes),
            "wave": query.wave,
            "first_month": _month(query.first_month),
            "last_month": _month(query.last_month),
        },
        "format": file_format.value,
        "rows": done.rows,
        "sha256": done.sha256,
    }
    unit = query.unit_codes[0] if len(query.unit_codes) == 1 else None
    with begin_write(engine) as connection:
        audit_log.append(connection, now, actor, "dataset.export", unit, detail)


def export_dataset(
    engine: Engine,
    recipes: Mapping[str, Recipe],
    now: datetime,
    *,
    query: DatasetQuery,
    file_format: FileFormat,
    out: Path,
    actor: str = audit_log.SYSTEM,
    progress: Progress | None = None,
    workbook_rows: int = WORKBOOK_ROWS,
) -> Export:
    """Write the dataset to ``out`` (``.zip``, ``.csv`` responses only, ``.xlsx``), whole or not at all.

    The audit entry is written before the file gets its name: no dataset leaves without one.

    Raises:
        NoSuchUnit, NoSuchVersion: the query names something that does not exist.
        NothingReleased, TooManyRows: nothing to write, or more than a workbook takes.
        OSError: the folder cannot be written.
    """
    with _unfinished(out) as path:
        with begin_read(engine) as connection:
            dataset = open_dataset(connection, query)
            total = _checked(dataset.count(), workbook_rows if file_format is FileFormat.XLSX else None)
            rows = _write(Source(dataset, total, recipes, now, progress), file_format, out.suffix, path)
        export = Export(out, rows, _sha256(path))
        _audit(engine, now, actor, query, file_format, export)
        path.replace(out)
    return export
