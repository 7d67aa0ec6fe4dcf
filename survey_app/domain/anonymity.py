"""k-anonymity of demographic answers in datasets: no published combination of them rests on fewer than k responses.

A vector holds one value for each identifying item, as it stands in the record; missing codes count as values. What
may not be told apart is replaced by ``WITHHELD``, value by value, in the order the questionnaire asks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from survey_app.domain.questionnaire import Item, ItemKind, Questionnaire

WITHHELD = "W"
"""The missing code *withheld for confidentiality*; only datasets know it."""

Vector = tuple[str, ...]
_Group = tuple[Vector, list[Vector], int]
"""What is published so far, the original vectors published so, and how many responses have them."""


def identifying_items(questionnaire: Questionnaire) -> tuple[Item, ...]:
    """Demographic items, and items shown only for certain answers to one (they give that answer away)."""
    found: dict[str, Item] = {}
    for item in questionnaire.items():
        depends = item.show_if is not None and item.show_if.item in found
        if item.kind is not ItemKind.TEXT and (item.is_demographic or depends):
            found[item.id] = item
    return tuple(found.values())


def _split(group: _Group, place: int, counts: Mapping[Vector, int], k: int) -> list[_Group]:
    """Tell the group apart by the value at ``place``; values of fewer than k responses are withheld together.

    When these together are fewer than k, the smallest other value is withheld with them.
    """
    published, vectors, _ = group
    by_value: defaultdict[str, list[Vector]] = defaultdict(list)
    for vector in vectors:
        by_value[vector[place]].append(vector)
    size = {value: sum(map(counts.__getitem__, members)) for value, members in by_value.items()}
    withheld = sorted(value for value in by_value if size[value] < k)
    shown = sorted(by_value.keys() - withheld, key=lambda value: (size[value], value))
    hidden = sum(size[value] for value in withheld)
    while withheld and shown and hidden < k:
        withheld.append(shown.pop(0))
        hidden += size[withheld[-1]]
    groups = [((*published, value), by_value[value], size[value]) for value in shown]
    if withheld:
        members = [vector for value in withheld for vector in by_value[value]]
        groups.append(((*published, WITHHELD), members, hidden))
    return groups


def _told_whole(published: Vector, vectors: Sequence[Vector]) -> Vector:
    """What is published of a group too small to be told apart: the values all of it share."""
    rest = list(zip(*vectors, strict=True))[len(published) :]
    return (*published, *(values[0] if len(set(values)) == 1 else WITHHELD for values in rest))


def published_vectors(counts: Mapping[Vector, int], k: int) -> dict[Vector, Vector]:
    """Original vector -> published vector, given how many responses of one place and year have each.

    Every published vector is shared by at least ``k`` responses, or withheld altogether (fewer than ``k`` in all).
    """
    vectors: Sequence[Vector] = list(counts)
    total = sum(counts.values())
    if total < k:
        return {vector: (WITHHELD,) * len(vector) for vector in vectors}
    groups: list[_Group] = [((), list(vectors), total)]
    found: dict[Vector, Vector] = {}
    for place in range(len(vectors[0]) if vectors else 0):
        parts: list[_Group] = []
        for group in groups:
            published, members, size = group
            if size < 2 * k:
                found.update(dict.fromkeys(members, _told_whole(published, members)))
            else:
                parts += _split(group, place, counts, k)
        groups = parts
    for published, members, _ in groups:
        found.update(dict.fromkeys(members, published))
    return found
