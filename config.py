"""Settings by environment: values only, no logic. A missing value is reported where it is first needed."""

import os
from pathlib import Path

HERE = Path(__file__).resolve().parent


class Production:
    """What a province runs: everything of weight comes from the environment."""

    NAME = "production"
    DATABASE_URL = os.environ.get("DATABASE_URL")
    SECRET_KEY = os.environ.get("SECRET_KEY")
    PAGE_KEY = os.environ.get("PAGE_KEY")
    PUBLIC_BASE_URL = os.environ.get("PUBLIC_BASE_URL")
    QUESTIONNAIRES_DIR = HERE / "questionnaires"
    MIGRATIONS_DIR = HERE / "migrations"
    COOKIES_SECURE = True
    BEHIND_PROXY = os.environ.get("BEHIND_PROXY") == "1"


class Development(Production):
    """A checkout on one's own machine: SQLite under ``instance``, keys made on first use and kept there."""

    NAME = "development"
    INSTANCE_DIR = Path(os.environ.get("INSTANCE_DIR", HERE / "instance"))
    DATABASE_URL = os.environ.get("DATABASE_URL") or f"sqlite:///{INSTANCE_DIR / 'hailong.sqlite3'}"
    PUBLIC_BASE_URL = os.environ.get("PUBLIC_BASE_URL") or "http://127.0.0.1:8000"
    COOKIES_SECURE = False


class Demo(Development):
    """The sample province: as Development, in a database of its own."""

    NAME = "demo"
    DATABASE_URL = os.environ.get("DATABASE_URL") or f"sqlite:///{Development.INSTANCE_DIR / 'demo.sqlite3'}"


class Testing(Production):
    """For the test suite, which gives every value itself."""

    NAME = "testing"
    COOKIES_SECURE = False


BY_NAME = {settings.NAME: settings for settings in (Production, Development, Demo, Testing)}
