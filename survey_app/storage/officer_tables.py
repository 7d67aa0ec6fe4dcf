"""The tables of those who read results: officers, grants, sessions, and what they did."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, DateTime, ForeignKey, Index, String, Text
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
    """A signed-in browser; ``id`` is the SHA-256 of what its cookie holds."""

    __tablename__ = "officer_session"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SignInFailureRow(Base):
    """A failed sign-in, for throttling: the login as a SHA-256, so that mistyped passwords are not kept."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index("ix_sign_in_failure_login_sha256", "login_sha256", "failed_at"),)
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    login_sha256: Mapped[str] = mapped_column(String(64))
    failed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class AuditEntryRow(Base):
    """Who did what to which unit with what result; ``detail`` is JSON. Append-only by grant."""

    __tablename__ = "audit_entry"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    actor: Mapped[str] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(60))
    unit_code: Mapped[str | None] = mapped_column(String(24))
    detail: Mapped[str] = mapped_column(Text)
