"""``flask serve``: a production server for one surface or both."""

from __future__ import annotations

import fcntl
import os
import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import make_url

from survey_app import SURFACES, extensions
from survey_app.cli.speaking import Failed, told

WORKERS_A_CORE = {"citizen": 1, "officer": 2, "all": 2}
"""Citizens' requests are short: more processes than cores only take the caches from each other. An officer's page or a
release may keep one busy for a while.
"""


def _is_embedded() -> bool:
    return extensions.engine().dialect.name == "sqlite"


def _take_file_lock() -> None:
    """One serving process on an embedded database; the lock is held through exec to the end of the process."""
    database = make_url(extensions.setting("DATABASE_URL")).database
    if not database:
        return
    descriptor = os.open(Path(database).with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise Failed("Cơ sở dữ liệu này đang được một máy chủ khác phục vụ; hãy dừng máy chủ đó trước.") from error
    os.set_inheritable(descriptor, True)


def start_server(surface: str, host: str, port: int, workers: int | None) -> None:
    """Replace this process by the server."""
    with told():
        for key in ("PAGE_KEY",) if surface == "citizen" else ("PAGE_KEY", "SECRET_KEY"):
            extensions.keys(key)
        if _is_embedded():
            _take_file_lock()
            workers = 1
    os.environ.update(
        SURVEY_CONFIG=current_app.config["NAME"],
        SURVEY_SURFACE=surface,
        SERVE_HOST=host,
        SERVE_PORT=str(port),
        SERVE_WORKERS=str(workers or (os.cpu_count() or 1) * WORKERS_A_CORE[surface]),
    )
    home = Path(current_app.root_path).parent
    arguments = ["-m", "gunicorn", "-c", "python:survey_app.cli.server_hooks", "survey_app.cli.wsgi:app"]
    os.chdir(home)
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 (our own interpreter, fixed arguments)


@click.command("serve")
@click.option("--surface", type=click.Choice(SURFACES), default="all", show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help="Worker processes (PostgreSQL only; default 1 a core for citizens alone, else 2).",
)
@with_appcontext
def command(surface: str, host: str, port: int, workers: int | None) -> None:
    """Serve the citizen surface, the officer surface, or both. Stop with Ctrl+C."""
    start_server(surface, host, port, workers)
