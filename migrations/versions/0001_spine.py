"""The spine: units, questionnaires, waves, codes, inbox, releases, tallies, officers, audit log.

Constraints are named by the naming convention of storage/tables.py; a CHECK gives its own part of the name.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
STAGES = "'filing', 'collecting', 'asking', 'other', 'unknown'"
CHANNELS = "'poster', 'ticket', 'kiosk', 'assisted', 'paper', 'phone', 'online'"
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ.-"


def upgrade() -> None:
    _create_units()
    _create_questionnaires()
    _create_waves()
    _create_inbox()
    _create_releases()
    _create_tallies()
    _create_officers()
    op.execute(
        """
        CREATE VIEW answer AS
        SELECT response.id AS response_id, response.release_id AS release_id, record_column.item AS item,
               record_column.option AS option, substr(response.record, record_column.position, 1) AS code
        FROM response JOIN record_column ON record_column.version_id = response.version_id
        """
    )


def _create_units() -> None:
    op.create_table(
        "setting",
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "org_unit",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("code", sa.String(24), nullable=False, unique=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("parent_id", ROW_ID, sa.ForeignKey("org_unit.id"), index=True),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.CheckConstraint("kind IN ('province', 'department', 'commune', 'centre', 'counter')", name="kind_known"),
        sa.CheckConstraint("(kind = 'province') = (parent_id IS NULL)", name="parent"),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
    )
    op.create_table(
        "service_field",
        sa.Column("unit_id", ROW_ID, sa.ForeignKey("org_unit.id"), primary_key=True),
        sa.Column("position", sa.SmallInteger, primary_key=True),
        sa.Column("name", sa.String(120), nullable=False),
    )


def _create_questionnaires() -> None:
    op.create_table(
        "questionnaire_version",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("slug", sa.String(40), nullable=False),
        sa.Column("version", sa.SmallInteger, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("record_length", sa.SmallInteger, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.UniqueConstraint("slug", "version"),
        sa.UniqueConstraint("id", "record_length"),
        sa.CheckConstraint("length(sha256) = 64", name="sha256"),
        sa.CheckConstraint("record_length > 0", name="record_length"),
    )
    op.create_table(
        "record_column",
        sa.Column("version_id", ROW_ID, sa.ForeignKey("questionnaire_version.id"), primary_key=True),
        sa.Column("position", sa.SmallInteger, primary_key=True),
        sa.Column("item", sa.String(40), nullable=False),
        sa.Column("option", sa.String(4)),
    )


def _create_waves() -> None:
    op.create_table(
        "wave",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("code", sa.String(40), nullable=False, unique=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("opens_on", sa.Date, nullable=False),
        sa.Column("closes_on", sa.Date, nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.CheckConstraint("status IN ('planned', 'open', 'paused', 'closed')", name="status_known"),
        sa.CheckConstraint("closes_on >= opens_on", name="dates"),
    )
    op.create_table(
        "wave_questionnaire",
        sa.Column("wave_id", ROW_ID, sa.ForeignKey("wave.id"), primary_key=True),
        sa.Column("version_id", ROW_ID, sa.ForeignKey("questionnaire_version.id"), primary_key=True),
        sa.Column("position", sa.SmallInteger, nullable=False),
        sa.UniqueConstraint("wave_id", "position"),
    )
    op.create_table(
        "wave_unit",
        sa.Column("wave_id", ROW_ID, sa.ForeignKey("wave.id"), primary_key=True),
        sa.Column("unit_id", ROW_ID, sa.ForeignKey("org_unit.id"), primary_key=True),
    )
    op.create_table(
        "counter_code",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("code", sa.String(7), nullable=False, index=True),
        sa.Column("counter_id", ROW_ID, sa.ForeignKey("org_unit.id"), nullable=False, index=True),
        sa.Column("issue_number", sa.Integer, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("revoked_at", MOMENT),
        sa.CheckConstraint("length(code) = 7", name="code"),
        sa.CheckConstraint("issue_number >= 1", name="issue_number"),
    )


def _record_rules() -> tuple[sa.Constraint, ...]:
    return (
        sa.CheckConstraint("length(record) = record_length", name="record_length"),
        sa.CheckConstraint(f"trim(record, '{ALPHABET}') = ''", name="record_alphabet"),
        sa.ForeignKeyConstraint(
            ["version_id", "record_length"],
            ["questionnaire_version.id", "questionnaire_version.record_length"],
        ),
    )


def _create_inbox() -> None:
    op.create_table(
        "response_inbox",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("counter_id", ROW_ID, sa.ForeignKey("org_unit.id"), nullable=False),
        sa.Column("wave_id", ROW_ID, sa.ForeignKey("wave.id"), nullable=False),
        sa.Column("version_id", ROW_ID, nullable=False),
        sa.Column("record_length", sa.SmallInteger, nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("received_minute", sa.Integer, nullable=False),
        sa.Column("seconds_taken", sa.Integer),
        sa.Column("flagged", sa.Boolean, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("comment", sa.Text),
        *_record_rules(),
        sa.CheckConstraint(f"channel IN ({CHANNELS})", name="channel_known"),
        sa.CheckConstraint("length(key) = 64", name="key"),
        sa.CheckConstraint("seconds_taken IS NULL OR seconds_taken BETWEEN 0 AND 86400", name="seconds_taken"),
        sa.CheckConstraint("comment IS NULL OR length(comment) BETWEEN 1 AND 2000", name="comment"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_response_inbox_batch", "response_inbox", ["counter_id", "wave_id", "version_id"])
    op.create_table(
        "spent_key",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("expires_on", sa.Date, nullable=False, index=True),
        sqlite_with_rowid=False,
    )


def _create_releases() -> None:
    op.create_table(
        "release",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("unit_id", ROW_ID, sa.ForeignKey("org_unit.id"), nullable=False),
        sa.Column("wave_id", ROW_ID, sa.ForeignKey("wave.id"), nullable=False),
        sa.Column("version_id", ROW_ID, sa.ForeignKey("questionnaire_version.id"), nullable=False),
        sa.Column("month", sa.Date, nullable=False),
        sa.Column("stage", sa.String(10), nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("flagged", sa.Boolean, nullable=False),
        sa.Column("threshold", sa.Integer, nullable=False),
        sa.Column("responses", sa.Integer, nullable=False),
        sa.Column("released_on", sa.Date, nullable=False),
        sa.UniqueConstraint("id", "version_id"),
        sa.CheckConstraint(f"stage IN ({STAGES}, 'mixed')", name="stage_known"),
        sa.CheckConstraint(f"channel IN ({CHANNELS}, 'mixed')", name="channel_known"),
        sa.CheckConstraint("threshold >= 1 AND responses >= threshold", name="responses"),
    )
    op.create_index("ix_release_unit_month", "release", ["unit_id", "month"])
    _create_responses()
    _create_comments()


def _create_responses() -> None:
    op.create_table(
        "response",
        sa.Column("id", ROW_ID, primary_key=True, autoincrement=False),
        sa.Column("release_id", ROW_ID, nullable=False, index=True),
        sa.Column("version_id", ROW_ID, nullable=False),
        sa.Column("record_length", sa.SmallInteger, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("stage", sa.String(10), nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("duration_band", sa.SmallInteger, nullable=False),
        sa.Column("flagged", sa.Boolean, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        *_record_rules(),
        sa.ForeignKeyConstraint(["release_id", "version_id"], ["release.id", "release.version_id"]),
        sa.CheckConstraint(f"stage IN ({STAGES})", name="stage_known"),
        sa.CheckConstraint(f"channel IN ({CHANNELS})", name="channel_known"),
        sa.CheckConstraint("duration_band BETWEEN 0 AND 5", name="duration_band"),
    )


def _create_comments() -> None:
    op.create_table(
        "comment",
        sa.Column("id", ROW_ID, primary_key=True, autoincrement=False),
        sa.Column("centre_id", ROW_ID, sa.ForeignKey("org_unit.id"), nullable=False, index=True),
        sa.Column("wave_id", ROW_ID, sa.ForeignKey("wave.id"), nullable=False),
        sa.Column("week", sa.Date, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.CheckConstraint("length(text) BETWEEN 1 AND 2000", name="text"),
    )


def _create_tallies() -> None:
    op.create_table(
        "tally",
        sa.Column("release_id", ROW_ID, sa.ForeignKey("release.id"), primary_key=True, autoincrement=False),
        sa.Column("counts", sa.LargeBinary, nullable=False),
        sa.Column("moments", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "unit_tally",
        sa.Column("unit_id", ROW_ID, sa.ForeignKey("org_unit.id"), primary_key=True),
        sa.Column("month", sa.Date, primary_key=True),
        sa.Column("wave_id", ROW_ID, sa.ForeignKey("wave.id"), primary_key=True),
        sa.Column("version_id", ROW_ID, sa.ForeignKey("questionnaire_version.id"), primary_key=True),
        sa.Column("stage", sa.String(10), primary_key=True),
        sa.Column("channel", sa.String(8), primary_key=True),
        sa.Column("flagged", sa.Boolean, primary_key=True),
        sa.Column("responses", sa.Integer, nullable=False),
        sa.Column("counts", sa.LargeBinary, nullable=False),
        sa.Column("moments", sa.LargeBinary, nullable=False),
        sa.CheckConstraint(f"stage IN ({STAGES}, 'mixed')", name="stage_known"),
        sa.CheckConstraint(f"channel IN ({CHANNELS}, 'mixed')", name="channel_known"),
        sa.CheckConstraint("responses > 0", name="responses"),
    )
    op.create_index("ix_unit_tally_version_month", "unit_tally", ["version_id", "month"])


def _create_officers() -> None:
    op.create_table(
        "officer",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("login", sa.String(60), nullable=False, unique=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("disabled_at", MOMENT),
    )
    op.create_table(
        "officer_grant",
        sa.Column("officer_id", ROW_ID, sa.ForeignKey("officer.id"), primary_key=True),
        sa.Column("role", sa.String(30), primary_key=True),
        sa.Column("unit_id", ROW_ID, sa.ForeignKey("org_unit.id"), primary_key=True),
        sa.Column("valid_to", sa.Date),
    )
    op.create_table(
        "officer_session",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("officer_id", ROW_ID, sa.ForeignKey("officer.id"), nullable=False, index=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
    )
    _create_sign_in_failures()
    _create_audit_log()


def _create_sign_in_failures() -> None:
    op.create_table(
        "sign_in_failure",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("login_sha256", sa.String(64), nullable=False),
        sa.Column("failed_at", MOMENT, nullable=False),
    )
    op.create_index("ix_sign_in_failure_login_sha256", "sign_in_failure", ["login_sha256", "failed_at"])


def _create_audit_log() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("at", MOMENT, nullable=False, index=True),
        sa.Column("actor", sa.String(60), nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("unit_code", sa.String(24)),
        sa.Column("detail", sa.Text, nullable=False),
    )


TABLES = (
    *("audit_entry", "sign_in_failure", "officer_session", "officer_grant", "officer"),
    *("unit_tally", "tally", "comment", "response", "release", "spent_key", "response_inbox"),
    *("counter_code", "wave_unit", "wave_questionnaire", "wave", "record_column", "questionnaire_version"),
    *("service_field", "org_unit", "setting"),
)


def downgrade() -> None:
    op.execute("DROP VIEW answer")
    for table in TABLES:
        op.drop_table(table)
