"""Views as files: what Vietnamese Excel reads, nothing it would run, an entry in the audit log."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine

from survey_app.services.result_tables import (
    Block,
    ResultTable,
    Shown,
    TableFormat,
    csv_bytes,
    export_table,
    xlsx_bytes,
)
from survey_app.storage import audit_log
from survey_app.storage.database import begin_read
from tests.scenes import NOW

ROWS = [["Xã Đăk Long", Decimal("79.8"), 1234, None], ["=1+1", "Chưa công bố (ít phiếu)", 0, "@x"]]
TABLE = ResultTable(
    "Thông tin", [("Kỳ", "10/2026"), ("Đơn vị", "+cmd")], [Block("Điểm", ["Tên", "Điểm", "n", ""], ROWS)]
)


def test_csv_is_what_vietnamese_excel_reads() -> None:
    content = csv_bytes(TABLE)
    assert content.startswith(b"\xef\xbb\xbf")
    lines = content.decode("utf-8-sig").split("\r\n")
    assert lines[0] == "Kỳ;10/2026"
    assert lines[2:6] == ["", "Điểm", "Tên;Điểm;n;", "Xã Đăk Long;79,8;1234;"]


def test_no_text_is_taken_for_a_formula() -> None:
    text = csv_bytes(TABLE).decode("utf-8-sig")
    assert "'=1+1" in text
    assert "'@x" in text
    assert "'+cmd" in text
    book = load_workbook(io.BytesIO(xlsx_bytes(TABLE, NOW)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert book["Điểm"]["A3"].value == "'=1+1"


def test_a_workbook_has_numbers_where_there_are_numbers() -> None:
    sheet = load_workbook(io.BytesIO(xlsx_bytes(TABLE, NOW)))["Điểm"]
    assert [sheet.cell(2, column).value for column in (1, 2, 3, 4)] == ["Xã Đăk Long", 79.8, 1234, None]
    assert sheet["B3"].value == "Chưa công bố (ít phiếu)"


def test_sheets_get_names_a_workbook_accepts() -> None:
    blocks = [Block(title, ["x"], []) for title in ("a/b" * 20, "a/b" * 20, "", "history")]
    book = load_workbook(io.BytesIO(xlsx_bytes(ResultTable("Thông tin", [], blocks), NOW)))
    assert len(set(book.sheetnames)) == 5
    assert all(0 < len(name) <= 31 for name in book.sheetnames)


@pytest.mark.usefixtures("province")
@pytest.mark.parametrize("file_format", TableFormat)
def test_an_export_is_in_the_audit_log(engine: Engine, file_format: TableFormat) -> None:
    shown = Shown("heat-map", "51", {"stage": "filing"})
    assert export_table(engine, NOW, "tinh", TABLE, file_format, shown)
    with begin_read(engine) as connection:
        [(actor, unit, detail)] = audit_log.entries(connection, "results.export")
    assert (actor, unit) == ("tinh", "51")
    assert detail == {"view": "heat-map", "filters": {"stage": "filing"}, "format": file_format.value, "rows": 2}
