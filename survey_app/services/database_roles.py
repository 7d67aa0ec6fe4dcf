"""The two roles of a PostgreSQL database: citizens' pages add to the inbox, officers' pages do the rest."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import Engine

from survey_app.storage import audit_log, grants
from survey_app.storage.database import begin_write, is_postgresql
from survey_app.storage.grants import GrantRefused

CITIZEN_ROLE = "hailong_citizen"
OFFICER_ROLE = "hailong_officer"

_NAME = re.compile(r"(?!pg_)[a-z_][a-z0-9_]{0,62}")

__all__ = ["CITIZEN_ROLE", "OFFICER_ROLE", "BadRoleName", "GrantRefused", "grant_roles"]


class BadRoleName(ValueError):
    """Not a name this product gives to a role; the message says why."""


def _check_names(citizen_role: str, officer_role: str) -> None:
    for name in (citizen_role, officer_role):
        if not _NAME.fullmatch(name):
            raise BadRoleName(f"“{name}” không phải tên vai trò: chỉ dùng a-z, 0-9, _ và không bắt đầu bằng pg_")
    if citizen_role == officer_role:
        raise BadRoleName("hai vai trò phải có tên khác nhau")


def grant_roles(
    engine: Engine, now: datetime, citizen_role: str = CITIZEN_ROLE, officer_role: str = OFFICER_ROLE
) -> bool:
    """Give both roles what storage/grants.py lists and nothing else; False on SQLite, which has no roles.

    Raises:
        BadRoleName: nothing was changed.
        GrantRefused: nothing was changed.
        DatabaseUnavailable: nothing was changed.
    """
    _check_names(citizen_role, officer_role)
    with begin_write(engine) as connection:
        if not is_postgresql(connection):
            return False
        grants.grant(connection, citizen_role, officer_role)
        detail = {"citizen_role": citizen_role, "officer_role": officer_role}
        audit_log.append(connection, now, audit_log.SYSTEM, "database.grant", None, detail)
    return True
