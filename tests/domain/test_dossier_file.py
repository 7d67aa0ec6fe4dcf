"""Files of what the dossier system reports: every bad cell told with its line and column."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from survey_app.domain.dossier_file import (
    LEDGER_SHAPE,
    check_columns,
    indices_shape,
    parse_dossier_rows,
    points_from,
)

SHAPE = indices_shape(["total_time", "agency_time"])
THIS_MONTH = date(2026, 11, 1)


def row(**cells: str) -> dict[str, str | None]:
    return {"counter": "Q1", "month": "2026-10", "total_time": "1,5", "agency_time": "", "dossiers": "120", **cells}


def ledger(**cells: str) -> dict[str, str | None]:
    numbers = {"dossiers": "100", "overdue": "3", "complaints": "2", "disliked": "1", "in_time": "", "rejected": ""}
    return {"centre": "TT", "month": "10/2026", **numbers, **cells}


@pytest.mark.parametrize(
    ("text", "points"),
    [("0", "0"), ("2", "2"), ("1,75", "1.75"), ("1.5", "1.5"), ("0,125", "0.125")],
)
def test_points_are_exact_with_a_comma_or_a_point(text: str, points: str) -> None:
    assert points_from(f" {text} ") == Fraction(points)


@pytest.mark.parametrize("text", ["", "2,01", "3", "-1", "1,2345", "một", "1,", "1e0", "²"])
def test_anything_else_is_no_points(text: str) -> None:
    assert points_from(text) is None


def test_a_line_is_read_whole() -> None:
    [entry], problems = parse_dossier_rows([row(source="  Cổng  dịch vụ công ")], SHAPE, {"Q1"}, THIS_MONTH)
    assert problems == []
    assert (entry.month, entry.points["total_time"], entry.points["agency_time"]) == (
        date(2026, 10, 1),
        Fraction(3, 2),
        None,
    )
    assert (entry.numbers["dossiers"], entry.source) == (120, "Cổng dịch vụ công")


@pytest.mark.parametrize(
    ("cells", "column", "told"),
    [
        ({"counter": "Q9"}, "counter", "Không có quầy mã “Q9”"),
        ({"month": "tháng mười"}, "month", "phải viết như"),
        ({"month": "2026-12"}, "month", "chưa tới"),
        ({"total_time": "2,5"}, "total_time", "từ 0 đến 2"),
        ({"total_time": ""}, "total_time", "ít nhất một chỉ số"),
        ({"dossiers": "1,5"}, "dossiers", "số nguyên"),
        ({"dossiers": ""}, "dossiers", "số nguyên"),
        ({"source": "x" * 201}, "source", "tối đa 200"),
        ({"source": "a\x00b"}, "source", "viết bằng chữ"),
    ],
)
def test_every_bad_cell_is_told(cells: dict[str, str], column: str, told: str) -> None:
    found, [problem] = parse_dossier_rows([row(), row(**cells)], SHAPE, {"Q1"}, THIS_MONTH)
    assert found == []
    assert (problem.line, problem.column) == (3, column)
    assert told in problem.message


def test_a_month_stands_once() -> None:
    found, [problem] = parse_dossier_rows([row(), row()], SHAPE, {"Q1"}, THIS_MONTH)
    assert found == []
    assert "đã có ở dòng trên" in problem.message


def test_a_part_is_not_more_than_its_whole() -> None:
    for cells, column in (({"overdue": "101"}, "overdue"), ({"rejected": "3"}, "rejected")):
        _, [problem] = parse_dossier_rows([ledger(**cells)], LEDGER_SHAPE, {"TT"}, THIS_MONTH)
        assert problem.column == column
        assert "không được lớn hơn" in problem.message


def test_what_became_of_complaints_may_be_left_out() -> None:
    [entry], _ = parse_dossier_rows([ledger(in_time="2")], LEDGER_SHAPE, {"TT"}, THIS_MONTH)
    assert (entry.numbers["in_time"], entry.numbers["rejected"]) == (2, None)


def test_a_missing_column_is_told_but_an_optional_one_is_not() -> None:
    [problem] = check_columns(["centre", "month", "dossiers", "overdue", "complaints"], LEDGER_SHAPE)
    assert problem.column == "disliked"
