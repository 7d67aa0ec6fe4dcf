"""The tables of free text: comments that wait, comments that may be read, their themes, public replies, staff names."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.domain.comments import STATUSES
from survey_app.storage.table_base import Base, RowId, one_of


class CommentWaitingRow(Base):
    """A comment whose response is released but which nobody may read yet: random id, centre, week."""

    __tablename__ = "comment_waiting"
    __table_args__ = (
        CheckConstraint("length(text) BETWEEN 1 AND 2000", name="text"),
        Index("ix_comment_waiting_place", "centre_id", "wave_id", "week"),
    )
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    centre_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    week: Mapped[date] = mapped_column(Date)
    language: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)


class CommentBatchRow(Base):
    """Comments that became readable at once: of a centre, or of the unit above at which remainders joined."""

    __tablename__ = "comment_batch"
    __table_args__ = (
        CheckConstraint("threshold >= 1 AND comments >= threshold", name="comments"),
        Index("ix_comment_batch_place", "unit_id", "month"),
    )
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    month: Mapped[date] = mapped_column(Date)
    threshold: Mapped[int] = mapped_column(Integer)
    comments: Mapped[int] = mapped_column(Integer)


class CommentReplyRow(Base):
    """A public summary reply: what people said about a theme in a quarter, and what is done about it."""

    __tablename__ = "comment_reply"
    __table_args__ = (
        one_of("status", ("draft", "published")),
        CheckConstraint("(status = 'published') = (published_on IS NOT NULL)", name="published"),
        Index("uq_comment_reply_subject", "unit_id", "theme", "quarter", unique=True),
    )
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    theme: Mapped[str] = mapped_column(String(40))
    quarter: Mapped[date] = mapped_column(Date)
    said: Mapped[str] = mapped_column(Text)
    done: Mapped[str] = mapped_column(Text)
    responsible: Mapped[str] = mapped_column(String(200))
    due_on: Mapped[date | None] = mapped_column(Date)
    status: Mapped[str] = mapped_column(String(10))
    published_on: Mapped[date | None] = mapped_column(Date)


class CommentRow(Base):
    """A comment that may be read: masked, random id, the place and month of its batch, nothing of its response."""

    __tablename__ = "comment"
    __table_args__ = (
        one_of("status", STATUSES),
        CheckConstraint("length(text) BETWEEN 1 AND 8000", name="text"),
    )
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    batch_id: Mapped[int] = mapped_column(ForeignKey("comment_batch.id"), index=True)
    language: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    spelled: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(12))
    reply_id: Mapped[int | None] = mapped_column(ForeignKey("comment_reply.id"))


class CommentThemeRow(Base):
    """What a comment is about; themes are data (questionnaires/themes.yaml)."""

    __tablename__ = "comment_theme"
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    theme: Mapped[str] = mapped_column(String(40), primary_key=True)


class StaffNameRow(Base):
    """The name of somebody who works at a unit, to be masked in comments. Nothing else is kept about the person."""

    __tablename__ = "staff_name"
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), primary_key=True)
