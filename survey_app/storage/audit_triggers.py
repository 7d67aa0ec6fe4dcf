"""Triggers that refuse to change or delete an audit entry, whoever asks: only dropping them first gets past."""

from __future__ import annotations

SQLITE = {
    "audit_entry_stays": """
        CREATE TRIGGER audit_entry_stays BEFORE UPDATE ON audit_entry
        BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END
    """,
    "audit_entry_is_kept": """
        CREATE TRIGGER audit_entry_is_kept BEFORE DELETE ON audit_entry
        BEGIN SELECT RAISE(ABORT, 'audit entries are never deleted'); END
    """,
}
"""SQLite: trigger -> the statement that makes it."""

POSTGRESQL = {
    "refuse_change": """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
    """,
    "audit_entry_stays": """
        CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
}
"""PostgreSQL: trigger, or the function it runs -> the statement that makes it, in order."""
