"""What the pages of units, counters and codes show, read at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine

from survey_app.domain.local_day import local_day
from survey_app.domain.org_tree import OrgTree
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.spelling import fold
from survey_app.services import unit_changes
from survey_app.services.units import UnknownUnit
from survey_app.storage import counter_codes, org_units
from survey_app.storage.counter_codes import CounterCode
from survey_app.storage.database import begin_read

MOST_FOUND = 60
"""How many units a search shows; whoever finds more types another word."""


@dataclass(frozen=True)
class Below:
    """A unit directly below: how many counters it has (itself, if it is one), how many of them without a code."""

    unit: OrgUnit
    counters: int
    without_code: int
    code: CounterCode | None


@dataclass(frozen=True)
class PastStay:
    """A code that stood here: revoked, or moved to the counter that is named."""

    stay: CounterCode
    moved_to: OrgUnit | None
    revoked_on: date | None


@dataclass(frozen=True)
class Place:
    """A unit with all its page shows. ``path`` begins at the province and ends above the unit."""

    unit: OrgUnit
    path: tuple[OrgUnit, ...]
    is_valid: bool
    below: tuple[Below, ...]
    retired: tuple[OrgUnit, ...]
    codes: tuple[CounterCode, ...]
    past: tuple[PastStay, ...]
    without_code: int
    centres_without_code: int
    has_own_counters: bool
    is_settled: bool
    may_have_below: bool

    @property
    def shows_codes(self) -> bool:
        """Whether the units directly below have codes of their own, or should."""
        return self.has_own_counters or any(row.code for row in self.below)

    @property
    def has_codes(self) -> bool:
        """Whether a code may stand here: at a counter, or at a unit whose counters a visitor chooses from."""
        return self.unit.kind is UnitKind.COUNTER or self.has_own_counters or bool(self.codes or self.past)


def place(engine: Engine, unit_code: str, today: date) -> Place:
    """A unit, the units directly below it and its codes. Raises UnknownUnit."""
    with begin_read(engine) as connection:
        tree, stays = org_units.tree(connection), counter_codes.every(connection)
        if unit_code not in tree.units:
            raise UnknownUnit(f"không có đơn vị mã {unit_code}")
        is_settled = unit_changes.is_settled(connection, tree, unit_code)
    unit = tree.units[unit_code]
    held = _held(stays, today)
    below = [_below(tree, child, held, today) for child in tree.children(unit_code) if _is_current(child, today)]
    counters = _counters(tree, unit, today)
    return Place(
        unit=unit,
        path=tree.ancestors(unit_code)[::-1],
        is_valid=unit.is_valid_on(today),
        below=tuple(sorted(below, key=lambda row: _order(row.unit))),
        retired=tuple(child for child in tree.children(unit_code) if not _is_current(child, today)),
        codes=tuple(held.get(unit_code, ())),
        past=_past(tree, stays, unit_code, today),
        without_code=sum(counter.code not in held for counter in counters),
        centres_without_code=len({counter.parent_code for counter in counters} - held.keys() - _above_of(unit)),
        has_own_counters=bool(tree.counters_of(unit_code, today)),
        is_settled=is_settled,
        may_have_below=bool(unit_changes.child_kinds(unit.kind)),
    )


def _above_of(unit: OrgUnit) -> set[str | None]:
    """The centre of a counter: not the counter's own affair."""
    return {unit.parent_code} if unit.kind is UnitKind.COUNTER else set()


def _is_current(unit: OrgUnit, today: date) -> bool:
    """Valid today, or some day to come."""
    return unit.valid_to is None or today <= unit.valid_to


def _order(unit: OrgUnit) -> tuple[int, str, str]:
    return list(UnitKind).index(unit.kind), fold(unit.name), unit.code


