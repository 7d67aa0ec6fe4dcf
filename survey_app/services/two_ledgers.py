"""Two ledgers side by side, never merged: what the dossier system says of satisfaction, and what those answered say.

The first counts the dossiers of centres by month (domain/ledger.py); the second is the share of the two highest levels
as the results give it, with the bases that hold there. How many answered for how many dossiers, and the bounds that
follow, are told only where every centre reported every month: of a part of the dossiers they would say nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, Engine

from survey_app.domain.ledger import Answered, Ledger
from survey_app.domain.local_day import month_of, months_back
from survey_app.domain.org_tree import OrgTree
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.recipe import Recipe
from survey_app.domain.scoring import Figure
from survey_app.domain.transaction_file import is_valid_in
from survey_app.services.result_choices import Asked, Reader, UnitPage, unit_page
from survey_app.services.result_periods import in_order, months_of
from survey_app.storage import dossiers, org_units
from survey_app.storage.database import begin_read

SHARE = "sipas-2017-top2"
"""The recipe whose figures are shares of satisfied answers."""

MONTHS, MOST_MONTHS = 3, 12


@dataclass(frozen=True)
class LedgerLine:
    """A unit in both ledgers; ``reported`` of the ``needed`` months of its centres are known.

    ``figure``: the share of those who answered; None where nothing was released.
    """

    unit: OrgUnit
    ledger: Ledger | None
    reported: int
    needed: int
    figure: Figure | None

    @property
    def is_complete(self) -> bool:
        """Whether every centre reported every month."""
        return 0 < self.needed <= self.reported

    @property
    def answered(self) -> Answered | None:
        """The share with its rate and bounds; None where it is withheld or dossiers are missing."""
        if not self.is_complete or self.ledger is None or self.figure is None or self.figure.value is None:
            return None
        return Answered(self.figure.value, self.figure.base, self.ledger.dossiers)


@dataclass(frozen=True)
class TwoLedgers:
    """The unit's own line and those of the units below it, of months that are over; ``page``: where the shares are."""

    page: UnitPage
    own: LedgerLine
    below: tuple[LedgerLine, ...]
    first: date
    last: date


@dataclass(frozen=True)
class _Reported:
    """Per unit: the sum of its centres' months, how many there are, and how many there should be."""

    sums: Mapping[str, Ledger]
    known: Mapping[str, int]
    needed: Mapping[str, int]


def months_over(asked: Asked, today: date) -> tuple[date, date]:
    """The months asked for as far as they are over: by default the last three, of all time the last twelve."""
    first, last, over = asked.first_month, asked.last_month, months_back(month_of(today), 1)
    length = MONTHS
    if first is None and last is None and asked.period not in (None, "3-months"):
        first, last = months_of(asked.period, today)
        length = MOST_MONTHS if first is None else MONTHS
    first, last = in_order(first, last)
    last = min(last or over, over)
    return min(first or months_back(last, length - 1), last), last


def _reported(connection: Connection, first: date, last: date) -> _Reported:
    every, ids = org_units.read_all(connection)
    tree = OrgTree(every)
    code_of = {number: code for code, number in ids.items()}
    months = [months_back(last, back) for back in range((last.year - first.year) * 12 + last.month - first.month + 1)]
    sums: dict[str, Ledger] = defaultdict(Ledger)
    known: dict[str, int] = defaultdict(int)
    needed: dict[str, int] = defaultdict(int)
    for centre in every:
        if centre.kind is UnitKind.CENTRE:
            for code in (centre.code, *(unit.code for unit in tree.ancestors(centre.code))):
                needed[code] += sum(is_valid_in(centre, month) for month in months)
    for stored in dossiers.ledger(connection, first, last):
        entry = Ledger(
            stored.dossiers, stored.overdue, stored.complaints, stored.disliked, stored.in_time, stored.rejected
        )
        own = code_of[stored.centre_id]
        for code in (own, *(unit.code for unit in tree.ancestors(own))):
            sums[code] += entry
            known[code] += 1
    return _Reported(sums, known, needed)


def _line(unit: OrgUnit, found: _Reported, figure: Figure | None) -> LedgerLine:
    code = unit.code
    return LedgerLine(unit, found.sums.get(code), found.known.get(code, 0), found.needed.get(code, 0), figure)


def _lines(page: UnitPage, found: _Reported) -> Sequence[LedgerLine]:
    results = page.results
    if results is None:
        return [_line(page.path[-1], found, None)]
    is_share = page.recipe.slug == SHARE
    every = (results.result, *results.below)
    return [_line(one.unit, found, one.card.overall if one.card and is_share else None) for one in every]


def two_ledgers(
    engine: Engine, recipes: Mapping[str, Recipe], unit_code: str, asked: Asked, today: date, reader: Reader
) -> TwoLedgers:
    """Both ledgers of a unit. Raises NoSuchUnit, NoSuchVersion."""
    first, last = months_over(asked, today)
    wanted = Asked(form=asked.form, recipe=SHARE, first_month=first, last_month=last)
    page = unit_page(engine, recipes, unit_code, wanted, today, reader)
    if page.recipe.slug != SHARE:
        page = unit_page(engine, recipes, unit_code, replace(wanted, form=None), today, reader)
    with begin_read(engine) as connection:
        found = _reported(connection, first, last)
    own, *below = _lines(page, found)
    return TwoLedgers(page, own, tuple(line for line in below if line.needed or line.figure), first, last)
