"""How often intervals of importance hold the truth: ``python -m tests.bench.driver_intervals [--draws 1000]``.

19 items in five factors, 20 % of the answers missing; correlation either from people who tick one level throughout, or
from a lean that everybody has by degrees. Fixed seeds; exit status 1 when a limit is broken.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from survey_app.domain.comoments import CoMoments, count_comoments
from survey_app.domain.correlation import kurtosis
from survey_app.domain.drivers import Driver, drivers, factor_drivers
from tests.bench.coverage import ITEMS, MISSING, SEED, SHAPES, answers

NAMES = [str(place) for place in range(ITEMS)]
FACTORS = {f"factor {place}": range(4 * place, min(ITEMS, 4 * place + 4)) for place in range(5)}
TOP_LEAST = np.full(ITEMS, 4)
LEAST, LARGE = 0.915, 100_000
Answers = tuple[NDArray[np.int64], NDArray[np.bool_]]


def leaning(numbers: np.random.Generator, shape: str, n: int) -> Answers:
    """Everybody leans a little one way: normal scores with a common part of a half, cut into levels."""
    lean = np.sqrt(0.5) * (numbers.normal(size=(n, 1)) + numbers.normal(size=(n, ITEMS)))
    cuts = norm.ppf(np.clip(np.cumsum(SHAPES[shape])[:-1], 1e-9, 1 - 1e-9))
    return 1 + np.searchsorted(cuts, lean.ravel()).reshape(n, ITEMS), numbers.random((n, ITEMS)) >= MISSING


def straight(numbers: np.random.Generator, shape: str, n: int) -> Answers:
    """65 % tick one level throughout."""
    return answers(numbers, SHAPES[shape], n)


KINDS: Mapping[str, Callable[[np.random.Generator, str, int], Answers]] = {"straight lines": straight, "lean": leaning}


@dataclass(frozen=True)
class Row:
    """Coverage of the intervals of items and of factors."""

    kind: str
    shape: str
    n: int
    items: float
    factors: float


def judged(found: Answers) -> tuple[list[Driver], list[Driver]]:
    """The drivers of one sample."""
    scores, answered = found
    moments: CoMoments = count_comoments(scores, answered, TOP_LEAST)
    spread = [
        kurtosis({level: int((answered[:, place] & (scores[:, place] == level)).sum()) for level in range(1, 6)})
        for place in range(ITEMS)
    ]
    return drivers(NAMES, moments, spread), factor_drivers(FACTORS, moments, spread)


def _held(found: list[Driver], truth: Mapping[str, float]) -> float:
    return float(
        np.mean([one.importance_interval.low <= truth[one.name] <= one.importance_interval.high for one in found])
    )


def rows(draws: int, sizes: tuple[int, ...] = (400, 1500)) -> Iterator[Row]:
    """Every kind, shape and size; the truth is that of a very large sample."""
    for kind, shape in ((kind, shape) for kind in KINDS for shape in ("as published", "middling", "U", "ceiling")):
        numbers = np.random.default_rng([SEED, len(kind), len(shape)])
        large = judged(KINDS[kind](numbers, shape, LARGE))
        truths = [{driver.name: driver.importance for driver in found} for found in large]
        for n in sizes:
            samples = [judged(KINDS[kind](numbers, shape, n)) for _ in range(draws)]
            items, factors = (
                float(np.mean([_held(sample[level], truths[level]) for sample in samples])) for level in (0, 1)
            )
            yield Row(kind, shape, n, items, factors)


def main() -> int:
    """Print the table; 1 when a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=1_000)
    print("| correlation from | shape | n | items | factors | limit |\n|---|---|--:|--:|--:|--:|")
    is_kept = True
    for row in rows(parser.parse_args().draws):
        print(f"| {row.kind} | {row.shape} | {row.n} | {row.items:.1%} | {row.factors:.1%} | from {LEAST:.1%} |")
        is_kept = is_kept and min(row.items, row.factors) >= LEAST
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
