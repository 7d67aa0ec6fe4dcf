"""A view of results as a file: exactly the figures shown, as CSV for Vietnamese Excel or as a workbook; audited."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import xlsxwriter
from sqlalchemy import Engine

from survey_app.domain.local_day import VIET_NAM
from survey_app.services.datasets_files import ENCODING, VIETNAMESE_EXCEL, neutralise
from survey_app.storage import audit_log
from survey_app.storage.database import begin_write

Value = str | int | Decimal | None
"""A cell; None is left empty."""

MOST_SHEET_NAME = 31
NOT_IN_SHEET_NAMES = str.maketrans("[]:*?/\\", "       ")


class TableFormat(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True)
class Block:
    """One table: what it is called, its columns, its rows."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Value]]


@dataclass(frozen=True)
class ResultTable:
    """A view: its facts (unit, period, filters, …) and its tables. ``facts_title`` names the sheet of the facts."""

    facts_title: str
    facts: Sequence[tuple[str, str]]
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Shown:
    """What is exported, for the audit log: which view of which unit under which filters."""

    view: str
    unit_code: str
    filters: Mapping[str, str]


def _csv_value(value: Value) -> str:
    if isinstance(value, Decimal):
        return str(value).replace(".", VIETNAMESE_EXCEL.decimal_mark)
    return "" if value is None else neutralise(str(value))


def csv_bytes(table: ResultTable) -> bytes:
    """The facts, then each table under its title, an empty line between."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=VIETNAMESE_EXCEL.separator)
    writer.writerows([neutralise(label), neutralise(value)] for label, value in table.facts)
    for block in table.blocks:
        writer.writerows([[], [neutralise(block.title)], [neutralise(column) for column in block.columns]])
        writer.writerows([_csv_value(value) for value in row] for row in block.rows)
    return file.getvalue().encode(ENCODING)


def _sheet_names(table: ResultTable) -> list[str]:
    """Names a workbook accepts, none twice."""
    names: list[str] = []
    for title in (table.facts_title, *(block.title for block in table.blocks)):
        name = title.translate(NOT_IN_SHEET_NAMES).strip(" '")[:MOST_SHEET_NAME].strip(" '")
        taken = {other.lower() for other in names}
        names.append(name if name and name.lower() not in taken else f"{name[: MOST_SHEET_NAME - 4]} {len(names) + 1}")
    return names


def xlsx_bytes(table: ResultTable, now: datetime) -> bytes:
    """A sheet of facts and a sheet for each table. No cell holds a formula: text is text."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": now.astimezone(VIET_NAM).replace(tzinfo=None)})
        bold, tenth = workbook.add_format({"bold": True}), workbook.add_format({"num_format": "0.0"})
        facts_name, *names = _sheet_names(table)
        sheet = workbook.add_worksheet(facts_name)
        sheet.set_column(0, 1, 40)
        for number, (label, value) in enumerate(table.facts):
            sheet.write_string(number, 0, label, bold)
            sheet.write_string(number, 1, neutralise(value))
        for name, block in zip(names, table.blocks, strict=True):
            sheet = workbook.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, 1, 36)
            for place, column in enumerate(block.columns):
                sheet.write_string(0, place, column, bold)
            for number, row in enumerate(block.rows, 1):
                for place, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(number, place, neutralise(cell))
                    elif cell is not None:
                        sheet.write_number(number, place, cell, tenth if isinstance(cell, Decimal) else None)
    return file.getvalue()


def export_table(
    engine: Engine, now: datetime, actor: str, table: ResultTable, file_format: TableFormat, shown: Shown
) -> bytes:
    """The file, once its audit entry is written: no figures leave without one."""
    content = csv_bytes(table) if file_format is TableFormat.CSV else xlsx_bytes(table, now)
    detail = {
        "view": shown.view,
        "filters": dict(shown.filters),
        "format": file_format.value,
        "rows": sum(len(block.rows) for block in table.blocks),
    }
    with begin_write(engine) as connection:
        audit_log.append(connection, now, actor, "results.export", shown.unit_code, detail)
    return content
