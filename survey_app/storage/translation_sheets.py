"""The sheet a translator fills in: CSV that Vietnamese Excel opens and saves (UTF-8 with mark, ``;``)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from survey_app.domain.translation import SheetRow, SourceText, tidy

KEY, VIETNAMESE = "khóa", "tiếng Việt"
SEPARATORS = ";,\t"


class UnreadableSheet(Exception):
    """The file is no sheet of this language; the text says what to do."""


def _translation_column(language: str) -> str:
    return f"bản dịch ({language})"


def write_sheet(path: Path, language: str, texts: Iterable[SourceText]) -> None:
    """Write one row for each text."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow([KEY, VIETNAMESE, "tiếng Anh", _translation_column(language), "ghi chú"])
        writer.writerows((text.key, text.vietnamese, text.english, text.translation, text.note) for text in texts)


def read_sheet(path: Path, language: str) -> list[SheetRow]:
    """The rows as they stand; ``;``, ``,`` or tabs between columns, empty lines passed over.

    Raises:
        UnreadableSheet: not UTF-8, no CSV, or without a column that is needed.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        separator = max(SEPARATORS, key=text.split("\n", 1)[0].count)
        header, *lines = csv.reader(io.StringIO(text), delimiter=separator)
    except UnicodeDecodeError as error:
        raise UnreadableSheet("tệp không phải UTF-8: hãy lưu lại dạng “CSV UTF-8”") from error
    except (csv.Error, ValueError) as error:
        raise UnreadableSheet("tệp không phải bảng CSV: hãy lưu lại dạng “CSV UTF-8”") from error
    columns = [tidy(name) for name in header]
    wanted = (KEY, VIETNAMESE, _translation_column(language))
    missing = [name for name in wanted if name not in columns]
    if missing:
        raise UnreadableSheet(f"bảng thiếu cột: {', '.join(missing)}. Hãy xuất lại bảng của ngôn ngữ này")
    places = [columns.index(name) for name in wanted]
    found = [(number, [line[at] if at < len(line) else "" for at in places]) for number, line in enumerate(lines, 2)]
    return [SheetRow(number, cells[0].strip(), *cells[1:]) for number, cells in found if any(map(str.strip, cells))]
