"""Tallies hold co-moments of item pairs: what was tallied before is counted anew from the responses.

The columns stay; their content is derived from the released responses, and ``upgrade_schema`` counts every release
that has no tally.
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forget the tallies of the former form."""
    _forget_tallies()


def downgrade() -> None:
    """Forget those of this form."""
    _forget_tallies()


def _forget_tallies() -> None:
    op.execute("DELETE FROM unit_tally")
    op.execute("DELETE FROM tally")
