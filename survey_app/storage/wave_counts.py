"""Numbers that belong to a wave: responses received, and transactions entered for the sample size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import Connection, delete, func, insert, select

from survey_app.storage.fieldwork_tables import WaveTransactionsRow
from survey_app.storage.tables import ReleaseRow, ResponseInboxRow


def received(connection: Connection) -> Mapping[int, Mapping[int, int]]:
    """Row number of a wave -> row number of a unit -> responses that arrived there: released ones and waiting ones.

    The unit of a released one may be a centre or stand higher, where remainders joined.
    """
    found: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    release, inbox = ReleaseRow, ResponseInboxRow
    released = select(release.wave_id, release.unit_id, func.sum(release.responses))
    waiting = select(inbox.wave_id, inbox.counter_id, func.count())
    for query in (
        released.group_by(release.wave_id, release.unit_id),
        waiting.group_by(inbox.wave_id, inbox.counter_id),
    ):
        for wave_id, unit_id, number in connection.execute(query):
            found[wave_id][unit_id] += int(number)
    return found


def transactions(connection: Connection, wave_id: int) -> dict[int, int]:
    """Row number of a unit -> transactions in the period of this wave."""
    row = WaveTransactionsRow
    query = select(row.unit_id, row.transactions).where(row.wave_id == wave_id)
    return {row.unit_id: row.transactions for row in connection.execute(query)}


def put_transactions(connection: Connection, wave_id: int, numbers: Mapping[int, int | None]) -> None:
    """Set the transactions of these units; None forgets what was entered."""
    row = WaveTransactionsRow
    if numbers:
        connection.execute(delete(row).where(row.wave_id == wave_id, row.unit_id.in_(numbers)))
    kept = [
        {"wave_id": wave_id, "unit_id": unit_id, "transactions": number}
        for unit_id, number in numbers.items()
        if number is not None
    ]
    if kept:
        connection.execute(insert(row), kept)
