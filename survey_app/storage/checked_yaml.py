"""A YAML file read with its line numbers and checked against a JSON Schema, every mistake said in Vietnamese.

Schemas carry Vietnamese ``description``s: they are the what-to-do part of a message.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

Place = tuple[str | int, ...]
"""Keys and list positions from the top of the file."""

_KINDS = {
    "string": "chữ",
    "integer": "số nguyên",
    "boolean": "true hoặc false",
    "array": "danh sách",
    "object": "nhóm khóa: giá trị",
}


@dataclass(frozen=True)
class FileProblem:
    """A mistake in a file: where it is, what is wrong and what to do (Vietnamese)."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Source:
    """What was read: ``data`` (empty when the file is no YAML mapping), lines by place, YAML mistakes."""

    file: str
    data: dict[str, Any] = field(default_factory=dict)
    lines: Mapping[Place, int] = field(default_factory=dict)
    problems: tuple[FileProblem, ...] = ()

    @property
    def is_readable(self) -> bool:
        return bool(self.data)

    def problem(self, place: Place, message: str) -> FileProblem:
        """A problem at ``place``, or at the nearest place around it that stands in the file."""
        while place and place not in self.lines:
            place = place[:-1]
        return FileProblem(self.file, self.lines.get(place, 1), message)


class _Loader(yaml.SafeLoader):
    """Keys stay as they are written (``no`` is a language, not False), and nothing is said by reference."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="không dùng dấu * để nhắc lại phần khác", problem_mark=mark)
        return super().compose_node(parent, index)

    def value(self, node: yaml.Node) -> Any:
        """The plain value of a composed node."""
        if isinstance(node, yaml.MappingNode):
            return {str(key.value): self.value(entry) for key, entry in node.value}
        if isinstance(node, yaml.SequenceNode):
            return [self.value(entry) for entry in node.value]
        try:
            return self.construct_object(node, deep=True)
        except ValueError as error:
            raise yaml.MarkedYAMLError(problem=str(error), problem_mark=node.start_mark) from error


def _walk(node: yaml.Node, place: Place) -> Iterator[tuple[Place, int]]:
    """(place, line) of every key and list entry; a key given twice comes twice."""
    entries: list[tuple[str | int, yaml.Node, yaml.Node]] = []
    if isinstance(node, yaml.MappingNode):
        entries = [(str(key.value), key, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        entries = [(at, value, value) for at, value in enumerate(node.value)]
    for name, start, value in entries:
        yield (*place, name), start.start_mark.line + 1
        yield from _walk(value, (*place, name))


def _duplicate_keys(node: yaml.Node) -> Iterator[tuple[str, int]]:
    """(key, line) of every key that its mapping already has."""
    children = node.value if isinstance(node, yaml.CollectionNode) else []
    seen: set[str] = set()
    for child in children:
        key, value = child if isinstance(node, yaml.MappingNode) else (None, child)
        if key is not None and str(key.value) in seen:
            yield str(key.value), key.start_mark.line + 1
        if key is not None:
            seen.add(str(key.value))
        yield from _duplicate_keys(value)


def _syntax_problem(file: str, text: str, error: yaml.YAMLError) -> FileProblem:
    if isinstance(error, yaml.reader.ReaderError):
        line = text.count("\n", 0, error.position) + 1
        return FileProblem(file, line, "Có ký tự không hiển thị được. Hãy xóa ký tự đó rồi gõ lại dòng này.")
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or str(error)
    if "'\\t'" in reason:
        return FileProblem(file, mark.line + 1 if mark else 1, "Dòng có phím Tab. Hãy thụt dòng bằng dấu cách.")
    advice = "Hãy xem lại thụt dòng, dấu hai chấm, dấu nháy ở dòng này và dòng trên."
    return FileProblem(file, mark.line + 1 if mark else 1, f"Không đọc được YAML ({reason}). {advice}")


def _read_text(path: Path) -> str | FileProblem:
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return FileProblem(str(path), line, "Tệp không theo bảng mã UTF-8. Hãy lưu lại tệp với bảng mã UTF-8.")


def read_yaml(path: Path) -> Source:
    """Read ``path``; whatever is wrong with it as YAML is in the result's ``problems``.

    Raises:
        FileNotFoundError: no such file.
    """
    file, text = str(path), _read_text(path)
    if isinstance(text, FileProblem):
        return Source(file, problems=(text,))
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        data = loader.value(node) if node else None
    except yaml.YAMLError as error:
        return Source(file, problems=(_syntax_problem(file, text, error),))
    if node is None or not isinstance(data, dict) or not data:
        message = "Tệp phải gồm các cặp khóa: giá trị. Hãy bắt đầu bằng “slug: …” và “version: 1”."
        return Source(file, problems=(FileProblem(file, 1, message),))
    twice = "Khóa “{}” bị lặp trong cùng một nhóm. Hãy giữ một dòng và xóa dòng kia."
    problems = tuple(FileProblem(file, line, twice.format(key)) for key, line in _duplicate_keys(node))
    return Source(file, data, dict(_walk(node, ())), problems)


_FAULTS = {
    "minLength": "“{key}” đang để trống",
    "minItems": "“{key}” có quá ít dòng",
    "minProperties": "“{key}” đang để trống",
    "maxLength": "“{key}” quá dài: {value}",
    "minimum": "“{key}” quá nhỏ: {value}",
    "maximum": "“{key}” quá lớn: {value}",
    "uniqueItems": "“{key}” có giá trị lặp lại",
    "contains": "“{key}” thiếu giá trị bắt buộc",
}


@dataclass(frozen=True)
class _Refusal:
    """What a keyword of the schema refused: its argument, the value, and the schema the keyword stands in."""

    keyword: str
    expected: Any
    value: Any
    schema: Mapping[str, Any]
    place: Place


def _refusals(root: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[_Refusal]:
    for error in Draft202012Validator(root).iter_errors(data):
        assert isinstance(error.schema, Mapping), "a boolean schema has no keyword to refuse with"
        place = tuple(error.absolute_path)
        yield _Refusal(str(error.validator), error.validator_value, error.instance, error.schema, place)


def _shown(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "để trống", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return f"“{value}”"
    if isinstance(value, list | dict):
        return _KINDS["array" if isinstance(value, list) else "object"]
    return str(value)


def _how_to(root: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """The sentence of ``schema``, followed through its reference, that says how a value is written."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[-1]]
    return f"Cách ghi: {schema['description']}" if "description" in schema else ""


