"""Texts that are written here and translated where they are shown."""

from __future__ import annotations

from dataclasses import dataclass


def _(text: str) -> str:
    """Marks a text for the catalogues; pages translate it."""
    return text


@dataclass(frozen=True)
class OneOf:
    """Marked texts as a value within another one; pages translate each of them."""

    texts: tuple[str, ...]

    def __str__(self) -> str:
        return " hoặc ".join(self.texts)
