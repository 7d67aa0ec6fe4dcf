"""Organisation units as one tree: province, departments, communes, one-stop centres and their counters.

A unit is known by its code and is retired, never deleted. This module is the door to everything about units:
a single unit is described in ``org_unit``, the import file in ``unit_file`` and its lines in ``unit_lines``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from survey_app.domain.org_unit import ALLOWED_PARENTS, KIND_LABELS, OrgUnit, UnitKind
from survey_app.domain.unit_file import parse_unit_rows
from survey_app.domain.unit_lines import COLUMNS, LineProblem, check_header

__all__ = [
    "ALLOWED_PARENTS",
    "COLUMNS",
    "KIND_LABELS",
    "LineProblem",
    "OrgTree",
    "OrgUnit",
    "UnitHasValidChildren",
    "UnitKind",
    "check_header",
    "parse_unit_rows",
]


class UnitHasValidChildren(ValueError):
    """A unit cannot be retired while units below it stay valid longer; they are in ``children``."""

    def __init__(self, unit: OrgUnit, children: tuple[OrgUnit, ...]) -> None:
        super().__init__(f"“{unit.name}” còn {len(children)} đơn vị trực thuộc đang có hiệu lực")
        self.unit = unit
        self.children = children


class OrgTree:
    """Units joined by their parent codes; ``units`` finds one by code.

    Raises ValueError for a repeated code, an unknown parent or a kind of parent that is not allowed. Kinds
    stand in a fixed order from province to counter, so a tree that was built has no cycle.
    """

    def __init__(self, units: Iterable[OrgUnit]) -> None:
        by_code: dict[str, OrgUnit] = {}
        children: dict[str, list[OrgUnit]] = {}
        for unit in units:
            if unit.code in by_code:
                raise ValueError(f"repeated unit code {unit.code}")
            by_code[unit.code] = unit
        for unit in by_code.values():
            _check_parent(unit, by_code)
            if unit.parent_code is not None:
                children.setdefault(unit.parent_code, []).append(unit)
        self.units: Mapping[str, OrgUnit] = MappingProxyType(by_code)
        self._children = {code: tuple(below) for code, below in children.items()}

    def children(self, code: str) -> tuple[OrgUnit, ...]:
        """The units directly below, in the order given. Raises KeyError for an unknown code."""
        return self._children.get(self.units[code].code, ())

    def ancestors(self, code: str) -> tuple[OrgUnit, ...]:
        """The units above, nearest first. Raises KeyError for an unknown code."""
        above: list[OrgUnit] = []
        parent_code = self.units[code].parent_code
        while parent_code is not None:
            above.append(self.units[parent_code])
            parent_code = above[-1].parent_code
        return tuple(above)

    def descendants(self, code: str, kind: UnitKind | None = None) -> tuple[OrgUnit, ...]:
        """All units below, or those of one kind, each before its own. Raises KeyError for an unknown code."""
        found: list[OrgUnit] = []
        self._collect_below(self.units[code].code, found)
        return tuple(found if kind is None else (unit for unit in found if unit.kind is kind))

    def counters_of(self, code: str, day: date) -> tuple[OrgUnit, ...]:
        """The counters directly below a unit that are valid on that day: those a visitor of a centre chooses from."""
        return tuple(
            child for child in self.children(code) if child.kind is UnitKind.COUNTER and child.is_valid_on(day)
        )

    def retire(self, unit: OrgUnit, day: date) -> OrgUnit:
        """The unit with ``day`` as its last valid day.

        Raises ValueError when the unit is not valid on that day, UnitHasValidChildren when a unit
        below outlasts it.
        """
        if not unit.is_valid_on(day):
            raise ValueError(f"unit {unit.code} is not valid on {day}")
        outlasting = tuple(child for child in self.children(unit.code) if child.outlasts(day))
        if outlasting:
            raise UnitHasValidChildren(unit, outlasting)
        return replace(unit, valid_to=day)

    def _collect_below(self, code: str, found: list[OrgUnit]) -> None:
        for child in self._children.get(code, ()):
            found.append(child)
            if child.code in self._children:
                self._collect_below(child.code, found)


def _check_parent(unit: OrgUnit, by_code: Mapping[str, OrgUnit]) -> None:
    if unit.parent_code is None:
        if ALLOWED_PARENTS[unit.kind]:
            raise ValueError(f"unit {unit.code} has no parent")
    elif unit.parent_code not in by_code:
        raise ValueError(f"unit {unit.code} has the unknown parent {unit.parent_code}")
    elif by_code[unit.parent_code].kind not in ALLOWED_PARENTS[unit.kind]:
        raise ValueError(f"unit {unit.code} has a parent of the wrong kind")
