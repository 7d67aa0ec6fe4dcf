"""How fast waiting responses are released: ``python -m tests.bench.release``.

    python -m tests.bench.release [--database URL] [--released N ...] [--waiting N]

The sample province with its 800 counters. At each size of what is released already, as many responses as a month brings
wait; they are first moved by three bare SQL statements in the database itself (what no program can undercut), rolled
back, then released by the product: read, planned, counted, summed, written and swept. *Its SQL* is the part of that
spent inside SQLite's driver: the rate there would be if all else took no time. Prints a table; exit status 1 when the
release is slower than 50,000 responses a second of this process's processor time, or takes over 300 MB. On PostgreSQL
the server's own time is in the wall time only.
"""

from __future__ import annotations

import argparse
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine, event, text

from survey_app.domain.local_day import minute_of
from survey_app.services.release import run_releases
from survey_app.services.sample_province import prepare
from survey_app.services.sample_stretches import AT_ONCE, Cast, read_cast
from survey_app.services.schema import upgrade_schema
from survey_app.storage import inbox
from survey_app.storage.database import begin_write, is_postgresql, make_engine
from tests.scenes import QUESTIONNAIRES_DIR, ROOT

HEAD = (
    f"{'released':>10} {'waiting':>10} {'by':<8} {'a cpu s':>12} {'a wall s':>12} {'limit':>8} {'MB':>5} {'limit':>6}"
)
LEAST_RATE = 50_000
MOST_MEMORY = 300
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Took:
    """Seconds of one piece of work, and how many responses it was."""

    responses: int
    processor: float
    wall: float

    def rates(self) -> str:
        return f"{self.responses / self.processor:>12,.0f} {self.responses / self.wall:>12,.0f}"


def timed(work: Callable[[], int]) -> Took:
    """Run it once."""
    processor, wall = time.process_time(), time.perf_counter()
    number = work()
    return Took(number, time.process_time() - processor, time.perf_counter() - wall)


IN_DRIVER = [0.0]
"""Processor seconds spent inside SQLite's driver."""


def in_driver(work: Callable[..., Any]) -> Callable[..., Any]:
    """Count what this takes."""

    @wraps(work)
    def counted(*values: Any, **names: Any) -> Any:
        start = time.process_time()
        try:
            return work(*values, **names)
        finally:
            IN_DRIVER[0] += time.process_time() - start

    return counted


class CountedCursor(sqlite3.Cursor):
    """A cursor whose work is counted."""

    execute = in_driver(sqlite3.Cursor.execute)
    executemany = in_driver(sqlite3.Cursor.executemany)
    fetchone = in_driver(sqlite3.Cursor.fetchone)
    fetchmany = in_driver(sqlite3.Cursor.fetchmany)
    fetchall = in_driver(sqlite3.Cursor.fetchall)


class CountedConnection(sqlite3.Connection):
    """A connection whose work is counted."""

    commit = in_driver(sqlite3.Connection.commit)

    def cursor(self, factory: type[sqlite3.Cursor] = CountedCursor) -> sqlite3.Cursor:  # type: ignore[override]
        """One whose work is counted."""
        return super().cursor(factory)


def count_driver(engine: Engine) -> None:
    """Count what SQLite's driver takes from now on."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "do_connect", lambda _d, _r, _a, names: names.update(factory=CountedConnection))


def receive(engine: Engine, cast: Cast, number: int, end: datetime, rng: np.random.Generator) -> None:
    """So many responses come in during the thirty days before ``end``."""
    minutes = range(minute_of(end - MONTH) + 1, minute_of(end) + 1)
    for start in range(0, number, AT_ONCE):
        with begin_write(engine) as connection:
            inbox.put_many(connection, cast.entries(min(AT_ONCE, number - start), minutes, rng))


def _move(connection: Connection) -> int:
    """What waits, moved by the database alone: one release for each version, no tallies, no plan."""
    day = "DATE " if is_postgresql(connection) else ""
    connection.execute(
        text(
            "INSERT INTO release (unit_id, wave_id, version_id, month, stage, channel, flagged, threshold, responses,"
            f" released_on) SELECT min(counter_id), min(wave_id), version_id, {day}'2026-11-01', 'mixed', 'mixed',"
            f" false, 1, count(*), {day}'2026-11-23' FROM response_inbox GROUP BY version_id"
        )
    )
    connection.execute(
        text(
            "INSERT INTO response (id, release_id, version_id, record_length, day, stage, channel, language,"
            " duration_band, flagged, record) SELECT row_number() OVER (ORDER BY key), (SELECT max(id) FROM release"
            f" WHERE version_id = response_inbox.version_id), version_id, record_length, {day}'2026-11-23', 'filing',"
            " channel, language,"
            " 3, flagged, record FROM response_inbox ORDER BY 1"
        )
    )
    spent = f"INSERT INTO spent_key (key, expires_on) SELECT key, {day}'2026-12-23' FROM response_inbox"
    connection.execute(text(spent))
    return connection.execute(text("DELETE FROM response_inbox")).rowcount


def bare(engine: Engine) -> int:
    """The bare statements, undone."""
    with engine.connect() as connection:
        moving = connection.execution_options(is_write=True)
        with moving.begin() as transaction:
            number = _move(moving)
            transaction.rollback()
    return number


def released_by_product(engine: Engine, end: datetime) -> int:
    """One patient run, as the timer does it."""
    return run_releases(engine, end, is_patient=True).responses


def memory() -> float:
    """The most this process took, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def database(url: str | None) -> Iterator[Engine]:
    """An empty database of this schema: the one named, or SQLite in a folder that goes."""
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(url or f"sqlite:///{folder}/bench.sqlite3")
        count_driver(engine)
        upgrade_schema(engine, ROOT / "migrations")
        yield engine
        engine.dispose()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", metavar="URL", help="an empty database; default: SQLite, thrown away afterwards")
    parser.add_argument("--released", type=int, nargs="*", default=[0, 300_000], help="released before the timed run")
    parser.add_argument("--waiting", type=int, default=100_000, help="responses that wait")
    asked = parser.parse_args()
    rng, end, so_far, slow = np.random.default_rng(7), NOW, 0, False
    print(HEAD)
    with database(asked.database) as engine:
        prepare(engine, Path(QUESTIONNAIRES_DIR), 0, NOW, lambda *_: None)
        cast = read_cast(engine, max(asked.released) + asked.waiting, (), NOW)
        for released in asked.released:
            while so_far < released:
                receive(engine, cast, asked.waiting, end, rng)
                so_far, end = so_far + released_by_product(engine, end), end + MONTH
            receive(engine, cast, asked.waiting, end, rng)
            floor, IN_DRIVER[0] = timed(lambda: bare(engine)), 0.0
            ours = timed(lambda end=end: released_by_product(engine, end))
            print(f"{so_far:>10,} {asked.waiting:>10,} {'bare SQL':<8} {floor.rates()}")
            print(
                f"{so_far:>10,} {asked.waiting:>10,} {'release':<8} {ours.rates()} {LEAST_RATE:>8,} {memory():>5.0f} "
                f"{MOST_MEMORY:>6}"
            )
            if IN_DRIVER[0]:
                print(f"{so_far:>10,} {asked.waiting:>10,} {'its SQL':<8} {ours.responses / IN_DRIVER[0]:>12,.0f}")
            so_far, end = so_far + ours.responses, end + MONTH
            slow |= ours.responses / ours.processor < LEAST_RATE
    sys.exit(1 if slow or memory() > MOST_MEMORY else 0)


if __name__ == "__main__":
    main()
