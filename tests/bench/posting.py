"""How many responses a server takes: ``python -m tests.bench.posting``.

The citizen server as ``flask serve`` starts it, on SQLite and on a PostgreSQL that waits for its disk; beside it a bare
Flask application on the same server, workers and threads, the same application storing a row unchecked (what framework
and disk take, *store/s*), and the INSERT of the same row alone, each with its commit.
Prints a table, each figure beside its limit; exit status 1 when a limit is broken or an acknowledged response is not
stored. Everything runs on this machine, the sender too: ratios say more than rates.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from random import Random
from statistics import quantiles
from urllib.parse import urlencode

from sqlalchemy import Engine, func, select, update

from survey_app.domain.local_day import minute_of
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.services import page_token
from survey_app.services.page_token import PageFacts
from survey_app.storage import counter_codes, inbox, migrations, org_units
from survey_app.storage.database import begin_read, begin_write, make_engine
from survey_app.storage.tables import WaveRow
from tests import scenes
from tests.bench.served import free_port
from tests.postgresql_server import DURABLE, PostgresqlServer
from tests.scenes import COUNTERS, LAST_YEAR, ROOT, Province, build_province, entry, random_answers

CONNECTIONS = (1, 8, 32)
LEAST_RATIO = {"SQLite": 0.4, "PostgreSQL": 0.3}
LONGEST_P95 = 0.050
KEY = "k" * 32
COUNTERS_OPEN = 800
WARM_UP = 100
FORMS = ("quick_pulse", "sipas_desk")
WORKERS = {"SQLite": 1, "PostgreSQL": os.cpu_count() or 1}


@dataclass(frozen=True)
class Taken:
    """What was measured over some connections."""

    rate: float
    latencies: list[float]

    def percentile(self, share: int) -> float:
        return quantiles(self.latencies, n=100)[share - 1]


@dataclass(frozen=True)
class Serving:
    """A running server: its port, and its first process, whose children are the workers."""

    port: int
    pid: int


@contextmanager
def serving(application: str, database: str, workers: int) -> Iterator[Serving]:
    """gunicorn with the product's own settings."""
    port = free_port()
    settings = {
        **{"SURVEY_CONFIG": "testing", "SURVEY_SURFACE": "citizen", "SERVE_PORT": str(port), "PAGE_KEY": KEY},
        **{"DATABASE_URL": database, "SERVE_WORKERS": str(workers)},
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "python:survey_app.cli.server_hooks", application]
    server = subprocess.Popen(command, cwd=ROOT, env=os.environ | settings)
    try:
        _wait_until_ready(port)
        yield Serving(port, server.pid)
    finally:
        server.terminate()
        server.wait(30)


