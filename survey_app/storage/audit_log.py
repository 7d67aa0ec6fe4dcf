"""The audit log: who did what to which unit with what result. Append-only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from survey_app.storage.officer_tables import AuditEntryRow

SYSTEM = "system"
"""The actor of commands and timers."""


def append(
    connection: Connection,
    at: datetime,
    actor: str,
    action: str,
    unit_code: str | None,
    detail: Mapping[str, Any],
) -> None:
    """Write an entry in the caller's transaction: it stands or falls with what it tells of."""
    values = {
        "at": at,
        "actor": actor,
        "action": action,
        "unit_code": unit_code,
        "detail": json.dumps(detail, ensure_ascii=False, sort_keys=True, default=str),
    }
    connection.execute(insert(AuditEntryRow), values)


def entries(connection: Connection, action: str) -> list[tuple[str, str | None, dict[str, Any]]]:
    """(actor, unit code, detail) of every entry of this action, oldest first."""
    row = AuditEntryRow
    query = select(row.actor, row.unit_code, row.detail).where(row.action == action).order_by(row.id)
    return [(actor, unit, json.loads(detail)) for actor, unit, detail in connection.execute(query)]
