"""Comments wait until a batch of them may be read; themes, status, public replies, staff names to be masked.

Comments stored so far were not read in batches: they wait, and become readable as any other.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LONGEST_BEFORE = 2000

WAITING = """
    SELECT id, centre_id, wave_id, week, language, text FROM comment_waiting
"""
READABLE = """
    SELECT comment.id AS id, comment_batch.unit_id AS centre_id, comment_batch.wave_id AS wave_id,
           comment_batch.month AS week, comment.language AS language, comment.text AS text
    FROM comment JOIN comment_batch ON comment_batch.id = comment.batch_id
"""
CREATED = ("staff_name", "comment_theme", "comment", "comment_reply", "comment_batch", "comment_waiting")


def upgrade() -> None:
    _create_waiting()
    op.execute(
        """
        INSERT INTO comment_waiting (id, centre_id, wave_id, week, language, text)
        SELECT id, centre_id, wave_id, week, language, text FROM comment ORDER BY id
        """
    )
    op.drop_table("comment")
    _create_batches_and_replies()
    _create_readable()
    op.create_table(
        "staff_name",
        sa.Column("unit_id", ROW_ID, sa.ForeignKey("org_unit.id"), primary_key=True),
        sa.Column("name", sa.String(120), primary_key=True),
    )


def _create_waiting() -> None:
    op.create_table(
        "comment_waiting",
        *_old_columns(),
        sa.CheckConstraint("length(text) BETWEEN 1 AND 2000", name="text"),
        sa.Index("ix_comment_waiting_place", "centre_id", "wave_id", "week"),
    )


def _old_columns(is_indexed: bool = False) -> list[sa.Column[Any]]:
    return [
        sa.Column("id", ROW_ID, primary_key=True, autoincrement=False),
        sa.Column("centre_id", ROW_ID, sa.ForeignKey("org_unit.id"), nullable=False, index=is_indexed),
        sa.Column("wave_id", ROW_ID, sa.ForeignKey("wave.id"), nullable=False),
        sa.Column("week", sa.Date, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    ]


def _create_batches_and_replies() -> None:
    op.create_table(
        "comment_batch",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("unit_id", ROW_ID, sa.ForeignKey("org_unit.id"), nullable=False),
        sa.Column("wave_id", ROW_ID, sa.ForeignKey("wave.id"), nullable=False),
        sa.Column("month", sa.Date, nullable=False),
        sa.Column("threshold", sa.Integer, nullable=False),
        sa.Column("comments", sa.Integer, nullable=False),
        sa.CheckConstraint("threshold >= 1 AND comments >= threshold", name="comments"),
        sa.Index("ix_comment_batch_place", "unit_id", "month"),
    )
    op.create_table(
        "comment_reply",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("unit_id", ROW_ID, sa.ForeignKey("org_unit.id"), nullable=False),
        sa.Column("theme", sa.String(40), nullable=False),
        sa.Column("quarter", sa.Date, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("done", sa.Text, nullable=False),
        sa.Column("responsible", sa.String(200), nullable=False),
        sa.Column("due_on", sa.Date),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("published_on", sa.Date),
        sa.CheckConstraint("status IN ('draft', 'published')", name="status_known"),
        sa.CheckConstraint("(status = 'published') = (published_on IS NOT NULL)", name="published"),
        sa.Index("uq_comment_reply_subject", "unit_id", "theme", "quarter", unique=True),
    )


def _create_readable() -> None:
    op.create_table(
        "comment",
        sa.Column("id", ROW_ID, primary_key=True, autoincrement=False),
        sa.Column("batch_id", ROW_ID, sa.ForeignKey("comment_batch.id"), nullable=False, index=True),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("spelled", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("reply_id", ROW_ID, sa.ForeignKey("comment_reply.id")),
        sa.CheckConstraint("status IN ('new', 'in_progress', 'answered')", name="status_known"),
        sa.CheckConstraint("length(text) BETWEEN 1 AND 8000", name="text"),
    )
    op.create_table(
        "comment_theme",
        sa.Column("comment_id", ROW_ID, sa.ForeignKey("comment.id"), primary_key=True),
        sa.Column("theme", sa.String(40), primary_key=True),
    )


def downgrade() -> None:
    rows: list[dict[str, Any]] = []
    for query in (WAITING, READABLE):
        rows += map(dict, op.get_bind().execute(sa.text(query).columns(week=sa.Date)).mappings())
    for table in CREATED:
        op.drop_table(table)
    before = op.create_table(
        "comment",
        *_old_columns(is_indexed=True),
        sa.CheckConstraint("length(text) BETWEEN 1 AND 2000", name="text"),
    )
    kept = [row | {"text": row["text"][:LONGEST_BEFORE]} for row in sorted(rows, key=lambda row: row["id"])]
    op.bulk_insert(before, kept)
