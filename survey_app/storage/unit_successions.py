"""Successions of units as stored, and those of the country as shipped."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.orm import aliased

from survey_app.domain.unit_succession import Share, Succession, Successions
from survey_app.storage.boundary_tables import UnitSuccessionRow
from survey_app.storage.org_units import GEOGRAPHY
from survey_app.storage.tables import OrgUnitRow


@dataclass(frozen=True)
class FormerCommune:
    """A commune-level unit there was until ``valid_to``, as shipped; ``code`` is province, district and commune."""

    code: str
    name: str
    kind: str
    district: str
    province_code: str
    valid_to: date


@dataclass(frozen=True)
class Change:
    """One line of the country's mapping: ``change`` is unchanged, renamed, merged or part."""

    predecessor: str
    successor: str
    first_day: date
    change: str


@dataclass(frozen=True)
class FormerProvince:
    """A province there was until the 63 became 34; ``successor_code`` is the province of today."""

    code: str
    name: str
    kind: str
    successor_code: str


def _rows(name: str) -> list[dict[str, str]]:
    with (GEOGRAPHY / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def former_communes() -> Mapping[str, FormerCommune]:
    """The commune-level units of the country before 1 July 2025, by code."""
    rows = _rows("former_communes.csv")
    return {
        row["code"]: FormerCommune(**{**row, "valid_to": date.fromisoformat(row["valid_to"])})  # type: ignore[arg-type]
        for row in rows
    }


@cache
def former_provinces() -> Mapping[str, FormerProvince]:
    """The 63 provinces before 1 July 2025, by code."""
    return {row["code"]: FormerProvince(**row) for row in _rows("former_provinces.csv")}


@cache
def changes() -> tuple[Change, ...]:
    """What became of every commune of the country on 1 July 2025."""
    rows = _rows("successions.csv")
    return tuple(
        Change(row["predecessor"], row["successor"], date.fromisoformat(row["first_day"]), row["change"])
        for row in rows
    )


def read_all(connection: Connection) -> Successions:
    """Every succession there is."""
    old, new, row = aliased(OrgUnitRow), aliased(OrgUnitRow), UnitSuccessionRow
    query = (
        select(old.code, new.code, row.first_day, row.share)
        .join_from(row, old, row.predecessor_id == old.id)
        .join(new, row.successor_id == new.id)
        .order_by(row.first_day, new.code, old.code)
    )
    found = connection.execute(query).all()
    return Successions(Succession(before, after, day, Share(share)) for before, after, day, share in found)


def is_any(connection: Connection) -> bool:
    """Whether any unit took the place of another."""
    return connection.scalar(select(UnitSuccessionRow.predecessor_id).limit(1)) is not None


def replace(connection: Connection, successions: Iterable[Succession], ids: Mapping[str, int]) -> None:
    """Store successions in place of all that is known of their predecessors."""
    rows = [
        {
            "predecessor_id": ids[one.predecessor],
            "successor_id": ids[one.successor],
            "first_day": one.first_day,
            "share": one.share.value,
        }
        for one in successions
    ]
    named = sorted({int(str(row["predecessor_id"])) for row in rows})
    for start in range(0, len(named), 500):
        part = named[start : start + 500]
        connection.execute(delete(UnitSuccessionRow).where(UnitSuccessionRow.predecessor_id.in_(part)))
    if rows:
        connection.execute(insert(UnitSuccessionRow), rows)
