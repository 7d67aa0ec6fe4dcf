"""Comments as a file: the filtered list as CSV or as a workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

import xlsxwriter
from sqlalchemy import Engine

from survey_app.domain.comment_themes import Themes
from survey_app.domain.comments import Status
from survey_app.domain.questionnaire import MAIN_LANGUAGE, say
from survey_app.services.comments import CommentsAsked, comment_filter, places_below
from survey_app.services.datasets_columns import SAMPLE_NOTICE
from survey_app.services.datasets_files import ENCODING, neutralise
from survey_app.services.province_settings import read_settings
from survey_app.storage import audit_log, comments
from survey_app.storage.comments import Comment
from survey_app.storage.database import begin_write

HEADER = ("unit_code", "unit", "month", "language", "themes", "status", "comment")
STATUS_NAMES = {Status.NEW: "mới", Status.IN_PROGRESS: "đang xử lý", Status.ANSWERED: "đã trả lời"}
MOST_ROWS = 100_000


class CommentFormat(StrEnum):
    """How the file is written; ``CSV_EXCEL`` parts columns as Excel in Viet Nam expects."""

    CSV = "csv"
    CSV_EXCEL = "csv_excel"
    XLSX = "xlsx"


def _rows(found: Iterable[Comment], themes: Themes) -> list[tuple[str, ...]]:
    titles = {theme.key: say(theme.title, MAIN_LANGUAGE) for theme in themes.entries}
    return [
        (
            comment.unit_code,
            comment.unit_name,
            f"{comment.month:%Y-%m}",
            comment.language,
            "; ".join(titles.get(key, key) for key in comment.themes),
            STATUS_NAMES[comment.status],
            comment.text,
        )
        for comment in found
    ]


def _csv(rows: Sequence[Sequence[str]], separator: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows([neutralise(cell) for cell in row] for row in rows)
    return text.getvalue().encode(ENCODING)


def _xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(
        content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet = book.add_worksheet("comments")
        for place, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(place, column, cell)
    return content.getvalue()


def export_comments(
    engine: Engine,
    now: datetime,
    actor: str,
    *,
    unit_code: str,
    asked: CommentsAsked,
    file_format: CommentFormat,
    themes: Themes,
) -> bytes:
    """The comments asked for, newest month first, with an audit entry. Raises NoSuchUnit."""
    with begin_write(engine) as connection:
        _, places = places_below(connection, unit_code)
        found = comments.read(connection, comment_filter(asked, places), 0, MOST_ROWS)
        is_sample = read_settings(connection).is_sample
        detail = {name: value for name, value in asked.__dict__.items() if value and name != "page"}
        detail |= {"format": file_format.value, "rows": len(found)}
        audit_log.append(connection, now, actor, "comments.export", unit_code, detail)
    notice: list[tuple[str, ...]] = [(SAMPLE_NOTICE,)] if is_sample else []
    rows = [*notice, HEADER, *_rows(found, themes)]
    if file_format is CommentFormat.XLSX:
        return _xlsx(rows)
    return _csv(rows, ";" if file_format is CommentFormat.CSV_EXCEL else ",")
