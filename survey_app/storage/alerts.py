"""When each unit was last heard of: what silence is told by."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, func, select

from survey_app.domain.local_day import day_of_minute
from survey_app.storage.tables import ReleaseRow, ResponseInboxRow


def last_heard(connection: Connection) -> dict[int, date]:
    """Row number of a unit -> the later of its last release and its newest response that waits.

    A release is at least as late as the responses in it, so that silence is told too late rather than too early.
    """
    released = select(ReleaseRow.unit_id, func.max(ReleaseRow.released_on)).group_by(ReleaseRow.unit_id)
    found: dict[int, date] = {}
    for unit_id, day in connection.execute(released):
        found[unit_id] = day
    row = ResponseInboxRow
    waiting = select(row.counter_id, func.max(row.received_minute)).group_by(row.counter_id)
    for unit_id, minute in connection.execute(waiting):
        day = day_of_minute(minute)
        found[unit_id] = max(found.get(unit_id, day), day)
    return found
