"""The tables of boundaries and of what was measured before: successions of units, external series."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.storage.table_base import Base, RowId, one_of


class UnitSuccessionRow(Base):
    """From ``first_day`` on the successor stands for the predecessor, or for a part of it."""

    __tablename__ = "unit_succession"
    __table_args__ = (
        one_of("share", ("whole", "part")),
        CheckConstraint("share = 'part' OR predecessor_id <> successor_id", name="another"),
    )
    predecessor_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True, autoincrement=False)
    successor_id: Mapped[int] = mapped_column(
        ForeignKey("org_unit.id"), primary_key=True, autoincrement=False, index=True
    )
    first_day: Mapped[date] = mapped_column(Date)
    share: Mapped[str] = mapped_column(String(5))


class ExternalSeriesRow(Base):
    """Results measured elsewhere, in another way: shown beside ours, never compared with them."""

    __tablename__ = "external_series"
    __table_args__ = (UniqueConstraint("name"),)
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    source: Mapped[str] = mapped_column(String(200))
    method: Mapped[str] = mapped_column(String(500))
    slug: Mapped[str] = mapped_column(String(40))
    imported_on: Mapped[date] = mapped_column(Date)


class ExternalFigureRow(Base):
    """One figure of an external series: ``overall``, a factor or an item, of a unit in some months."""

    __tablename__ = "external_figure"
    __table_args__ = (
        UniqueConstraint("series_id", "unit_id", "figure", "first_month", "last_month"),
        CheckConstraint("responses BETWEEN 1 AND 10000000", name="responses"),
        CheckConstraint("last_month >= first_month", name="months"),
    )
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("external_series.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    figure: Mapped[str] = mapped_column(String(40))
    first_month: Mapped[date] = mapped_column(Date)
    last_month: Mapped[date] = mapped_column(Date)
    responses: Mapped[int] = mapped_column(Integer)


class ExternalCountRow(Base):
    """How many answers of an external figure had a score."""

    __tablename__ = "external_count"
    __table_args__ = (
        CheckConstraint("score BETWEEN 0 AND 9", name="score"),
        CheckConstraint("answers >= 0", name="answers"),
    )
    figure_id: Mapped[int] = mapped_column(
        ForeignKey("external_figure.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    score: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    answers: Mapped[int] = mapped_column(Integer)
