"""Batches of responses by commune of residence."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "home_batch",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("version_id", ROW_ID, sa.ForeignKey("questionnaire_version.id"), nullable=False),
        sa.Column("quarter", sa.Date, nullable=False),
        sa.Column("commune", sa.String(5), nullable=True),
        sa.Column("threshold", sa.Integer, nullable=False),
        sa.Column("responses", sa.Integer, nullable=False),
        sa.Column("counts", sa.LargeBinary, nullable=False),
        sa.Column("moments", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("threshold >= 1 AND responses >= threshold", name="responses"),
        sa.CheckConstraint("commune IS NULL OR length(commune) = 5", name="commune"),
    )
    op.create_index("ix_home_batch_version_quarter", "home_batch", ["version_id", "quarter"])
    op.create_table(
        "home_member",
        sa.Column("response_id", ROW_ID, sa.ForeignKey("response.id"), primary_key=True, autoincrement=False),
        sa.Column("batch_id", ROW_ID, sa.ForeignKey("home_batch.id"), nullable=False),
    )
    op.create_index("ix_home_member_batch_id", "home_member", ["batch_id"])
    op.create_table(
        "home_closing",
        sa.Column("quarter", sa.Date, primary_key=True),
        sa.Column("closed_on", sa.Date, nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("home_closing")
    op.drop_table("home_member")
    op.drop_table("home_batch")
