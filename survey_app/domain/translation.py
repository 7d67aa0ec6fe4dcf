"""What there is to translate in a questionnaire, and the checks of a translator's sheet, all or nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from survey_app.domain.questionnaire import MAIN_LANGUAGE
from survey_app.domain.questionnaire_outline import Outline, Path

PLACEHOLDER = re.compile(r"%\((\w+)\)s")
UNWRITABLE = {"Cc", "Cs", "Co", "Cn"}
"""Unicode categories no text has; zero-width spaces (Cf) stay, Khmer needs them."""

_WHAT = {
    "title": "tiêu đề",
    "purpose": "mục đích của phiếu",
    "note": "lời ghi dưới tiêu đề mục",
    "text": "câu hỏi",
    "full_text": "nguyên văn câu hỏi",
    "label": "phương án trả lời",
}


@dataclass(frozen=True)
class SourceText:
    """One text to translate: its stable key, what it says now, and its translation so far (may be empty)."""

    key: str
    vietnamese: str
    english: str
    translation: str
    what: str
    path: Path = ()
    """Where it stands in the questionnaire; empty for a text of the citizen's pages."""

    @property
    def note(self) -> str:
        """What a translator must know: what it is, how long it may be, what stays as it is."""
        kept = "".join(f"; giữ nguyên {mark}" for mark in marks(self.vietnamese))
        return f"{self.what}; tối đa {longest(self.vietnamese)} ký tự{kept}"


@dataclass(frozen=True)
class SheetRow:
    """A line of a translator's sheet as read."""

    line: int
    key: str
    vietnamese: str
    translation: str


@dataclass(frozen=True)
class RowProblem:
    """A mistake in a sheet: its line, what is wrong and what to do."""

    line: int
    message: str


def longest(vietnamese: str) -> int:
    """How many characters a translation may have: twice the Vietnamese and a little more, so that a row still fits."""
    return 2 * len(vietnamese) + 40


def marks(text: str) -> list[str]:
    """The places filled in later, ``%(n)s``, each once."""
    return sorted({match.group() for match in PLACEHOLDER.finditer(text)})


def tidy(text: str) -> str:
    """NFC, one line, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _key(data: Any, path: Path) -> str:
    """Positions in lists become ids and codes: ``sections.visit.items.stage.text``, ``scales.age.codes.1.label``."""
    parts: list[str] = []
    for step in path:
        data = data[step]
        parts.append(step if isinstance(step, str) else str(data.get("id") or data["code"]))
    return ".".join(parts)


def questionnaire_texts(data: Mapping[str, Any], language: str) -> Iterator[SourceText]:
    """Every text of a (checked) questionnaire, in the order of the file."""
    for wording in Outline(data).wordings():
        yield SourceText(
            key=_key(data, wording.path),
            vietnamese=wording.text(MAIN_LANGUAGE),
            english=wording.text("en"),
            translation=wording.text(language),
            what=_WHAT[str(wording.path[-1])],
            path=wording.path,
        )


def _faults(row: SheetRow, source: SourceText) -> Iterator[str]:
    text = tidy(row.translation)
    if tidy(row.vietnamese) != tidy(source.vietnamese):
        yield f"lời văn tiếng Việt nay là “{source.vietnamese}”: hãy xuất lại bảng rồi dịch theo lời văn mới"
    if marks(text) != marks(source.vietnamese):
        kept = ", ".join(marks(source.vietnamese)) or "không có chỗ nào"
        yield f"chỗ giữ nguyên phải là: {kept}"
    elif marks(text) and "%" in PLACEHOLDER.sub("", text):
        yield "có dấu % đứng riêng: hãy viết bằng chữ"
    if len(text) > longest(source.vietnamese):
        yield f"dài {len(text)} ký tự, tối đa {longest(source.vietnamese)}: hãy rút ngắn"
    if any(unicodedata.category(character) in UNWRITABLE for character in text):
        yield "có ký tự không hiển thị được: hãy gõ lại"


def check_rows(rows: Sequence[SheetRow], texts: Sequence[SourceText]) -> tuple[dict[str, str], list[RowProblem]]:
    """Translations by key, or the problems of the sheet; a row left empty says nothing."""
    known = {text.key: text for text in texts}
    taken: dict[str, str] = {}
    problems: list[RowProblem] = []
    for row in rows:
        if row.key not in known:
            problems.append(RowProblem(row.line, f"không có khóa “{row.key}”: hãy xuất lại bảng"))
        elif row.key in taken:
            problems.append(RowProblem(row.line, f"khóa “{row.key}” bị lặp: hãy giữ một dòng"))
        elif tidy(row.translation):
            faults = _faults(row, known[row.key])
            problems += [RowProblem(row.line, f"{row.key}: {fault}") for fault in faults]
            taken[row.key] = tidy(row.translation)
    return ({}, problems) if problems else (taken, [])
