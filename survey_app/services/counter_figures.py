"""What the counters of a unit show, as the results give it to whoever weighs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.scoring import Figure
from survey_app.domain.tally import Tally
from survey_app.domain.unit_succession import Boundaries
from survey_app.services.result_query import ResultsQuery
from survey_app.services.result_source import Source


@dataclass(frozen=True)
class CounterFigures:
    """Of the counters at and below a unit: released responses, and the overall figure of each.

    ``least``: nothing is shown of a counter with fewer responses. ``in_all`` and ``months`` (first, last) are of
    everything released for the unit, also for whole centres. Their sums are read when first asked for, for all at
    once: while the connection they came from is open.
    """

    source: Source
    query: ResultsQuery
    counters: tuple[OrgUnit, ...]
    in_all: int
    months: tuple[date, date] | None

    @property
    def least(self) -> int:
        return max(1, self.source.reading.thresholds.score(self.query.audience, is_sensitive=False))

    @cached_property
    def _sums(self) -> Mapping[str, Tally]:
        return self.source.sums(self.query, [counter.code for counter in self.counters])

    @cached_property
    def _overalls(self) -> Mapping[str, Figure]:
        return self.source.overalls(self.query, self._sums)

    @cached_property
    def responses(self) -> Mapping[str, int]:
        """Counter -> released responses."""
        found = self._sums
        return {own.code: found[own.code].responses if own.code in found else 0 for own in self.counters}

    def overall(self, code: str) -> Figure:
        """The overall figure of a counter. Raises KeyError where nothing was released."""
        return self._overalls[code]


def counter_figures(source: Source, query: ResultsQuery) -> CounterFigures:
    """What each counter of a unit shows; former units have counters of their own."""
    query = replace(query, boundaries=Boundaries.THEN)
    source = replace(source, pools=replace(source.pools, boundaries=Boundaries.THEN))
    months = source.months(query, query.unit_code)
    return CounterFigures(
        source=source,
        query=query,
        counters=source.tree.descendants(query.unit_code, UnitKind.COUNTER),
        in_all=sum(tally.responses for tally in months.values()),
        months=(min(months), max(months)) if months else None,
    )
