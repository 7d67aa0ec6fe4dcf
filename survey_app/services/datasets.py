"""Exporting a dataset: released responses, scores and codebook in one file, with an audit entry."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Engine

from survey_app.domain.recipe import Recipe
from survey_app.services.datasets_manifest import filter_data
from survey_app.services.datasets_package import FileFormat, write_package, write_responses
from survey_app.services.datasets_public import PublicDataset, TooFewForPublic
from survey_app.services.datasets_rows import Dataset, DatasetQuery, read_dataset
from survey_app.services.datasets_source import Progress, Shape, Source
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
    "Form",
    "Level",
    "NoSuchUnit",
    "NoSuchVersion",
    "NothingReleased",
    "Shape",
    "TooFewForPublic",
    "TooManyRows",
    "dataset_choices",
    "export_dataset",
]

WORKBOOK_ROWS = 200_000
"""Most responses one workbook takes."""


class Level(StrEnum):
    """Who may have the dataset: the office that collects, or anybody."""

    INTERNAL = "internal"
    PUBLIC = "public"


KINDS: Mapping[Level, type[Dataset]] = {Level.INTERNAL: Dataset, Level.PUBLIC: PublicDataset}


@dataclass(frozen=True)
class Form:
    """How a dataset is written: format, shape, level, and the language of labels and README."""

    file_format: FileFormat
    shape: Shape = Shape.WIDE
    level: Level = Level.INTERNAL
    language: str = "vi"

    @property
    def is_possible(self) -> bool:
        """Whether this format has this shape."""
        return self.shape is Shape.WIDE or self.file_format.has_long_shape


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
    if suffix == ".zip":
        return write_package(source, file_format, path)
    write_responses(source, file_format, path)
    return source.total


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


def _audit(engine: Engine, now: datetime, actor: str, query: DatasetQuery, form: Form, done: Export) -> None:
    detail = {
        "filter": filter_data(query),
        "format": form.file_format.value,
        "shape": form.shape.value,
        "level": form.level.value,
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
    form: Form,
    out: Path,
    actor: str = audit_log.SYSTEM,
    progress: Progress | None = None,
    workbook_rows: int = WORKBOOK_ROWS,
) -> Export:
    """Write the dataset to ``out`` (.zip a package, .xlsx a workbook, else responses only), whole or not at all.

    The audit entry is written before the file gets its name: no dataset leaves without one.

    Raises:
        NoSuchUnit, NoSuchVersion: the query names something that does not exist.
        NothingReleased, TooManyRows: nothing to write, or more than a workbook takes.
        TooFewForPublic: a public dataset of so few responses would tell on people.
        OSError: the folder cannot be written.
    """
    with _unfinished(out) as path:
        with begin_read(engine) as connection:
            dataset = read_dataset(KINDS[form.level], connection, query)
            total = _checked(dataset.count(), workbook_rows if form.file_format is FileFormat.XLSX else None)
            source = Source(dataset, total, recipes, now, progress, form.shape, form.language)
            rows = _write(source, form.file_format, out.suffix, path)
        export = Export(out, rows, _sha256(path))
        _audit(engine, now, actor, query, form, export)
        path.replace(out)
    return export