def _wait_until_ready(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with suppress(OSError, http.client.HTTPException):
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
                connection.request("GET", "/healthz")
                connection.getresponse().read()
            return
        time.sleep(0.05)
    raise RuntimeError("the server was not ready in time")


def _posted(path: str, body: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def open_counters(engine: Engine, province: Province) -> dict[str, int]:
    """As many counters as a province has, so that none is over its pace: code -> row number."""
    opened = [
        OrgUnit(
            f"{province.province_centre}-P{n}",
            UnitKind.COUNTER,
            f"Quầy {n}",
            province.province_centre,
            LAST_YEAR,
            None,
            (),
        )
        for n in range(COUNTERS_OPEN)
    ]
    with begin_write(engine) as connection:
        connection.execute(update(WaveRow).values(closes_on=datetime.now(UTC).date() + timedelta(days=30)))
        org_units.save(connection, opened)
        rows = org_units.read_all(connection)[1]
        codes = {f"b{n:06}": rows[unit.code] for n, unit in enumerate(opened)}
        for code, row in codes.items():
            counter_codes.add(connection, code, row, LAST_YEAR)
    return codes


def _responses(province: Province, codes: dict[str, int], slug: str, number: int) -> list[bytes]:
    """Whole requests, each a different response sent from a page load of its own."""
    rng, version, minute = Random(20261123), province.versions[slug], minute_of(datetime.now(UTC)) - 2
    found = []
    for _, (code, counter) in zip(range(number), cycle(codes.items()), strict=False):
        facts = PageFacts(version.id, counter, "poster", minute, minute * 60, page_token.new_load())
        fields: list[tuple[str, str]] = [
            *(("page_token", page_token.sign([KEY], facts)), ("response_key", secrets.token_hex(16))),
            *(("consent", "1"), ("seconds_taken", "75")),
        ]
        for item, answer in random_answers(version.questionnaire, rng).items():
            fields += [(item, code) for code in ((answer,) if isinstance(answer, str) else answer)]
        found.append(_posted(f"/q/{code}?form={slug}", urlencode(fields).encode()))
    return found


def _sent(port: int, connections: int, requests: list[bytes], status: str) -> Taken:
    asked = {"port": port, "connections": connections, "requests": [base64.b64encode(r).decode() for r in requests]}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load"],
        check=True,
        **{"cwd": ROOT, "input": json.dumps(asked), "capture_output": True, "text": True},
    )
    told = json.loads(done.stdout)
    if set(told["latencies"]) != {status}:
        raise RuntimeError(f"answered with { ({s: len(times) for s, times in told['latencies'].items()}) }")
    return Taken(len(requests) / told["seconds"], told["latencies"][status])


def _stored(engine: Engine) -> int:
    with begin_read(engine) as connection:
        return connection.scalar(select(func.count()).select_from(inbox.INBOX)) or 0


def _raw_inserts(engine: Engine, province: Province, number: int) -> float:
    """Rows a second by one connection that commits each."""
    rng = Random(1)
    rows = [entry(province, next(iter(COUNTERS)), rng) for _ in range(number)]
    began = time.perf_counter()
    for row in rows:
        with begin_write(engine) as connection:
            inbox.put(connection, row)
    return number / (time.perf_counter() - began)


@dataclass(frozen=True)
class Line:
    """One measurement beside what it is compared with."""

    database: str
    slug: str
    connections: int
    bare: float
    storing: float
    taken: Taken
    raw: float

    @property
    def ratio(self) -> float:
        return self.taken.rate / self.bare

    @property
    def holds(self) -> bool:
        is_slow = self.connections == max(CONNECTIONS) and self.taken.percentile(95) > LONGEST_P95
        return self.ratio >= LEAST_RATIO[self.database] and not is_slow


def _told(line: Line) -> bool:
    p50, p95, p99 = (line.taken.percentile(share) * 1000 for share in (50, 95, 99))
    most = f"{LONGEST_P95 * 1000:.0f}" if line.connections == max(CONNECTIONS) else ""
    print(
        f"{line.database:<11}{line.slug:<12}{line.connections:>5}{WORKERS[line.database]:>9}{line.bare:>9.0f}"
        f"{line.taken.rate:>8.0f}{line.ratio:>7.2f}{LEAST_RATIO[line.database]:>7.1f}{line.storing:>9.0f}"
        f"{p50:>8.1f}{p95:>8.1f}{most:>6}{p99:>8.1f}{line.raw:>10.0f}",
        flush=True,
    )
    return line.holds


def measure(name: str, address: str, number: int) -> bool:
    """Print the table of one database; whether every limit held."""
    engine = make_engine(address)
    migrations.upgrade(engine, scenes.MIGRATIONS_DIR)
    province = build_province(engine)
    codes, workers, held, sent = open_counters(engine, province), WORKERS[name], True, 0
    raw = _raw_inserts(engine, province, min(number, 500))
    before = _stored(engine)
    for connections in CONNECTIONS:
        with serving("tests.bench.hello:app", address, workers) as server:
            bare = _sent(server.port, connections, [_posted("/", b"a=1")] * number, "200")
            storing = _sent(server.port, connections, _responses(province, codes, FORMS[0], number), "303")
            sent += number
        with serving("survey_app.cli.wsgi:app", address, workers) as server:
            for slug in FORMS:
                requests = _responses(province, codes, slug, number + WARM_UP)
                _sent(server.port, connections, requests[:WARM_UP], "303")
                taken = _sent(server.port, connections, requests[WARM_UP:], "303")
                sent += len(requests)
                held &= _told(Line(name, slug, connections, bare.rate, storing.rate, taken, raw))
    lost = before + sent - _stored(engine)
    print(f"{name}: {lost} acknowledged responses are not in the inbox (limit 0)", flush=True)
    engine.dispose()
    return held and lost == 0


def main() -> int:
    """Measure each database."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=2000, help="in each measurement (default 2000)")
    parser.add_argument("--databases", nargs="+", choices=tuple(WORKERS), default=tuple(WORKERS))
    given = parser.parse_args()
    number, wanted, held = given.requests, given.databases, True
    print(
        "database   form         conn  workers  hello/s  POST/s  ratio  least  store/s  p50 ms  p95 ms  most  p99 ms  "
        "INSERT/s"
    )
    if "SQLite" in wanted:
        with tempfile.TemporaryDirectory() as folder:
            held &= measure("SQLite", f"sqlite:///{Path(folder) / 'bench.sqlite3'}", number)
    if "PostgreSQL" in wanted:
        server = PostgresqlServer(DURABLE)
        try:
            server.execute("CREATE DATABASE bench")
            held &= measure("PostgreSQL", server.url("bench"), number)
        finally:
            server.stop()
    print(f"load {os.getloadavg()[0]:.1f}")
    return int(not held)


if __name__ == "__main__":
    sys.exit(main())
