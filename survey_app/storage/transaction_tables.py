"""The table of transactions: what weights are taken from."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.storage.table_base import Base


class TransactionCountRow(Base):
    """How many dossiers a counter took in a month (its first day)."""

    __tablename__ = "transaction_count"
    __table_args__ = (CheckConstraint("transactions BETWEEN 0 AND 1000000", name="transactions"),)
    counter_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True, autoincrement=False)
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    transactions: Mapped[int] = mapped_column(Integer)
