"""Translations written into a questionnaire file by changing only their own lines: comments and layout stay."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

Place = tuple[str | int, ...]
Edit = tuple[int, int, str]
"""Replace the characters from … to … by a text."""


@dataclass(frozen=True)
class Draft:
    """What a file shall say: its version, translations by place, and whether the language is listed as complete."""

    version: int
    language: str
    texts: Mapping[Place, str]
    is_listed: bool


def _at(node: yaml.Node, place: Place) -> yaml.Node:
    for step in place:
        if isinstance(node, yaml.MappingNode):
            node = next(value for key, value in node.value if key.value == step)
        else:
            node = node.value[step]
    return node


def _end(text: str, node: yaml.Node) -> int:
    """Where a value ends, without the blank space behind it."""
    return len(text[: node.end_mark.index].rstrip())


def _append(text: str, group: yaml.CollectionNode, last: yaml.Node, entry: str) -> Edit:
    """``entry`` behind the last one: on the same line inside brackets, else on a line of its own."""
    end = _end(text, last)
    if group.flow_style:
        return end, end, f", {entry}"
    line_end = text.find("\n", end)
    at = len(text) if line_end < 0 else line_end
    return at, at, f"\n{' ' * group.start_mark.column}{entry}"


def _say(text: str, wording: yaml.Node, language: str, words: str) -> Edit:
    assert isinstance(wording, yaml.MappingNode)
    quoted = json.dumps(words, ensure_ascii=False)
    for key, value in wording.value:
        if key.value == language:
            return value.start_mark.index, _end(text, value), quoted
    return _append(text, wording, wording.value[-1][1], f"{language}: {quoted}")


def _list(text: str, languages: yaml.Node, language: str) -> Iterator[Edit]:
    assert isinstance(languages, yaml.SequenceNode)
    if language not in [entry.value for entry in languages.value]:
        entry = language if languages.flow_style else f"- {language}"
        yield _append(text, languages, languages.value[-1], entry)


def edited(text: str, draft: Draft) -> str:
    """The text of a (checked) questionnaire file with the draft's changes."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert root is not None
    version = _at(root, ("version",))
    edits = [(version.start_mark.index, _end(text, version), str(draft.version))]
    edits += [_say(text, _at(root, place), draft.language, words) for place, words in draft.texts.items()]
    if draft.is_listed:
        edits += _list(text, _at(root, ("languages",)), draft.language)
    for start, end, replacement in sorted(edits, reverse=True):
        text = text[:start] + replacement + text[end:]
    return text


def write_draft(source: Path, target: Path, draft: Draft) -> None:
    """Write ``source`` with the draft's changes to ``target``, which may be the same file."""
    text = source.read_text(encoding="utf-8-sig")
    target.write_text(edited(text, draft), encoding="utf-8", newline="\n")
