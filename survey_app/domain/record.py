"""The answer record: one fixed-column string per response, one character a column.

Characters: a code of the item's scale (``0-9A-Z`` less X, K, R), or a missing code. A single choice takes one
column, a k-choice item k columns of 1/0, a commune of residence five columns (its official code). Free text is
not in the record. Column order is the order of the immutable questionnaire version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey_app.domain.questionnaire import Item, ItemKind, Questionnaire

NOT_ANSWERED = "."
NOT_SHOWN = "-"
NOT_APPLICABLE = "X"
DONT_KNOW = "K"
NO_WISH = "R"
MISSING = NOT_ANSWERED + NOT_SHOWN + NOT_APPLICABLE + DONT_KNOW + NO_WISH
"""Every missing code, in the order the tally keeps them behind the scale's own codes."""

COMMUNE_CODE_LENGTH = 5
ELSEWHERE = "00000"
"""Residence outside the province, where only the province's own communes are listed."""

Answer = str | tuple[str, ...]
"""One code (or missing code, or commune code), or the codes chosen of a k-choice item."""


@dataclass(frozen=True)
class Column:
    """One character of the record. ``option`` is the code a k-choice column stands for, or the digit's place."""

    position: int
    item: str
    option: str | None
    characters: str
    is_tallied: bool

    @property
    def name(self) -> str:
        return self.item if self.option is None else f"{self.item}_{self.option}"


def _options(item: Item) -> list[tuple[str | None, str, bool]]:
    """(option, answer characters, is_tallied) for each column of ``item``."""
    if item.kind is ItemKind.TEXT:
        return []
    if item.kind is ItemKind.COMMUNE:
        return [(str(place), "0123456789", False) for place in range(1, COMMUNE_CODE_LENGTH + 1)]
    assert item.scale is not None, f"item {item.id} has no scale"
    if item.kind is ItemKind.CHOICES:
        return [(code.code, "01", True) for code in item.scale.codes]
    return [(None, item.scale.characters, True)]


def layout(questionnaire: Questionnaire) -> tuple[Column, ...]:
    """The record's columns, position 0 first."""
    rows = [(item.id, *option) for item in questionnaire.items() for option in _options(item)]
    return tuple(
        Column(position, item, option, characters + MISSING, is_tallied)
        for position, (item, option, characters, is_tallied) in enumerate(rows)
    )


def is_visible(item: Item, answers: Mapping[str, Answer]) -> bool:
    """Whether the form shows ``item`` given the answers before it."""
    condition = item.show_if
    return condition is None or answers.get(condition.item) in condition.codes


def _width(item: Item) -> int:
    """How many columns ``item`` has: as many as ``_options``, without making them, for it is asked at every answer."""
    if item.kind is ItemKind.TEXT:
        return 0
    if item.kind is ItemKind.COMMUNE:
        return COMMUNE_CODE_LENGTH
    assert item.scale is not None
    return len(item.scale.codes) if item.kind is ItemKind.CHOICES else 1


def _characters(item: Item, answer: Answer | None) -> str:
    if item.kind is ItemKind.CHOICE and isinstance(answer, str):
        return answer
    columns = _width(item)
    if answer is None:
        return NOT_ANSWERED * columns
    if isinstance(answer, tuple):
        assert item.scale is not None
        return "".join("1" if code.code in answer else "0" for code in item.scale.codes)
    return answer * columns if answer in MISSING else answer


def encode(questionnaire: Questionnaire, answers: Mapping[str, Answer]) -> str:
    """Checked answers (item id -> answer) as a record; items absent from ``answers`` are not answered."""
    return "".join(
        _characters(item, answers.get(item.id)) if is_visible(item, answers) else NOT_SHOWN * _width(item)
        for item in questionnaire.items()
    )


def decode(questionnaire: Questionnaire, record: str) -> dict[str, Answer]:
    """The answers of a record; items not answered or not shown carry their missing code."""
    answers: dict[str, Answer] = {}
    start = 0
    for item in questionnaire.items():
        width = _width(item)
        part = record[start : start + width]
        start += width
        if not part:
            continue
        if part[0] in MISSING:
            answers[item.id] = part[0]
        elif item.kind is ItemKind.CHOICES:
            assert item.scale is not None
            answers[item.id] = tuple(c.code for c, flag in zip(item.scale.codes, part, strict=True) if flag == "1")
        else:
            answers[item.id] = part
    return answers
