"""Text becomes answers here, and only here: one submitted form against one questionnaire version."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from survey_app.domain.personal_data import SENT
from survey_app.domain.questionnaire import Item, ItemKind, Questionnaire
from survey_app.domain.record import NO_WISH, Answer, is_visible

TEXT_LIMIT = 1000
"""Longest free text, in characters."""

MASK = "[…]"


class ProblemKind(StrEnum):
    """What can be wrong with what was sent."""

    UNKNOWN_CODE = "unknown_code"
    SEVERAL_VALUES = "several_values"
    HIDDEN = "hidden"
    TOO_LONG = "too_long"
    CONTROL_CHARACTERS = "control_characters"
    UNKNOWN_COMMUNE = "unknown_commune"
    MIXED_WITH_MISSING = "mixed_with_missing"
    UNKNOWN_FIELD = "unknown_field"
    NO_CONSENT = "no_consent"
    PERSONAL_DATA = "personal_data"


@dataclass(frozen=True)
class Problem:
    """A problem at an item (or at an unknown field, then ``item`` is its name)."""

    item: str
    kind: ProblemKind


@dataclass(frozen=True)
class CheckedAnswers:
    """Valid answers (item id -> answer; items not answered are absent) and the masked comment, if any."""

    answers: Mapping[str, Answer]
    comment: str | None


class InvalidAnswers(Exception):
    """Carries every problem found, in the order of the questionnaire."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(f"{problem.item}: {problem.kind}" for problem in problems))
        self.problems = tuple(problems)


class _Refused(Exception):
    def __init__(self, kind: ProblemKind) -> None:
        super().__init__(kind)
        self.kind = kind


def mask_personal_data(text: str) -> str:
    """Replace what looks like an e-mail address, phone number, CCCD (12 digits) or CMND (9 digits)."""
    for _, pattern in SENT:
        text = pattern.sub(MASK, text)
    return text


def _is_readable(character: str) -> bool:
    """False for control characters, halves of pairs, private use and noncharacters; new letters and emoji pass."""
    is_noncharacter = ord(character) & 0xFFFE == 0xFFFE or "\ufdd0" <= character <= "\ufdef"
    return character in "\n\t" or not (is_noncharacter or unicodedata.category(character) in ("Cc", "Cs", "Co"))


def _read_text(values: Sequence[str], is_asked_again: bool) -> str | None:
    if len(values) > 1:
        raise _Refused(ProblemKind.SEVERAL_VALUES)
    text = unicodedata.normalize("NFC", values[0].replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(text) > TEXT_LIMIT:
        raise _Refused(ProblemKind.TOO_LONG)
    if not all(_is_readable(character) for character in text):
        raise _Refused(ProblemKind.CONTROL_CHARACTERS)
    masked = mask_personal_data(text)
    if masked != text and not is_asked_again:
        raise _Refused(ProblemKind.PERSONAL_DATA)
    return masked or None


def _read_choice(item: Item, values: Sequence[str]) -> Answer:
    assert item.scale is not None
    if len(values) > 1:
        raise _Refused(ProblemKind.SEVERAL_VALUES)
    value = values[0]
    if len(value) != 1 or (value not in item.scale.characters and value not in item.missing):
        raise _Refused(ProblemKind.UNKNOWN_CODE)
    return value


def _read_choices(item: Item, values: Sequence[str]) -> Answer:
    assert item.scale is not None
    allowed = {code.code for code in item.scale.codes}
    if len(values) == 1 and len(values[0]) == 1 and values[0] in item.missing:
        return values[0]
    if any(value in item.missing for value in values):
        raise _Refused(ProblemKind.MIXED_WITH_MISSING)
    if not allowed.issuperset(values):
        raise _Refused(ProblemKind.UNKNOWN_CODE)
    if len(set(values)) < len(values):
        raise _Refused(ProblemKind.SEVERAL_VALUES)
    return tuple(code.code for code in item.scale.codes if code.code in values)


def _read_commune(item: Item, values: Sequence[str], communes: Collection[str]) -> Answer:
    if len(values) > 1:
        raise _Refused(ProblemKind.SEVERAL_VALUES)
    if values[0] == NO_WISH and NO_WISH in item.missing:
        return NO_WISH
    if values[0] not in communes:
        raise _Refused(ProblemKind.UNKNOWN_COMMUNE)
    return values[0]


def _read(item: Item, values: Sequence[str], communes: Collection[str], asked_again: Collection[str]) -> Answer | None:
    if item.kind is ItemKind.TEXT:
        return _read_text(values, item.id in asked_again)
    if item.kind is ItemKind.COMMUNE:
        return _read_commune(item, values, communes)
    return _read_choices(item, values) if item.kind is ItemKind.CHOICES else _read_choice(item, values)


def read_answers(
    questionnaire: Questionnaire,
    fields: Mapping[str, Sequence[str]],
    communes: Collection[str],
    asked_again: Collection[str] = (),
) -> CheckedAnswers:
    """Check submitted ``fields`` (name -> values, without the page's own hidden fields).

    An empty value means "not answered". Nothing is required; what the form did not show must not be answered.

    Args:
        asked_again: text items whose sender was already asked about personal data in them: what still looks like it
            is masked. In every other text it is a problem, told once more before anything is stored.

    Raises:
        InvalidAnswers: with every problem at once.
    """
    problems: list[Problem] = []
    answers: dict[str, Answer] = {}
    for item in questionnaire.items():
        values = [value for value in fields.get(item.id, ()) if value.strip()]
        if not values:
            continue
        if not is_visible(item, answers):
            problems.append(Problem(item.id, ProblemKind.HIDDEN))
            continue
        try:
            answer = _read(item, values, communes, asked_again)
        except _Refused as refused:
            problems.append(Problem(item.id, refused.kind))
        else:
            if answer is not None:
                answers[item.id] = answer
    problems += [Problem(n, ProblemKind.UNKNOWN_FIELD) for n in fields if not questionnaire.has_item(n)]
    if problems:
        raise InvalidAnswers(problems)
    text = questionnaire.text_item
    comment = answers.pop(text.id, None) if text else None
    return CheckedAnswers(answers, comment if isinstance(comment, str) else None)
