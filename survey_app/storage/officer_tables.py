"""The tables of those who read results: officers, grants, sessions, and what they did."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.storage.table_base import Base, RowId


class OfficerRow(Base):
    """A person who signs in. ``password_hash`` is argon2id."""

    __tablename__ = "officer"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    login: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(200))
    disabled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class OfficerGrantRow(Base):
    """A role at a unit and below."""

    __tablename__ = "officer_grant"
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(30), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    valid_to: Mapped[date | None] = mapped_column(Date)


class OfficerSessionRow(Base):
    """A signed-in browser: the SHA-256 of what its cookie holds, and when it was last proved who uses it."""

    __tablename__ = "officer_session"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    proved_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SignInFailureRow(Base):
    """A failed sign-in, for throttling: the login as a SHA-256, so that mistyped passwords are not kept."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index("ix_sign_in_failure_login_sha256", "login_sha256", "failed_at"),)
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    login_sha256: Mapped[str] = mapped_column(String(64))
    failed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class AuditEntryRow(Base):
    """Who did what to which unit with what result; ``detail`` is JSON. Append-only by grant and by trigger.

    ``previous`` is the hash of the entry before: no two entries follow the same one.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        UniqueConstraint("previous"),
        CheckConstraint("length(previous) = 64 AND length(hash) = 64", name="hashes"),
    )
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    actor: Mapped[str] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(60))
    unit_code: Mapped[str | None] = mapped_column(String(24))
    detail: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class InvitationRow(Base):
    """A link by which an officer sets a password: one an officer, gone once used; the secret as a SHA-256."""

    __tablename__ = "invitation"
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True)
    secret_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class LastSignInRow(Base):
    """The day an officer last signed in, no closer: whether an account is in use, not when somebody works."""

    __tablename__ = "last_sign_in"
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date)


class SecondFactorRow(Base):
    """An officer's TOTP secret, encrypted with a key derived from SECRET_KEY.

    ``last_step`` is the last 30-second step a code was accepted for: neither it nor an earlier one is again.
    """

    __tablename__ = "second_factor"
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True)
    encrypted_secret: Mapped[str] = mapped_column(String(300))
    enrolled_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_step: Mapped[int] = mapped_column(BigInteger)


class RecoveryCodeRow(Base):
    """The SHA-256 of a code that stands in once for the second factor; a used one is deleted."""

    __tablename__ = "recovery_code"
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True)
    code_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)


class HalfOpenSignInRow(Base):
    """A right password that still waits for its code; ``id`` is the SHA-256 of what the cookie holds. No session."""

    __tablename__ = "half_open_sign_in"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
