"""Scores weighted by transactions: a counter counts as much as the visits it served, not as the answers it got.

Weighted figure Σ W_c·score_c over counters with W_c their share of the transactions covered; variance Σ W_c²·v_c, the
counters being independent samples (Cochran 1977, 5.3). Shown beside the unweighted one, with the share of all
transactions it stands for, and not at all under 80 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from survey_app.domain.composite import Estimate
from survey_app.domain.precision import Interval, matched_beta

LEAST_COVERED = Fraction(8, 10)


@dataclass(frozen=True)
class Stratum:
    """A counter's transactions in the period; ``value`` (exact, on 0..100) and ``estimate`` where it has a score."""

    transactions: int
    value: Fraction | None
    estimate: Estimate | None
    responses: int


@dataclass(frozen=True)
class Served:
    """What is known of a counter in a period: its transactions in ``known`` of the ``needed`` months.

    ``value`` and ``estimate`` are None where it has no score, ``responses`` what its score rests on.
    """

    transactions: int
    known: int
    needed: int
    value: Fraction | None
    estimate: Estimate | None
    responses: int

    @property
    def is_complete(self) -> bool:
        """Whether no month is missing, so that its share is its own."""
        return self.known >= self.needed


def strata(counters: Sequence[Served]) -> list[Stratum]:
    """The counters as strata. One with a missing month has no share of its own: it is taken for unrepresented.

    Each missing month counts as the mean of all months known, so that what is not reported cannot pass for covered.
    """
    months = sum(entry.known for entry in counters)
    mean = Fraction(sum(entry.transactions for entry in counters), months) if months else Fraction(0)
    return [
        Stratum(entry.transactions, entry.value, entry.estimate, entry.responses)
        if entry.is_complete
        else Stratum(entry.transactions + round(mean * (entry.needed - entry.known)), None, None, 0)
        for entry in counters
    ]


@dataclass(frozen=True)
class Weighted:
    """``value`` on 0..100 and its 95 % interval; None where it stands for too little. ``covered``: share of visits."""

    value: Fraction | None
    interval: Interval | None
    covered: Fraction
    responses: int


def weighted(strata: Sequence[Stratum], factor: float) -> Weighted | None:
    """The weighted figure; None where no transactions are known.

    Args:
        factor: from the scale to 0..100.
    """
    every = sum(stratum.transactions for stratum in strata)
    if every <= 0:
        return None
    scored = [entry for entry in strata if entry.value is not None and entry.transactions > 0]
    known = sum(entry.transactions for entry in scored)
    covered, responses = Fraction(known, every), sum(entry.responses for entry in scored)
    if covered < LEAST_COVERED:
        return Weighted(None, None, covered, responses)
    value = sum((entry.value * Fraction(entry.transactions, known) for entry in scored if entry.value), Fraction(0))
    return Weighted(value, _interval(scored, known, float(value), factor), covered, responses)


def _interval(scored: Sequence[Stratum], known: int, value: float, factor: float) -> Interval:
    parts = [(entry.transactions / known, entry.estimate) for entry in scored if entry.estimate is not None]
    variance = sum(share**2 * found.variance for share, found in parts)
    centre = sum(share * found.centre for share, found in parts)
    low, high = parts[0][1].low, parts[0][1].high
    interval = matched_beta(centre, variance, low, high).scaled(factor)
    return Interval(min(interval.low, value), max(interval.high, value))
