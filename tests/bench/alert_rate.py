"""How many false alarms a quiet year raises: ``python -m tests.bench.alert_rate [--years 200]``.

96 centres where nothing changes, twelve months, each month judged with the three before it, all centres at once
(Benjamini & Hochberg at 5 %), and the mix of visit stages drawn anew each month. Beside it what judging every centre
alone would raise, and how often a true drop is found. Fixed seeds; exit status 1 when the limit is broken.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from survey_app.domain.alerts import Windows, clear_drops
from survey_app.domain.comoments import CoMoments
from survey_app.domain.comparing import LEAST_BASE, difference
from tests.bench.coverage import SHAPES
from tests.bench.false_alarms import measured, sample, shifted

SEED = 20261124
CENTRES = 96
MONTHS = 12
BEFORE = 3
SIZES = (12, 20, 30, 40, 60, 100)
LIMIT = 1.2
"""False alarms a year: twelve families with a chance of at most 5 % each, of which drops are half; doubled."""


@dataclass(frozen=True)
class Year:
    """Mean numbers a year over ``years`` years."""

    shape: str
    years: int
    false_alarms: float
    judged_alone: float


def _months(numbers: np.random.Generator, shape: str) -> list[list[tuple[CoMoments, int]]]:
    """Centre by centre, a year and the three months before it."""
    return [
        [
            (sample(numbers, SHAPES[shape], n), n)
            for n in (max(6, int(numbers.poisson(size))) for _ in range(MONTHS + BEFORE))
        ]
        for size in (SIZES[place % len(SIZES)] for place in range(CENTRES))
    ]


def _windows(centres: Sequence[Sequence[tuple[CoMoments, int]]], month: int) -> list[Windows]:
    found = []
    for place, months in enumerate(centres):
        (now, n), earlier = months[month], months[month - BEFORE : month]
        pooled = earlier[0][0] + earlier[1][0] + earlier[2][0]
        found.append(Windows(str(place), measured(now, n), measured(pooled, sum(size for _, size in earlier))))
    return found


def quiet_year(shape: str, years: int) -> Year:
    """Alarms of years in which nothing changes."""
    numbers = np.random.default_rng([SEED, sorted(SHAPES).index(shape), years])
    alarms = alone = 0
    for _ in range(years):
        centres = _months(numbers, shape)
        for month in range(BEFORE, MONTHS + BEFORE):
            windows = _windows(centres, month)
            alarms += len(clear_drops(windows))
            for entry in windows:
                assert entry.last is not None
                assert entry.before is not None
                judged = difference(entry.last, entry.before)
                alone += judged.p_value is not None and judged.p_value < 0.05 and judged.value < 0
    return Year(shape, years, alarms / years, alone / years)


def found_drops(shape: str, by: float, n: int, runs: int) -> tuple[float, float]:
    """(drop in points, share found) of one centre of ``n`` responses a month among 95 where nothing changes."""
    numbers = np.random.default_rng([SEED, n, runs])
    lower = shifted(SHAPES[shape], -by)
    points = 20 * float(np.dot(SHAPES[shape], range(1, 6)) - np.dot(lower, range(1, 6)))
    found = 0
    for _ in range(runs):
        quiet = [
            Windows(str(place), measured(sample(numbers, SHAPES[shape], size), size), measured(before, 3 * size))
            for place, size in enumerate(SIZES[index % len(SIZES)] for index in range(CENTRES - 1))
            for before in (sample(numbers, SHAPES[shape], 3 * size),)
        ]
        fell = Windows(
            "fell", measured(sample(numbers, lower, n), n), measured(sample(numbers, SHAPES[shape], 3 * n), 3 * n)
        )
        found += any(alert.unit_code == "fell" for alert in clear_drops([*quiet, fell]))
    return points, found / runs


def main() -> int:
    """Print the tables; 1 when the limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--years", type=int, default=200)
    years = parser.parse_args().years
    rows = [quiet_year(shape, years) for shape in ("as published", "ceiling")]
    print("| shape | years | false alarms a year | limit | judged one by one |\n|---|--:|--:|--:|--:|")
    for row in rows:
        print(f"| {row.shape} | {row.years} | {row.false_alarms:.2f} | {LIMIT} | {row.judged_alone:.1f} |")
    print(f"\n| drop, points | n = {LEAST_BASE} | 60 | 100 |\n|--:|--:|--:|--:|")
    for by in (0.25, 0.5, 0.8):
        cells = [found_drops("as published", by, n, max(10, years)) for n in (LEAST_BASE, 60, 100)]
        print(f"| {cells[0][0]:.1f} | " + " | ".join(f"{share:.0%}" for _, share in cells) + " |")
    return 0 if all(row.false_alarms <= LIMIT for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
