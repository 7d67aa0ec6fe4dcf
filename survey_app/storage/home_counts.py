"""Numbers for the home pages: what came in lately, what waits, how much is flagged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, func, select

from survey_app.storage.tables import ReleaseRow, ResponseInboxRow, UnitTallyRow


def waiting(connection: Connection) -> dict[int, tuple[int, int]]:
    """Row number of a counter -> how many responses wait there, and the minute of the oldest."""
    row = ResponseInboxRow
    query = select(row.counter_id, func.count(), func.min(row.received_minute)).group_by(row.counter_id)
    return {counter: (number, minute) for counter, number, minute in connection.execute(query)}


def arrived_since(connection: Connection, day: date, minute: int) -> Mapping[int, int]:
    """Row number of a unit -> responses released since ``day`` or received since ``minute`` and still waiting."""
    found: dict[int, int] = defaultdict(int)
    release, inbox = ReleaseRow, ResponseInboxRow
    released = select(release.unit_id, func.sum(release.responses)).where(release.released_on >= day)
    fresh = select(inbox.counter_id, func.count()).where(inbox.received_minute >= minute)
    for query in (released.group_by(release.unit_id), fresh.group_by(inbox.counter_id)):
        for unit_id, number in connection.execute(query):
            found[unit_id] += int(number)
    return found


def flagged(connection: Connection, first_month: date) -> dict[int, tuple[int, int]]:
    """Row number of a unit -> released responses under check, and all, since that month."""
    row = UnitTallyRow
    query = select(row.unit_id, row.flagged, func.sum(row.responses)).where(row.month >= first_month)
    found: dict[int, tuple[int, int]] = {}
    for unit_id, is_flagged, number in connection.execute(query.group_by(row.unit_id, row.flagged)):
        caught, every = found.get(unit_id, (0, 0))
        found[unit_id] = (caught + int(number) * is_flagged, every + int(number))
    return found
