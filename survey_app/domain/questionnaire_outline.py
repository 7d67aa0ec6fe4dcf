"""A questionnaire file that may still be malformed, as parts to walk over: sections, items, scales, wording.

Whatever has not the expected shape is passed over; the JSON Schema reports it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from survey_app.domain.questionnaire import ItemKind

Path = tuple[str | int, ...]
"""Keys and list positions from the top of the file."""

_WORDINGS = {"title", "purpose", "note", "text", "full_text", "label"}


@dataclass(frozen=True)
class Node:
    """A mapping of the file and where it stands."""

    path: Path
    data: Mapping[Any, Any]

    def text(self, key: str) -> str:
        """The text under ``key``, or an empty one."""
        value = self.data.get(key)
        return value if isinstance(value, str) else ""

    def texts(self, key: str) -> list[str]:
        """The texts in the list under ``key``."""
        value = self.data.get(key)
        return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []

    def child(self, key: str) -> Node:
        """The mapping under ``key``, or an empty one."""
        value = self.data.get(key)
        return Node((*self.path, key), value if isinstance(value, Mapping) else {})

    def children(self, key: str) -> list[Node]:
        """The mappings in the list under ``key``."""
        value = self.data.get(key)
        entries = list(enumerate(value)) if isinstance(value, list) else []
        return [Node((*self.path, key, at), entry) for at, entry in entries if isinstance(entry, Mapping)]

    @property
    def id(self) -> str:
        return self.text("id")

    @property
    def kind(self) -> str:
        return self.text("kind")

    @property
    def is_coded(self) -> bool:
        return self.kind in (ItemKind.CHOICE, ItemKind.CHOICES)


class Outline:
    """The sections, items (in the order asked) and scales of a questionnaire."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.top = Node((), data)
        self.sections = self.top.children("sections")
        self.items = [item for section in self.sections for item in section.children("items")]
        scales = self.top.child("scales")
        self.scales = {key: scales.child(key) for key in scales.data if isinstance(key, str)}

    def codes_of(self, item: Node) -> list[str]:
        """The codes of the item's scale; none where it has no known scale."""
        scale = self.scales.get(item.text("scale"))
        return [code.text("code") for code in scale.children("codes")] if scale else []

    def find_item(self, item_id: str) -> Node | None:
        return next((item for item in self.items if item.id == item_id), None)

    def wordings(self) -> Iterator[Node]:
        """Every text in several languages, wherever it stands."""
        return _wordings(self.top.data, ())


def _entries(value: Any) -> list[tuple[Any, Any]]:
    if isinstance(value, Mapping):
        return list(value.items())
    return list(enumerate(value)) if isinstance(value, list) else []


def _wordings(value: Any, path: Path) -> Iterator[Node]:
    for key, entry in _entries(value):
        if key in _WORDINGS and isinstance(entry, Mapping):
            yield Node((*path, key), entry)
        else:
            yield from _wordings(entry, (*path, key))
