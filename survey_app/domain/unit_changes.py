"""What a file of units, or one form, would change: told before anything is stored, and written to the audit log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from survey_app.domain.org_unit import OrgUnit

CHANGEABLE = ("name", "parent_code", "valid_from", "valid_to", "service_fields")
"""Fields of a unit that a later file may state otherwise; its code and kind stay."""


def cell(unit: OrgUnit, column: str) -> str:
    """A field of a unit as the import file has it."""
    value = getattr(unit, column)
    if value is None:
        return ""
    return "|".join(value) if isinstance(value, tuple) else str(value)


@dataclass(frozen=True)
class UnitChange:
    """A unit as it is and as it would be."""

    old: OrgUnit
    new: OrgUnit

    @property
    def columns(self) -> tuple[str, ...]:
        """The fields that differ."""
        return tuple(name for name in CHANGEABLE if getattr(self.old, name) != getattr(self.new, name))

    def told(self) -> dict[str, list[str]]:
        """Field -> [before, after]."""
        return {column: [cell(self.old, column), cell(self.new, column)] for column in self.columns}


@dataclass(frozen=True)
class UnitPlan:
    """What storing some units would do."""

    added: tuple[OrgUnit, ...]
    changed: tuple[UnitChange, ...]
    unchanged: tuple[OrgUnit, ...]

    @property
    def to_save(self) -> tuple[OrgUnit, ...]:
        return (*self.added, *(change.new for change in self.changed))


def plan_changes(units: Iterable[OrgUnit], known: Mapping[str, OrgUnit]) -> UnitPlan:
    """Which of ``units`` are new, which differ from what is known, which say nothing new."""
    added: list[OrgUnit] = []
    changed: list[UnitChange] = []
    unchanged: list[OrgUnit] = []
    for unit in units:
        old = known.get(unit.code)
        if old is None:
            added.append(unit)
        elif old == unit:
            unchanged.append(unit)
        else:
            changed.append(UnitChange(old, unit))
    return UnitPlan(tuple(added), tuple(changed), tuple(unchanged))
