"""Changing the province's settings, with an audit entry; apart from reading them, which every citizen's page does."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine

from survey_app.services.province_settings import BadSetting, ProvinceSettings, settings_from
from survey_app.storage import audit_log, settings
from survey_app.storage.database import begin_write


def change_settings(engine: Engine, now: datetime, actor: str, changes: dict[str, Any]) -> ProvinceSettings:
    """Change the named settings, all or none, with an audit entry.

    Raises:
        BadSetting: unknown name, wrong type or a threshold under the release size.
    """
    with begin_write(engine) as connection:
        return apply_changes(connection, now, actor, changes)


def apply_changes(
    connection: Connection, now: datetime, actor: str, changes: dict[str, Any], reason: str = ""
) -> ProvinceSettings:
    """Change the named settings in the caller's transaction; the audit entry keeps the reason. Raises BadSetting."""
    unknown = changes.keys() - {entry.name for entry in fields(ProvinceSettings)}
    if unknown:
        raise BadSetting(f"unknown setting: {', '.join(sorted(unknown))}")
    try:
        changed = settings_from(settings.read_all(connection) | changes)
    except (TypeError, ValueError) as error:
        raise BadSetting(str(error)) from error
    settings.write(connection, changes)
    detail = changes | {"reason": reason} if reason else changes
    audit_log.append(connection, now, actor, "settings.change", None, detail)
    return changed
