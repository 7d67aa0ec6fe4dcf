"""How commands speak: errors to exit statuses, and a progress bar for what takes long."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from survey_app.domain.availability import DatabaseUnavailable
from survey_app.extensions import MissingSetting
from survey_app.storage.database import BadDatabaseUrl

FAILED = 1
BAD_USAGE = 2
BAR = 30
UNUSABLE = "Không dùng được cơ sở dữ liệu (xem DATABASE_URL; đã chạy flask db upgrade, flask db grant chưa?)."


class Failed(click.ClickException):
    """The command could not do what was asked."""

    exit_code = FAILED


class NotConfigured(click.ClickException):
    """A setting the command needs is missing."""

    exit_code = BAD_USAGE


@contextmanager
def told(*errors: type[Exception]) -> Iterator[None]:
    """Turn named errors into one line on standard error and exit status 1; a missing or bad setting into status 2."""
    try:
        yield
    except (MissingSetting, BadDatabaseUrl) as error:
        raise NotConfigured(str(error)) from error
    except DatabaseUnavailable as error:
        raise Failed(UNUSABLE) from error
    except errors as error:
        raise Failed(str(error)) from error


def read_utf8(file: Path) -> str:
    """The text of a CSV that somebody saved. Raises Failed for another encoding."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Failed("tệp không phải UTF-8: hãy lưu lại dạng “CSV UTF-8”") from error


@contextmanager
def told_by_line(file: Path, problems: type[Any]) -> Iterator[None]:
    """Turn what is wrong in a file of lines, an error that carries ``problems``, into one line each."""
    try:
        yield
    except problems as error:
        for problem in error.problems:
            click.echo(f"{file}: dòng {problem.line}: {problem.message}", err=True)
        raise Failed(f"{len(error.problems)} lỗi; chưa nhập dòng nào") from error


def bar(label: str, done: int, total: int) -> None:
    """Redraw a progress bar on standard error; silent when that is not a terminal."""
    if not sys.stderr.isatty() or not total:
        return
    filled = BAR * done // total
    end = "\n" if done >= total else ""
    click.echo(
        f"\r{label} [{'#' * filled}{'.' * (BAR - filled)}] {done:>{len(str(total))}}/{total}{end}", err=True, nl=False
    )
