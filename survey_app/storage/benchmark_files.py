"""Published figures as files that come with the product: ``benchmarks/<slug>.yaml`` beside their ``schema.json``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from survey_app.domain.benchmark import Benchmark, benchmark_from_dict
from survey_app.storage.checked_yaml import FileProblem, Source, find_schema_problems, read_yaml
from survey_app.storage.unit_successions import former_provinces

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"
SCHEMA_NAME = "schema.json"


class BenchmarkFileError(Exception):
    """A file cannot be used; the text names file, line and problem, one a line."""

    def __init__(self, problems: list[FileProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def _own_problems(path: Path, source: Source) -> list[FileProblem]:
    problems: list[FileProblem] = []
    if source.data.get("slug") != path.stem:
        problems.append(source.problem(("slug",), f"slug phải là “{path.stem}” như tên tệp. Hãy sửa slug."))
    figures = source.data.get("figures")
    for at, entry in enumerate(figures if isinstance(figures, list) else []):
        province = entry.get("province") if isinstance(entry, dict) else None
        if isinstance(province, str) and province not in former_provinces():
            told = f"Trước 1/7/2025 không có tỉnh mã “{province}”. Hãy sửa province."
            problems.append(source.problem(("figures", at, "province"), told))
    return problems


def check(folder: Path = FOLDER) -> tuple[list[Benchmark], list[FileProblem]]:
    """The benchmarks of a folder by file name, and every mistake in its files."""
    found: list[Benchmark] = []
    problems: list[FileProblem] = []
    for path in sorted(folder.glob("*.yaml")):
        source = read_yaml(path)
        wrong = list(source.problems)
        if source.is_readable:
            wrong += [*find_schema_problems(source, folder / SCHEMA_NAME), *_own_problems(path, source)]
        problems += wrong
        if not wrong:
            found.append(benchmark_from_dict(source.data))
    return found, problems


@cache
def load_benchmarks() -> tuple[Benchmark, ...]:
    """What comes with the product. Raises BenchmarkFileError."""
    found, problems = check()
    if problems:
        raise BenchmarkFileError(problems)
    return tuple(found)
