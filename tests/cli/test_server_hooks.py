"""The server as it runs: what its log must not hold."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests import scenes

ROOT = scenes.MIGRATIONS_DIR.parent
GUNICORN = [sys.executable, "-m", "gunicorn", "-c", "python:survey_app.cli.server_hooks", "survey_app.cli.wsgi:app"]


@pytest.fixture
def port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def server(port: int) -> Iterator[subprocess.Popen[str]]:
    """A citizen server on ``port``; its log is its standard error."""
    settings = {"SURVEY_CONFIG": "testing", "SURVEY_SURFACE": "citizen", "SERVE_PORT": str(port), "PAGE_KEY": "k" * 32}
    process = subprocess.Popen(GUNICORN, cwd=ROOT, env=os.environ | settings, stderr=subprocess.PIPE, text=True)
    yield process
    process.kill()
    process.communicate()


def _send(port: int, request: bytes) -> bytes:
    deadline = time.monotonic() + 20
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
                connection.sendall(request)
                return connection.recv(100)
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def test_a_broken_request_leaves_neither_address_nor_content_in_the_log(port: int, server: subprocess.Popen[str]):
    assert b" 400 " in _send(port, b"access_info=5 extra_payment=1\r\n\r\n")
    assert b" 414 " in _send(port, b"GET /q/" + b"a" * 3000 + b" HTTP/1.1\r\n\r\n")
    server.terminate()
    _, log = server.communicate(timeout=30)
    assert "127.0.0.1" not in log
    assert "extra_payment" not in log
