"""Masking a comment before anybody reads it: numbers that belong to a person, and names of officials.

Names come from a list (staff of the centre, officers with an account there), matched with and without diacritics:
the whole name anywhere, the given name alone after a form of address. A capitalised name after a form of address is
masked even when no list has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from types import MappingProxyType

from survey_app.domain.personal_data import LONG_NUMBERS, NAMED_NUMBERS, SENT, PersonalData
from survey_app.domain.spelling import WORD, WordSet, fold, is_same_word, spell

TOKENS: Mapping[PersonalData, str] = MappingProxyType(
    {
        PersonalData.EMAIL: "[đã che: thư điện tử]",
        PersonalData.IDENTITY: "[đã che: số giấy tờ]",
        PersonalData.PHONE: "[đã che: số điện thoại]",
        PersonalData.DOSSIER: "[đã che: mã hồ sơ]",
        PersonalData.PLATE: "[đã che: biển số xe]",
        PersonalData.ACCOUNT: "[đã che: số tài khoản]",
        PersonalData.STAFF_NAME: "[đã che: tên cán bộ]",
        PersonalData.PERSON_NAME: "[đã che: tên người]",
    }
)
"""What stands in place of what was masked; part of the stored text, in Vietnamese."""

_TOKEN = re.compile(r"(\[đã che: [^\]]*\])")
_MASKED_START = "[đã che: "
_OF_NUMBERS = re.compile(r"[\d@]")
"""Whatever the patterns of numbers find holds a digit, or the sign of an e-mail address."""
ADDRESSES = ("anh", "chị", "ông", "bà", "cô", "chú", "bác", "em", "dì", "cậu", "thầy", "mr", "ms", "mrs", "miss")
OFFICES = ("cán bộ", "cb", "nhân viên", "công chức", "đồng chí", "giám đốc", "chủ tịch", "bí thư", "trưởng", "phó")
_ADDRESSES = WordSet.of(ADDRESSES)
_FIRST_WORDS = WordSet.of((*ADDRESSES, *(office.split()[-1] for office in OFFICES)))
NO_NAMES = frozenset(
    map(
        spell,
        (
            *("cán", "công", "trung", "bộ", "phường", "xã", "quầy", "ủy", "ubnd", "nhân", "lãnh", "một", "sở", "phòng"),
            *(
                "đội",
                "ban",
                "chủ",
                "phó",
                "giám",
                "trưởng",
                "thuế",
                "việt",
                "bảo",
                "đồng",
                "người",
                "bên",
                "nào",
                "này",
            ),
            *("kia", "ấy", "và", "hay", "là", "có", "đã", "rất", "ở", "tại", "cũng", "không", "xin", "đề", "mong"),
        ),
    )
)
"""Capitalised words after a form of address that begin an office, not a name."""

MOST_WORDS = 6
_Span = tuple[int, int]


def name_words(name: str) -> tuple[str, ...]:
    """The words of a person's name, without form of address and without what stands in brackets.

    Empty for what is no name: an account called after an office, not a person.
    """
    words = WORD.findall(re.sub(r"\([^)]*\)", " ", name))
    while words and words[0] in _ADDRESSES:
        words = words[1:]
    is_name = 1 <= len(words) <= MOST_WORDS and all(word[0].isupper() and word.isalpha() for word in words)
    return tuple(words) if is_name else ()


def _matches(words: Sequence[re.Match[str]], name: Sequence[str]) -> bool:
    return len(words) == len(name) and all(map(is_same_word, (word[0] for word in words), name))


def _gap(text: str, words: Sequence[re.Match[str]], place: int) -> str:
    """What stands between a word and the next one."""
    return text[words[place].end() : words[place + 1].start()]


def _is_joined(text: str, words: Sequence[re.Match[str]], start: int, end: int) -> bool:
    return all(_gap(text, words, place).strip(" \t") == "" for place in range(start, end - 1))


class NameList:
    """Names to mask, ready to be looked for: by the letters their first word begins with, longest first."""

    def __init__(self, names: Iterable[str]) -> None:
        self._whole: dict[str, list[tuple[str, ...]]] = {}
        self._given: dict[str, list[tuple[str, ...]]] = {}
        for words in {tuple(map(spell, words)): words for name in names if (words := name_words(name))}.values():
            for start in range(len(words)):
                self._given.setdefault(fold(words[start]), []).append(words[start:])
            if len(words) > 1:
                self._whole.setdefault(fold(words[0]), []).append(words)

    def whole_at(self, words: Sequence[re.Match[str]], place: int) -> int:
        """How many words from ``place`` on are somebody's whole name; 0 for none."""
        return _longest(self._whole, words, place)

    def given_at(self, words: Sequence[re.Match[str]], place: int) -> int:
        """How many words from ``place`` on are somebody's given name, or the last words of the whole one."""
        return _longest(self._given, words, place)


