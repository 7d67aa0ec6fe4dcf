"""Published figures that stand beside a province's results, in a box apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey_app.domain.benchmark import Benchmark, PublishedFigure
from survey_app.storage.benchmark_files import check as check_files
from survey_app.storage.benchmark_files import load_benchmarks
from survey_app.storage.checked_yaml import FileProblem
from survey_app.storage.unit_successions import former_provinces


@dataclass(frozen=True)
class Published:
    """What a survey published of the country and of the provinces a province is made of."""

    benchmark: Benchmark
    figures: tuple[PublishedFigure, ...]


def published_for(province_code: str) -> list[Published]:
    """Every survey with a figure for this province, or for the country."""
    former = {old.code for old in former_provinces().values() if old.successor_code == province_code}
    found = [Published(benchmark, benchmark.of(former)) for benchmark in load_benchmarks()]
    return [entry for entry in found if entry.figures]


def province_names() -> Mapping[str, str]:
    """Code of a province of before 1 July 2025 -> its name."""
    return {code: f"{old.kind.capitalize()} {old.name}" for code, old in former_provinces().items()}


def problems() -> list[FileProblem]:
    """Every mistake in the files that come with the product."""
    return check_files()[1]
