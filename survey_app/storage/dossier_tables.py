"""The tables of what the dossier system reports by month: indices of a counter, and the administrative ledger."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.storage.table_base import Base


class CounterIndexRow(Base):
    """The points of an index that no citizen answers, in thousandths, of a counter in a month (its first day)."""

    __tablename__ = "counter_index"
    __table_args__ = (
        CheckConstraint("thousandths BETWEEN 0 AND 100000", name="thousandths"),
        CheckConstraint("dossiers BETWEEN 0 AND 1000000", name="dossiers"),
    )
    counter_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True, autoincrement=False)
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    index_id: Mapped[str] = mapped_column(String(24), primary_key=True)
    thousandths: Mapped[int] = mapped_column(Integer)
    dossiers: Mapped[int] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(String(200))


class DossierLedgerRow(Base):
    """The dossiers of a centre in a month, and how many of them were late, complained about or disliked.

    ``in_time`` and ``rejected``: complaints answered in time, and those rejected or answered late; None: not reported.
    """

    __tablename__ = "dossier_ledger"
    __table_args__ = (
        CheckConstraint("dossiers BETWEEN 0 AND 1000000", name="dossiers"),
        CheckConstraint("overdue BETWEEN 0 AND dossiers", name="overdue"),
        CheckConstraint("disliked BETWEEN 0 AND dossiers", name="disliked"),
        CheckConstraint("complaints BETWEEN 0 AND 1000000", name="complaints"),
        CheckConstraint("in_time BETWEEN 0 AND complaints", name="in_time"),
        CheckConstraint("rejected BETWEEN 0 AND complaints", name="rejected"),
    )
    centre_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True, autoincrement=False)
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    dossiers: Mapped[int] = mapped_column(Integer)
    overdue: Mapped[int] = mapped_column(Integer)
    complaints: Mapped[int] = mapped_column(Integer)
    disliked: Mapped[int] = mapped_column(Integer)
    in_time: Mapped[int | None] = mapped_column(Integer)
    rejected: Mapped[int | None] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(String(200))
