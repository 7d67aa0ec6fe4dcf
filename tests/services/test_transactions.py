"""Transactions: a file is taken whole or not at all, every bad line told; what is stored comes out again."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine

from survey_app.domain.transaction_file import Transactions
from survey_app.services import transactions
from survey_app.services.units import UnknownUnit
from tests.rows import nothing_stored
from tests.scenes import CENTRES, NOW, Province

COUNTER = "51-23293-TT-Q1"
GOOD = f"counter,month,transactions\n{COUNTER},2026-10,1.234\n51-23293-TT-Q2,10/2026,0\n\n{COUNTER},2026-11,56\n"


def load(engine: Engine, text: str, unit: str = "51") -> int:
    return transactions.import_transactions(engine, text, unit, NOW, "tester")


def test_a_file_is_stored_and_comes_out_again(any_engine: Engine, any_province: Province) -> None:
    assert load(any_engine, GOOD) == 3
    expected = [(COUNTER, date(2026, 11, 1), 56), (COUNTER, date(2026, 10, 1), 1234)]
    assert transactions.listing(any_engine, COUNTER) == expected
    exported = transactions.export_transactions(any_engine, "51")
    assert load(any_engine, exported) == 3
    assert transactions.export_transactions(any_engine, "51") == exported


def test_a_later_file_replaces_what_it_names_and_nothing_else(engine: Engine, province: Province) -> None:
    load(engine, "\ufeff" + GOOD.replace(",", ";"))
    load(engine, f"counter,month,transactions\n{COUNTER},2026-10,7\n")
    assert [number for _, _, number in transactions.listing(engine, "51")] == [56, 7, 0]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("51-NOPE,2026-10,5", "Không có quầy mã"),
        ("51-23368-TT,2026-10,5", "Không có quầy mã"),
        (f"{COUNTER},2026-13,5", "phải viết như"),
        (f"{COUNTER},2026-12,5", "chưa tới"),
        (f"{COUNTER},2026-10,-5", "số nguyên"),
        (f"{COUNTER},2026-10,1.5", "số nguyên"),
        (f"{COUNTER},2026-10,9999999", "số nguyên"),
        (f"{COUNTER},2026-10,²", "số nguyên"),
        (f"{COUNTER},2026-10", "số nguyên"),
        (f"{COUNTER},2026-10,1\n{COUNTER},10/2026,2", "đã có ở dòng trên"),
    ],
)
def test_one_bad_line_and_nothing_is_stored(engine: Engine, province: Province, line: str, told: str) -> None:
    with nothing_stored(engine), pytest.raises(transactions.TransactionFileProblems) as refused:
        load(engine, "counter,month,transactions\n51-23293-TT-Q2,2026-10,3\n" + line)
    (problem,) = refused.value.problems
    assert told in problem.message
    assert problem.line == 3 + line.count("\n")


def test_a_missing_column_is_told(engine: Engine, province: Province) -> None:
    with pytest.raises(transactions.TransactionFileProblems, match="Thiếu cột “month”"):
        load(engine, "counter,transactions\n")


def test_a_counter_beyond_the_unit_is_refused(engine: Engine, province: Province) -> None:
    with pytest.raises(transactions.TransactionFileProblems, match="trong phạm vi"):
        load(engine, GOOD, CENTRES[1])
    with pytest.raises(UnknownUnit):
        load(engine, GOOD, "nowhere")


def test_one_number_typed_in(engine: Engine, province: Province) -> None:
    transactions.put_transactions(engine, Transactions(COUNTER, date(2026, 10, 1), 20), NOW, "tester")
    assert transactions.listing(engine, COUNTER) == [(COUNTER, date(2026, 10, 1), 20)]
