"""Sample transactions of a sample province: each counter its own size and season, a few months not reported."""

from __future__ import annotations

from datetime import datetime
from random import Random

from sqlalchemy import Engine

from survey_app.domain.local_day import local_day, month_of, months_back
from survey_app.domain.org_unit import UnitKind
from survey_app.domain.transaction_file import Transactions
from survey_app.services.transactions import import_transactions, lines_of
from survey_app.services.units import unit_tree
from survey_app.storage.audit_log import SYSTEM

MONTHS = 12
UNREPORTED = 0.01


def enter_transactions(engine: Engine, province_code: str, now: datetime) -> None:
    """A year of months that are over, of every counter; the same numbers every time."""
    this_month = month_of(local_day(now))
    entries: list[Transactions] = []
    for counter in unit_tree(engine).descendants(province_code, UnitKind.COUNTER):
        rng = Random(counter.code)  # noqa: S311 (sample data, repeatable)
        usual = rng.lognormvariate(5.4, 0.6)
        for back in range(1, MONTHS + 1):
            number = round(usual * rng.uniform(0.8, 1.2))
            if rng.random() >= UNREPORTED:
                entries.append(Transactions(counter.code, months_back(this_month, back), number))
    if entries:
        import_transactions(engine, lines_of(entries), province_code, now, SYSTEM)
