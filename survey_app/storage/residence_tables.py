"""The tables of figures by commune of residence: batches with their tallies, who is in one, which quarters are over."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.storage.table_base import Base, RowId


class HomeBatchRow(Base):
    """At least ``threshold`` responses of one commune of residence, readable since ``quarter`` (its first day) ended.

    ``commune`` is the official code; empty: they count for the province only.
    """

    __tablename__ = "home_batch"
    __table_args__ = (
        CheckConstraint("threshold >= 1 AND responses >= threshold", name="responses"),
        CheckConstraint("commune IS NULL OR length(commune) = 5", name="commune"),
        Index("ix_home_batch_version_quarter", "version_id", "quarter"),
    )
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("questionnaire_version.id"))
    quarter: Mapped[date] = mapped_column(Date)
    commune: Mapped[str | None] = mapped_column(String(5))
    threshold: Mapped[int] = mapped_column(Integer)
    responses: Mapped[int] = mapped_column(Integer)
    counts: Mapped[bytes] = mapped_column(LargeBinary)
    moments: Mapped[bytes] = mapped_column(LargeBinary)


class HomeMemberRow(Base):
    """A released response that is in a batch, and so in no other."""

    __tablename__ = "home_member"
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"), primary_key=True, autoincrement=False)
    batch_id: Mapped[int] = mapped_column(ForeignKey("home_batch.id"), index=True)


class HomeClosingRow(Base):
    """A quarter (its first day) whose batches have been made: they are made once."""

    __tablename__ = "home_closing"
    quarter: Mapped[date] = mapped_column(Date, primary_key=True)
    closed_on: Mapped[date] = mapped_column(Date)
