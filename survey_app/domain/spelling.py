"""Vietnamese words to compare and to find: with their marks, wherever the tone stands, and without any."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

TONES = "\u0300\u0301\u0303\u0309\u0323"
"""Grave, acute, tilde, hook above, dot below: the marks of tones; other marks make another letter."""

WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=10_000)
def fold(text: str) -> str:
    """``text`` in small letters without any marks: "Chậm" and "CHAM" both become "cham"."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(mark for mark in plain if not unicodedata.combining(mark)).replace("đ", "d")


@lru_cache(maxsize=10_000)
def spell(word: str) -> str:
    """A word in small letters with its tone at the end, so that "hoà" and "hòa" are one word."""
    if word.isascii():
        return word.lower()
    parts = unicodedata.normalize("NFD", word.casefold())
    tones = "".join(mark for mark in parts if mark in TONES)
    letters = "".join(mark for mark in parts if mark not in TONES)
    return unicodedata.normalize("NFC", letters) + tones


def find_words(text: str) -> list[str]:
    """The words of a text, as written."""
    return WORD.findall(unicodedata.normalize("NFC", text))


def searchable(text: str) -> tuple[str, str]:
    """The words of a text by their spelling, each between single spaces, to be searched; the same without marks."""
    words = find_words(text)
    return f" {' '.join(map(spell, words))} ", f" {' '.join(map(fold, words))} "


def spelled_words(text: str) -> str:
    """The words of a text by their spelling, to be searched for whole words."""
    return searchable(text)[0]


def folded_words(text: str) -> str:
    """The same without marks."""
    return searchable(text)[1]


def has_marks(word: str) -> bool:
    """Whether a word is written with any mark (or đ), so that only that spelling is meant."""
    return fold(word) != word.casefold()


@dataclass(frozen=True)
class WordSet:
    """Words to be recognised quickly: as spelled, or typed without any mark."""

    spelled: frozenset[str]
    folded: frozenset[str]

    @classmethod
    def of(cls, words: Iterable[str]) -> WordSet:
        """The set of these words."""
        kept = list(words)
        return cls(frozenset(map(spell, kept)), frozenset(map(fold, kept)))

    def __contains__(self, typed: str) -> bool:
        small = typed.casefold()
        return small in self.folded or (not small.isascii() and spell(small) in self.spelled)


def is_same_word(typed: str, meant: str) -> bool:
    """Whether ``typed`` stands for ``meant``: spelled alike, or typed without any mark at all."""
    return spell(typed) == spell(meant) or (not has_marks(typed) and fold(meant) == typed.casefold())
