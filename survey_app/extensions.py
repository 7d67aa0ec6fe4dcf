"""Made once per application: the engine, the keys, the recipes. Reached through the functions here."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix

from survey_app.storage.database import make_engine
from survey_app.storage.inbox_group import InboxGroup
from survey_app.storage.key_files import read_or_make_key

if TYPE_CHECKING:
    from survey_app.domain.comment_themes import Themes
    from survey_app.domain.recipe import Recipe

MAX_BODY = 256 * 1024


class MissingSetting(Exception):
    """A setting is needed here and has no value; ``name`` is its environment variable."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not set (see the settings table in README.md)")
        self.name = name


def init_app(app: Flask) -> None:
    """Engine and keys are made on first use, so that a command which needs neither runs without them."""
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
        MAX_FORM_PARTS=2000,
        SESSION_COOKIE_NAME="hailong_officer",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=app.config.get("COOKIES_SECURE", True),
        SESSION_COOKIE_PATH="/officer",
    )
    if app.config.get("BEHIND_PROXY"):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=0, x_proto=1, x_host=1, x_prefix=1)  # type: ignore[method-assign]


def setting(name: str) -> Any:
    """A configured value. Raises MissingSetting."""
    value = current_app.config.get(name)
    if value is None:
        raise MissingSetting(name)
    return value


def engine() -> Engine:
    """The database engine of this application."""
    held = current_app.extensions.get("hailong_engine")
    if held is None:
        held = current_app.extensions["hailong_engine"] = make_engine(setting("DATABASE_URL"))
    assert isinstance(held, Engine)
    return held


def inbox_group() -> InboxGroup:
    """The queue of this process before the inbox."""
    held = current_app.extensions.get("hailong_inbox_group")
    if held is None:
        held = current_app.extensions.setdefault("hailong_inbox_group", InboxGroup(engine()))
    assert isinstance(held, InboxGroup)
    return held


def keys(name: str) -> list[str]:
    """The keys of ``SECRET_KEY`` or ``PAGE_KEY``, separated by spaces: the first signs, all verify.

    Development makes a key on first use and keeps it beside its database. Raises MissingSetting elsewhere.
    """
    value = current_app.config.get(name)
    if value is None and "INSTANCE_DIR" in current_app.config:
        value = read_or_make_key(Path(current_app.config["INSTANCE_DIR"]), name)
    found = (value or "").split()
    if not found:
        raise MissingSetting(name)
    return found


@cache
def _recipes(folder: Path) -> dict[str, Recipe]:
    from survey_app.storage.recipe_files import load_recipes

    return load_recipes(folder)


def recipes() -> dict[str, Recipe]:
    """Scoring recipes by slug."""
    return _recipes(Path(setting("QUESTIONNAIRES_DIR")) / "recipes")


def themes() -> Themes:
    """What comments are about, in the order shown."""
    from survey_app.storage.theme_files import load_themes

    return load_themes(Path(setting("QUESTIONNAIRES_DIR")))


def now() -> datetime:
    """The present moment, UTC; tests set ``NOW``."""
    fixed = current_app.config.get("NOW")
    return fixed() if fixed else datetime.now(UTC)
