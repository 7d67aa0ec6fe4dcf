"""What every column of the responses means: one row a column, in both languages, for people and for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from survey_app.domain.anonymity import WITHHELD
from survey_app.domain.questionnaire import MAIN_LANGUAGE, Criterion, Item, Section, say
from survey_app.domain.record import MISSING
from survey_app.services.datasets_columns import DatasetColumn, Labels
from survey_app.services.datasets_rows import Dataset

CODEBOOK_COLUMNS = (
    "column",
    "item",
    "kind",
    "label_vi",
    "label_en",
    "section",
    "section_en",
    "criterion",
    "source",
    "codes_vi",
    "codes_en",
    "missing_vi",
    "missing_en",
    "polarity",
    "sensitive",
    "demographic",
    "show_if",
    "full_text_vi",
    "full_text_en",
    "measure",
    "section_id",
    "scored",
    "scale",
    "numbers",
    "stata_name",
)
LONGEST_STATA_NAME = 32
SPSS_MISSING: Mapping[str, int] = {code: -91 - place for place, code in enumerate(MISSING + WITHHELD)}
STATA_MISSING: Mapping[str, str] = dict(zip(MISSING + WITHHELD, "nsxkrw", strict=True))
"""Missing code -> the letter of Stata's extended missing value."""


def number_of(code: str) -> int:
    """The number SPSS and Stata hold for an answer's character: 0-9, then A = 10 to Z = 35."""
    return int(code, 36)


def fact_numbers(column: DatasetColumn) -> Mapping[str, int]:
    """The number each code of a labelled fact gets: digits stay themselves, words count from 1 in their order."""
    codes = list(column.labels)
    if all(code.isdigit() for code in codes):
        return {code: int(code) for code in codes}
    return {code: place for place, code in enumerate(codes, 1)}


def stata_names(names: Sequence[str]) -> list[str]:
    """Names of at most 32 characters, each once; a longer name is cut and numbered."""
    return [
        name if len(name) <= LONGEST_STATA_NAME else f"{name[: LONGEST_STATA_NAME - 5]}_{place:04d}"
        for place, name in enumerate(names, 1)
    ]


def _listed(labels: Labels) -> str:
    return " | ".join(f"{code} = {label}" for code, label in labels.items() if label)


def _codes(column: DatasetColumn) -> tuple[str, str]:
    """What the codes of a column mean, in Vietnamese and in English."""
    if column.item is not None and not column.labels:
        return "mã đơn vị hành chính cấp xã (5 chữ số)", "code of the commune-level unit (5 digits)"
    return _listed(column.labels), _listed(column.labels_en)


def _numbers(column: DatasetColumn) -> str:
    """What SPSS and Stata hold where it is not the code itself."""
    if column.item is None:
        told = [f"{code} → {number}" for code, number in fact_numbers(column).items() if code != str(number)]
    else:
        letters = [code for code in column.labels if not code.isdigit() and not column.is_commune]
        told = [f"{code} → {number_of(code)}" for code in letters]
    if not column.is_commune:
        told += [f"{code} → {SPSS_MISSING[code]} (SPSS), .{STATA_MISSING[code]} (Stata)" for code in column.missing]
    return "; ".join(told)


def condition(item: Item | None) -> str:
    """When the item is shown: ``item = codes``; empty: always."""
    return f"{item.show_if.item} = {', '.join(item.show_if.codes)}" if item and item.show_if else ""


def _row(column: DatasetColumn, sections: Mapping[str, Section], stata_name: str) -> tuple[Any, ...]:
    item = column.item
    criterion = item.criterion if item else Criterion("", "")
    section = sections[item.section] if item else None
    full = item.full_text if item and item.full_text else {}
    return (
        column.name,
        item.id if item else "",
        item.kind.value if item else "fact",
        column.label_vi,
        column.label_en,
        say(section.title, MAIN_LANGUAGE) if section else "",
        section.title.get("en", "") if section else "",
        criterion.name,
        criterion.source,
        *_codes(column),
        _listed(column.missing),
        _listed(column.missing_en),
        item.polarity.value if item else "",
        int(item.is_sensitive) if item else 0,
        int(item.is_demographic) if item else 0,
        condition(item),
        full.get(MAIN_LANGUAGE, ""),
        full.get("en", ""),
        column.measure.value,
        section.id if section else "",
        int(section.is_scored) if section else 0,
        item.scale.id if item and item.scale else "",
        _numbers(column),
        stata_name,
    )


def codebook_rows(dataset: Dataset) -> list[tuple[Any, ...]]:
    """One row a column, cells in the order of ``CODEBOOK_COLUMNS``."""
    sections = {section.id: section for section in dataset.version.questionnaire.sections}
    names = stata_names([column.name for column in dataset.columns])
    return [_row(column, sections, name) for column, name in zip(dataset.columns, names, strict=True)]
