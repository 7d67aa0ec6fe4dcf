"""Planning a wave: the next quarter as a proposal, and waves that would ask the same people the same thing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, timedelta

from survey_app.domain.org_tree import OrgTree
from survey_app.domain.wave import Wave, WaveStatus

CODE = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
RESERVED_CODES = frozenset({"new"})
"""Words that stand in the place of a code in the addresses of pages."""

ROMAN = ("I", "II", "III", "IV")


def quarter_of(day: date) -> int:
    return (day.month + 2) // 3


def quarter_days(year: int, quarter: int) -> tuple[date, date]:
    """The first and the last day of a quarter."""
    following = date(year + quarter // 4, quarter % 4 * 3 + 1, 1)
    return date(year, quarter * 3 - 2, 1), following - timedelta(days=1)


def next_quarter(today: date) -> tuple[int, int]:
    """(year, quarter) after the one of ``today``."""
    quarter = quarter_of(today)
    return (today.year + 1, 1) if quarter == 4 else (today.year, quarter + 1)


def is_code(text: str) -> bool:
    """Whether a wave may be called ``text`` in addresses and commands."""
    return CODE.fullmatch(text) is not None and text not in RESERVED_CODES


def plain(text: str) -> str:
    """Lower case without diacritics, words joined by hyphens: "Khảo sát Tết" is khao-sat-tet."""
    flat = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    bare = "".join(character for character in flat if not unicodedata.combining(character))
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")


def proposed_code(title: str, opens_on: date, closes_on: date, taken: Collection[str]) -> str:
    """``2027-q1`` for a wave within one quarter, else made of its title; numbered where it is taken."""
    quarters = {(day.year, quarter_of(day)) for day in (opens_on, closes_on)}
    base = f"{opens_on.year}-q{quarter_of(opens_on)}" if len(quarters) == 1 else plain(title)[:34].strip("-")
    base = base if is_code(base) else f"dot-{opens_on:%Y%m%d}"
    number = 1
    while (code := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return code


def without_nested(tree: OrgTree, units: Iterable[str]) -> tuple[str, ...]:
    """``units`` without those that lie below another of them: a wave runs at a unit and below anyway."""
    chosen = list(dict.fromkeys(units))
    covered = set(chosen)
    return tuple(code for code in chosen if not covered.intersection(unit.code for unit in tree.ancestors(code)))


def share_a_counter(tree: OrgTree, first: Iterable[str], second: Iterable[str]) -> bool:
    """Whether some unit lies at or below a unit of both."""
    one, other = set(first), set(second)
    return any(
        ({code, *(unit.code for unit in tree.ancestors(code))} & against)
        for codes, against in ((one, other), (other, one))
        for code in codes
    )


def overlapping(tree: OrgTree, planned: Wave, others: Iterable[Wave]) -> list[Wave]:
    """The other waves, not closed, that ask one of the same questionnaires on common days at a common counter."""
    slugs = {slug for slug, _ in planned.questionnaires}
    return [
        wave
        for wave in others
        if wave.code != planned.code
        and wave.status is not WaveStatus.CLOSED
        and wave.opens_on <= planned.closes_on
        and planned.opens_on <= wave.closes_on
        and slugs.intersection(slug for slug, _ in wave.questionnaires)
        and share_a_counter(tree, planned.units, wave.units)
    ]


def is_same_fieldwork(one: Wave, other: Wave) -> bool:
    """Whether the two differ in nothing but their units' order."""
    return replace(one, units=tuple(sorted(one.units))) == replace(other, units=tuple(sorted(other.units)))
