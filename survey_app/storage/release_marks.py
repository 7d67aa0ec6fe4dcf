"""How far releasing has come: by it a reader knows which sums may have grown since it last looked.

Releases are only ever added, one releaser at a time, so that their numbers grow in the order in which they become
visible; the sums of units grow in the transaction that adds a release with its tally, and in no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from survey_app.storage.tables import ReleaseRow, TallyRow


@dataclass(frozen=True)
class ReleaseMark:
    """The newest release that is counted: its number, and what else tells it from one of another history."""

    number: int
    unit_id: int
    month: date
    stage: str
    channel: str
    responses: int
    released_on: date


COLUMNS = tuple(getattr(ReleaseRow, "id" if name == "number" else name) for name in ReleaseMark.__dataclass_fields__)


def newest(connection: Connection) -> ReleaseMark | None:
    """The newest release that is counted; None where none is."""
    counted = select(func.max(TallyRow.release_id)).scalar_subquery()
    row = connection.execute(select(*COLUMNS).where(ReleaseRow.id == counted)).one_or_none()
    return ReleaseMark(*row) if row else None


def units_between(connection: Connection, earlier: ReleaseMark, later: ReleaseMark) -> set[int] | None:
    """The units at which was released after one mark up to another; None where ``earlier`` is of another history."""
    if earlier == later:
        return set()
    query = select(*COLUMNS).where(ReleaseRow.id.between(earlier.number, later.number)).order_by(ReleaseRow.id)
    rows = [ReleaseMark(*row) for row in connection.execute(query).all()]
    return {row.unit_id for row in rows[1:]} if rows and rows[0] == earlier else None
