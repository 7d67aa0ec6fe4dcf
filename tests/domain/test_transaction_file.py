"""Months and numbers as officials and their spreadsheets write them."""

from __future__ import annotations

from datetime import date

import pytest

from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.transaction_file import is_valid_in, month_from, number_from, parse_transaction_rows

OCTOBER = date(2026, 10, 1)


@pytest.mark.parametrize(
    "text",
    [
        "2026-10",
        "2026-10-01",
        "10/2026",
        "1/10/2026",
        "01/10/2026",
        "Oct-26",
        "oct-2026",
        "Thg10-26",
        "Th10-26",
        "T10/2026",
    ],
)
def test_a_month_as_spreadsheets_write_it(text: str) -> None:
    assert month_from(f" {text} ") == OCTOBER


@pytest.mark.parametrize(
    "text", ["", "2026", "13/2026", "2026-00", "10-2026-2", "02/10/2026", "Okt-26", "T13/2026", "１０/2026"]
)
def test_what_is_no_month(text: str) -> None:
    assert month_from(text) is None


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("1.234", 1234), ("1234", 1234), ("1.000.000", 1_000_000)])
def test_numbers_with_and_without_points(text: str, number: int) -> None:
    assert number_from(text) == number


@pytest.mark.parametrize("text", ["", "-1", "1,5", "1.5", "12.34", "²", "١", "1000001", "9" * 5000, "0x1", "1e3"])
def test_what_is_no_number(text: str) -> None:
    assert number_from(text) is None


def test_a_long_wrong_cell_is_quoted_in_short() -> None:
    row = {"counter": "\0x" * 5000, "month": "2026-10", "transactions": "1"}
    _found, [problem] = parse_transaction_rows([row], ["A"], OCTOBER)
    assert len(problem.message) < 120
    assert problem.message.isprintable()


def test_a_counter_serves_from_its_first_month_to_its_last() -> None:
    counter = OrgUnit("A", UnitKind.COUNTER, "A", None, date(2026, 10, 31), date(2026, 12, 1), ())
    months = [date(2026, month, 1) for month in (9, 10, 11, 12)] + [date(2027, 1, 1)]
    assert [is_valid_in(counter, month) for month in months] == [False, True, True, True, False]
