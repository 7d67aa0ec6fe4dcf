"""The tables of fieldwork beside waves: who submitted and approved them, and the working calendar."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, DateTime, ForeignKey, Integer, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.storage.table_base import Base, RowId, one_of


class WaveApprovalRow(Base):
    """A step of a planned wave towards its opening: who took it, and when. Append-only by grant."""

    __tablename__ = "wave_approval"
    __table_args__ = (one_of("step", ("submitted", "approved", "returned", "withdrawn")),)
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), index=True)
    step: Mapped[str] = mapped_column(String(10))
    login: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    note: Mapped[str] = mapped_column(String(500))


class WaveTransactionsRow(Base):
    """How many transactions a unit has in the period of a wave, for the formula of the sample size."""

    __tablename__ = "wave_transactions"
    __table_args__ = (CheckConstraint("transactions > 0", name="transactions"),)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    transactions: Mapped[int] = mapped_column(Integer)


class WorkingWeekRow(Base):
    """A weekday (0 = Monday) of a unit's own ordinary week; a unit without rows keeps the week of the unit above."""

    __tablename__ = "working_week"
    __table_args__ = (CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),)
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    weekday: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    hours: Mapped[str] = mapped_column(String(60))


class CalendarExceptionRow(Base):
    """Days that differ from the ordinary week at a unit and below; empty hours: closed. Removed ones can come back."""

    __tablename__ = "calendar_exception"
    __table_args__ = (CheckConstraint("last_day >= first_day", name="days"),)
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    hours: Mapped[str] = mapped_column(String(60))
    note: Mapped[str] = mapped_column(String(200))
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
