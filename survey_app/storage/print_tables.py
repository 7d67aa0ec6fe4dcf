"""The tables of print jobs: posters being made, and the files they lead to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.storage.table_base import Base, RowId, one_of


class PrintJobRow(Base):
    """Posters of everything below a unit, asked for once. ``beat_at`` is the last sign of life of who makes them."""

    __tablename__ = "print_job"
    __table_args__ = (one_of("state", ("queued", "running", "done", "failed", "cancelled")),)
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    languages: Mapped[str] = mapped_column(String(60))
    requested_by: Mapped[str] = mapped_column(String(60))
    requested_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    state: Mapped[str] = mapped_column(String(10))
    beat_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class PrintFileRow(Base):
    """One PDF of a job, of one commune or centre in one format; NULL until it is made."""

    __tablename__ = "print_file"
    __table_args__ = (
        UniqueConstraint("job_id", "unit_id", "format"),
        one_of("format", ("a4", "a6", "notice", "notice_a3", "contact")),
        CheckConstraint("posters > 0", name="posters"),
    )
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("print_job.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    format: Mapped[str] = mapped_column(String(10))
    posters: Mapped[int] = mapped_column(Integer)
    pdf: Mapped[bytes | None] = mapped_column(LargeBinary)
