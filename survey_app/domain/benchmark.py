"""Published figures of official surveys: shown apart, never compared with ours, for they ask other people."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from survey_app.domain.questionnaire import Wording


@dataclass(frozen=True)
class PublishedFigure:
    """A figure as it was printed; ``province`` is a code of before 1 July 2025, None: the country.

    ``value`` is None where only the rank is known.
    """

    year: int
    province: str | None
    name: Wording
    value: Decimal | None
    rank: str | None
    source: str


@dataclass(frozen=True)
class Benchmark:
    """A published survey: its title, whom it asks, its figures."""

    slug: str
    title: Wording
    population: Wording
    figures: tuple[PublishedFigure, ...]

    def of(self, provinces: Collection[str]) -> tuple[PublishedFigure, ...]:
        """What is known of the country and of these provinces, the newest year first."""
        found = [figure for figure in self.figures if figure.province is None or figure.province in provinces]
        return tuple(sorted(found, key=lambda figure: (-figure.year, figure.province is not None)))


def benchmark_from_dict(data: Mapping[str, Any]) -> Benchmark:
    """Build a benchmark from its (already checked) data."""
    figures = [
        PublishedFigure(
            year=entry["year"],
            province=entry.get("province"),
            name=entry["name"],
            value=Decimal(entry["value"]) if "value" in entry else None,
            rank=entry.get("rank"),
            source=entry["source"],
        )
        for entry in data["figures"]
    ]
    return Benchmark(data["slug"], data["title"], data["population"], tuple(figures))
