"""Transactions: a file is taken whole or not at all, every bad line told; what is stored comes out again."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine

from survey_app.domain.transaction_file import Transactions
from survey_app.services import transactions
from survey_app.services.units import UnknownUnit
from survey_app.storage import audit_log
from survey_app.storage.database import begin_read
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


def test_a_month_of_several_counters_at_once(any_engine: Engine, any_province: Province) -> None:
    load(any_engine, GOOD)
    october = date(2026, 10, 1)
    numbers = {COUNTER: 8, "51-23293-TT-Q2": None}
    transactions.enter_month(any_engine, CENTRES[0], october, numbers, NOW, "tester")
    assert transactions.listing(any_engine, "51") == [(COUNTER, date(2026, 11, 1), 56), (COUNTER, october, 8)]
    with begin_read(any_engine) as connection:
        [(actor, unit, detail)] = audit_log.entries(connection, "transactions.enter")
    assert (actor, unit) == ("tester", CENTRES[0])
    assert detail == {"month": "2026-10", "lines": 1, "removed": 1}


def test_a_month_beyond_the_unit_is_refused_and_no_change_leaves_no_trace(engine: Engine, province: Province) -> None:
    with nothing_stored(engine):
        transactions.enter_month(engine, CENTRES[0], date(2026, 10, 1), {}, NOW, "tester")
        with pytest.raises(UnknownUnit):
            transactions.enter_month(engine, CENTRES[1], date(2026, 10, 1), {COUNTER: 8}, NOW, "tester")


def test_a_file_to_fill_in_names_every_counter_and_is_refused_while_empty(engine: Engine, province: Province) -> None:
    text = transactions.empty_file(engine, CENTRES[0], date(2026, 10, 1), ";")
    assert text.splitlines() == [
        "counter;name;month;transactions",
        f"{COUNTER};Quầy 1;2026-10;",
        "51-23293-TT-Q2;Quầy 2;2026-10;",
    ]
    with pytest.raises(transactions.TransactionFileProblems, match="số nguyên"):
        load(engine, text)
    assert load(engine, text.replace("2026-10;", "Oct-26;1.234")) == 2
    assert [number for _, _, number in transactions.listing(engine, "51")] == [1234, 1234]


@pytest.mark.parametrize("text", ["", "\0", '"', "counter;month;transactions\n", "x" * 200_000])
def test_what_is_no_file_of_transactions_says_so(engine: Engine, province: Province, text: str) -> None:
    with nothing_stored(engine), pytest.raises(transactions.TransactionFileProblems):
        load(engine, text)


def test_only_utf_8_is_read() -> None:
    assert transactions.decode(b"\xef\xbb\xbfa") == "a"
    with pytest.raises(transactions.TransactionFileProblems, match="UTF-8"):
        transactions.decode(b"\xff\xfe")
