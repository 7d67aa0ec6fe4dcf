"""What the dossier system reports by month: indices of counters, and the administrative ledger of centres."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "counter_index",
        sa.Column("counter_id", ROW_ID, sa.ForeignKey("org_unit.id"), primary_key=True, autoincrement=False),
        sa.Column("month", sa.Date, primary_key=True),
        sa.Column("index_id", sa.String(24), primary_key=True),
        sa.Column("thousandths", sa.Integer, nullable=False),
        sa.Column("dossiers", sa.Integer, nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.CheckConstraint("thousandths BETWEEN 0 AND 100000", name="thousandths"),
        sa.CheckConstraint("dossiers BETWEEN 0 AND 1000000", name="dossiers"),
    )
    op.create_table(
        "dossier_ledger",
        sa.Column("centre_id", ROW_ID, sa.ForeignKey("org_unit.id"), primary_key=True, autoincrement=False),
        sa.Column("month", sa.Date, primary_key=True),
        sa.Column("dossiers", sa.Integer, nullable=False),
        sa.Column("overdue", sa.Integer, nullable=False),
        sa.Column("complaints", sa.Integer, nullable=False),
        sa.Column("disliked", sa.Integer, nullable=False),
        sa.Column("in_time", sa.Integer),
        sa.Column("rejected", sa.Integer),
        sa.Column("source", sa.String(200), nullable=False),
        sa.CheckConstraint("dossiers BETWEEN 0 AND 1000000", name="dossiers"),
        sa.CheckConstraint("overdue BETWEEN 0 AND dossiers", name="overdue"),
        sa.CheckConstraint("disliked BETWEEN 0 AND dossiers", name="disliked"),
        sa.CheckConstraint("complaints BETWEEN 0 AND 1000000", name="complaints"),
        sa.CheckConstraint("in_time BETWEEN 0 AND complaints", name="in_time"),
        sa.CheckConstraint("rejected BETWEEN 0 AND complaints", name="rejected"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("dossier_ledger")
    op.drop_table("counter_index")
