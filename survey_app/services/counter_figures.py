"""What the counters of a unit show, as the results give it to whoever weighs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.questionnaire import Polarity
from survey_app.domain.scoring import Figure
from survey_app.domain.unit_succession import Boundaries
from survey_app.services.kept_figures import CounterFigure, Question, kept_figures
from survey_app.services.result_query import ResultsQuery
from survey_app.services.result_source import Source
from survey_app.storage import tallies


@dataclass(frozen=True)
class CounterFigures:
    """Of the counters at and below a unit: released responses, and the overall figure of each.

    ``least``: nothing is shown of a counter with fewer responses. ``in_all`` and ``months`` (first, last) are of
    everything released for the unit, also for whole centres. Figures are read when first asked for, for all at once:
    while the connection they came from is open.
    """

    source: Source
    query: ResultsQuery
    counters: tuple[OrgUnit, ...]
    in_all: int
    months: tuple[date, date] | None

    @cached_property
    def least(self) -> int:
        return max(1, self.source.reading.thresholds.score(self.query.audience, is_sensitive=False))

    @cached_property
    def _figures(self) -> Mapping[str, CounterFigure]:
        """Kept where counters are read alike: not where sensitive items, or indices known of each, enter a score."""
        ids, source = self.source.ids, self.source
        query = replace(self.query, with_sensitive=self.query.with_sensitive and not _is_plain(source))
        codes = {ids[counter.code]: counter.code for counter in self.counters}
        if not codes:
            return {}

        def work_out(wanted: Sequence[int]) -> Mapping[int, CounterFigure]:
            sums = source.sums(query, [codes[number] for number in wanted])
            overalls = source.overalls(query, sums)
            return {ids[code]: CounterFigure(tally.responses, overalls[code]) for code, tally in sums.items()}

        if query.with_sensitive or source.imported.indices:
            found = work_out(list(codes))
        else:
            question = Question(source.filter(query, ()), source.reading_of(query, self.counters[0].code))
            found = kept_figures(source.connection.engine).read(source.connection, question, list(codes), work_out)
        return {codes[number]: figure for number, figure in found.items()}

    @cached_property
    def responses(self) -> Mapping[str, int]:
        """Counter -> released responses."""
        found = self._figures
        return {own.code: found[own.code].responses if own.code in found else 0 for own in self.counters}

    def overall(self, code: str) -> Figure:
        """The overall figure of a counter. Raises KeyError where nothing was released."""
        return self._figures[code].overall


def _is_plain(source: Source) -> bool:
    """Whether scores are made of items alone that are read alike wherever enough have answered them."""
    factors = source.layout.questionnaire.scored_sections(source.reading.recipe.scale)
    items = [item for _, items in factors for item in items]
    return not any(item.is_sensitive or item.polarity is Polarity.NEGATIVE for item in items)


def counter_figures(source: Source, query: ResultsQuery) -> CounterFigures:
    """What each counter of a unit shows; former units have counters of their own."""
    query = replace(query, boundaries=Boundaries.THEN)
    source = replace(source, pools=replace(source.pools, boundaries=Boundaries.THEN))
    own = tallies.responses_of(source.connection, source.filter(query, source.counted_at(query, query.unit_code)))
    months = {month for _, month in own}
    return CounterFigures(
        source=source,
        query=query,
        counters=source.tree.descendants(query.unit_code, UnitKind.COUNTER),
        in_all=sum(own.values()),
        months=(min(months), max(months)) if months else None,
    )
