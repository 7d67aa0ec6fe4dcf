"""The programs that measure still run, are found by one command, and are named in README."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.bench import __main__ as bench
from tests.bench import pages

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_every_program_is_listed_with_what_it_measures(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["--list"]) == 0
    listed = capsys.readouterr().out
    assert all(f" {name}" in listed and said for name, said in bench.programs().items())
    assert set(bench.SHORT) <= set(bench.programs())


@pytest.mark.parametrize("name", bench.programs())
def test_every_program_is_in_the_readme(name: str) -> None:
    measured = README.split("**Measured, not promised**")[1].split("\n\n")[0]
    assert re.search(rf"[. ]{name}[` ]", measured)


def test_an_unknown_program_is_bad_usage() -> None:
    with pytest.raises(SystemExit) as ended:
        bench.main(["no-such-program"])
    assert ended.value.code == 2


def test_a_broken_limit_and_a_failure_are_told_apart() -> None:
    ends = [bench.run(str(status), [sys.executable, "-c", f"raise SystemExit({status})"]) for status in (0, 1, 3)]
    assert [one.told for one in ends] == ["limits kept", "LIMIT BROKEN", "FAILED (3)"]
    assert "LIMIT BROKEN" in bench.summary(ends)


def test_pages_are_measured_at_each_size() -> None:
    rows, held = pages.measure([200, 400], 1)
    measured = [*pages.PAGES, pages.NOT_LOOKED, pages.JUST_STARTED, pages.JUST_RELEASED]
    assert [(row.what, row.responses) for row in rows] == [(what, size) for size in (200, 400) for what in measured]
    assert held[200] < held[400]
