"""Fieldwork beside waves: steps of approval, transactions for the sample size, the working calendar."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "wave_approval",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("wave_id", ROW_ID, sa.ForeignKey("wave.id"), nullable=False, index=True),
        sa.Column("step", sa.String(10), nullable=False),
        sa.Column("login", sa.String(60), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.CheckConstraint("step IN ('submitted', 'approved', 'returned', 'withdrawn')", name="step_known"),
    )
    op.create_table(
        "wave_transactions",
        sa.Column("wave_id", ROW_ID, sa.ForeignKey("wave.id"), primary_key=True),
        sa.Column("unit_id", ROW_ID, sa.ForeignKey("org_unit.id"), primary_key=True),
        sa.Column("transactions", sa.Integer, nullable=False),
        sa.CheckConstraint("transactions > 0", name="transactions"),
    )
    op.create_table(
        "working_week",
        sa.Column("unit_id", ROW_ID, sa.ForeignKey("org_unit.id"), primary_key=True),
        sa.Column("weekday", sa.SmallInteger, primary_key=True),
        sa.Column("hours", sa.String(60), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
    )
    op.create_table(
        "calendar_exception",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("unit_id", ROW_ID, sa.ForeignKey("org_unit.id"), nullable=False, index=True),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("hours", sa.String(60), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("removed_at", MOMENT),
        sa.CheckConstraint("last_day >= first_day", name="days"),
    )


def downgrade() -> None:
    for table in ("calendar_exception", "working_week", "wave_transactions", "wave_approval"):
        op.drop_table(table)
