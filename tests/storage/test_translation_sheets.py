"""The sheet opens in Vietnamese Excel and comes back as Excel, LibreOffice or Google save it."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey_app.domain.translation import SheetRow, SourceText
from survey_app.storage.translation_sheets import UnreadableSheet, read_sheet, write_sheet

TEXTS = [
    SourceText("title", "Phiếu; ngắn", 'A "short" form', "", "tiêu đề"),
    SourceText("page.1", "Khoảng %(n)s phút", "About %(n)s minutes", "x %(n)s", "trang phiếu"),
]
ROWS = [SheetRow(2, "title", "Phiếu; ngắn", ""), SheetRow(3, "page.1", "Khoảng %(n)s phút", "x %(n)s")]


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "jra.csv"
    write_sheet(path, "jra", TEXTS)
    return path


def test_what_goes_out_comes_back(sheet: Path) -> None:
    assert sheet.read_bytes().startswith("\ufeffkhóa;tiếng Việt;".encode())
    assert "giữ nguyên %(n)s" in sheet.read_text("utf-8-sig")
    assert read_sheet(sheet, "jra") == ROWS


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_columns_are_found_by_name_whatever_stands_between_them(sheet: Path, separator: str) -> None:
    columns = ["ghi chú", "bản dịch (jra)", "khóa", "tiếng Việt"]
    sheet.write_text(separator.join(columns) + "\r\n\r\n" + separator.join(["", "Xx", "title", "Phiếu"]), "utf-8")
    assert read_sheet(sheet, "jra") == [SheetRow(3, "title", "Phiếu", "Xx")]


def test_a_row_cut_short_reads_as_not_translated(sheet: Path) -> None:
    sheet.write_text("khóa;tiếng Việt;bản dịch (jra)\ntitle", "utf-8")
    assert read_sheet(sheet, "jra") == [SheetRow(2, "title", "", "")]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "CSV UTF-8"),
        ("khóa".encode("utf-16"), "UTF-8"),
        (b"PK\x03\x04\x00\xff", "UTF-8"),
        ("khóa;tiếng Việt;bản dịch (bdq)\n".encode(), r"bản dịch \(jra\)"),
    ],
)
def test_what_is_no_sheet_of_this_language_is_refused(sheet: Path, content: bytes, says: str) -> None:
    sheet.write_bytes(content)
    with pytest.raises(UnreadableSheet, match=says):
        read_sheet(sheet, "jra")
