"""Which units a page of results lists with a unit."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from survey_app.domain.org_tree import OrgTree
from survey_app.domain.org_unit import OrgUnit, UnitKind

Listing = Callable[[OrgTree, OrgUnit], Sequence[OrgUnit]]
"""Which units a page lists with a unit."""


def only_centre(tree: OrgTree, unit: OrgUnit) -> OrgUnit | None:
    """The centre of a commune that has no other unit below it."""
    below = tree.children(unit.code)
    is_only = unit.kind is UnitKind.COMMUNE and len(below) == 1 and below[0].kind is UnitKind.CENTRE
    return below[0] if is_only else None


def listed_below(tree: OrgTree, unit: OrgUnit) -> list[OrgUnit]:
    """Those directly below; in place of an only centre its counters; a department only where it has counters."""
    centre = only_centre(tree, unit)
    return [
        child
        for child in tree.children(centre.code if centre else unit.code)
        if child.kind is not UnitKind.DEPARTMENT or tree.descendants(child.code, UnitKind.COUNTER)
    ]


def nested(tree: OrgTree, listed: Sequence[OrgUnit]) -> frozenset[frozenset[str]]:
    """The pairs of codes of which one unit lies within the other: their responses are partly the same."""
    codes = {unit.code for unit in listed}
    above = ((unit.code, upper.code) for unit in listed for upper in tree.ancestors(unit.code))
    return frozenset(frozenset(pair) for pair in above if pair[1] in codes)
