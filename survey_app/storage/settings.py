"""What a province may change: JSON values by name, each with a default in code."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from survey_app.storage.tables import SettingRow


def read_all(connection: Connection) -> dict[str, Any]:
    """Every setting that was changed from its default."""
    return {name: json.loads(value) for name, value in connection.execute(select(SettingRow.name, SettingRow.value))}


def forget(connection: Connection, names: Collection[str]) -> None:
    """Go back to the defaults of the named settings."""
    connection.execute(delete(SettingRow).where(SettingRow.name.in_(names)))


def write(connection: Connection, values: Mapping[str, Any]) -> None:
    """Set the named values, leaving others as they are."""
    for name, value in values.items():
        connection.execute(delete(SettingRow).where(SettingRow.name == name))
        connection.execute(insert(SettingRow), {"name": name, "value": json.dumps(value, ensure_ascii=False)})
