"""The codebook as Markdown: one heading a section, one entry a column, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from survey_app.services.datasets_codebook import CODEBOOK_COLUMNS, codebook_rows
from survey_app.services.datasets_readme import describe
from survey_app.services.datasets_source import Source

FACTS = {"vi": "Thông tin về phiếu trả lời", "en": "Facts about the response"}
WORDS = {
    "vi": {
        "title": "Bảng mã biến",
        "codes": "Mã",
        "missing": "Mã thiếu",
        "show_if": "Chỉ hỏi khi",
        "criterion": "Tiêu chí chính thức",
        "measure": "Mức đo",
        "numbers": "Trong SPSS, Stata",
    },
    "en": {
        "title": "Codebook",
        "codes": "Codes",
        "missing": "Missing codes",
        "show_if": "Asked only if",
        "criterion": "Official criterion",
        "measure": "Measurement level",
        "numbers": "In SPSS, Stata",
    },
}


def _escaped(text: str) -> str:
    """The text as Markdown shows it, on one line."""
    for character in "\\`*_[]<>#|":
        text = text.replace(character, "\\" + character)
    return " ".join(text.split())


def _entry(row: dict[str, str], language: str) -> Iterator[str]:
    words, other = WORDS[language], "en" if language == "vi" else "vi"
    yield f"### `{row['column']}`"
    yield ""
    yield _escaped(row[f"label_{language}"] or row["label_vi"])
    if row[f"label_{other}"]:
        yield f"  \n*{_escaped(row[f'label_{other}'])}*"
    yield ""
    criterion = f"{row['criterion']} ({row['source']})" if row["criterion"] else ""
    told = {
        "codes": row[f"codes_{language}"] or row["codes_vi"],
        "missing": row[f"missing_{language}"],
        "show_if": row["show_if"],
        "criterion": criterion,
        "measure": row["measure"],
        "numbers": row["numbers"],
    }
    for name, text in told.items():
        if text:
            yield f"- {words[name]}: {_escaped(text)}"
    yield ""


def codebook_markdown(source: Source) -> str:
    """The whole codebook."""
    language = source.language
    rows = [dict(zip(CODEBOOK_COLUMNS, map(str, row), strict=True)) for row in codebook_rows(source.dataset)]
    lines = [f"# {WORDS[language]['title']}", ""]
    lines += [_escaped(line) + "  " if line else "" for line in describe(source)]
    name = "section" if language == "vi" else "section_en"
    for section, entries in groupby(rows, key=lambda row: row[name] or row["section"]):
        lines += ["", f"## {_escaped(section or FACTS[language])}", ""]
        for entry in entries:
            lines += _entry(entry, language)
    return "\n".join(lines) + "\n"
