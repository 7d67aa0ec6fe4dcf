"""How often 95 % intervals hold the truth: ``python -m tests.bench.coverage [--draws 10000] [--markdown]``.

Wilson by exact enumeration; item means and means over items by simulation with fixed seeds, on shapes of answers
that desks show. Prints each figure beside its limit; exit status 1 when a limit is broken.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from survey_app.domain.comoments import count_comoments
from survey_app.domain.composite import estimate
from survey_app.domain.precision import mean_interval, wilson
from survey_app.domain.recipe import Formula

LEVELS = (1, 2, 3, 4, 5)
SHAPES: dict[str, tuple[float, ...]] = {
    "as published": (0.01, 0.03, 0.12, 0.60, 0.24),
    "middling": (0.05, 0.20, 0.50, 0.20, 0.05),
    "even": (0.20, 0.20, 0.20, 0.20, 0.20),
    "U": (0.40, 0.07, 0.06, 0.07, 0.40),
    "torn": (0.20, 0.05, 0.05, 0.10, 0.60),
    "ceiling": (0.01, 0.01, 0.02, 0.06, 0.90),
    "high ceiling": (0.0, 0.0, 0.01, 0.04, 0.95),
    "low": (0.50, 0.30, 0.15, 0.04, 0.01),
}
BASES = (6, 7, 10, 20, 30, 50, 100, 200, 400)
LARGE = 30
ITEMS = 19
STRAIGHT = 0.65
MISSING = 0.20
SEED = 20261122


@dataclass(frozen=True)
class Cell:
    """Coverage of one shape at one base."""

    what: str
    shape: str
    n: int
    share: float


@dataclass(frozen=True)
class Limits:
    """Where the average must lie, and the least of a cell with n >= 30."""

    what: str
    low: float
    high: float
    least_large: float


LIMITS = (
    Limits("Wilson (share)", 0.94, 0.97, 0.915),
    Limits("item mean", 0.94, 0.975, 0.93),
    Limits("mean over items", 0.94, 0.985, 0.93),
    Limits("top-two over items", 0.94, 0.985, 0.93),
)


def wilson_cells(bases: Sequence[int]) -> Iterator[Cell]:
    """Exact: for each true share the probability of all counts whose interval holds it."""
    for n in bases:
        found = [wilson(successes, n) for successes in range(n + 1)]
        lows, highs = np.array([i.low for i in found]), np.array([i.high for i in found])
        for share in np.arange(0.05, 0.951, 0.01):
            holds = (lows <= share) & (share <= highs)
            yield Cell("Wilson (share)", f"p={share:.2f}", n, float(binom.pmf(np.arange(n + 1), n, share) @ holds))


def item_cells(draws: int, bases: Sequence[int]) -> Iterator[Cell]:
    """Item means: multinomial samples of each shape."""
    levels = np.array(LEVELS)
    for place, (shape, shares) in enumerate(SHAPES.items()):
        truth = float(np.dot(shares, levels))
        for n in bases:
            numbers = np.random.default_rng([SEED, place, n])
            samples, times = np.unique(numbers.multinomial(n, shares, draws), axis=0, return_counts=True)
            held = [_item_holds(truth, row) for row in samples]
            yield Cell("item mean", shape, n, float(np.dot(times, held)) / draws)


def _item_holds(truth: float, counts: NDArray[np.int64]) -> bool:
    levels = np.array(LEVELS)
    found = mean_interval(int(counts.sum()), Fraction(int(counts @ levels)), Fraction(int(counts @ levels**2)), LEVELS)
    return found.low <= truth <= found.high


def composite_cells(draws: int, bases: Sequence[int]) -> Iterator[Cell]:
    """Means over 19 items: 65 % give every item the same level, 20 % of answers are missing."""
    top_least = np.full(ITEMS, 4)
    for place, (shape, shares) in enumerate(SHAPES.items()):
        truths = {
            Formula.MEAN_TO_100: float(np.dot(shares, LEVELS)),
            Formula.TOP_TWO_BOX: shares[3] + shares[4],
        }
        for n in bases:
            numbers = np.random.default_rng([SEED, 100 + place, n])
            held = dict.fromkeys(truths, 0)
            counted = 0
            for _ in range(draws):
                scores, answered = answers(numbers, shares, n)
                if answered.any(axis=0).all():
                    moments = count_comoments(scores, answered, top_least)
                    counted += 1
                    for formula, truth in truths.items():
                        found = estimate(moments, formula, LEVELS).interval()
                        held[formula] += found.low <= truth <= found.high
            yield Cell("mean over items", shape, n, held[Formula.MEAN_TO_100] / counted)
            yield Cell("top-two over items", shape, n, held[Formula.TOP_TWO_BOX] / counted)


def answers(
    numbers: np.random.Generator, shares: Sequence[float], n: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Scores and which of them were given, respondents × items."""
    cumulated = np.cumsum(shares)
    scores = np.searchsorted(cumulated, numbers.random((n, ITEMS)), side="right").clip(max=4) + 1
    straight = numbers.random(n) < STRAIGHT
    scores[straight] = scores[straight, :1]
    return scores, numbers.random((n, ITEMS)) >= MISSING


def broken(cells: Sequence[Cell]) -> list[str]:
    """Every limit the cells do not keep."""
    found = []
    for limits in LIMITS:
        mine = [cell for cell in cells if cell.what == limits.what]
        average = float(np.mean([cell.share for cell in mine]))
        least = min((cell.share for cell in mine if cell.n >= LARGE), default=1.0)
        if not limits.low <= average <= limits.high:
            found.append(f"{limits.what}: average {average:.4f} not within {limits.low}-{limits.high}")
        if least < limits.least_large:
            found.append(f"{limits.what}: least for n >= {LARGE} {least:.4f} < {limits.least_large}")
    return found


def table(cells: Sequence[Cell], mark: str = "") -> Iterator[str]:
    """A row for each method and base: average, least and greatest over the shapes; then the averages."""
    line = "| {} |".format
    yield line(" | ".join(["method", "n", "average", "least", "greatest"]))
    yield "|---|--:|--:|--:|--:|" if mark else ""
    for limits in LIMITS:
        mine = [cell for cell in cells if cell.what == limits.what]
        for n in sorted({cell.n for cell in mine}):
            shares = [cell.share for cell in mine if cell.n == n]
            yield line(f"{limits.what} | {n} | {np.mean(shares):.1%} | {min(shares):.1%} | {max(shares):.1%}")
        every = [cell.share for cell in mine]
        within = f"limit {limits.low:.1%} to {limits.high:.1%}, {limits.least_large:.1%} from n = {LARGE}"
        large = min((cell.share for cell in mine if cell.n >= LARGE), default=1.0)
        yield line(f"**{limits.what}** | all | **{np.mean(every):.1%}** | {large:.1%} (n ≥ {LARGE}) | {within}")


def measure(draws: int, bases: Sequence[int] = BASES) -> list[Cell]:
    """Every cell."""
    return [*wilson_cells(bases), *item_cells(draws, bases), *composite_cells(draws, bases)]


def main() -> int:
    """Print the table; 1 when a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=10_000)
    parser.add_argument("--markdown", action="store_true")
    given = parser.parse_args()
    cells = measure(given.draws)
    print("\n".join(row for row in table(cells, "markdown" if given.markdown else "") if row))
    problems = broken(cells)
    print("\n".join(f"BROKEN {problem}" for problem in problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
