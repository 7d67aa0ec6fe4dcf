"""Figures in today's units or in those there were: whose counts are pooled, which units are listed, how marked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from sqlalchemy import Connection

from survey_app.domain.disclosure import Days
from survey_app.domain.org_tree import OrgTree
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.tally import Tally
from survey_app.domain.unit_succession import NO_SUCCESSIONS, Boundaries, Succession, Successions
from survey_app.storage import unit_successions

ALL_DAYS = Days()
Found = Mapping[str, Tally]
"""Unit -> the sum of what was released in a period, where anything was."""


@dataclass(frozen=True)
class UnitMark:
    """How a unit's figure came about: from former units, and from which day on it can be compared at all."""

    is_reconstructed: bool
    incomparable_before: date | None


@dataclass(frozen=True)
class UnitPools:
    """Successions read in the boundaries that were asked for."""

    successions: Successions = NO_SUCCESSIONS
    boundaries: Boundaries = Boundaries.THEN

    @property
    def is_pooling(self) -> bool:
        return bool(self.successions) and self.boundaries is Boundaries.NOW

    def codes(self, code: str) -> tuple[str, ...]:
        """The units whose counts make up a unit's figure, itself first."""
        return self.successions.pool(code).codes if self.is_pooling else (code,)

    def first_month(self, code: str) -> date | None:
        """Before it former units were split, and nobody knows which answers came from here; None: nothing was."""
        return self.successions.pool(code).first_month if self.is_pooling else None

    def listed(
        self, tree: OrgTree, units: Sequence[OrgUnit], days: Days = ALL_DAYS, found: Found = MappingProxyType({})
    ) -> list[OrgUnit]:
        """Of the units a page lists, those that stand in these boundaries.

        Today's: without units whose successor is listed. Those there were: without reorganised units that did not
        stand in the period. A unit with responses of its own in the period is never left out of the latter.
        """
        if not self.successions:
            return list(units)
        codes = {unit.code for unit in units}
        return [unit for unit in units if self._stands(tree, unit, days, found, codes)]

    def _stands(self, tree: OrgTree, unit: OrgUnit, days: Days, found: Found, listed: set[str]) -> bool:
        chain = (unit.code, *(above.code for above in tree.ancestors(unit.code)))
        successors = self.successions.successors(unit.code)
        if self.is_pooling and listed.intersection(successors):
            return False
        if not any(self.successions.into(code) or self.successions.successors(code) for code in chain):
            return True
        stood = (days.last is None or unit.valid_from <= days.last) and (
            days.first is None or unit.valid_to is None or unit.valid_to >= days.first
        )
        return stood or unit.code in found

    def changes_at(self, tree: OrgTree, unit: OrgUnit) -> dict[date, list[Succession]]:
        """Days on which boundaries changed that matter to a unit: its own, of what it is made of, of those above, and
        for a province of the communes below."""
        codes = {*self.codes(unit.code), *(above.code for above in tree.ancestors(unit.code))}
        if unit.kind is UnitKind.PROVINCE:
            codes.update(child.code for child in tree.children(unit.code))
        found: dict[date, list[Succession]] = {}
        for one in self.successions.every:
            if one.successor in codes or one.predecessor == unit.code:
                found.setdefault(one.first_day, []).append(one)
        return dict(sorted(found.items()))

    def marks(self, made_of: Mapping[str, Collection[str]], first_month: date | None) -> dict[str, UnitMark]:
        """The units of a page whose figures are reconstructed, or say nothing of a part of the period.

        Args:
            made_of: unit -> the units whose responses make up its figure.
        """
        if not self.is_pooling:
            return {}
        made: dict[str, UnitMark] = {}
        for code, parts in made_of.items():
            pool = self.successions.pool(code)
            is_reconstructed = not set(pool.codes[1:]).isdisjoint(parts)
            reaches_back = pool.since is not None and (first_month is None or first_month < pool.since)
            if is_reconstructed or reaches_back:
                made[code] = UnitMark(is_reconstructed, pool.since if reaches_back else None)
        return made


def read_pools(connection: Connection, boundaries: Boundaries) -> UnitPools:
    """The successions there are, for figures in these boundaries."""
    return UnitPools(unit_successions.read_all(connection), boundaries)
