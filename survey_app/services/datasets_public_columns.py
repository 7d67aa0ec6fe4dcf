"""The columns of a public dataset: coarse facts, and the items that may be told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from survey_app.domain.anonymity import WITHHELD
from survey_app.domain.questionnaire import Questionnaire
from survey_app.domain.record import NOT_ANSWERED, NOT_SHOWN
from survey_app.services.datasets_columns import (
    FACT_COLUMNS,
    MISSING_LABELS,
    MISSING_LABELS_EN,
    DatasetColumn,
    Labels,
    item_columns,
    with_facts,
)

PUBLIC_FACTS = (
    *("response", "period", "province", "department", "commune", "centre"),
    *("unit", "questionnaire", "version", "sample"),
)
"""What a public dataset tells of a response; what would tell its counter, day, language or device is left out."""

_PERIOD = DatasetColumn("period", "Kỳ được công bố: tháng, quý hoặc năm", "Period told: month, quarter or year")


def _with_withheld(column: DatasetColumn, gone: str) -> DatasetColumn:
    """The column with a code for what is withheld, without the codes that are ``gone``."""

    def labels(known: Labels, withheld: str) -> Labels:
        return {**{code: label for code, label in known.items() if code not in gone}, WITHHELD: withheld}

    return replace(
        column,
        missing=labels(column.missing, MISSING_LABELS[WITHHELD]),
        missing_en=labels(column.missing_en, MISSING_LABELS_EN[WITHHELD]),
    )


def _told(column: DatasetColumn, withheld: Collection[str], routed: Collection[str]) -> DatasetColumn:
    assert column.item is not None
    if column.item.id in routed:
        return _with_withheld(column, NOT_SHOWN + NOT_ANSWERED)
    return _with_withheld(column, "") if column.item.id in withheld else column


def public_columns(
    questionnaire: Questionnaire, left_out: Collection[str], withheld: Collection[str], routed: Collection[str]
) -> tuple[DatasetColumn, ...]:
    """Without the items ``left_out``; ``withheld`` have answers withheld, ``routed`` do not tell who was asked them."""
    known = {fact.name: fact for fact in (*FACT_COLUMNS, _PERIOD)}
    items = [column for column in item_columns(questionnaire) if column.item and column.item.id not in left_out]
    return with_facts([known[name] for name in PUBLIC_FACTS], [_told(column, withheld, routed) for column in items])
