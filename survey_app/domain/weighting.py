"""Scores weighted by transactions: a counter counts as much as the visits it served, not as the answers it got.

Weighted figure Σ W_c·score_c over counters with W_c their share of the transactions covered; variance Σ W_c²·v_c, the
counters being independent samples (Cochran 1977, 5.3). Shown beside the unweighted one, with the share of all
transactions it stands for, and not at all under 80 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from survey_app.domain.composite import Estimate
from survey_app.domain.precision import Interval

LEAST_COVERED = Fraction(8, 10)


@dataclass(frozen=True)
class Stratum:
    """A counter's transactions in the period; where it has a score ``value`` (exact) and ``estimate``, as printed."""

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
    """``value`` as printed and its 95 % interval; None where it stands for too little. ``covered``: share of visits.

    ``estimate``: the weighted sums that the interval is matched to.
    """

    value: Fraction | None
    interval: Interval | None
    covered: Fraction
    responses: int
    estimate: Estimate | None = None


@dataclass(frozen=True)
class Term:
    """What a counter with a score adds to the weighted figure; ``share`` is its W, the shares sum to one."""

    share: Fraction
    value: Fraction
    estimate: Estimate
    responses: int

    @property
    def weighted_value(self) -> Fraction:
        """W · score."""
        return self.share * self.value

    @property
    def weighted_variance(self) -> float:
        """W² · variance of the score."""
        return float(self.share) ** 2 * self.estimate.variance


def terms(strata: Sequence[Stratum]) -> list[Term | None]:
    """One for each stratum; None for what has no score, or served nobody."""
    known = sum(entry.transactions for entry in strata if entry.value is not None)
    return [
        Term(Fraction(entry.transactions, known), entry.value, entry.estimate, entry.responses)
        if entry.value is not None and entry.estimate is not None and entry.transactions > 0
        else None
        for entry in strata
    ]


def weighted(strata: Sequence[Stratum]) -> Weighted | None:
    """The weighted figure, the sum of its ``terms``; None where no transactions are known."""
    every = sum(stratum.transactions for stratum in strata)
    if every <= 0:
        return None
    scored = [
        (entry.transactions, entry.value, entry.estimate, entry.responses)
        for entry in strata
        if entry.value is not None and entry.estimate is not None and entry.transactions > 0
    ]
    known = sum(entry.transactions for entry in strata if entry.value is not None)
    covered, responses = Fraction(known, every), sum(own for *_, own in scored)
    if covered < LEAST_COVERED:
        return Weighted(None, None, covered, responses)
    value = _exact_mean([(number, own) for number, own, *_ in scored], known)
    found = _mean_of([(number / known, own) for number, _, own, _ in scored])
    interval = found.interval()
    shown = Interval(min(interval.low, float(value)), max(interval.high, float(value)))
    return Weighted(value, shown, covered, responses, found)


def _exact_mean(scored: Sequence[tuple[int, Fraction]], known: int) -> Fraction:
    """Over one common denominator: hundreds of fractions added one by one are many times slower."""
    pairs = [(number, *value.as_integer_ratio()) for number, value in scored]
    common = lcm(*(denominator for *_, denominator in pairs))
    return Fraction(sum(number * top * (common // denominator) for number, top, denominator in pairs), common * known)


def _mean_of(scored: Sequence[tuple[float, Estimate]]) -> Estimate:
    """The weighted mean of independent samples, each with its share."""
    return Estimate(
        plain=sum(share * own.plain for share, own in scored),
        centre=sum(share * own.centre for share, own in scored),
        variance=sum(share**2 * own.variance for share, own in scored),
        low=sum(share * own.low for share, own in scored),
        high=sum(share * own.high for share, own in scored),
    )
