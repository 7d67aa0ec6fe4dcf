"""The audit log becomes a chain that is only ever added to: each entry carries the hash of the one before.

The table is made anew, so that both databases end with the same columns; ``flask db grant`` gives its privileges back.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")

SQLITE_TRIGGERS = (
    """
        CREATE TRIGGER audit_entry_stays BEFORE UPDATE ON audit_entry
        BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END
    """,
    """
        CREATE TRIGGER audit_entry_is_kept BEFORE DELETE ON audit_entry
        BEGIN SELECT RAISE(ABORT, 'audit entries are never deleted'); END
    """,
)
POSTGRESQL_TRIGGERS = (
    """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
    """,
    """
        CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
)


def _columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("at", MOMENT, nullable=False, index=True),
        sa.Column("actor", sa.String(60), nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("unit_code", sa.String(24)),
        sa.Column("detail", sa.Text, nullable=False),
    ]


def _hash(row: dict[str, Any], previous: str) -> str:
    at: datetime = row["at"]
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    said = [row["id"], at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")]
    said += [row["actor"], row["action"], row["unit_code"], row["detail"], previous]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _take_away() -> list[dict[str, Any]]:
    """Read every entry, then drop the table."""
    old = sa.table("audit_entry", *(sa.column(column.name, column.type) for column in _columns()))
    rows = [dict(row) for row in op.get_bind().execute(sa.select(old).order_by(old.c.id)).mappings()]
    op.drop_table("audit_entry")
    return rows


def upgrade() -> None:
    rows, previous = _take_away(), "0" * 64
    table = op.create_table(
        "audit_entry",
        *_columns(),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.UniqueConstraint("previous"),
        sa.CheckConstraint("length(previous) = 64 AND length(hash) = 64", name="hashes"),
    )
    for row in rows:
        row["previous"], row["hash"] = previous, _hash(row, previous)
        previous = row["hash"]
    op.bulk_insert(table, rows)
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_TRIGGERS if is_sqlite else POSTGRESQL_TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    rows = _take_away()
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_change()")
    table = op.create_table("audit_entry", *_columns())
    kept = [column.name for column in _columns()]
    op.bulk_insert(table, [{name: row[name] for name in kept} for row in rows])