def _held(stays: Iterable[CounterCode], today: date) -> dict[str, list[CounterCode]]:
    """Unit -> its codes in force, newest first."""
    held: dict[str, list[CounterCode]] = defaultdict(list)
    for stay in stays:
        if stay.is_in_force_on(today):
            held[stay.counter_code].append(stay)
    return dict(held)


def _counters(tree: OrgTree, unit: OrgUnit, today: date) -> list[OrgUnit]:
    units = (unit, *tree.descendants(unit.code, UnitKind.COUNTER))
    return [one for one in units if one.kind is UnitKind.COUNTER and one.is_valid_on(today)]


def _below(tree: OrgTree, unit: OrgUnit, held: Mapping[str, Sequence[CounterCode]], today: date) -> Below:
    counters = _counters(tree, unit, today)
    code = held[unit.code][0] if unit.code in held else None
    return Below(unit, len(counters), sum(counter.code not in held for counter in counters), code)


def _past(tree: OrgTree, stays: Sequence[CounterCode], unit_code: str, today: date) -> tuple[PastStay, ...]:
    """Codes that are not in force here any more (or not yet), newest first."""
    next_unit: dict[str, str] = {}
    found: list[PastStay] = []
    for stay in stays:
        if stay.counter_code == unit_code and not stay.is_in_force_on(today):
            went = tree.units.get(next_unit.get(stay.code, "")) if stay.valid_to else None
            revoked_on = local_day(stay.revoked_at) if stay.revoked_at else None
            found.append(PastStay(stay, went, revoked_on))
        next_unit[stay.code] = stay.counter_code
    return tuple(found)


def _within(tree: OrgTree, scopes: Collection[str]) -> list[tuple[OrgUnit, tuple[OrgUnit, ...]]]:
    """(unit, units above it) of everything at and below ``scopes``."""
    with_above = ((unit, tree.ancestors(code)) for code, unit in tree.units.items())
    return [(one, above) for one, above in with_above if any(u.code in scopes for u in (one, *above))]


def find_units(
    engine: Engine, scopes: Collection[str], words: str
) -> tuple[list[tuple[OrgUnit, tuple[OrgUnit, ...]]], int]:
    """Units at and below ``scopes`` whose name or code holds ``words``, marks or not, with the units above each.

    Returns the first of them, and how many there are.
    """
    with begin_read(engine) as connection:
        tree = org_units.tree(connection)
    wanted = fold(words).split()
    found = [
        (unit, above)
        for unit, above in _within(tree, scopes)
        if all(word in f"{fold(unit.name)} {fold(unit.code)} {fold(above[0].name if above else '')}" for word in wanted)
    ]
    found.sort(key=lambda entry: _order(entry[0]))
    return found[:MOST_FOUND], len(found)


def parents_within(engine: Engine, scopes: Collection[str], unit_code: str, today: date) -> list[OrgUnit]:
    """Where a unit may move among the units at and below ``scopes``. Raises UnknownUnit."""
    with begin_read(engine) as connection:
        tree = org_units.tree(connection)
    if unit_code not in tree.units:
        raise UnknownUnit(unit_code)
    inside = {unit.code for unit, _ in _within(tree, scopes)}
    allowed = unit_changes.allowed_parents(tree, tree.units[unit_code], today)
    return sorted((unit for unit in allowed if unit.code in inside), key=_order)


def counters_within(
    engine: Engine, scopes: Collection[str], unit_code: str, today: date
) -> list[tuple[OrgUnit, OrgUnit]]:
    """(counter, its centre) of the other valid counters at and below ``scopes``, those of the same centre first."""
    with begin_read(engine) as connection:
        tree = org_units.tree(connection)
    own = tree.units[unit_code].parent_code if unit_code in tree.units else None
    found = [
        (unit, above[0])
        for unit, above in _within(tree, scopes)
        if unit.kind is UnitKind.COUNTER and unit.is_valid_on(today) and unit.code != unit_code
    ]
    return sorted(found, key=lambda pair: (pair[1].code != own, _order(pair[1]), _order(pair[0])))
