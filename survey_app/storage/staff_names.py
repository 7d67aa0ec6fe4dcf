"""Names to mask in comments: those listed for a unit, and those of officers with an account there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Connection, delete, insert, select

from survey_app.storage.comment_tables import StaffNameRow
from survey_app.storage.officer_tables import OfficerGrantRow, OfficerRow


def listed(connection: Connection, unit_id: int) -> list[str]:
    """The names listed for a unit, in order."""
    row = StaffNameRow
    return list(connection.scalars(select(row.name).where(row.unit_id == unit_id).order_by(row.name)))


def replace(connection: Connection, unit_id: int, names: Collection[str]) -> None:
    """List these names for a unit, and no others."""
    connection.execute(delete(StaffNameRow).where(StaffNameRow.unit_id == unit_id))
    if names:
        connection.execute(insert(StaffNameRow), [{"unit_id": unit_id, "name": name} for name in sorted(names)])


def every(connection: Connection) -> dict[int, set[str]]:
    """Unit -> the names to mask there, of lists and accounts."""
    found: dict[int, set[str]] = defaultdict(set)
    for unit_id, name in connection.execute(select(StaffNameRow.unit_id, StaffNameRow.name)):
        found[unit_id].add(name)
    grant = OfficerGrantRow
    accounts = select(grant.unit_id, OfficerRow.name).join(OfficerRow, OfficerRow.id == grant.officer_id)
    for unit_id, name in connection.execute(accounts):
        found[unit_id].add(name)
    return found
