"""Text files of a dataset: CSV as the world reads it and as Vietnamese Excel does, alone or together in a ZIP."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from survey_app.domain.local_day import VIET_NAM, local_day
from survey_app.domain.recipe import Recipe
from survey_app.services.datasets_columns import FACTS, MISSING_LABELS, REASONS, SAMPLE_NOTICE
from survey_app.services.datasets_frames import CODEBOOK_COLUMNS, SCORE_COLUMNS, codebook_frame, scores_frames
from survey_app.services.datasets_rows import Dataset, Row

ENCODING = "utf-8-sig"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
PROGRESS_EVERY = 2_000

Progress = Callable[[int, int], None]
"""Called with (rows done, rows in all)."""


@dataclass(frozen=True)
class CsvStyle:
    """What stands between columns and in decimals."""

    separator: str
    decimal_mark: str


WORLD = CsvStyle(",", ".")
VIETNAMESE_EXCEL = CsvStyle(";", ",")


@dataclass(frozen=True)
class Source:
    """What every format needs: an open dataset, its size, the recipes, the time and who listens."""

    dataset: Dataset
    total: int
    recipes: Mapping[str, Recipe]
    now: datetime
    progress: Progress | None = None

    def rows(self, turn: int = 1, turns: int = 1) -> Iterator[Row]:
        """The dataset's rows, with word of progress; ``turn`` of ``turns`` when they are read more than once."""
        for done, row in enumerate(self.dataset.rows(), 1):
            if self.progress and (done % PROGRESS_EVERY == 0 or done == self.total):
                self.progress(done + (turn - 1) * self.total, turns * self.total)
            yield row


@lru_cache(maxsize=10_000)
def neutralise(text: str) -> str:
    """``text`` with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if len(text) > 1 and text.startswith(FORMULA_STARTS) else text


def _cell(value: Any, style: CsvStyle) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return str(value).replace(".", style.decimal_mark)
    return neutralise(value) if isinstance(value, str) else str(value)


class _Hashed(io.RawIOBase):
    """Passes bytes on and keeps their SHA-256."""

    def __init__(self, inner: IO[bytes]) -> None:
        self._inner = inner
        self.sha256 = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.sha256.update(data)
        return self._inner.write(data)


def _write_table(
    file: IO[bytes], style: CsvStyle, header: Sequence[str], rows: Iterable[Sequence[str]]
) -> tuple[int, str]:
    """Write a CSV file; returns how many rows and the file's SHA-256."""
    hashed = _Hashed(file)
    number = 0
    with io.TextIOWrapper(io.BufferedWriter(hashed, 1 << 18), ENCODING, newline="") as text:
        writer = csv.writer(text, delimiter=style.separator)
        writer.writerow(header)
        for row in rows:
            writer.writerow(row)
            number += 1
    return number, hashed.sha256.hexdigest()


def _write_responses(file: IO[bytes], source: Source, style: CsvStyle) -> tuple[int, str]:
    """Facts are neutralised; the first is a random number, and items hold codes of the record's alphabet only."""
    rows = ([row[0], *map(neutralise, row[1:FACTS]), *row[FACTS:]] for row in source.rows())
    return _write_table(file, style, [column.name for column in source.dataset.columns], rows)


def frame_rows(frames: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """The rows of data frames that share their columns."""
    for frame in frames:
        yield from frame.itertuples(index=False, name=None)


def _write_frames(file: IO[bytes], style: CsvStyle, header: Sequence[str], frames: Iterable[Any]) -> tuple[int, str]:
    rows = ([_cell(value, style) for value in row] for row in frame_rows(frames))
    return _write_table(file, style, header, rows)


def write_csv(source: Source, style: CsvStyle, path: Path) -> int:
    """The responses alone; returns how many rows."""
    with path.open("wb") as file:
        return _write_responses(file, source, style)[0]


def _entry(name: str, moment: tuple[int, ...]) -> zipfile.ZipInfo:
    year, month, day, hour, minute, second = moment
    info = zipfile.ZipInfo(name, (year, month, day, hour, minute, second))
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def write_zip(source: Source, style: CsvStyle, path: Path) -> int:
    """``responses.csv``, ``scores.csv``, ``codebook.csv`` and ``README.txt``; returns how many responses."""
    moment = source.now.astimezone(VIET_NAM).timetuple()[:6]
    dataset, written, today = source.dataset, [], local_day(source.now)
    tables: dict[str, Callable[[IO[bytes]], tuple[int, str]]] = {
        "responses.csv": lambda file: _write_responses(file, source, style),
        "scores.csv": lambda file: _write_frames(
            file, style, SCORE_COLUMNS, scores_frames(dataset, source.recipes, today)
        ),
        "codebook.csv": lambda file: _write_frames(file, style, CODEBOOK_COLUMNS, [codebook_frame(dataset)]),
    }
    with zipfile.ZipFile(path, "w") as bundle:
        for name, write in tables.items():
            with bundle.open(_entry(name, moment), "w", force_zip64=True) as file:
                written.append((name, *write(file)))
        hashes = [f"{name}: {rows} dòng, SHA-256 {sha256}" for name, rows, sha256 in written]
        text = "\r\n".join([*describe(source), "", "Các tệp:", *hashes, ""])
        bundle.writestr(_entry("README.txt", moment), text.encode(ENCODING))
    return written[0][1]


def describe(source: Source) -> list[str]:
    """What this dataset is, line by line, for whoever opens it: the notice on sample data first."""
    dataset, query = source.dataset, source.dataset.query
    months = " – ".join(f"{month:%m/%Y}" if month else "…" for month in (query.first_month, query.last_month))
    k = dataset.settings.thresholds.demographic
    lines = [SAMPLE_NOTICE] if dataset.settings.is_sample else []
    return [
        *lines,
        "BỘ DỮ LIỆU KHẢO SÁT – chỉ số hài lòng tại quầy (cách tính theo SIPAS), không phải SIPAS của địa phương",
        f"Mẫu phiếu: {query.slug}, phiên bản {query.version}; SHA-256 {dataset.version.sha256}",
        f"Đơn vị: {', '.join(f'{code} {dataset.tree.units[code].name}' for code in dataset.roots)}",
        f"Đợt khảo sát: {query.wave or 'tất cả'}",
        f"Tháng: {months if query.first_month or query.last_month else 'tất cả'}",
        f"Số phiếu đã công bố: {source.total}",
        f"Ngày xuất: {local_day(source.now):%d/%m/%Y}",
        "",
        "Mỗi dòng của responses là một phiếu trả lời đã công bố; ý nghĩa từng cột có trong codebook.",
        "Mã thiếu: " + "; ".join(f"{code} = {label}" for code, label in MISSING_LABELS.items()) + ".",
        f"Câu về nhân khẩu, nơi sinh sống: tổ hợp có dưới {k} phiếu trong một đơn vị và một năm được thay bằng W.",
        "Số liệu theo mục đích đến (cột stage của scores) chỉ tính các kỳ công bố có release_stage tương ứng.",
        "Điểm: value là giá trị đầy đủ, published là giá trị công bố (làm tròn một lần).",
        f"withheld = 1: chưa công bố; cột reason: {'; '.join(f'{why} = {told}' for why, told in REASONS.items())}.",
        "Khoảng tin cậy 95 % (low, high) chỉ phản ánh sai số ngẫu nhiên; người trả lời không phải mẫu ngẫu nhiên.",
        "Mã có số 0 ở đầu: khi mở CSV bằng Excel hãy chọn kiểu Văn bản (Text) cho cột, hoặc dùng tệp XLSX.",
    ]
