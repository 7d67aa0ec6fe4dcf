"""The tables of collecting and counting. Their constraints say what a valid row is.

Every other table is in a file of its own noun; ``every_table`` knows them all. A citizen process needs these only.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.storage.table_base import Base, RowId, one_of

STAGES = ("filing", "collecting", "asking", "other", "unknown")
MIXED = "mixed"
CHANNELS = ("poster", "ticket", "kiosk", "assisted", "paper", "phone", "online")
RECORD_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ.-"


def _record_rules() -> tuple[CheckConstraint, CheckConstraint, ForeignKeyConstraint]:
    """A record has its version's length and only the alphabet's characters."""
    return (
        CheckConstraint("length(record) = record_length", name="record_length"),
        CheckConstraint(f"trim(record, '{RECORD_ALPHABET}') = ''", name="record_alphabet"),
        ForeignKeyConstraint(
            ["version_id", "record_length"],
            ["questionnaire_version.id", "questionnaire_version.record_length"],
        ),
    )


class SettingRow(Base):
    """What a province may change without a release of the software; values are JSON."""

    __tablename__ = "setting"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class OrgUnitRow(Base):
    """A province, department, commune, centre or counter. Retired (``valid_to``), never deleted."""

    __tablename__ = "org_unit"
    __table_args__ = (
        one_of("kind", ("province", "department", "commune", "centre", "counter")),
        CheckConstraint("(kind = 'province') = (parent_id IS NULL)", name="parent"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
    )
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    code: Mapped[str] = mapped_column(String(24), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(200))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"), index=True)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)


class ServiceFieldRow(Base):
    """A service field handled at a counter (or named for a centre)."""

    __tablename__ = "service_field"
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))


class QuestionnaireVersionRow(Base):
    """A published, frozen version: canonical JSON and its SHA-256."""

    __tablename__ = "questionnaire_version"
    __table_args__ = (
        UniqueConstraint("slug", "version"),
        UniqueConstraint("id", "record_length"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
        CheckConstraint("record_length > 0", name="record_length"),
    )
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    slug: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(SmallInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    record_length: Mapped[int] = mapped_column(SmallInteger)
    content: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class RecordColumnRow(Base):
    """The codebook of the record: which item (and option) stands in which column (1 = first)."""

    __tablename__ = "record_column"
    version_id: Mapped[int] = mapped_column(ForeignKey("questionnaire_version.id"), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    item: Mapped[str] = mapped_column(String(40))
    option: Mapped[str | None] = mapped_column(String(4))


class WaveRow(Base):
    """One fieldwork period."""

    __tablename__ = "wave"
    __table_args__ = (
        one_of("status", ("planned", "open", "paused", "closed")),
        CheckConstraint("closes_on >= opens_on", name="dates"),
    )
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    opens_on: Mapped[date] = mapped_column(Date)
    closes_on: Mapped[date] = mapped_column(Date)
    status: Mapped[str] = mapped_column(String(8))


class WaveQuestionnaireRow(Base):
    """The versions a wave asks; position 0 is what the poster opens."""

    __tablename__ = "wave_questionnaire"
    __table_args__ = (UniqueConstraint("wave_id", "position"),)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("questionnaire_version.id"), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger)


class WaveUnitRow(Base):
    """Where a wave runs: each named unit and everything below it."""

    __tablename__ = "wave_unit"
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)


class CounterCodeRow(Base):
    """The printed code of a counter. Codes move (a new row) and are revoked, never reused."""

    __tablename__ = "counter_code"
    __table_args__ = (
        CheckConstraint("length(code) = 7", name="code"),
        CheckConstraint("issue_number >= 1", name="issue_number"),
        Index("ix_counter_code_code", "code"),
    )
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    code: Mapped[str] = mapped_column(String(7))
    counter_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    issue_number: Mapped[int] = mapped_column(Integer)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ResponseInboxRow(Base):
    """A response as received: the only place with a key and a minute; emptied by releases."""

    __tablename__ = "response_inbox"
    __table_args__ = (
        *_record_rules(),
        one_of("channel", CHANNELS),
        CheckConstraint("length(key) = 64", name="key"),
        CheckConstraint("seconds_taken IS NULL OR seconds_taken BETWEEN 0 AND 86400", name="seconds_taken"),
        CheckConstraint("comment IS NULL OR length(comment) BETWEEN 1 AND 2000", name="comment"),
        Index("ix_response_inbox_batch", "counter_id", "wave_id", "version_id"),
        {"sqlite_with_rowid": False},
    )
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    counter_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    version_id: Mapped[int] = mapped_column(RowId)
    record_length: Mapped[int] = mapped_column(SmallInteger)
    channel: Mapped[str] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(8))
    received_minute: Mapped[int] = mapped_column(Integer)
    seconds_taken: Mapped[int | None] = mapped_column(Integer)
    flagged: Mapped[bool] = mapped_column()
    record: Mapped[str] = mapped_column(Text)
    comment: Mapped[str | None] = mapped_column(Text)


class SpentKeyRow(Base):
    """Keys of released responses, so that a late retry is not counted twice; linked to nothing."""

    __tablename__ = "spent_key"
    __table_args__ = ({"sqlite_with_rowid": False},)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_on: Mapped[date] = mapped_column(Date, index=True)


class ReleaseRow(Base):
    """A batch of at least ``threshold`` responses made visible at once: the unit of privacy.

    ``stage`` and ``channel`` are *mixed* where the batch does not share one: such a batch counts in figures
    over all stages only, so that every figure of a cut is again a sum of whole releases.
    """

    __tablename__ = "release"
    __table_args__ = (
        one_of("stage", (*STAGES, MIXED)),
        one_of("channel", (*CHANNELS, MIXED)),
        CheckConstraint("threshold >= 1 AND responses >= threshold", name="responses"),
        UniqueConstraint("id", "version_id"),
        Index("ix_release_unit_month", "unit_id", "month"),
    )
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("questionnaire_version.id"))
    month: Mapped[date] = mapped_column(Date)
    stage: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(8))
    flagged: Mapped[bool] = mapped_column()
    threshold: Mapped[int] = mapped_column(Integer)
    responses: Mapped[int] = mapped_column(Integer)
    released_on: Mapped[date] = mapped_column(Date)


class ResponseRow(Base):
    """A released response: local day, no key, no time, no counter but its release's unit.

    Numbers are given in random order to all that is released in one transaction, from a random start on.
    """

    __tablename__ = "response"
    __table_args__ = (
        *_record_rules(),
        ForeignKeyConstraint(["release_id", "version_id"], ["release.id", "release.version_id"]),
        one_of("stage", STAGES),
        one_of("channel", CHANNELS),
        CheckConstraint("duration_band BETWEEN 0 AND 5", name="duration_band"),
    )
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    release_id: Mapped[int] = mapped_column(RowId, index=True)
    version_id: Mapped[int] = mapped_column(RowId)
    record_length: Mapped[int] = mapped_column(SmallInteger)
    day: Mapped[date] = mapped_column(Date)
    stage: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(8))
    duration_band: Mapped[int] = mapped_column(SmallInteger)
    flagged: Mapped[bool] = mapped_column()
    record: Mapped[str] = mapped_column(Text)


class TallyRow(Base):
    """The packed tally of one release (see domain/tally.py)."""

    __tablename__ = "tally"
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), primary_key=True, autoincrement=False)
    counts: Mapped[bytes] = mapped_column(LargeBinary)
    moments: Mapped[bytes] = mapped_column(LargeBinary)


class UnitTallyRow(Base):
    """The sum of the tallies of all releases at a unit and below it, per month and cut: what pages read."""

    __tablename__ = "unit_tally"
    __table_args__ = (
        one_of("stage", (*STAGES, MIXED)),
        one_of("channel", (*CHANNELS, MIXED)),
        CheckConstraint("responses > 0", name="responses"),
        Index("ix_unit_tally_version_month", "version_id", "month"),
    )
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("questionnaire_version.id"), primary_key=True)
    stage: Mapped[str] = mapped_column(String(10), primary_key=True)
    channel: Mapped[str] = mapped_column(String(8), primary_key=True)
    flagged: Mapped[bool] = mapped_column(primary_key=True)
    responses: Mapped[int] = mapped_column(Integer)
    counts: Mapped[bytes] = mapped_column(LargeBinary)
    moments: Mapped[bytes] = mapped_column(LargeBinary)


VIEWS = {
    "answer": """
        SELECT response.id AS response_id, response.release_id AS release_id, record_column.item AS item,
               record_column.option AS option, substr(response.record, record_column.position, 1) AS code
        FROM response JOIN record_column ON record_column.version_id = response.version_id
    """
}
"""Views: name -> SELECT. ``answer`` is the long form of the records, one row a column."""
