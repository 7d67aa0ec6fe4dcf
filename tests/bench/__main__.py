"""Every program that measures, by one command: ``python -m tests.bench [--list] [--short] [NAME …]``.

Without names: a short selection at small sizes, a few minutes. With names: those, at the sizes their limits are meant
for (``--short``: at small ones). Each prints its own table; a table of them all comes last. Exit status 1 when a limit
is broken anywhere, 2 for an unknown name.
"""

from __future__ import annotations

import argparse
import ast
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

SHORT: dict[str, tuple[str, ...]] = {
    "citizen_process": ("--runs", "2"),
    "citizen_page": ("--loads", "0"),
    "posting": ("--requests", "300", "--databases", "SQLite"),
    "pages": ("--sizes", "10000", "100000", "--repeats", "3"),
    "recounting": ("--responses", "2000"),
}
"""Program -> its arguments in the short selection."""

RUN_BY_OTHERS = {"__main__", "load"}
NEEDS_ARGUMENTS = {"photograph"}


@dataclass(frozen=True)
class Outcome:
    """How one program ended."""

    name: str
    seconds: float
    status: int

    @property
    def told(self) -> str:
        return {0: "limits kept", 1: "LIMIT BROKEN"}.get(self.status, f"FAILED ({self.status})")


def programs() -> dict[str, str]:
    """Every program of this folder -> what it measures, in the first sentence of its own words."""
    found = {}
    for path in sorted(HERE.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        if path.stem not in RUN_BY_OTHERS and 'if __name__ == "__main__":' in text:
            said = " ".join((ast.get_docstring(ast.parse(text)) or "").split("\n\n")[0].split())
            found[path.stem] = said.split(": ``")[0].split(". ")[0].rstrip(".")
    return found


def run(name: str, command: Sequence[str]) -> Outcome:
    """Run a program to its end; what it prints goes where ours goes."""
    print(f"\n== {' '.join(command[1:])}", flush=True)
    began = time.perf_counter()
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    return Outcome(name, time.perf_counter() - began, status)


def summary(outcomes: Sequence[Outcome]) -> str:
    """The table of all programs."""
    lines = [f"{one.name:<20}{one.seconds:>9.0f}  {one.told}" for one in outcomes]
    return "\n".join([f"{'program':<20}{'seconds':>9}  load now {os.getloadavg()[0]:.1f}", *lines])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; 1 when a limit was broken or a program failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--list", action="store_true", help="only say what there is")
    parser.add_argument("--short", action="store_true", help="small sizes, where the program has them")
    given, known = parser.parse_args(arguments), programs()
    if given.list:
        for name, said in known.items():
            print(f"{'*' if name in SHORT else ' '} {name:<18}{said}")
        print("* in the short selection")
        return 0
    unknown = [name for name in given.names if name not in known or name in NEEDS_ARGUMENTS]
    if unknown:
        parser.error(f"not run from here: {', '.join(unknown)} (--list says what is)")
    is_short = given.short or not given.names
    outcomes = []
    for name in given.names or SHORT:
        small = SHORT.get(name, ()) if is_short else ()
        outcomes.append(run(name, [sys.executable, "-m", f"tests.bench.{name}", *small]))
    print(f"\n{summary(outcomes)}")
    return int(any(one.status for one in outcomes))


if __name__ == "__main__":
    sys.exit(main())
