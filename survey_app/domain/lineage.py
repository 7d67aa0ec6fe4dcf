"""Which items of several questionnaire versions may continue one line, and counts of one version read as another's.

An item says so itself: ``comparable_to`` names the items it goes on from. What it does not name starts a new line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey_app.domain.comoments import CoMoments, from_matrices
from survey_app.domain.questionnaire import Item, Questionnaire
from survey_app.domain.recipe import Recipe
from survey_app.domain.tally import Tally, counts_of
from survey_app.domain.tally_layout import TallyLayout

OVERALL = "overall"

Node = str
"""An item of a version: ``<slug>.v<version>.<item>``."""


def name_of(questionnaire: Questionnaire, item_id: str) -> Node:
    """What ``comparable_to`` calls an item."""
    return f"{questionnaire.slug}.v{questionnaire.version}.{item_id}"


def items_of(questionnaire: Questionnaire, recipe: Recipe, figure: str) -> tuple[Item, ...]:
    """The scored items a figure is made of: all, a dimension's, a section's, or one; none for an unknown figure."""
    sections = questionnaire.scored_sections(recipe.scale)
    if figure == OVERALL:
        return tuple(item for _section, items in sections for item in items)
    dimension = next((entry for entry in recipe.dimensions if entry.id == figure), None)
    named = dimension.sections if dimension else (figure,)
    found = tuple(item for section, items in sections for item in items if section.id in named)
    return found or tuple(item for _section, items in sections for item in items if item.id == figure)


@dataclass(frozen=True)
class Lineage:
    """All versions there are, asked which items continue which."""

    versions: tuple[Questionnaire, ...]

    def _families(self) -> dict[Node, Node]:
        """Item -> one name for all items that continue each other."""
        head: dict[Node, Node] = {}

        def find(node: Node) -> Node:
            while head.setdefault(node, node) != node:
                node = head[node]
            return node

        for version in self.versions:
            for item in version.items():
                own = find(name_of(version, item.id))
                for other in item.comparable_to:
                    head[find(other)] = own
        return {node: find(node) for node in list(head)}

    def continued(self, version: Questionnaire, other: Questionnaire) -> dict[str, str]:
        """Item of ``version`` -> the item of ``other`` it may be put together with."""
        if version == other:
            return {item.id: item.id for item in version.items()}
        families = self._families()
        found: dict[Node, list[str]] = {}
        for item in other.items():
            found.setdefault(families[name_of(other, item.id)], []).append(item.id)
        pairs = ((item.id, found.get(families[name_of(version, item.id)], [])) for item in version.items())
        return {item_id: others[0] for item_id, others in pairs if len(others) == 1}

    def goes_on(self, version: Questionnaire, other: Questionnaire, recipe: Recipe, figure: str) -> dict[str, str]:
        """The items by which a figure of ``version`` goes on from one of ``other``; empty where the line breaks.

        A factor or the overall figure goes on only where every item of it does and the other has no more.
        """
        own = items_of(version, recipe, figure)
        pairs = self.continued(version, other)
        mapped = {item.id: pairs[item.id] for item in own if item.id in pairs}
        if not own or len(mapped) < len(own) or len(set(mapped.values())) < len(own):
            return {}
        if any(item.id == figure for item in own):
            return mapped
        groups = [OVERALL] if figure == OVERALL else [section.id for section in other.sections]
        groups += [dimension.id for dimension in recipe.dimensions]
        sets = ({item.id for item in items_of(other, recipe, group)} for group in groups)
        return mapped if set(mapped.values()) in sets else {}


def _placed(square: NDArray[np.int64], size: int, to: Sequence[int], source: Sequence[int]) -> NDArray[np.int64]:
    placed = np.zeros((size, size), dtype=np.int64)
    placed[np.ix_(to, to)] = square[np.ix_(source, source)]
    return placed


def _moments(tally: Tally, layout: TallyLayout, target: TallyLayout, pairs: Mapping[str, str]) -> CoMoments:
    scored = [
        (own, other) for own, other in pairs.items() if own in target.scored_places and other in layout.scored_places
    ]
    to = [target.scored_places[own] for own, _other in scored]
    source = [layout.scored_places[other] for _own, other in scored]
    every, size = tally.comoments, len(target.scored)
    squares = (every.both, every.scores, every.products, every.tops, every.top_products)
    return from_matrices(*(_placed(square, size, to, source) for square in squares))


def _bases(tally: Tally, layout: TallyLayout, target: TallyLayout, pairs: Mapping[str, str]) -> NDArray[np.int64]:
    """Bases of the groups that hold the same items in both versions; 0 for others, which no figure is read of."""

    def items(of: TallyLayout, positions: Iterable[int]) -> set[str]:
        return {of.columns[position].item for position in positions}

    bases = np.zeros(len(target.groups), dtype=np.int64)
    for place, (_name, positions) in enumerate(target.groups):
        wanted = {pairs.get(item, "") for item in items(target, positions)}
        same = (at for at, (_other, theirs) in enumerate(layout.groups) if items(layout, theirs) == wanted)
        found = next(same, None)
        if found is not None and positions:
            bases[place] = tally.bases[found]
    return bases


def read_as(tally: Tally, layout: TallyLayout, target: TallyLayout, pairs: Mapping[str, str]) -> Tally:
    """A tally of one version as a tally of another, so that the two add.

    Args:
        pairs: item of ``target`` -> item of ``layout``; every other item of ``target`` has no answers.
    """
    if layout is target:
        return tally
    counts = np.zeros(target.length, dtype=np.int64)
    for own, other in pairs.items():
        theirs = counts_of(layout, tally, other)
        for entry in target.slots_of(own):
            found = theirs.get(entry.column.option or "", {})
            counts[entry.start : entry.end] = [found.get(character, 0) for character in entry.column.characters]
    bases = _bases(tally, layout, target, pairs)
    return Tally(tally.responses, counts, bases, _moments(tally, layout, target, pairs))