def _longest(names: Mapping[str, list[tuple[str, ...]]], words: Sequence[re.Match[str]], place: int) -> int:
    candidates = names.get(fold(words[place][0]))
    if not candidates:
        return 0
    return max((len(name) for name in candidates if _matches(words[place : place + len(name)], name)), default=0)


def _listed(text: str, words: Sequence[re.Match[str]], names: NameList) -> list[_Span]:
    found: list[_Span] = []
    for place in range(len(words)):
        length = names.whole_at(words, place)
        if (
            not length
            and place
            and words[place - 1][0] in _FIRST_WORDS
            and _is_joined(text, words, place - 1, place + 1)
        ):
            length = names.given_at(words, place)
        if length and _is_joined(text, words, place, place + length):
            found.append((words[place].start(), words[place + length - 1].end()))
    return found


def _is_capitalised(word: str) -> bool:
    return word[0].isupper() and (len(word) == 1 or not word.isupper()) and word.isalpha()


def _is_lone_address(words: Sequence[re.Match[str]], place: int) -> bool:
    """ "chị", but not "anh chị": those speak of an office."""
    return words[place][0] in _ADDRESSES and not (place and words[place - 1][0] in _ADDRESSES)


def _addressed(text: str, words: Sequence[re.Match[str]]) -> list[_Span]:
    """Capitalised names after a form of address, whoever they are."""
    found: list[_Span] = []
    for place in range(1, len(words)):
        first = words[place][0]
        if not _is_capitalised(first) or not _is_lone_address(words, place - 1) or first in _FIRST_WORDS:
            continue
        if spell(first) in NO_NAMES or _gap(text, words, place - 1).strip(" \t"):
            continue
        end = place + 1
        while end < len(words) and end < place + 4 and _is_capitalised(words[end][0]):
            if _gap(text, words, end - 1).strip(" \t"):
                break
            end += 1
        found.append((words[place].start(), words[end - 1].end()))
    return found


def _replace(text: str, spans: Iterable[_Span], token: str) -> str:
    """``text`` with ``token`` in place of each span; spans that overlap are one."""
    joined: list[_Span] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    for start, end in reversed(joined):
        text = text[:start] + token + text[end:]
    return text


def _outside_tokens(text: str, change: Callable[[str], str]) -> str:
    """``text`` with ``change`` done to the parts that are not masked yet."""
    if _MASKED_START not in text:
        return change(text)
    parts = _TOKEN.split(text)
    return "".join(part if place % 2 else change(part) for place, part in enumerate(parts))


def _hide_pattern(pattern: re.Pattern[str], group: str | int, token: str, part: str) -> str:
    return _replace(part, [found.span(group) for found in pattern.finditer(part)], token)


def _mask_numbers(text: str) -> str:
    if not _OF_NUMBERS.search(text):
        return text
    for kind, pattern in (*NAMED_NUMBERS, *SENT, *LONG_NUMBERS):
        group = "hidden" if "hidden" in pattern.groupindex else 0

        text = _outside_tokens(text, partial(_hide_pattern, pattern, group, TOKENS[kind]))
    return text


def mask_comment(text: str, names: NameList) -> str:
    """``text`` with personal data and names replaced by what they were. Masking again changes nothing more."""

    def hide_addressed(part: str) -> str:
        return _replace(part, _addressed(part, list(WORD.finditer(part))), TOKENS[PersonalData.PERSON_NAME])

    def hide_names(part: str) -> str:
        words = list(WORD.finditer(part))
        if listed := _listed(part, words, names):
            return _outside_tokens(_replace(part, listed, TOKENS[PersonalData.STAFF_NAME]), hide_addressed)
        return _replace(part, _addressed(part, words), TOKENS[PersonalData.PERSON_NAME])

    return _outside_tokens(_mask_numbers(text), hide_names)


def split_masked(text: str) -> list[tuple[str, bool]]:
    """The parts of a masked text, each with whether it stands for something masked."""
    return [(part, bool(place % 2)) for place, part in enumerate(_TOKEN.split(text)) if part]
