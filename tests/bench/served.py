"""The real server on a small sample instance."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.scenes import ROOT

READY_WITHIN = 60.0
ADDRESS = re.compile(r"http://[^ ]+/q/(\w{7})\b")
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Served:
    """A running server: its port, a counter's code, and its process group."""

    port: int
    code: str
    group: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, coding: str = "identity") -> bytes:
        """The body of a page in a content coding. Raises RuntimeError when it is not served so."""
        with closing(self.connection()) as connection:
            return self.get_over(connection, path, coding)

    def connection(self) -> http.client.HTTPConnection:
        """A connection that stays open until it is closed."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def get_over(self, connection: http.client.HTTPConnection, path: str, coding: str) -> bytes:
        """``get`` over a connection that is there."""
        connection.request("GET", path, headers={"Accept-Encoding": coding})
        reply = connection.getresponse()
        body = reply.read()
        sent = reply.headers.get("Content-Encoding", "identity")
        if reply.status != 200 or sent != coding:
            raise RuntimeError(f"{path} was answered with {reply.status}, coded {sent}")
        return body

    def cpu_seconds(self) -> float:
        """Processor time its processes have used so far."""
        total = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(FileNotFoundError, ProcessLookupError):
                fields = stat.read_text().rpartition(")")[2].split()
                total += (int(fields[11]) + int(fields[12])) * (int(fields[2]) == self.group)
        return total / TICK


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _flask(home: Path, *command: str) -> subprocess.Popen[str]:
    settings = {"SURVEY_CONFIG": "demo", "INSTANCE_DIR": str(home), "FLASK_APP": "survey_app.cli.main:command_app"}
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.Popen(
        [sys.executable, "-m", "flask", *command],
        cwd=ROOT,
        env=kept | settings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def _prepare(home: Path, responses: int) -> str:
    """Make the sample province; returns the code of a counter."""
    printed, _ = _flask(home, "demo", "--no-serve", "--responses", str(responses)).communicate(timeout=600)
    found = ADDRESS.search(printed)
    if found is None:
        raise RuntimeError("flask demo printed no citizen address")
    return found[1]


def _wait_until_ready(served: Served) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        with suppress(OSError, RuntimeError, http.client.HTTPException):
            served.get("/healthz")
            return
        time.sleep(0.1)
    raise RuntimeError("the server was not ready in time")


@contextmanager
def sample_server(responses: int = 200) -> Iterator[Served]:
    """``flask serve`` for citizens on the sample province, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        home, port = Path(folder), free_port()
        code = _prepare(home, responses)
        server = _flask(home, "serve", "--surface", "citizen", "--port", str(port))
        try:
            served = Served(port, code, server.pid)
            _wait_until_ready(served)
            yield served
        finally:
            server.send_signal(signal.SIGTERM)
            server.communicate(timeout=30)
