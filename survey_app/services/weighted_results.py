"""A unit's overall score weighted by the transactions of its counters, from the figures its counters show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from sqlalchemy import Engine

from survey_app.domain.disclosure import Audience
from survey_app.domain.local_day import month_of, months_back
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.recipe import Recipe
from survey_app.domain.transaction_file import is_valid_in
from survey_app.domain.weighting import Served, Stratum, Term, Weighted, strata, terms, weighted
from survey_app.services.counter_figures import CounterFigures, counter_figures
from survey_app.services.result_query import ResultsQuery
from survey_app.services.result_source import Source, read_source
from survey_app.storage.database import begin_read
from survey_app.storage.transactions import totals


class NoWeights(StrEnum):
    """Why there is no weighted score at all."""

    CUT = "cut"
    """Transactions are known by counter and month, not by stage, channel or service field."""
    NOTHING_RELEASED = "nothing_released"
    NO_TRANSACTIONS = "no_transactions"


@dataclass(frozen=True)
class CounterWeight:
    """A counter's part: ``place`` is what it belongs to; ``term`` is None where it does not enter the score."""

    counter: OrgUnit
    place: str
    served: Served
    stratum: Stratum
    term: Term | None


@dataclass(frozen=True)
class WeightedResult:
    """The weighted score of a unit with what it rests on; ``found`` is None where ``why`` says so.

    ``first_month`` and ``last_month`` bound the transactions; ``used`` of the ``counters`` enter the score,
    ``unscored`` served people but have too few responses, ``unreported`` lack a month. ``at_no_counter``: responses
    released for a centre as a whole, which no counter's transactions can weigh. ``served``: the counters with what
    they belong to; ``parts``: what each of them adds.
    """

    found: Weighted | None
    why: NoWeights | None = None
    first_month: date | None = None
    last_month: date | None = None
    counters: int = 0
    used: int = 0
    unscored: int = 0
    unreported: int = 0
    at_no_counter: int = 0
    served: tuple[tuple[OrgUnit, str, Served], ...] = ()

    @cached_property
    def parts(self) -> tuple[CounterWeight, ...]:
        """The counters one by one."""
        found = strata([served for *_, served in self.served])
        return tuple(
            CounterWeight(*own, stratum, term)
            for own, stratum, term in zip(self.served, found, terms(found), strict=True)
        )


def _period(query: ResultsQuery, released: tuple[date, date], today: date) -> tuple[date, date]:
    """The months whose transactions weigh: those asked for, else those with releases; the one that runs only alone."""
    first, last = query.first_month or released[0], query.last_month or released[1]
    over = months_back(month_of(today), 1)
    return (first, min(last, over)) if first <= over else (first, last)


def _months(first: date, last: date) -> list[date]:
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [months_back(last, back) for back in range(count)]


def _served(figures: CounterFigures, counter: OrgUnit, known: tuple[int, int], needed: int) -> Served:
    """A counter's part; a score that is withheld from the reader does not enter, nor one that has no share."""
    responses, (reported, transactions) = figures.responses[counter.code], known
    if responses >= figures.least and transactions and reported >= needed:
        figure = figures.overall(counter.code)
        if figure.value is not None and figure.estimate is not None:
            return Served(transactions, reported, needed, figure.value, figure.estimate, responses)
    return Served(transactions, reported, needed, None, None, 0)


def _needed(counters: Sequence[OrgUnit], first: date, last: date) -> Iterator[int]:
    """In how many of the months each counter was valid; most of them are so from the same day on."""
    months = _months(first, last)
    found: dict[tuple[date, date | None], int] = {}
    for counter in counters:
        valid = (counter.valid_from, counter.valid_to)
        if valid not in found:
            found[valid] = sum(is_valid_in(counter, month) for month in months)
        yield found[valid]


def _weigh(figures: CounterFigures, query: ResultsQuery, today: date) -> WeightedResult:
    if figures.months is None:
        return WeightedResult(None, NoWeights.NOTHING_RELEASED)
    first, last = _period(query, figures.months, today)
    known = totals(figures.source.connection, first, last)
    if not known:
        return WeightedResult(None, NoWeights.NO_TRANSACTIONS, first, last)
    ids, units = figures.source.ids, figures.source.tree.units
    every = [
        (one, _served(figures, one, known.get(ids[one.code], (0, 0)), needed))
        for one, needed in zip(figures.counters, _needed(figures.counters, first, last), strict=True)
    ]
    entered = [(one, served) for one, served in every if served.needed or served.known]
    counted = [served for _, served in entered]
    scored = [served for served in counted if served.value is not None]
    found = weighted(strata(counted))
    complete = [served for served in counted if served.is_complete]
    return WeightedResult(
        found=found,
        why=None if found else NoWeights.NO_TRANSACTIONS,
        first_month=first,
        last_month=last,
        counters=len(counted),
        used=len(scored),
        unscored=sum(served.value is None and served.transactions > 0 for served in complete),
        unreported=len(counted) - len(complete),
        at_no_counter=figures.in_all - sum(figures.responses.values()),
        served=tuple((one, units[one.parent_code or ""].name, served) for one, served in entered),
    )


def weighted_result(
    engine: Engine, recipes: Mapping[str, Recipe], query: ResultsQuery, today: date
) -> WeightedResult | None:
    """The weighted score of what ``query`` asks, for officers; None at a counter, which is its own weight.

    Raises:
        NoSuchUnit, NoSuchVersion: the query names something that does not exist.
    """
    with begin_read(engine) as connection:
        return weighted_of(read_source(connection, recipes, query), query, today)


def weighted_of(source: Source, query: ResultsQuery, today: date) -> WeightedResult | None:
    """``weighted_result`` of what was read for the query."""
    if query.audience is Audience.PUBLIC:
        raise ValueError("weighted scores are for officers")
    if source.tree.units[query.unit_code].kind is UnitKind.COUNTER:
        return None
    if query.stage or query.channel or query.service_field:
        return WeightedResult(None, NoWeights.CUT)
    return _weigh(counter_figures(source, query), query, today)
