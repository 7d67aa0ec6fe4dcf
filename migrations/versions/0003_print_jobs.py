"""Print jobs: posters made in the background, and their files until they are fetched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "print_job",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("unit_id", ROW_ID, sa.ForeignKey("org_unit.id"), nullable=False),
        sa.Column("languages", sa.String(60), nullable=False),
        sa.Column("requested_by", sa.String(60), nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False, index=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("beat_at", MOMENT, nullable=False),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name="state_known"),
    )
    op.create_table(
        "print_file",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("job_id", ROW_ID, sa.ForeignKey("print_job.id"), nullable=False, index=True),
        sa.Column("unit_id", ROW_ID, sa.ForeignKey("org_unit.id"), nullable=False),
        sa.Column("format", sa.String(10), nullable=False),
        sa.Column("posters", sa.Integer, nullable=False),
        sa.Column("pdf", sa.LargeBinary),
        sa.UniqueConstraint("job_id", "unit_id", "format"),
        sa.CheckConstraint("format IN ('a4', 'a6', 'notice', 'notice_a3', 'contact')", name="format_known"),
        sa.CheckConstraint("posters > 0", name="posters"),
    )


def downgrade() -> None:
    op.drop_table("print_file")
    op.drop_table("print_job")
