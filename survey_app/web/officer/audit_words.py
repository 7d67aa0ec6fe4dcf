"""Audit entries in words: who, what, where, and what the detail says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from survey_app.domain.audit_chain import AuditEntry
from survey_app.domain.local_day import VIET_NAM, local_day
from survey_app.web.officer.audit_actions import actions
from survey_app.web.officer.audit_details import result
from survey_app.web.rendering import day
from survey_app.web.rendering import gettext as _


@dataclass(frozen=True)
class Line:
    """An entry as the page and the file tell it."""

    number: int
    at: str
    actor: str
    action: str
    unit: str
    result: str
    hash: str


def moment(at: datetime) -> str:
    """Day, hour and minute in Viet Nam."""
    return f"{day(local_day(at))} {at.astimezone(VIET_NAM):%H:%M}"


def actor(login: str) -> str:
    """Who did it: a login, or what runs without one."""
    return {"system": _("Hệ thống (dòng lệnh, tự động)"), "unknown": _("Tài khoản không có")}.get(login, login)


def line(entry: AuditEntry, names: Mapping[str, str]) -> Line:
    """An entry in words; ``names`` are the units' names by code."""
    code = entry.unit_code or ""
    return Line(
        number=entry.number,
        at=moment(entry.at),
        actor=actor(entry.actor),
        action=actions().get(entry.action, entry.action),
        unit=names.get(code, code),
        result=result(entry.detail),
        hash=entry.hash,
    )
