"""Pages of transactions: what is known, what is missing, and what may be filled in."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine

from survey_app.services import transaction_pages, transactions
from survey_app.services.units import UnknownUnit, retire
from tests.scenes import CENTRES, COMMUNES, NOW, PROVINCE_CENTRE, Province

TODAY = date(2026, 11, 16)
COUNTER, OTHER = f"{CENTRES[0]}-Q1", f"{CENTRES[0]}-Q2"
NOVEMBER, OCTOBER = date(2026, 11, 1), date(2026, 10, 1)


def load(engine: Engine, *lines: str) -> None:
    text = "\n".join(["counter,month,transactions", *lines])
    transactions.import_transactions(engine, text, "51", NOW, "tester")


def test_a_centre_lists_its_counters_and_what_is_missing(any_engine: Engine, any_province: Province) -> None:
    load(any_engine, f"{COUNTER},2026-10,900", f"{COUNTER},2026-11,5", f"{OTHER},2025-12,7", f"{OTHER},2025-11,1000")
    page = transaction_pages.page(any_engine, CENTRES[0], TODAY)
    assert page.months[:2] == (NOVEMBER, OCTOBER)
    assert len(page.months) == 12
    assert {line.unit.code: (line.total, line.missing) for line in page.lines} == {COUNTER: (905, 10), OTHER: (7, 10)}
    assert [(cell.number, cell.missing) for cell in page.sums.cells[:3]] == [(5, 0), (900, 1), (None, 2)]
    assert (page.sums.total, page.sums.missing) == (912, 20)
    assert page.counters_of == page.unit


def test_above_a_centre_units_are_listed_with_their_sums(engine: Engine, province: Province) -> None:
    load(engine, f"{COUNTER},2026-10,900", f"{OTHER},2026-10,100")
    page = transaction_pages.page(engine, "51", TODAY)
    october = {line.unit.code: (line.cells[1].number, line.cells[1].missing) for line in page.lines}
    assert october == {COMMUNES[0]: (1000, 0), COMMUNES[1]: (None, 2), PROVINCE_CENTRE: (None, 1)}
    assert page.counters_of is None
    commune = transaction_pages.page(engine, COMMUNES[0], TODAY)
    assert commune.counters_of is not None
    assert commune.counters_of.code == CENTRES[0]


def test_a_retired_counter_lacks_nothing_afterwards(engine: Engine, province: Province) -> None:
    retire(engine, OTHER, date(2026, 9, 30), NOW, "tester")
    page = transaction_pages.page(engine, CENTRES[0], TODAY)
    [line] = [line for line in page.lines if line.unit.code == OTHER]
    assert [cell.missing for cell in line.cells[:3]] == [0, 0, 1]
    october = transaction_pages.month_page(engine, CENTRES[0], OCTOBER, TODAY)
    assert [counter.code for counter, _known in october.counters] == [COUNTER]


def test_a_month_to_fill_in_is_the_last_one_that_is_over(engine: Engine, province: Province) -> None:
    load(engine, f"{COUNTER},2026-10,900")
    page = transaction_pages.month_page(engine, CENTRES[0], None, TODAY)
    assert page.month == OCTOBER
    assert [(counter.code, known) for counter, known in page.counters] == [(COUNTER, 900), (OTHER, None)]


@pytest.mark.parametrize(
    ("unit", "month"),
    [
        ("nowhere", None),
        ("51", None),
        (COMMUNES[0], None),
        (CENTRES[0], date(2026, 12, 1)),
        (CENTRES[0], date(2025, 11, 1)),
    ],
)
def test_other_months_and_units_are_not_there(
    engine: Engine, province: Province, unit: str, month: date | None
) -> None:
    with pytest.raises(UnknownUnit):
        transaction_pages.month_page(engine, unit, month, TODAY)
