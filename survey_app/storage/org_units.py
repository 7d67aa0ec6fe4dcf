"""Org units as stored: the tree, its changes, and the communes citizens live in."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, delete, exists, insert, or_, select, update

from survey_app.domain.org_tree import OrgTree
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.storage.database import wait_for_lock
from survey_app.storage.tables import OrgUnitRow, ResponseInboxRow, ServiceFieldRow, UnitTallyRow

UNITS_LOCK = 7_274_011
"""Advisory lock number: one change of the tree at a time, so that what was checked is what is changed."""

GEOGRAPHY = Path(__file__).resolve().parent.parent / "geography"
_KINDS = {kind.value: kind for kind in UnitKind}
_KIND_ORDER = {kind: place for place, kind in enumerate(UnitKind)}


@dataclass(frozen=True)
class Commune:
    """A commune-level unit of the country, as shipped."""

    code: str
    name: str
    kind: str
    province_code: str


@cache
def communes() -> dict[str, Commune]:
    """The 3,321 commune-level units by code."""
    with (GEOGRAPHY / "communes.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: Commune(**row) for row in csv.DictReader(file)}


@cache
def provinces() -> dict[str, str]:
    """The 34 provinces: code -> name."""
    with (GEOGRAPHY / "provinces.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


@cache
def province_titles() -> dict[str, str]:
    """The 34 provinces: code -> name with its kind, as a unit is called."""
    with (GEOGRAPHY / "provinces.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: f"{row['kind'].capitalize()} {row['name']}" for row in csv.DictReader(file)}


def _service_fields(connection: Connection) -> dict[int, list[str]]:
    fields: dict[int, list[str]] = defaultdict(list)
    query = select(ServiceFieldRow.unit_id, ServiceFieldRow.name).order_by(ServiceFieldRow.position)
    for unit_id, name in connection.execute(query):
        fields[unit_id].append(name)
    return fields


def read_all(connection: Connection) -> tuple[list[OrgUnit], dict[str, int]]:
    """Every unit, parents before children, and the row number of each code."""
    fields = _service_fields(connection)
    row = OrgUnitRow
    query = select(row.id, row.code, row.kind, row.name, row.parent_id, row.valid_from, row.valid_to)
    rows = connection.execute(query.order_by(row.id)).all()
    codes: dict[int | None, str] = {number: code for number, code, *_ in rows}
    units = [
        OrgUnit(code, _KINDS[kind], name, codes.get(parent), valid_from, valid_to, tuple(fields.get(number, ())))
        for number, code, kind, name, parent, valid_from, valid_to in rows
    ]
    units.sort(key=lambda unit: _KIND_ORDER[unit.kind])
    return units, {code: number for number, code, *_ in rows}


def tree(connection: Connection) -> OrgTree:
    """All units as a tree, retired ones included."""
    return OrgTree(read_all(connection)[0])


def row_id(connection: Connection, code: str) -> int | None:
    """The row number of a unit."""
    return connection.scalar(select(OrgUnitRow.id).where(OrgUnitRow.code == code))


def lock(connection: Connection) -> None:
    """Wait until nobody else changes units; held to the end of this transaction."""
    wait_for_lock(connection, UNITS_LOCK)


def with_responses(connection: Connection) -> set[str]:
    """Units to which released responses were counted, and counters at which some wait: they keep their parent."""
    counted = exists().where(UnitTallyRow.unit_id == OrgUnitRow.id)
    waiting = exists().where(ResponseInboxRow.counter_id == OrgUnitRow.id)
    return set(connection.scalars(select(OrgUnitRow.code).where(or_(counted, waiting))))


def kind_of(connection: Connection, code: str) -> UnitKind | None:
    """What kind of unit this is; None for an unknown code."""
    kind = connection.scalar(select(OrgUnitRow.kind).where(OrgUnitRow.code == code))
    return UnitKind(kind) if kind else None


def _values(unit: OrgUnit, ids: Mapping[str, int]) -> dict[str, object]:
    return {
        "code": unit.code,
        "kind": unit.kind.value,
        "name": unit.name,
        "parent_id": ids[unit.parent_code] if unit.parent_code else None,
        "valid_from": unit.valid_from,
        "valid_to": unit.valid_to,
    }


def save(connection: Connection, units: Iterable[OrgUnit]) -> tuple[int, int]:
    """Add units or bring them up to date by code; parents may come in the same call. Returns (added, updated)."""
    ids = {row.code: row.id for row in connection.execute(select(OrgUnitRow.id, OrgUnitRow.code))}
    added = updated = 0
    for unit in sorted(units, key=lambda unit: _KIND_ORDER[unit.kind]):
        if unit.code in ids:
            connection.execute(update(OrgUnitRow).where(OrgUnitRow.id == ids[unit.code]).values(_values(unit, ids)))
            connection.execute(delete(ServiceFieldRow).where(ServiceFieldRow.unit_id == ids[unit.code]))
            updated += 1
        else:
            statement = insert(OrgUnitRow).returning(OrgUnitRow.id)
            ids[unit.code] = connection.execute(statement, _values(unit, ids)).scalar_one()
            added += 1
        if unit.service_fields:
            rows = [
                {"unit_id": ids[unit.code], "position": place, "name": name}
                for place, name in enumerate(unit.service_fields)
            ]
            connection.execute(insert(ServiceFieldRow), rows)
    return added, updated


def set_valid_to(connection: Connection, code: str, day: date | None) -> None:
    """Retire a unit after ``day``, or bring it back (None)."""
    connection.execute(update(OrgUnitRow).where(OrgUnitRow.code == code).values(valid_to=day))
