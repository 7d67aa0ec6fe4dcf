"""Successions of units, and external series."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _unit(name: str, **options: bool) -> sa.Column[int]:
    return sa.Column(name, ROW_ID, sa.ForeignKey("org_unit.id"), nullable=False, **options)


def _external_tables() -> None:
    op.create_table(
        "external_series",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("method", sa.String(500), nullable=False),
        sa.Column("slug", sa.String(40), nullable=False),
        sa.Column("imported_on", sa.Date, nullable=False),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "external_figure",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("series_id", ROW_ID, sa.ForeignKey("external_series.id", ondelete="CASCADE"), nullable=False),
        _unit("unit_id"),
        sa.Column("figure", sa.String(40), nullable=False),
        sa.Column("first_month", sa.Date, nullable=False),
        sa.Column("last_month", sa.Date, nullable=False),
        sa.Column("responses", sa.Integer, nullable=False),
        sa.UniqueConstraint("series_id", "unit_id", "figure", "first_month", "last_month"),
        sa.CheckConstraint("responses BETWEEN 1 AND 10000000", name="responses"),
        sa.CheckConstraint("last_month >= first_month", name="months"),
    )
    op.create_index("ix_external_figure_unit_id", "external_figure", ["unit_id"])
    op.create_table(
        "external_count",
        sa.Column(
            "figure_id",
            ROW_ID,
            sa.ForeignKey("external_figure.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("score", sa.SmallInteger, primary_key=True),
        sa.Column("answers", sa.Integer, nullable=False),
        sa.CheckConstraint("score BETWEEN 0 AND 9", name="score"),
        sa.CheckConstraint("answers >= 0", name="answers"),
    )


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "unit_succession",
        _unit("predecessor_id", primary_key=True, autoincrement=False),
        _unit("successor_id", primary_key=True, autoincrement=False),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("share", sa.String(5), nullable=False),
        sa.CheckConstraint("share IN ('whole', 'part')", name="share_known"),
        sa.CheckConstraint("share = 'part' OR predecessor_id <> successor_id", name="another"),
    )
    op.create_index("ix_unit_succession_successor_id", "unit_succession", ["successor_id"])
    _external_tables()


def downgrade() -> None:
    """Drop them."""
    for name in ("external_count", "external_figure", "external_series", "unit_succession"):
        op.drop_table(name)
