"""Differences between two figures of one kind: interval, verdict, and nothing where they cannot be compared.

Two figures may be compared when recipe, population, mode, visit stage and comparable questionnaire agree; the type
``Basis`` carries these and ``difference`` refuses any other pair. The test is Welch's (1947) with the smoothed
variances of domain/composite.py, or with both samples' pooled variance where that is larger: near the top of the
scale a sample without a low answer underrates its own variance, and Welch alone would raise false alarms
(tests/bench). An interval of a difference is never corrected for a finite population.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from scipy.special import stdtr, stdtrit

from survey_app.domain.composite import Estimate
from survey_app.domain.multiplicity import holm
from survey_app.domain.precision import Interval
from survey_app.domain.recipe import Recipe

LEAST_BASE = 30
"""Fewer responses on either side: no verdict (domain description, 9b)."""
MOST_FOR_ALL_PAIRS = 5
LEVEL = 0.05


class Verdict(StrEnum):
    """What a difference says."""

    CLEAR_INCREASE = "clear_increase"
    NOT_ENOUGH = "not_enough"
    CLEAR_DECREASE = "clear_decrease"
    TOO_FEW = "too_few"
    """One side has fewer than 30 responses: nothing is tested."""


class NotComparable(ValueError):
    """The two figures differ in method, population, mode, stage or questionnaire; the message says in which."""


@dataclass(frozen=True)
class Basis:
    """What two figures must share. ``lineage`` names comparable questionnaire versions; ``stage`` "all" is one too.

    ``known``: the indices a sum of indices is made of; empty for every other figure.
    """

    recipe: str
    recipe_version: int
    population: str
    mode: str
    stage: str
    lineage: str
    known: tuple[str, ...] = ()


EVERY = "every"
"""A dimension left open: figures over every stage or channel are compared with their like only."""

MODES: Mapping[str | None, str] = {
    None: EVERY,
    "poster": "opt-in",
    "kiosk": "opt-in",
    "online": "opt-in",
    "ticket": "ticket",
    "assisted": "interviewed",
    "phone": "interviewed",
    "paper": "paper",
}
"""Channel -> how people came to answer."""


def basis_of(recipe: Recipe, lineage: str, stage: str | None, channel: str | None) -> Basis:
    """What a figure by this recipe over this stage and channel may be compared with."""
    return Basis(
        recipe=recipe.slug,
        recipe_version=recipe.version,
        population=recipe.population,
        mode=MODES.get(channel) or str(channel),
        stage=stage or EVERY,
        lineage=lineage,
    )


@dataclass(frozen=True)
class Measured:
    """A figure that can be compared: ``estimate``, ``n`` responses, ``factor`` from the estimate to printed units."""

    basis: Basis
    estimate: Estimate
    n: int
    factor: float


@dataclass(frozen=True)
class Difference:
    """``value`` = later − earlier (or unit − rest), in printed units, with its 95 % interval and verdict.

    ``p_value`` is None where nothing is tested; after ``together`` it is the adjusted one.
    """

    value: float
    interval: Interval | None
    p_value: float | None
    verdict: Verdict


def check_comparable(first: Basis, second: Basis) -> None:
    """Raises NotComparable naming every respect in which the two differ."""
    differing = [name for name in Basis.__dataclass_fields__ if getattr(first, name) != getattr(second, name)]
    if differing:
        raise NotComparable(", ".join(differing))


def pooled_variance(first: Measured, second: Measured) -> float:
    """Of the difference, on the scale, as if both samples were drawn from one population."""
    spread = first.estimate.variance * first.n**2 + second.estimate.variance * second.n**2
    return spread / (first.n + second.n) * (1 / first.n + 1 / second.n)


def degrees_of_freedom(first: Measured, second: Measured) -> float:
    """Welch's."""
    v1, v2 = first.estimate.variance, second.estimate.variance
    return (v1 + v2) ** 2 / (v1**2 / max(first.n - 1, 1) + v2**2 / max(second.n - 1, 1))


@dataclass(frozen=True)
class Steps:
    """How two figures were tested: both variances of the difference (on the scale), its standard error in points."""

    separate: float
    pooled: float
    error: float
    freedom: float
    p_value: float


def steps(later: Measured, earlier: Measured) -> Steps | None:
    """The steps of the test; None where one side has fewer than 30 responses. Raises NotComparable."""
    check_comparable(later.basis, earlier.basis)
    if min(later.n, earlier.n) < LEAST_BASE:
        return None
    separate, pooled = later.estimate.variance + earlier.estimate.variance, pooled_variance(later, earlier)
    error, freedom = later.factor * sqrt(max(separate, pooled)), degrees_of_freedom(later, earlier)
    value = later.factor * (later.estimate.plain - earlier.estimate.plain)
    return Steps(separate, pooled, error, freedom, 2 * float(stdtr(freedom, -abs(value) / error)))


def difference(later: Measured, earlier: Measured) -> Difference:
    """The difference of two independent figures. Raises NotComparable."""
    value, found = later.factor * (later.estimate.plain - earlier.estimate.plain), steps(later, earlier)
    if found is None:
        return Difference(value, None, None, Verdict.TOO_FEW)
    half = float(stdtrit(found.freedom, 1 - LEVEL / 2)) * found.error
    return Difference(value, Interval(value - half, value + half), found.p_value, verdict(value, found.p_value))


def verdict(value: float, p_value: float) -> Verdict:
    """What a tested difference says at 5 %."""
    if p_value >= LEVEL:
        return Verdict.NOT_ENOUGH
    return Verdict.CLEAR_INCREASE if value > 0 else Verdict.CLEAR_DECREASE


Adjustment = Callable[[Sequence[float]], list[float]]


def together(differences: Sequence[Difference], adjustment: Adjustment = holm) -> list[Difference]:
    """The same differences judged together (Holm): verdicts hold for all of them at once, intervals each alone."""
    tested = [place for place, found in enumerate(differences) if found.p_value is not None]
    adjusted = dict(zip(tested, adjustment([differences[place].p_value or 0.0 for place in tested]), strict=True))
    return [
        Difference(found.value, found.interval, adjusted[place], verdict(found.value, adjusted[place]))
        if place in adjusted
        else found
        for place, found in enumerate(differences)
    ]


def all_pairs(units: Sequence[Measured]) -> dict[tuple[int, int], Difference]:
    """Every pair of at most five chosen units, judged together. Raises ValueError for more, NotComparable."""
    if len(units) > MOST_FOR_ALL_PAIRS:
        raise ValueError(f"all pairs only for at most {MOST_FOR_ALL_PAIRS} units")
    pairs = [(first, second) for first in range(len(units)) for second in range(first + 1, len(units))]
    found = together([difference(units[first], units[second]) for first, second in pairs])
    return dict(zip(pairs, found, strict=True))
