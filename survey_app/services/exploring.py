"""Which units stand side by side: the rows of a heat map, the units one may compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from survey_app.domain.org_tree import OrgTree, OrgUnit, UnitKind
from survey_app.services.listings import Listing, listed_below
from survey_app.services.results import NoSuchUnit
from survey_app.storage import org_units
from survey_app.storage.database import begin_read

MOST_COMPARED = 5
SITES = (UnitKind.CENTRE, UnitKind.DEPARTMENT)
"""Kinds of unit that have counters."""


@dataclass(frozen=True)
class Neighbours:
    """Units one may set beside a unit: those listed below it, and those beside it under the same unit."""

    below: tuple[OrgUnit, ...]
    beside: tuple[OrgUnit, ...]


def centres_below(tree: OrgTree, unit: OrgUnit) -> Sequence[OrgUnit]:
    """The rows of a heat map: every centre below a unit; of a centre its counters; a counter alone."""
    if unit.kind is UnitKind.COUNTER:
        return [unit]
    if unit.kind in SITES and tree.descendants(unit.code, UnitKind.COUNTER):
        return [child for child in tree.children(unit.code) if child.kind in (UnitKind.CENTRE, UnitKind.COUNTER)]
    below = [found for found in tree.descendants(unit.code) if found.kind in SITES]
    return [found for found in below if any(child.kind is UnitKind.COUNTER for child in tree.children(found.code))]


def these(codes: Sequence[str]) -> Listing:
    """Exactly these units, in this order."""

    def listing(tree: OrgTree, _unit: OrgUnit) -> list[OrgUnit]:
        unknown = [code for code in codes if code not in tree.units]
        if unknown:
            raise NoSuchUnit(unknown[0])
        return [tree.units[code] for code in codes]

    return listing


def neighbours(engine: Engine, unit_code: str) -> Neighbours:
    """The units one may set beside this one.

    Raises:
        NoSuchUnit: no unit has this code.
    """
    with begin_read(engine) as connection:
        tree = org_units.tree(connection)
    if unit_code not in tree.units:
        raise NoSuchUnit(unit_code)
    unit = tree.units[unit_code]
    beside = tree.children(unit.parent_code) if unit.parent_code else ()
    return Neighbours(
        below=tuple(listed_below(tree, unit)),
        beside=tuple(other for other in beside if other.kind is unit.kind and other.code != unit_code),
    )


def centre_at(engine: Engine, unit_code: str) -> str | None:
    """The unit itself where it is a centre or a department with counters, else the first such unit below it."""
    with begin_read(engine) as connection:
        tree = org_units.tree(connection)
    if unit_code not in tree.units:
        return None
    units = (tree.units[unit_code], *tree.descendants(unit_code))
    sites = (unit for unit in units if unit.kind in SITES and tree.descendants(unit.code, UnitKind.COUNTER))
    return next((unit.code for unit in sites), None)
