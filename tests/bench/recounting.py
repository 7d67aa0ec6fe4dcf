"""How long ``flask tallies verify`` takes: ``python -m tests.bench.recounting [--responses 10000]``.

Makes the sample province, then recounts every tally from its responses in a process of its own. Prints processor
seconds (the whole command, with starting), responses a second, and the process's highest memory beside its limit. Exit
status 1 when the limit is broken or a tally differs.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from tests.scenes import ROOT

MOST_MEGABYTES = 300.0


def _flask(home: Path, *command: str) -> subprocess.Popen[bytes]:
    settings = {"SURVEY_CONFIG": "demo", "INSTANCE_DIR": str(home), "FLASK_APP": "survey_app.cli.main:command_app"}
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
    return subprocess.Popen([sys.executable, "-m", "flask", *command], cwd=ROOT, env=kept | settings, **quiet)


def _finished(process: subprocess.Popen[bytes]) -> tuple[float, float]:
    """Processor seconds and peak megabytes of a command. Raises RuntimeError when it failed."""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(map(str, process.args))} ended with {process.returncode}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1000


def main() -> int:
    """Print the table; 1 when the limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--responses", type=int, default=10_000)
    wanted = parser.parse_args().responses
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        _finished(_flask(home, "demo", "--no-serve", "--responses", str(wanted)))
        with closing(sqlite3.connect(home / "demo.sqlite3")) as connection:
            [responses, releases] = connection.execute("SELECT sum(responses), count(*) FROM release").fetchone()
        seconds, megabytes = _finished(_flask(home, "tallies", "verify"))
    print(f"load {os.getloadavg()[0]:.1f}\nresponses  releases  processor s  responses/s  peak MB  limit")
    speed = responses / seconds
    print(f"{responses:>9,}{releases:>10,}{seconds:>13.2f}{speed:>13,.0f}{megabytes:>9.0f}{MOST_MEGABYTES:>7.0f}")
    return int(megabytes > MOST_MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
