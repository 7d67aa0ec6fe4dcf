"""Transactions of counters by month."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "transaction_count",
        sa.Column("counter_id", ROW_ID, sa.ForeignKey("org_unit.id"), primary_key=True, autoincrement=False),
        sa.Column("month", sa.Date, primary_key=True),
        sa.Column("transactions", sa.Integer, nullable=False),
        sa.CheckConstraint("transactions BETWEEN 0 AND 1000000", name="transactions"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("transaction_count")
