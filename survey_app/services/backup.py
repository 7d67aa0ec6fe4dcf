"""Backing up the database."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from survey_app.storage import audit_log
from survey_app.storage.backup import BackupFailed, write_backup
from survey_app.storage.database import begin_write

__all__ = ["BackupFailed", "back_up"]


def back_up(engine: Engine, now: datetime, target: Path) -> int:
    """Write everything the database holds to ``target``; returns the size in bytes.

    Raises:
        BackupFailed, DatabaseUnavailable: there is no file at ``target`` that was not there before.
    """
    size = write_backup(engine, target)
    with begin_write(engine) as connection:
        detail = {"file": target.name, "bytes": size}
        audit_log.append(connection, now, audit_log.SYSTEM, "database.backup", None, detail)
    return size
