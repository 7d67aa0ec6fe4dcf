"""The import file of external series: periods, counts per level, every mistake with its line."""

from __future__ import annotations

from datetime import date

import pytest

from survey_app.domain.external_file import Countable, Rules, check_columns, parse_external_rows, period_from
from survey_app.domain.external_series import ExternalFigure

RULES = Rules({"51", "A"}, {"overall": Countable((1, 2, 3, 4, 5), 19), "x": Countable((1, 2, 3), 1)}, date(2026, 11, 1))
HEAD = ("unit", "period", "figure", "responses", "level_1", "level_2", "level_3", "level_4", "level_5")


def parse(*lines: str) -> tuple[list[ExternalFigure], list[str]]:
    rows = [dict(zip(HEAD, line.split(";"), strict=True)) for line in lines]
    found, problems = parse_external_rows(rows, RULES)
    return found, [f"{problem.line} {problem.column}: {problem.message}" for problem in problems]


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("2024", (date(2024, 1, 1), date(2024, 12, 1))),
        ("2024-Q3", (date(2024, 7, 1), date(2024, 9, 1))),
        ("Q3/2024", (date(2024, 7, 1), date(2024, 9, 1))),
        ("quý 1/2025", (date(2025, 1, 1), date(2025, 3, 1))),
        ("2024-10", (date(2024, 10, 1), date(2024, 10, 1))),
        ("3/2024", (date(2024, 3, 1), date(2024, 3, 1))),
        ("2024-Q5", None),
        ("24", None),
        ("", None),
        ("năm ngoái", None),
    ],
)
def test_periods(text: str, months: tuple[date, date] | None) -> None:
    assert period_from(text) == months


def test_lines_are_counts_per_level() -> None:
    found, problems = parse("51;2024;overall;1.234;0;12;300;2.000;1.500", "A;2025-Q1;x;20;1;2;17;;", ";;;;;;;;")
    assert problems == []
    assert found[0].counts == {1: 0, 2: 12, 3: 300, 4: 2000, 5: 1500}
    assert found[0].responses == 1234
    assert (found[1].counts, found[1].months) == ({1: 1, 2: 2, 3: 17}, (date(2025, 1, 1), date(2025, 3, 1)))


@pytest.mark.parametrize(
    ("line", "column", "told"),
    [
        ("B;2024;x;20;1;2;17;;", "unit", "Không có đơn vị"),
        ("51;x;x;20;1;2;17;;", "period", "phải viết như 2024"),
        ("51;2026-12;x;20;1;2;17;;", "period", "chưa tới"),
        ("51;2024;y;20;1;2;17;;", "figure", "không có chỉ tiêu"),
        ("51;2024;x;;1;2;17;;", "responses", "từ 1"),
        ("51;2024;x;-3;1;2;17;;", "responses", "từ 1"),
        ("51;2024;x;20;1;hai;17;;", "level_2", "số nguyên từ 0"),
        ("51;2024;x;20;1;2;17;4;", "level_4", "không có mức 4"),
        ("51;2024;x;20;1;2;18;;", "responses", "Tổng các mức là 21"),
        ("51;2024;x;20;;;;;", "responses", "Tổng các mức là 0"),
        ("51;2024;overall;1;20;;;;", "responses", "phải từ 1 đến 19"),
        ("51;2024;x;99999999999;1;;;;", "responses", "từ 1"),
    ],
)
def test_every_bad_line_is_told(line: str, column: str, told: str) -> None:
    found, problems = parse("A;2024;x;20;1;2;17;;", line)
    assert found == []
    assert any(problem.startswith(f"3 {column}: ") and told in problem for problem in problems), problems


def test_a_figure_stands_once() -> None:
    assert "đã có ở dòng trên" in parse("A;2024;x;20;1;2;17;;", "A;2024;x;20;1;2;17;;")[1][0]


def test_columns() -> None:
    assert check_columns(HEAD) == []
    assert [problem.column for problem in check_columns(("unit", "period"))] == ["figure", "responses", "level_1"]
