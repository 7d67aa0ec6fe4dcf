"""How fast a dataset is written, format by format, beside the database's own dump of the same query.

    python -m tests.bench.exports [--database URL] [--slug sipas_desk] [--format csv …]

Every run is a process of its own; time is processor time, on PostgreSQL with that of the server's process it talks to
(which formats what COPY sends), memory the process's highest. The dump reads the same rows through the driver's bare
cursor into CSV, on PostgreSQL with COPY. For data: ``flask demo --responses N``.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from survey_app.services.datasets import KINDS, DatasetQuery, FileFormat, Form, Level, Shape, export_dataset
from survey_app.services.datasets_rows import Dataset, read_dataset
from survey_app.services.questionnaires import newest_version
from survey_app.storage import datasets
from survey_app.storage.database import begin_read, begin_write, is_postgresql, make_engine

ROOT = Path(__file__).resolve().parents[2]
DUMP = "dump"
LIMITS = {"csv": 0.5, "parquet": 0.5}
"""Format -> the least share of the dump's speed."""

XLSX_ROWS = 30_000
MEMORY = 300
"""Most megabytes a process may take."""

FORMATS = ("csv", "jsonl", "parquet", "sav", "dta", "xlsx")
AT_ONCE = 5_000


def _statements(dataset: Dataset) -> Iterator[str]:
    """The export's own statements, place by place, with their values in them."""
    dialect = dataset.connection.dialect
    for units in dataset.places().values():
        query = datasets.responses_query(dataset.wanted(units))
        yield str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def dump(connection: Connection, query: DatasetQuery, out: Path) -> int:
    """The same rows by the database's own means; returns how many."""
    dataset = read_dataset(KINDS[Level.INTERNAL], connection, query)
    raw: Any = connection.connection.driver_connection
    number = 0
    if is_postgresql(connection):
        with out.open("wb") as file, raw.cursor() as cursor:
            for statement in _statements(dataset):
                with cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT csv)") as copy:
                    for data in copy:
                        number += bytes(data).count(b"\n")
                        file.write(data)
        return number
    with out.open("w", newline="") as file:
        writer = csv.writer(file)
        for statement in _statements(dataset):
            cursor = raw.execute(statement)
            while rows := cursor.fetchmany(AT_ONCE):
                writer.writerows(rows)
                number += len(rows)
    return number


def _server_seconds(engine: Engine) -> float:
    """Processor time so far of the PostgreSQL process at the one connection in use, which must be on this machine."""
    if engine.dialect.name != "postgresql":
        return 0.0
    with begin_read(engine) as connection:
        number = connection.scalar(text("SELECT pg_backend_pid()"))
    fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(engine: Engine, kind: str, slug: str, folder: Path) -> dict[str, float]:
    """Rows, processor seconds and peak memory of one export; without scores, whose cost is by unit, not by row."""
    query = DatasetQuery(slug, newest_version(engine, slug))
    started = time.process_time() + _server_seconds(engine)
    if kind == DUMP:
        with begin_read(engine) as connection:
            rows = dump(connection, query, folder / "dump.csv")
    else:
        form, out = Form(FileFormat(kind), Shape.WIDE), folder / f"o.{kind}"
        now = datetime.now(UTC)
        rows = export_dataset(engine, {}, now, query=query, form=form, out=out, workbook_rows=10**7).rows
    seconds = time.process_time() + _server_seconds(engine) - started
    return {"rows": rows, "seconds": seconds, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _line(kind: str, found: dict[str, float], dumped: dict[str, float]) -> tuple[str, bool]:
    speed = found["rows"] / found["seconds"]
    share = speed / (dumped["rows"] / dumped["seconds"])
    least = LIMITS.get(kind)
    is_right = (
        found["memory"] <= MEMORY and (least is None or share >= least) and (kind != "xlsx" or speed >= XLSX_ROWS)
    )
    wanted = f">= {least:.2f}" if least else f">= {XLSX_ROWS:,} rows/s" if kind == "xlsx" else ""
    text = f"{kind:8} {speed:12,.0f} {share:8.2f} {wanted:18} {found['memory']:8.0f} <= {MEMORY}"
    return f"{text}  {'ok' if is_right else 'NOT MET'}", is_right


def main() -> int:
    """The table; exit status 1 when a limit is not met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default=f"sqlite:///{ROOT}/instance/demo.sqlite3")
    parser.add_argument("--slug", default="sipas_desk")
    parser.add_argument("--format", nargs="*", default=FORMATS, choices=FORMATS)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(measure(make_engine(asked.database), asked.one, asked.slug, Path(folder))))
        return 0
    if not asked.database.startswith("sqlite"):
        with begin_write(make_engine(asked.database)) as connection:
            connection.execute(text("ANALYZE"))
    base = [sys.executable, "-m", "tests.bench.exports", "--database", asked.database, "--slug", asked.slug, "--one"]
    found = {
        kind: json.loads(subprocess.run([*base, kind], capture_output=True, text=True, check=True, cwd=ROOT).stdout)
        for kind in (DUMP, *asked.format)
    }
    print(f"{found[DUMP]['rows']:,} responses\nformat         rows/s  of dump limit               peak MB")
    lines = [_line(kind, figures, found[DUMP]) for kind, figures in found.items()]
    for told, _ in lines:
        print(told)
    return 0 if all(is_right for _, is_right in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
