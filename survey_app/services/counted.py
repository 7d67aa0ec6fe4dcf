"""What figures are worked out from, for readers that need more than scorecards: explanation, drivers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from survey_app.domain.integrity import without_sensitive
from survey_app.domain.recipe import Recipe
from survey_app.domain.scoring import Reading, Scorecard, score
from survey_app.domain.tally import Tally, empty
from survey_app.domain.tally_layout import TallyLayout
from survey_app.services.result_query import ResultsQuery
from survey_app.services.result_source import read_source
from survey_app.storage import releases
from survey_app.storage.releases import Summed


@dataclass(frozen=True)
class Counted:
    """The sums of releases behind a unit's figures, and how it is read.

    ``found`` is empty where nothing was released. ``releases`` tells how many releases it is, of how many responses.
    """

    layout: TallyLayout
    readings: Mapping[str, Reading]
    with_sensitive: bool
    found: Mapping[str, Tally]
    releases: Summed

    def tally(self, unit_code: str) -> Tally:
        """The sum of a unit's releases."""
        return self.found.get(unit_code) or empty(self.layout)

    def card(self, unit_code: str) -> Scorecard:
        """The unit's scorecard as its page has it; of nothing released one with every figure withheld."""
        card = score(self.layout, self.tally(unit_code), self.readings[unit_code])
        return card if self.with_sensitive else without_sensitive(card)


def unit_tallies(connection: Connection, recipes: Mapping[str, Recipe], query: ResultsQuery) -> Counted:
    """The sums of releases behind the figures of the unit.

    Raises:
        NoSuchUnit, NoSuchVersion: the query names something that does not exist.
    """
    source, code = read_source(connection, recipes, query), query.unit_code
    within = {below.code for part in source.counted_at(query, code) for below in source.within(part)}
    return Counted(
        layout=source.layout,
        readings={code: source.reading_of(query, code)},
        with_sensitive=query.with_sensitive,
        found=source.sums(query, [code]),
        releases=releases.summed(connection, source.filter(query, within)),
    )
