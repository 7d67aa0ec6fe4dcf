"""How often judging many units at once errs: ``python -m tests.bench.false_alarms [--runs 2000]``.

Each unit against the rest of the province with Holm, under the full and two partial null hypotheses; all pairs of
five units; and the power to find a true difference. Fixed seeds; exit status 1 when a limit is broken.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from survey_app.domain.comoments import CoMoments, count_comoments, no_comoments
from survey_app.domain.comparing import Basis, Measured, all_pairs, difference, together
from survey_app.domain.composite import estimate
from survey_app.domain.recipe import Formula
from tests.bench.coverage import ITEMS, LEVELS, SHAPES, answers

SEED = 20261122
UNITS = 96
SIZES = (30, 45, 70, 110, 180)
BASIS = Basis("sipas-2022-mean5", 1, "desk", "opt-in", "all", "sipas_desk")
TOP_LEAST = np.full(ITEMS, 4)
SHIFT = 0.5
LIMIT = 0.05
CHANCE = 1.96
"""The limit is broken beyond what chance allows so many runs (one-sided 97.5 %)."""


@dataclass(frozen=True)
class Row:
    """A scenario: how many of its runs held any false alarm, what share of true differences was found."""

    what: str
    runs: int
    false_alarms: int
    power: float | None


def shifted(shares: Sequence[float], by: float) -> tuple[float, ...]:
    """A share ``by`` of the answers one level up (down where negative): the mean moves."""
    levels = np.array(shares, dtype=float)
    moved = np.zeros(5)
    step = 1 if by > 0 else -1
    for level in range(5):
        target = min(4, max(0, level + step))
        moved[target] += abs(by) * levels[level]
        moved[level] += (1 - abs(by)) * levels[level]
    return tuple(moved)


def sample(numbers: np.random.Generator, shares: Sequence[float], n: int) -> CoMoments:
    """Co-moments of n respondents; drawn again in the rare case that nobody answered an item."""
    while True:
        scores, answered = answers(numbers, shares, n)
        if answered.any(axis=0).all():
            return count_comoments(scores, answered, TOP_LEAST)


def measured(moments: CoMoments, n: int) -> Measured:
    found = estimate(moments, Formula.MEAN_TO_100, LEVELS)
    return Measured(BASIS, found, n, 20.0)


def unit_against_rest(name: str, shape: str, share_shifted: float, runs: int) -> Row:
    """Units in pairs of one size, one shifted up and one down, so that the others equal the rest exactly."""
    numbers = np.random.default_rng([SEED, len(name), runs])
    pairs = round(UNITS * share_shifted / 2)
    truths = [SHAPES[shape]] * UNITS
    sizes = [SIZES[place // 2 % len(SIZES)] * 2 for place in range(UNITS)]
    for pair in range(pairs):
        truths[2 * pair], truths[2 * pair + 1] = shifted(SHAPES[shape], SHIFT), shifted(SHAPES[shape], -SHIFT)
    truths = _balanced(truths, SHAPES[shape])
    alarms = found = 0
    for _ in range(runs):
        units = [sample(numbers, truth, n) for truth, n in zip(truths, sizes, strict=True)]
        whole = sum(units, no_comoments(ITEMS))
        judged = together(
            [
                difference(measured(unit, n), measured(whole - unit, sum(sizes) - n))
                for unit, n in zip(units, sizes, strict=True)
            ]
        )
        clear = [entry.p_value is not None and entry.p_value < LIMIT for entry in judged]
        alarms += any(clear[2 * pairs :])
        found += sum(clear[: 2 * pairs])
    return Row(f"{name}, {shape}", runs, alarms, found / (runs * 2 * pairs) if pairs else None)


def _balanced(truths: Sequence[tuple[float, ...]], null: tuple[float, ...]) -> list[tuple[float, ...]]:
    """Shifted shapes of which each pair's average is the null shape: up = null + d, down = null − d."""
    balanced: list[tuple[float, ...]] = []
    for truth in truths:
        if truth == null:
            balanced.append(truth)
            continue
        step = (np.array(truth) - np.array(null)) * 0.5
        balanced.append(tuple(np.array(null) + step))
    for place in range(0, len(balanced) - 1, 2):
        if balanced[place] != null:
            step = np.array(balanced[place]) - np.array(null)
            step *= min(1.0, *(null[i] / step[i] for i in range(5) if step[i] > 0))
            balanced[place], balanced[place + 1] = tuple(np.array(null) + step), tuple(np.array(null) - step)
    return balanced


