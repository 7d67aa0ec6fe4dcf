"""What each PostgreSQL role may do: one table. Nothing that is not in it is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from survey_app.storage.database import MIGRATION_LOCK, wait_for_lock

READ = "SELECT"

CITIZEN: Mapping[str, str] = MappingProxyType(
    {
        "setting": READ,
        "org_unit": READ,
        "service_field": READ,
        "questionnaire_version": READ,
        "record_column": READ,
        "wave": READ,
        "wave_questionnaire": READ,
        "wave_unit": READ,
        "counter_code": READ,
        "response_inbox": "INSERT",
    }
)
"""Table -> privileges of the citizen surface: what a page shows, and one INSERT."""

OFFICER: Mapping[str, str] = MappingProxyType(
    {
        "alembic_version": READ,
        "answer": READ,
        "setting": "SELECT, INSERT, DELETE",
        "org_unit": "SELECT, INSERT, UPDATE",
        "service_field": "SELECT, INSERT, DELETE",
        "questionnaire_version": "SELECT, INSERT",
        "record_column": "SELECT, INSERT",
        "wave": "SELECT, INSERT, UPDATE",
        "wave_questionnaire": "SELECT, INSERT, DELETE",
        "wave_unit": "SELECT, INSERT, DELETE",
        "wave_approval": "SELECT, INSERT",
        "wave_transactions": "SELECT, INSERT, DELETE",
        "working_week": "SELECT, INSERT, DELETE",
        "calendar_exception": "SELECT, INSERT, UPDATE",
        "counter_code": "SELECT, INSERT, UPDATE",
        "response_inbox": "SELECT, UPDATE, DELETE, MAINTAIN",
        "spent_key": "SELECT, INSERT, DELETE",
        "release": "SELECT, INSERT",
        "response": "SELECT, INSERT",
        "comment_waiting": "SELECT, INSERT, DELETE, MAINTAIN",
        "comment_batch": "SELECT, INSERT, DELETE",
        "comment": "SELECT, INSERT, UPDATE, DELETE, MAINTAIN",
        "comment_theme": "SELECT, INSERT, DELETE",
        "comment_reply": "SELECT, INSERT, UPDATE",
        "staff_name": "SELECT, INSERT, DELETE",
        "tally": "SELECT, INSERT",
        "unit_tally": "SELECT, INSERT, UPDATE",
        "home_batch": "SELECT, INSERT",
        "home_member": "SELECT, INSERT",
        "home_closing": "SELECT, INSERT",
        "officer": "SELECT, INSERT, UPDATE",
        "officer_grant": "SELECT, INSERT, DELETE",
        "officer_session": "SELECT, INSERT, UPDATE, DELETE",
        "second_factor": "SELECT, INSERT, UPDATE, DELETE",
        "recovery_code": "SELECT, INSERT, DELETE",
        "half_open_sign_in": "SELECT, INSERT, DELETE",
        "sign_in_failure": "SELECT, INSERT, DELETE",
        "invitation": "SELECT, INSERT, DELETE",
        "last_sign_in": "SELECT, INSERT, UPDATE",
        "print_job": "SELECT, INSERT, UPDATE, DELETE",
        "print_file": "SELECT, INSERT, UPDATE, DELETE",
        "audit_entry": "SELECT, INSERT",
        "transaction_count": "SELECT, INSERT, DELETE",
        "counter_index": "SELECT, INSERT, DELETE",
        "dossier_ledger": "SELECT, INSERT, DELETE",
        "unit_succession": "SELECT, INSERT, DELETE",
        "external_series": "SELECT, INSERT, DELETE",
        "external_figure": "SELECT, INSERT",
        "external_count": "SELECT, INSERT",
    }
)
"""Table -> privileges of the officer surface, the commands and the releaser.

Published questionnaires, releases and audit entries are never changed; nobody here fills in the inbox.
"""


class GrantRefused(Exception):
    """PostgreSQL, or a role's own standing, does not allow these grants; nothing was changed."""


def _ensure_role(connection: Connection, role: str) -> None:
    """Create a role that may sign in (without a password it cannot where one is asked for)."""
    query = text("SELECT rolsuper OR rolname = current_user FROM pg_roles WHERE rolname = :role")
    is_above_grants = connection.scalar(query, {"role": role})
    if is_above_grants:
        raise GrantRefused(f"{role} là superuser hoặc chính là vai trò đang chạy lệnh: cấp quyền không có tác dụng")
    if is_above_grants is None:
        connection.execute(text(f'CREATE ROLE "{role}" LOGIN'))


def _allow(connection: Connection, schema: str, role: str, privileges: Mapping[str, str]) -> None:
    connection.execute(text(f'REVOKE ALL ON ALL TABLES IN SCHEMA "{schema}" FROM "{role}"'))
    connection.execute(text(f'REVOKE ALL ON ALL SEQUENCES IN SCHEMA "{schema}" FROM "{role}"'))
    connection.execute(text(f'GRANT USAGE ON SCHEMA "{schema}" TO "{role}"'))
    for table, allowed in privileges.items():
        connection.execute(text(f'GRANT {allowed} ON "{schema}"."{table}" TO "{role}"'))


def grant(connection: Connection, citizen_role: str, officer_role: str) -> None:
    """Create the two roles where they are missing and give them exactly what the tables above say.

    PostgreSQL only. Names are checked by the caller: they stand in the statements.

    Raises:
        GrantRefused: not allowed, or the tables are not there.
    """
    wait_for_lock(connection, MIGRATION_LOCK)
    schema = connection.scalar(text("SELECT current_schema()"))
    try:
        for role in (citizen_role, officer_role):
            _ensure_role(connection, role)
        connection.execute(text(f'REVOKE ALL ON ALL TABLES IN SCHEMA "{schema}" FROM PUBLIC'))
        _allow(connection, schema, citizen_role, CITIZEN)
        _allow(connection, schema, officer_role, OFFICER)
        connection.execute(text(f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA "{schema}" TO "{officer_role}"'))
    except ProgrammingError as error:
        raise GrantRefused(f"PostgreSQL từ chối: {str(error.orig).splitlines()[0]}") from error
