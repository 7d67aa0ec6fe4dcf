"""Figures that stand together: what charts, tables and rankings are drawn from. They refuse to mix.

Whoever draws takes a ``Series`` or a ``Table``, not a list; neither can be made of figures that differ in recipe,
population, mode, stage or questionnaire.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, Self, TypeVar

from survey_app.domain.comparing import Basis, check_comparable


class OfABasis(Protocol):
    """Something that says what it may be set beside; None: it holds no figure."""

    @property
    def basis(self) -> Basis | None: ...


Entry = TypeVar("Entry", bound=OfABasis)


class _OfOneBasis(tuple[Entry, ...]):
    """Entries of one basis. Making one raises NotComparable for any others."""

    __slots__ = ()

    def __new__(cls, entries: Iterable[Entry] = ()) -> Self:
        made = super().__new__(cls, entries)
        check_one_basis(made)
        return made


class Series(_OfOneBasis[Entry]):
    """Figures of one unit in the order of time."""

    __slots__ = ()


class Table(_OfOneBasis[Entry]):
    """Figures of several units."""

    __slots__ = ()


def check_one_basis(entries: Iterable[OfABasis]) -> None:
    """Raises NotComparable where two entries differ in what they may be set beside."""
    bases = list(dict.fromkeys(entry.basis for entry in entries if entry.basis is not None))
    for other in bases[1:]:
        check_comparable(bases[0], other)
