"""What figures are worked out from, for readers that need more than scorecards: explanation, drivers, alerts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from survey_app.domain.integrity import without_sensitive
from survey_app.domain.recipe import Recipe
from survey_app.domain.scoring import Reading, Scorecard, score
from survey_app.domain.tally import Tally, add
from survey_app.domain.tally_layout import TallyLayout
from survey_app.services import results
from survey_app.services.listings import Listing
from survey_app.services.results import ResultsQuery
from survey_app.storage import releases
from survey_app.storage.releases import Summed
from survey_app.storage.tallies import UnitTallyKey


@dataclass(frozen=True)
class Counted:
    """The sums of releases behind some units' figures, and how each is read.

    ``releases`` tells how many releases these are together, of how many responses.
    """

    layout: TallyLayout
    readings: Mapping[str, Reading]
    with_sensitive: bool
    found: Mapping[str, Sequence[tuple[UnitTallyKey, Tally]]]
    releases: Summed

    def tally(self, unit_code: str) -> Tally:
        """The sum of a unit's releases."""
        return add(self.layout, (tally for _, tally in self.found[unit_code]))

    def card(self, unit_code: str) -> Scorecard:
        """The unit's scorecard as its page has it; of nothing released one with every figure withheld."""
        card = score(self.layout, self.tally(unit_code), self.readings[unit_code])
        return card if self.with_sensitive else without_sensitive(card)


def unit_tallies(
    connection: Connection, recipes: Mapping[str, Recipe], query: ResultsQuery, listing: Listing | None = None
) -> Counted:
    """The sums of releases behind the figures of the unit, or of the units listed with it.

    Raises:
        NoSuchUnit, NoSuchVersion: the query names something that does not exist.
    """
    source = results._source(connection, recipes, query)
    unit = source.tree.units[query.unit_code]
    codes = [other.code for other in (listing(source.tree, unit) if listing else [unit])]
    parts = {part for code in codes for part in results._counted_at(source, query, code)}
    within = parts.union(*({below.code for below in source.tree.descendants(part)} for part in parts))
    return Counted(
        layout=source.version.layout,
        readings={code: source.reading_of(query, code) for code in codes},
        with_sensitive=query.with_sensitive,
        found=results._tallies(connection, source, query, codes),
        releases=releases.summed(connection, results._filter(source, query, within)),
    )
