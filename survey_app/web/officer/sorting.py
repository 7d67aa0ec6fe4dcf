"""Sorting a table by its address: the order asked for, headings that turn it round, places worked out beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TypeVar

from survey_app.web.officer.filters import link_with

Key = Fraction | int | str | None
Row = TypeVar("Row")


@dataclass(frozen=True)
class Order:
    """How a table is asked for by its address: column, direction, search."""

    sort: str = ""
    order: str = ""
    search: str = ""

    def direction(self, otherwise: str) -> str:
        """``asc`` or ``desc``."""
        return self.order if self.order in ("asc", "desc") else otherwise


@dataclass(frozen=True)
class Column:
    """A column's heading, the address that sorts by it (empty: none), and its ``aria-sort`` (None: not sorted by)."""

    key: str
    label: str
    link: str
    direction: str | None


def places(keys: Sequence[Key]) -> list[int]:
    """The place of each key in rising order; equal keys share one, None is -1."""
    compared = _over_one_denominator(keys)
    order = {key: place for place, key in enumerate(sorted({key for key in compared if key is not None}))}
    return [-1 if key is None else order[key] for key in compared]


def _over_one_denominator(keys: Sequence[Key]) -> Sequence[Key]:
    """Fractions as whole numbers in the same order, exactly: those are compared many times faster."""
    fractions = [key for key in keys if isinstance(key, Fraction)]
    if len(fractions) < sum(key is not None for key in keys):
        return keys
    common = lcm(*(key.denominator for key in fractions))
    return [key.numerator * (common // key.denominator) if isinstance(key, Fraction) else None for key in keys]


def _direction(key: str, sort: str, order: str) -> str | None:
    if key != sort:
        return None
    return "descending" if order == "desc" else "ascending"


def sort_column(key: str, label: str, sort: str, order: str, first_key: str = "name") -> Column:
    """The heading of column ``key`` in a table sorted by ``sort``; the first column rises first, the others fall."""
    first = "asc" if key == first_key else "desc"
    turned = {"asc": "desc", "desc": "asc"}[order] if key == sort else first
    return Column(key, label, link_with(sort=key, order=turned), _direction(key, sort, order))


def by_place(rows: Sequence[Row], found: Sequence[int], order: str) -> list[Row]:
    """Rows by their places; those without one (-1) stay last whichever way, equals as they stood."""
    sign = -1 if order == "desc" else 1
    pairs = sorted(zip(found, rows, strict=True), key=lambda pair: (pair[0] < 0, sign * pair[0]))
    return [row for _, row in pairs]
