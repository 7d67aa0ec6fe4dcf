"""Tables that officers bring as files, read line by line: what every kind of them has in common."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from itertools import zip_longest

from survey_app.domain.marked_text import _
from survey_app.domain.unit_lines import HEADER_LINE, LineProblem

NOT_UTF8 = _("tệp không phải UTF-8: hãy lưu lại dạng “CSV UTF-8”")
NOT_CSV = _("tệp không đọc được như một bảng CSV: có dấu ngoặc kép chưa đóng, ô quá dài hoặc cách xuống dòng lạ")

Lines = list[list[str]]
Row = dict[str, str | None]
"""Column -> cell; None where a line has fewer cells than the header."""


class FileProblems(Exception):
    """The file has mistakes; nothing was stored. ``problems`` lists every one with its line."""

    def __init__(self, problems: Sequence[LineProblem]) -> None:
        super().__init__("\n".join(f"dòng {problem.line}: {problem.message}" for problem in problems))
        self.problems = tuple(problems)


def decode(content: bytes, refusal: type[FileProblems]) -> str:
    """The text of an uploaded file, UTF-8 with or without a byte-order mark. Raises ``refusal``."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refusal([LineProblem(HEADER_LINE, "", NOT_UTF8)]) from error


def read_lines(text: str, refusal: type[FileProblems]) -> Lines:
    """The cells of a CSV file; ``;`` or ``,`` between columns. Raises ``refusal``."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    first = text.split("\n", 1)[0]
    try:
        return list(csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ","))
    except csv.Error as error:
        raise refusal([LineProblem(HEADER_LINE, "", NOT_CSV)]) from error


def read_rows(
    lines: Lines, check_columns: Callable[[list[str]], Sequence[LineProblem]], refusal: type[FileProblems]
) -> list[Row]:
    """The lines below the header by its names. Raises ``refusal`` with what ``check_columns`` finds in the header."""
    header = [name.strip() for name in lines[0]] if lines else []
    if problems := check_columns(header):
        raise refusal(problems)
    return [dict(zip_longest(header, cells[: len(header)])) for cells in lines[1:]]