def _missing_keys(root: Mapping[str, Any], refusal: _Refusal) -> Iterator[tuple[Place, str]]:
    for name in refusal.expected:
        if name not in refusal.value:
            how_to = _how_to(root, refusal.schema["properties"][name])
            yield (), f"Thiếu khóa “{name}”. Hãy thêm “{name}: …”. {how_to}"


def _unknown_keys(root: Mapping[str, Any], refusal: _Refusal) -> Iterator[tuple[Place, str]]:
    known, patterns = refusal.schema.get("properties", {}), refusal.schema.get("patternProperties", {})
    for name in refusal.value:
        if name in known or any(re.search(pattern, name) for pattern in patterns):
            continue
        if patterns:
            yield (name,), f"Tên “{name}” không hợp lệ. Hãy đổi tên. {_how_to(root, refusal.schema)}"
            continue
        close = get_close_matches(name, known, n=1)
        advice = f"Hãy sửa thành “{close[0]}”" if close else f"Hãy xóa, hoặc dùng: {', '.join(known)}"
        yield (name,), f"Không có khóa “{name}” ở đây. {advice}."


def _wrong_value(root: Mapping[str, Any], refusal: _Refusal) -> Iterator[tuple[Place, str]]:
    key = next((entry for entry in reversed(refusal.place) if isinstance(entry, str)), "tệp")
    value, keyword, how_to = _shown(refusal.value), refusal.keyword, _how_to(root, refusal.schema)
    if keyword == "type":
        yield (), f"“{key}” phải là {_KINDS[refusal.expected]}, đang là {value}. {how_to}"
    elif keyword == "enum":
        choices = ", ".join(refusal.expected)
        yield (), f"“{key}” không nhận giá trị {value}. Hãy chọn: {choices}. {how_to}"
    else:
        fault = _FAULTS.get(keyword, "“{key}” không hợp lệ: {value}").format(key=key, value=value)
        yield (), f"{fault}. Hãy sửa lại. {how_to}"


def find_schema_problems(source: Source, schema_path: Path) -> list[FileProblem]:
    """Everything in ``source`` that the JSON Schema at ``schema_path`` refuses.

    Raises:
        FileNotFoundError: no schema there.
    """
    root = json.loads(schema_path.read_text("utf-8"))
    sayings = {"required": _missing_keys, "additionalProperties": _unknown_keys}
    problems = [
        source.problem((*refusal.place, *place), message.strip())
        for refusal in _refusals(root, source.data)
        for place, message in sayings.get(refusal.keyword, _wrong_value)(root, refusal)
    ]
    return list(dict.fromkeys(problems))
