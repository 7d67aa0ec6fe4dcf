"""How coarse a dataset must be before anybody may have it: units, periods and demographic answers.

Whoever knows somebody's office, month, age, sex and ethnicity must not find fewer than k responses like theirs. Steps
are tried from the finest to the coarsest; at each, demographic answers shared by too few are withheld. A step serves
when every office and period holds at least k responses and no more than a third of the answers had to be withheld.

Why somebody came is not told, but who was asked of a result came for one. So demographic answers are withheld among
those who were asked the same by themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from survey_app.domain.anonymity import WITHHELD, Vector, published_vectors
from survey_app.domain.org_unit import UnitKind
from survey_app.domain.quarter import quarter_of
from survey_app.domain.questionnaire import Item, Questionnaire

MOST_WITHHELD = Fraction(1, 3)
"""The largest share of demographic answers withheld before a coarser step is preferred."""


class Period(StrEnum):
    """How a public dataset tells time."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ALL = "all"

    def of(self, month: date) -> str:
        """The period this month belongs to."""
        if self is Period.QUARTER:
            return f"{month.year}-Q{quarter_of(month).number}"
        return {Period.MONTH: f"{month:%Y-%m}", Period.YEAR: f"{month:%Y}"}.get(self, "all")


class Told(StrEnum):
    """Which demographic items are told; a commune of residence never is."""

    ALL = "all"
    NOT_SENSITIVE = "not_sensitive"
    FIRST_TWO = "first_two"
    """The first two that are not sensitive: sex and age in the forms of today."""


@dataclass(frozen=True)
class Step:
    """One coarseness: the finest kind of unit told, the period, and which demographic items."""

    unit: UnitKind
    period: Period
    told: Told

    def items(self, demographic: Sequence[Item]) -> list[int]:
        """The places, among the demographic items, of those told."""
        places = range(len(demographic))
        if self.told is Told.ALL:
            return list(places)
        plain = [place for place in places if not demographic[place].is_sensitive]
        return plain[:2] if self.told is Told.FIRST_TWO else plain


STEPS = (
    Step(UnitKind.CENTRE, Period.MONTH, Told.ALL),
    Step(UnitKind.CENTRE, Period.QUARTER, Told.ALL),
    Step(UnitKind.COMMUNE, Period.QUARTER, Told.ALL),
    Step(UnitKind.COMMUNE, Period.YEAR, Told.ALL),
    Step(UnitKind.COMMUNE, Period.YEAR, Told.NOT_SENSITIVE),
    Step(UnitKind.COMMUNE, Period.YEAR, Told.FIRST_TWO),
    Step(UnitKind.PROVINCE, Period.YEAR, Told.FIRST_TWO),
    Step(UnitKind.PROVINCE, Period.ALL, Told.FIRST_TWO),
)
"""From the finest to the coarsest, each telling no more than the one before in any respect.

A counter is never told: one with a single official is that official's score.
"""

SHOWN_KINDS: Mapping[UnitKind, frozenset[UnitKind]] = {
    UnitKind.CENTRE: frozenset(set(UnitKind) - {UnitKind.COUNTER}),
    UnitKind.COMMUNE: frozenset({UnitKind.COMMUNE, UnitKind.DEPARTMENT, UnitKind.PROVINCE}),
    UnitKind.PROVINCE: frozenset({UnitKind.PROVINCE}),
}
"""The finest kind told -> the kinds told at all."""

Group = tuple[str, str, str]
"""(unit as told, period as told, which of the items were asked that not everybody is asked)"""

Counts = Mapping[Group, Counter[Vector]]


def routed_items(questionnaire: Questionnaire) -> tuple[Item, ...]:
    """Items asked only of those who came for certain things, and items that hang on one of these."""
    found: dict[str, Item] = {}
    for item in questionnaire.items():
        if item.show_if is not None and item.show_if.item in {questionnaire.stage_item, *found}:
            found[item.id] = item
    return tuple(found.values())


def asked_at(questionnaire: Questionnaire, stage: str) -> str:
    """What is asked of whoever gave this answer to why they came: one digit an item that hangs on it."""
    conditions = (item.show_if for item in routed_items(questionnaire))
    return "".join(str(int(stage in c.codes)) for c in conditions if c and c.item == questionnaire.stage_item)


def kept(vector: Vector, places: Sequence[int]) -> Vector:
    """The values at these places."""
    return tuple(vector[place] for place in places)


@dataclass
class Trial:
    """What a step would do, added up group by group."""

    smallest: int | None = None
    withheld: int = 0
    answers: int = 0

    def add(self, counts: Counts, k: int) -> None:
        """Take in whole groups."""
        sizes: Counter[tuple[str, str]] = Counter()
        for (unit, period, _), vectors in counts.items():
            sizes[unit, period] += sum(vectors.values())
            shown = published_vectors(vectors, k)
            for vector, number in vectors.items():
                self.withheld += number * shown[vector].count(WITHHELD)
                self.answers += number * len(vector)
        self.smallest = min(
            (self.smallest, *sizes.values()) if self.smallest is not None else sizes.values(), default=None
        )

    def serves(self, k: int) -> bool:
        """Whether the step may be taken."""
        return self.is_large_enough(k) and self.withheld <= MOST_WITHHELD * self.answers

    def is_large_enough(self, k: int) -> bool:
        """Whether every group holds at least ``k`` responses."""
        return self.smallest is None or self.smallest >= k


def first_that_serves(trials: Mapping[Step, Trial], k: int, since: int = 0) -> int | None:
    """The number of the finest step that serves, not finer than number ``since``; None: not even the coarsest does."""
    for number, step in enumerate(STEPS[since:], since):
        if trials[step].serves(k):
            return number
    last = len(STEPS) - 1
    return last if trials[STEPS[last]].is_large_enough(k) else None


@dataclass
class Tell:
    """What a public dataset generalised and withheld, to be told with it."""

    k: int
    step: Step
    items_left_out: tuple[str, ...]
    withheld: Counter[str] = field(default_factory=Counter)
    """Item -> how many answers are withheld."""


def withhold(counts: Counts, file_counts: Counts, k: int) -> dict[Group, dict[Vector, Vector]]:
    """Group -> original vector -> published vector.

    First among all released responses, so that no filter tells more than the whole does; then among those of the
    file, so that the file keeps to ``k`` by itself.
    """
    found: dict[Group, dict[Vector, Vector]] = {}
    for group, own in file_counts.items():
        everywhere = published_vectors(counts[group], k)
        inside: Counter[Vector] = Counter()
        for vector, number in own.items():
            inside[everywhere[vector]] += number
        here = published_vectors(inside, k)
        found[group] = {vector: here[everywhere[vector]] for vector in own}
    return found


def merged(parts: Iterable[Counts]) -> dict[Group, Counter[Vector]]:
    """The counts together."""
    total: dict[Group, Counter[Vector]] = {}
    for part in parts:
        for group, vectors in part.items():
            total.setdefault(group, Counter()).update(vectors)
    return total
