"""Packed tallies: one per release, and their sums per unit, month and cut."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Connection, Table, func, select

from survey_app.domain.tally import Tally, unpack
from survey_app.domain.tally_many import Packed, Tallies, add_packed
from survey_app.storage.bulk import insert_columns, replace_columns
from survey_app.storage.tables import TallyRow, UnitTallyRow

TALLY = cast(Table, TallyRow.__table__)
UNIT_TALLY = cast(Table, UnitTallyRow.__table__)


class UnitTallyKey(NamedTuple):
    """What a unit tally is the sum over."""

    unit_id: int
    month: date
    wave_id: int
    version_id: int
    stage: str
    channel: str
    flagged: bool


UNITS_AT_ONCE = 200
ROWS_AT_ONCE = 100
KEY_COLUMNS = tuple(UNIT_TALLY.c[name] for name in UnitTallyKey._fields)


@dataclass(frozen=True)
class TallyFilter:
    """Which unit tallies are wanted; None leaves a dimension open, months are inclusive."""

    unit_ids: Sequence[int]
    version_id: int
    wave_id: int | None = None
    first_month: date | None = None
    last_month: date | None = None
    stage: str | None = None
    channel: str | None = None
    with_flagged: bool = True


def add_release_tallies(connection: Connection, numbers: Sequence[int], fresh: Tallies) -> None:
    """Store the tallies of new releases, by their numbers."""
    _, counts, moments = zip(*fresh.packed(), strict=True)
    insert_columns(connection, TALLY, {"release_id": numbers, "counts": counts, "moments": moments})


def release_tally(connection: Connection, release_id: int, responses: int) -> Tally | None:
    """The stored tally of a release of ``responses``."""
    query = select(TallyRow.counts, TallyRow.moments).where(TallyRow.release_id == release_id)
    row = connection.execute(query).one_or_none()
    return unpack(responses, row.counts, row.moments) if row else None


def tallied_releases(connection: Connection) -> set[int]:
    """The releases that have a tally."""
    return set(connection.scalars(select(TallyRow.release_id)))


def _stored(connection: Connection, keys: Mapping[UnitTallyKey, int]) -> dict[int, Packed]:
    """The sums there are of these keys, by the keys' places.

    They are looked up by unit and month: SQLite finds no index for a list of whole keys.
    """
    found: dict[int, Packed] = {}
    units, column = sorted({key.unit_id for key in keys}), UNIT_TALLY.c
    rest = [
        column[name].in_({getattr(key, name) for key in keys}) for name in ("month", "wave_id", "version_id", "channel")
    ]
    query = select(*KEY_COLUMNS, column.responses, column.counts, column.moments)
    for start in range(0, len(units), UNITS_AT_ONCE):
        near = column.unit_id.in_(units[start : start + UNITS_AT_ONCE])
        for *key, responses, counts, moments in connection.execute(query.where(near, *rest)):
            place = keys.get(UnitTallyKey(*key))
            if place is not None:
                found[place] = (responses, counts, moments)
    return found


def _columns(keys: Sequence[UnitTallyKey], packed: Sequence[Packed]) -> dict[str, Sequence[Any]]:
    names = (*UnitTallyKey._fields, "responses", "counts", "moments")
    columns = (*zip(*keys, strict=True), *zip(*packed, strict=True))
    return dict(zip(names, columns, strict=True)) if keys else {}


def add_to_units(connection: Connection, additions: Mapping[UnitTallyKey, int], fresh: Tallies) -> None:
    """Add tallies of one version to the stored sums: key -> its row of ``fresh``. The caller holds the release lock."""
    stored = _stored(connection, additions)
    total = fresh.plus(list(stored), add_packed([[packed] for packed in stored.values()])) if stored else fresh
    packed = total.packed()
    for write, is_stored in ((insert_columns, False), (replace_columns, True)):
        own = {key: place for key, place in additions.items() if (place in stored) is is_stored}
        write(connection, UNIT_TALLY, _columns(list(own), [packed[place] for place in own.values()]))


def _conditions(wanted: TallyFilter) -> list[ColumnElement[bool]]:
    """The version is compared as a sum: SQLite, which counts no rows, would else take the index of version and month
    and read every unit's rows to find one; so both databases go by the primary key, unit and month.
    """
    column = UNIT_TALLY.c
    return [column.version_id + 0 == wanted.version_id, *conditions_beside_version(column, wanted)]


def conditions_beside_version(column: Any, wanted: TallyFilter) -> list[ColumnElement[bool]]:
    """What a filter asks of columns named as those of the unit tallies, but for the version."""
    conditions: list[ColumnElement[bool]] = [column.unit_id.in_(wanted.unit_ids)]
    if wanted.wave_id is not None:
        conditions.append(column.wave_id == wanted.wave_id)
    if wanted.first_month is not None:
        conditions.append(column.month >= wanted.first_month)
    if wanted.last_month is not None:
        conditions.append(column.month <= wanted.last_month)
    if wanted.stage is not None:
        conditions.append(column.stage == wanted.stage)
    if wanted.channel is not None:
        conditions.append(column.channel == wanted.channel)
    if not wanted.with_flagged:
        conditions.append(column.flagged.is_(False))
    return conditions


def sums(connection: Connection, wanted: TallyFilter, parts: Sequence[str]) -> dict[tuple[Any, ...], Tally]:
    """The unit tallies that match, added up over whatever is not among ``parts``, names of key columns.

    A few rows after the other, so that they are still in the processor's cache when they are added.
    """
    column = UNIT_TALLY.c
    query = select(column.responses, column.counts, column.moments, *(column[name] for name in parts))
    found: dict[tuple[Any, ...], Tally] = {}
    for rows in connection.execute(query.where(*_conditions(wanted))).partitions(ROWS_AT_ONCE):
        packed: dict[tuple[Any, ...], list[Packed]] = defaultdict(list)
        for row in rows:
            packed[row[3:]].append(row[:3])
        for part, tally in zip(packed, add_packed(list(packed.values())).each(), strict=True):
            found[part] = found[part] + tally if part in found else tally
    return found


def responses_of(connection: Connection, wanted: TallyFilter) -> dict[tuple[int, date], int]:
    """(Unit, month) -> how many responses the unit tallies that match are of."""
    column = UNIT_TALLY.c
    query = select(column.unit_id, column.month, func.sum(column.responses)).where(*_conditions(wanted))
    rows = connection.execute(query.group_by(column.unit_id, column.month))
    return {(unit_id, month): int(number) for unit_id, month, number in rows}


def every(connection: Connection) -> dict[UnitTallyKey, Tally]:
    """Every stored sum (for recounting)."""
    rows = connection.execute(select(*KEY_COLUMNS, UNIT_TALLY.c.responses, UNIT_TALLY.c.counts, UNIT_TALLY.c.moments))
    return {UnitTallyKey(*row[: len(KEY_COLUMNS)]): unpack(row.responses, row.counts, row.moments) for row in rows}
