"""Which sensitive items are withheld where: read from the sums of releases, for who may see them at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import Connection

from survey_app.domain.disclosure import Audience, Days
from survey_app.domain.local_day import month_of
from survey_app.domain.org_tree import OrgTree
from survey_app.domain.org_unit import UnitKind
from survey_app.domain.quarter import Quarter, quarter_of
from survey_app.domain.scoring import Reading
from survey_app.domain.sensitive_cells import Cells, sensitive_items, thin_in_place, thin_in_whole
from survey_app.domain.tally import Counts
from survey_app.storage import tallies
from survey_app.storage.questionnaires import PublishedVersion
from survey_app.storage.tallies import TallyFilter


@dataclass(frozen=True)
class SensitiveCells:
    """The communes and quarters of a province, as far as sensitive items go; ``held`` keeps what was read."""

    connection: Connection
    tree: OrgTree
    ids: Mapping[str, int]
    version: PublishedVersion
    held: dict[tuple[int, date | None, date | None], Cells] = field(default_factory=dict)

    def readings(
        self, wanted: TallyFilter, days: Days, codes: Sequence[str], found: Sequence[Reading]
    ) -> list[Reading]:
        """The readings of some units, with the sensitive items withheld of which a part that is would follow.

        A cut that leaves anything out of a place and its quarters is finer than these; one that leaves out nothing
        is none.
        """
        fit = [code for code, reading in zip(codes, found, strict=True) if not reading.is_too_fine]
        if not fit or not sensitive_items(self.version.layout):
            return list(found)
        thin = self._thin(days, fit, found[0].thresholds.score(Audience.OFFICER, is_sensitive=True))
        cut = self._cut(wanted, days, fit)
        return [
            replace(reading, thin=thin[code], is_too_fine=code in cut) if code in thin else reading
            for code, reading in zip(codes, found, strict=True)
        ]

    def _whole(self, days: Days, codes: Sequence[str]) -> TallyFilter:
        """Everything released of these days, whatever else is asked."""
        first, last = days.first and month_of(days.first), days.last and month_of(days.last)
        return TallyFilter([self.ids[code] for code in codes], self.version.id, first_month=first, last_month=last)

    def _cut(self, wanted: TallyFilter, days: Days, codes: Sequence[str]) -> set[str]:
        """The units of which the query leaves out something that was released of these days."""
        asked = tallies.responses_of(self.connection, replace(wanted, unit_ids=[self.ids[code] for code in codes]))
        whole = tallies.responses_of(self.connection, self._whole(days, codes))
        differing = {unit_id for (unit_id, _), _ in asked.items() ^ whole.items()}
        return {code for code in codes if self.ids[code] in differing}

    def _thin(self, days: Days, codes: Sequence[str], least: int) -> dict[str, frozenset[str]]:
        layout = self.version.layout
        tops = [code for code in codes if self.tree.units[code].kind is UnitKind.PROVINCE]
        communes = [unit.code for top in tops for unit in self.tree.descendants(top, UnitKind.COMMUNE)]
        cells = self._cells(days, list(dict.fromkeys([*codes, *communes])))
        return {
            code: thin_in_whole(layout, cells[code], [cells[commune] for commune in communes], least)
            if code in tops
            else thin_in_place(layout, cells[code], least)
            for code in codes
        }

    def _cells(self, days: Days, codes: Sequence[str]) -> dict[str, Cells]:
        missing = [code for code in codes if (self.ids[code], days.first, days.last) not in self.held]
        if missing:
            read: dict[int, dict[Quarter, Counts]] = defaultdict(dict)
            found = tallies.sums(self.connection, self._whole(days, missing), ("unit_id", "month"))
            for (unit_id, month), tally in found.items():
                own, quarter = read[unit_id], quarter_of(month)
                own[quarter] = own[quarter] + tally.counts if quarter in own else tally.counts
            self.held.update({(self.ids[code], days.first, days.last): read[self.ids[code]] for code in missing})
        return {code: self.held[self.ids[code], days.first, days.last] for code in codes}