def five_units(shape: str, groups: Sequence[int], runs: int) -> Row:
    """All pairs of five units of which those in one group are truly equal."""
    numbers = np.random.default_rng([SEED, sum(groups), runs])
    truths = {group: shifted(SHAPES[shape], -SHIFT * group / 2) for group in set(groups)}
    alarms = found = different = 0
    for _ in range(runs):
        units = [measured(sample(numbers, truths[group], 60), 60) for group in groups]
        for (first, second), judged in (pairs := all_pairs(units)).items():
            is_clear = judged.p_value is not None and judged.p_value < LIMIT
            if groups[first] != groups[second]:
                different += 1
                found += is_clear
        alarms += any(
            judged.p_value is not None and judged.p_value < LIMIT and groups[first] == groups[second]
            for (first, second), judged in pairs.items()
        )
    text = "".join(map(str, groups))
    return Row(f"all pairs of five, groups {text}, {shape}", runs, alarms, found / different if different else None)


def power(shape: str, runs: int) -> Iterator[str]:
    """Share of true differences of two units found clear, by size and difference in points."""
    numbers = np.random.default_rng([SEED, 9, runs])
    for by in (0.1, 0.25, 0.5):
        truth, other = SHAPES[shape], shifted(SHAPES[shape], -by)
        points = 20 * float(np.dot(truth, LEVELS) - np.dot(other, LEVELS))
        shares = []
        for n in (30, 60, 120, 240):
            pairs = [
                (measured(sample(numbers, truth, n), n), measured(sample(numbers, other, n), n)) for _ in range(runs)
            ]
            clear = [found.p_value is not None and found.p_value < LIMIT for found in (difference(*p) for p in pairs)]
            shares.append(f"{np.mean(clear):.0%}")
        yield f"| {shape} | {points:.1f} | " + " | ".join(shares) + " |"


def measure(runs: int) -> list[Row]:
    """Every scenario."""
    rows = []
    for shape in ("as published", "ceiling"):
        rows += [
            unit_against_rest("unit against rest, nobody differs", shape, 0.0, runs),
            unit_against_rest("unit against rest, a tenth differ", shape, 0.1, runs),
            unit_against_rest("unit against rest, half differ", shape, 0.5, runs),
            *(five_units(shape, groups, runs) for groups in ((0, 0, 0, 0, 0), (0, 0, 0, 1, 1), (0, 0, 1, 1, 2))),
        ]
    return rows


def is_kept(row: Row) -> bool:
    """Whether the family-wise error is at most 5 %, chance in so many runs allowed for."""
    allowed = LIMIT + CHANCE * (LIMIT * (1 - LIMIT) / row.runs) ** 0.5
    return row.false_alarms / row.runs <= allowed


def main() -> int:
    """Print the tables; 1 when a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=2_000)
    runs = parser.parse_args().runs
    rows = measure(runs)
    print("| scenario | runs | any false alarm | limit | true differences found |\n|---|--:|--:|--:|--:|")
    for row in rows:
        found = "–" if row.power is None else f"{row.power:.0%}"
        broken = "" if is_kept(row) else " BROKEN"
        print(f"| {row.what} | {row.runs} | {row.false_alarms / row.runs:.1%}{broken} | {LIMIT:.0%} | {found} |")
    print("\n| shape | difference, points | n = 30 | 60 | 120 | 240 |\n|---|--:|--:|--:|--:|--:|")
    for shape in ("as published", "ceiling"):
        print("\n".join(power(shape, runs)))
    return 0 if all(map(is_kept, rows)) else 1


if __name__ == "__main__":
    sys.exit(main())
