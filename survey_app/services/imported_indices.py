"""Indices that no citizen answers, of a unit and period: means over its counters' months, weighted by dossiers.

They are known by counter and month only, so that a cut by stage, channel, service field or wave has none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from sqlalchemy import Connection

from survey_app.domain.org_tree import OrgTree
from survey_app.domain.recipe import Index
from survey_app.domain.scorecard import ImportedIndex
from survey_app.storage import dossiers

Sums = dict[str, tuple[int, int]]
"""Index -> (thousandths of points times dossiers, dossiers)."""

THOUSAND = 1000


@dataclass(frozen=True)
class ImportedIndices:
    """Sums by unit and month, each unit's with those below it."""

    indices: tuple[Index, ...] = ()
    sums: Mapping[str, Mapping[date, Sums]] = field(default_factory=dict)

    def of(self, codes: Iterable[str], first: date | None, last: date | None) -> tuple[ImportedIndex, ...]:
        """The indices known of units together."""
        return self._indices(self._total(codes, first, last)) if self.indices else ()

    def rest(self, of_code: str, code: str, first: date | None, last: date | None) -> tuple[ImportedIndex, ...]:
        """The indices known of a unit without one below it."""
        if not self.indices:
            return ()
        whole, own = self._total([of_code], first, last), self._total([code], first, last)
        return self._indices({name: (at - own[name][0], n - own[name][1]) for name, (at, n) in whole.items()})

    def _total(self, codes: Iterable[str], first: date | None, last: date | None) -> Sums:
        months = (pair for code in codes for pair in self.sums.get(code, {}).items())
        chosen = [sums for month, sums in months if (not first or month >= first) and (not last or month <= last)]
        return {
            index.id: (
                sum(sums.get(index.id, (0, 0))[0] for sums in chosen),
                sum(sums.get(index.id, (0, 0))[1] for sums in chosen),
            )
            for index in self.indices
        }

    def _indices(self, total: Sums) -> tuple[ImportedIndex, ...]:
        return tuple(
            ImportedIndex(index, Fraction(total[index.id][0], THOUSAND * total[index.id][1]), total[index.id][1])
            for index in self.indices
            if total[index.id][1] > 0
        )


def read_imported(
    connection: Connection, tree: OrgTree, ids: Mapping[str, int], indices: tuple[Index, ...]
) -> ImportedIndices:
    """Everything that is stored of these indices."""
    if not indices:
        return ImportedIndices()
    code_of = {number: code for code, number in ids.items()}
    above: dict[int, tuple[str, ...]] = {}
    sums: dict[str, dict[date, Sums]] = defaultdict(lambda: defaultdict(dict))
    for counter_id, month, name, weighed, number in dossiers.every_index(connection, {index.id for index in indices}):
        if counter_id not in above:
            code = code_of[counter_id]
            above[counter_id] = (code, *(unit.code for unit in tree.ancestors(code)))
        for code in above[counter_id]:
            own = sums[code][month]
            before = own.get(name, (0, 0))
            own[name] = (before[0] + weighed, before[1] + number)
    return ImportedIndices(indices, sums)
