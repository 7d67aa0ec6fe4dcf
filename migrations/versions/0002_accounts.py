"""Accounts: invitations by link, the day of the last sign-in, second factors and when a session was last proved.

The table of sessions is made anew, so that both databases end with the same columns: everybody signs in again.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_invitations()
    _create_second_factor()


def downgrade() -> None:
    for table in ("half_open_sign_in", "recovery_code", "second_factor"):
        op.drop_table(table)
    _make_sessions_anew()
    op.drop_table("last_sign_in")
    op.drop_table("invitation")


def _create_invitations() -> None:
    op.create_table(
        "invitation",
        sa.Column("officer_id", ROW_ID, sa.ForeignKey("officer.id"), primary_key=True),
        sa.Column("secret_sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "last_sign_in",
        sa.Column("officer_id", ROW_ID, sa.ForeignKey("officer.id"), primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
    )


def _make_sessions_anew(*more: sa.Column[datetime]) -> None:
    op.drop_table("officer_session")
    op.create_table(
        "officer_session",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("officer_id", ROW_ID, sa.ForeignKey("officer.id"), nullable=False, index=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        *more,
    )


def _create_second_factor() -> None:
    _make_sessions_anew(sa.Column("proved_at", MOMENT, nullable=False))
    op.create_table(
        "second_factor",
        sa.Column("officer_id", ROW_ID, sa.ForeignKey("officer.id"), primary_key=True),
        sa.Column("encrypted_secret", sa.String(300), nullable=False),
        sa.Column("enrolled_at", MOMENT, nullable=False),
        sa.Column("last_step", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "recovery_code",
        sa.Column("officer_id", ROW_ID, sa.ForeignKey("officer.id"), primary_key=True),
        sa.Column("code_sha256", sa.String(64), primary_key=True),
    )
    op.create_table(
        "half_open_sign_in",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("officer_id", ROW_ID, sa.ForeignKey("officer.id"), nullable=False, index=True),
        sa.Column("created_at", MOMENT, nullable=False),
    )
