"""What ``comparable_to`` of a questionnaire file names must be there, and be answered on the same scale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from survey_app.storage.checked_yaml import FileProblem, Place, Source, read_yaml

Data = Mapping[str, Any]


def _entries(value: object) -> list[Data]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _items(data: Data) -> Iterator[tuple[Place, Data]]:
    for at, section in enumerate(_entries(data.get("sections"))):
        for place, item in enumerate(_entries(section.get("items"))):
            yield ("sections", at, "items", place), item


def _codes(data: Data, item: Data) -> list[object]:
    scales = data.get("scales")
    scale = scales.get(item.get("scale")) if isinstance(scales, dict) else None
    return [code.get("code") for code in _entries(scale.get("codes"))] if isinstance(scale, dict) else []


def _fault(path: Path, source: Source, item: Data, reference: str) -> str | None:
    slug, version, item_id = reference.split(".")
    file = path.parent.parent / slug / f"{version}.yaml"
    if file == path:
        return f"“{reference}” là câu của chính phiên bản này. Hãy ghi câu của một phiên bản khác."
    if not file.is_file():
        return f"Không có tệp {slug}/{version}.yaml. Hãy sửa “{reference}”."
    other = read_yaml(file).data
    found = next((entry for _place, entry in _items(other) if entry.get("id") == item_id), None)
    if found is None:
        return f"{slug}/{version}.yaml không có câu “{item_id}”. Hãy sửa “{reference}”."
    if found.get("kind") != item.get("kind") or _codes(other, found) != _codes(source.data, item):
        return f"“{reference}” dùng loại câu hoặc thang trả lời khác, nên không nối tiếp được. Hãy bỏ dòng này."
    return None


def lineage_problems(path: Path, source: Source) -> list[FileProblem]:
    """Every reference of the file's items that cannot be continued; malformed ones are the schema's."""
    problems: list[FileProblem] = []
    for place, item in _items(source.data):
        references = item.get("comparable_to")
        for reference in references if isinstance(references, list) else []:
            if isinstance(reference, str) and reference.count(".") == 2:
                fault = _fault(path, source, item, reference)
                problems += [source.problem((*place, "comparable_to"), fault)] if fault else []
    return problems
