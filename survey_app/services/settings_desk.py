"""Changing settings on a page: in groups, never over somebody else's change, and telling who changed what last."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine

from survey_app.domain.audit_chain import AuditEntry
from survey_app.domain.disclosure import Thresholds
from survey_app.services.province_settings import OfficialText, ProvinceSettings, read_settings
from survey_app.services.settings_changes import apply_changes
from survey_app.storage import audit_log, officers, settings
from survey_app.storage.audit_log import AuditFilter
from survey_app.storage.database import begin_read, begin_write

CHANGE, RESET = "settings.change", "settings.reset"

GROUPS: Mapping[str, tuple[str, ...]] = {
    "thresholds": ("thresholds",),
    "waiting": ("mixed_release_days", "exact_minute_hours"),
    "comments": ("comment_batch", "comment_days", "comment_months"),
    "pace": ("pace",),
    "channels": ("complaint_channels",),
    "thanks": ("thanks_text",),
    "texts": ("official_texts",),
    "classes": ("class_reference",),
    "safety": ("second_factor_required",),
}
"""Group of the page -> the settings in it, in the order of the page."""


class SettingsMoved(Exception):
    """Somebody changed the same group since the form was opened."""


@dataclass(frozen=True)
class LastChange:
    """Who changed a group last, when, and the reason given."""

    by: str
    at: datetime
    reason: str
    is_reset: bool


@dataclass(frozen=True)
class SettingsPage:
    """The settings in force, a mark of each group's state, and who changed each group last."""

    settings: ProvinceSettings
    marks: Mapping[str, str]
    last_changes: Mapping[str, LastChange]


def mark(found: ProvinceSettings, group: str) -> str:
    """Tells whether a group is still as it was when a form was opened."""
    values = {name: value for name, value in asdict(found).items() if name in GROUPS[group]}
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _entries(connection: Connection, action: str) -> Iterator[AuditEntry]:
    return audit_log.newest_first(connection, AuditFilter(action=action))


def _last_changes(connection: Connection) -> dict[str, LastChange]:
    names = {stored.officer.login: stored.officer.name for stored in officers.every(connection)}
    found: dict[str, LastChange] = {}
    entries = [entry for action in (CHANGE, RESET) for entry in _entries(connection, action)]
    for entry in sorted(entries, key=lambda entry: entry.number):
        detail, is_reset = json.loads(entry.detail), entry.action == RESET
        changed = set(detail.get("names", ())) if is_reset else set(detail)
        last = LastChange(names.get(entry.actor, entry.actor), entry.at, str(detail.get("reason", "")), is_reset)
        found |= {group: last for group, members in GROUPS.items() if changed.intersection(members)}
    return found


def page(engine: Engine) -> SettingsPage:
    """Everything the page of settings shows."""
    with begin_read(engine) as connection:
        found = read_settings(connection)
        return SettingsPage(found, {group: mark(found, group) for group in GROUPS}, _last_changes(connection))


def official_texts(engine: Engine) -> tuple[OfficialText, ...]:
    """The decisions and instructions the survey rests on."""
    with begin_read(engine) as connection:
        return read_settings(connection).official_texts


def change_group(
    engine: Engine, now: datetime, actor: str, group: str, changes: dict[str, Any], seen: str, reason: str = ""
) -> None:
    """Change the settings of one group if it is still as ``seen`` (the mark of the form's page).

    Raises:
        SettingsMoved, BadSetting: nothing was changed.
    """
    with begin_write(engine) as connection:
        found = read_settings(connection)
        if mark(found, group) != seen:
            raise SettingsMoved(group)
        apply_changes(connection, now, actor, changes, reason)


def reset_group(engine: Engine, now: datetime, actor: str, group: str) -> None:
    """Go back to the defaults of one group."""
    with begin_write(engine) as connection:
        settings.forget(connection, GROUPS[group])
        audit_log.append(connection, now, actor, RESET, None, {"names": list(GROUPS[group])})


def lowered(wanted: Mapping[str, int], now_in_force: Thresholds) -> list[str]:
    """The smallest bases that would stand below their default, and lower than now."""
    default = asdict(Thresholds())
    return [name for name, value in wanted.items() if value < min(default[name], getattr(now_in_force, name))]


def is_default(found: ProvinceSettings, group: str) -> bool:
    """Whether nothing of the group differs from the default."""
    standard = ProvinceSettings()
    return all(getattr(found, name) == getattr(standard, name) for name in GROUPS[group])
