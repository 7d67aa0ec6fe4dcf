"""How small the process for citizens alone is: ``python -m tests.bench.citizen_process``.

A fresh interpreter makes the citizen application, serves a page and takes a response; then the server itself does.
Prints processor seconds until the application is made (and how often that is what Flask, its forms and SQLAlchemy take
by themselves), modules and memory, each beside its limit: the least of five runs, because other work only ever adds.
Exit status 1 when a limit is broken.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import Engine, update

from survey_app.storage import migrations
from survey_app.storage.database import begin_write, make_engine
from survey_app.storage.tables import WaveRow
from tests.bench.posting import KEY, serving
from tests.scenes import COUNTERS, MIGRATIONS_DIR, ROOT, build_province

HEAVY = (
    *("pandas", "numpy", "pyarrow", "pyreadstat", "scipy", "jsonschema", "typst", "xlsxwriter", "argon2", "yaml"),
    *("alembic", "qrcode", "survey_app.web.officer", "survey_app.cli", "survey_app.storage.audit_log"),
    "survey_app.storage.officer_tables",
)
"""Beginnings of modules that no citizen's page needs."""

MOST_SECONDS, MOST_TIMES, MOST_MEGABYTES = 0.5, 2.0, 80.0
RUNS = 5
HIDDEN = re.compile(r'name="(page_token|response_key)" value="([^"]*)"')
PROGRAM = """
import io, json, re, sys, time
from urllib.parse import urlencode
address, code, key = sys.argv[1:]
began = time.process_time()
import flask, sqlalchemy.orm
framework = time.process_time() - began
import config
from survey_app import create_app
settings = {name: getattr(config.Testing, name) for name in dir(config.Testing)}
app = create_app(settings | {"DATABASE_URL": address, "PAGE_KEY": key}, "citizen")
made, modules = time.process_time() - began, len(sys.modules)
environ = {"wsgi.url_scheme": "http", "SERVER_NAME": "localhost", "SERVER_PORT": "80", "wsgi.version": (1, 0)}
def ask(method, kind="", body=b""):
    told = []
    asked = environ | {"REQUEST_METHOD": method, "PATH_INFO": f"/q/{code}", "CONTENT_TYPE": kind}
    asked |= {"CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr}
    said = b"".join(app.wsgi_app(asked, lambda status, headers, error=None: told.append(status))).decode()
    return told[0][:3], said
page, html = ask("GET")
hidden = dict(re.findall(r'name="(page_token|response_key)" value="([^"]*)"', html))
sent, _ = ask("POST", "application/x-www-form-urlencoded", urlencode(hidden | {"consent": "1"}).encode())
print(json.dumps({"framework": framework, "made": made, "modules": modules, "statuses": [page, sent],
                  "loaded": sorted(sys.modules)}))
"""


@dataclass(frozen=True)
class Started:
    """One fresh process: processor seconds of the framework alone and until the application was made; its modules."""

    framework: float
    made: float
    modules: int
    statuses: Sequence[str]
    """Of the page, and of the response sent from it."""
    loaded: Sequence[str]
    """Every module after both."""

    @property
    def heavy(self) -> list[str]:
        """What should not be there."""
        return [name for name in self.loaded if name.startswith(HEAVY)]


def open_to_all(engine: Engine) -> str:
    """Keep the province's wave open whatever the day; the code of a counter."""
    with begin_write(engine) as connection:
        connection.execute(update(WaveRow).values(closes_on=datetime.now(UTC).date() + timedelta(days=30)))
    return next(iter(COUNTERS.values()))[-1]


def start(address: str, code: str) -> Started:
    """A fresh interpreter that makes the application, serves the page and takes a response."""
    command = [sys.executable, "-c", PROGRAM, address, code, KEY]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return Started(**json.loads(run.stdout))


def _serve_one(port: int, code: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", f"/q/{code}")
    html = connection.getresponse().read().decode()
    body = urlencode(dict(HIDDEN.findall(html)) | {"consent": "1"})
    connection.request("POST", f"/q/{code}", body, {"Content-Type": "application/x-www-form-urlencoded"})
    reply = connection.getresponse()
    reply.read()
    connection.close()
    if reply.status != 303:
        raise RuntimeError(f"the response was answered with {reply.status}")


def _resident(pid: int) -> float:
    """Megabytes of a process."""
    return int(Path(f"/proc/{pid}/status").read_text().split("VmRSS:")[1].split()[0]) / 1000


def served_megabytes(address: str, code: str) -> float:
    """Memory of the server's worker, as ``flask serve`` starts it, after a page and a response."""
    with serving("survey_app.cli.wsgi:app", address, 1) as server:
        _serve_one(server.port, code)
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        return max(_resident(int(child)) for child in children)


def measure(address: str, code: str, runs: int) -> list[tuple[str, float, float | None]]:
    """Each figure with its limit (None: told, not limited)."""
    started = [start(address, code) for _ in range(runs)]
    return [
        ("processor seconds until the application is made", min(one.made for one in started), MOST_SECONDS),
        ("the same, times the framework alone", min(one.made / one.framework for one in started), MOST_TIMES),
        ("modules when the application is made", started[0].modules, None),
        ("modules that no citizen's page needs", len(started[0].heavy), 0),
        ("MB of a worker after a page and a response", served_megabytes(address, code), MOST_MEGABYTES),
    ]


def main() -> int:
    """Print the table; 1 when a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=RUNS)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{Path(folder) / 'small.sqlite3'}"
        engine = make_engine(address)
        migrations.upgrade(engine, MIGRATIONS_DIR)
        build_province(engine)
        code = open_to_all(engine)
        engine.dispose()
        rows = measure(address, code, runs)
    print(f"load {os.getloadavg()[0]:.1f}, least of {runs}\n{'':<50}{'measured':>10}{'limit':>8}")
    for name, figure, limit in rows:
        print(f"{name:<50}{figure:>10.2f}{'–' if limit is None else format(limit, '.1f'):>8}")
    return int(any(limit is not None and figure > limit for _, figure, limit in rows))


if __name__ == "__main__":
    sys.exit(main())
