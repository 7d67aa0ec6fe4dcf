"""Databases, the application and a small province, fresh for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from random import Random

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from survey_app.services import passwords
from survey_app.storage import migrations
from survey_app.storage.database import make_engine
from tests import scenes
from tests.postgresql_server import PostgresqlServer, ServerDidNotStart

_NUMBERS = count(1)
_BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(scope="session", autouse=True)
def _light_passwords() -> Iterator[None]:
    """Hashing is slow on purpose; the thousands of sign-ins of the tests use argon2id with its smallest parameters."""
    light = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", light)
        yield


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "head.sqlite3"
    engine = make_engine(f"sqlite:///{path}")
    migrations.upgrade(engine, scenes.MIGRATIONS_DIR)
    engine.dispose()
    return path


@pytest.fixture
def engine(_sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    """A fresh SQLite database at the newest revision."""
    path = tmp_path / "test.sqlite3"
    shutil.copyfile(_sqlite_template, path)
    made = make_engine(f"sqlite:///{path}")
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """A real PostgreSQL; ``url(database, user, password)`` gives addresses on it."""
    try:
        server = PostgresqlServer()
    except ServerDidNotStart as error:
        pytest.skip(str(error))
    yield server
    server.stop()


@pytest.fixture
def new_postgresql_database(postgresql_server: PostgresqlServer) -> Iterator[Callable[[str], str]]:
    """Make databases from a template (``template0``: empty) and drop them after the test; gives addresses."""
    made: list[str] = []

    def make(template: str = "template0") -> str:
        made.append(f"test_{next(_NUMBERS)}")
        postgresql_server.execute(f"CREATE DATABASE {made[-1]} TEMPLATE {template}")
        return postgresql_server.url(made[-1])

    yield make
    postgresql_server.execute(*(f"DROP DATABASE {name} WITH (FORCE)" for name in made))


@pytest.fixture(scope="session")
def _postgresql_template(postgresql_server: PostgresqlServer) -> str:
    postgresql_server.execute("CREATE DATABASE migrated TEMPLATE template0")
    engine = make_engine(postgresql_server.url("migrated"))
    migrations.upgrade(engine, scenes.MIGRATIONS_DIR)
    engine.dispose()
    return "migrated"


@pytest.fixture
def postgresql_engine(_postgresql_template: str, new_postgresql_database: Callable[[str], str]) -> Iterator[Engine]:
    """A fresh PostgreSQL database at the newest revision; the connection is the superuser's."""
    made = make_engine(new_postgresql_database(_postgresql_template))
    yield made
    made.dispose()


@pytest.fixture(params=_BOTH)
def any_engine(request: pytest.FixtureRequest) -> Engine:
    """The test runs on SQLite and on PostgreSQL."""
    return request.getfixturevalue("engine" if request.param == "sqlite" else "postgresql_engine")


@pytest.fixture
def rng() -> Random:
    """The same random numbers in every run."""
    return Random(20261116)


@pytest.fixture
def province(engine: Engine) -> scenes.Province:
    """The small province in the SQLite database of this test."""
    return scenes.build_province(engine)


@pytest.fixture
def any_province(any_engine: Engine) -> scenes.Province:
    """The small province in either database."""
    return scenes.build_province(any_engine)


def _make_app(engine: Engine) -> Iterator[Flask]:
    from config import Testing  # noqa: PLC0415 - only tests of the application need these
    from survey_app import create_app  # noqa: PLC0415

    settings = {name: getattr(Testing, name) for name in dir(Testing) if name.isupper()}
    settings |= {
        "TESTING": True,
        "DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "SECRET_KEY": "officer-sessions-of-the-tests",
        "PAGE_KEY": "pages-of-the-tests",
        "PUBLIC_BASE_URL": "https://khaosat.example",
        "QUESTIONNAIRES_DIR": scenes.QUESTIONNAIRES_DIR,
        "MIGRATIONS_DIR": scenes.MIGRATIONS_DIR,
        "NOW": lambda: scenes.NOW,
    }
    made = create_app(settings, surface="all")
    yield made
    held = made.extensions.get("hailong_engine")
    if held is not None:
        held.dispose()


@pytest.fixture
def app(engine: Engine) -> Iterator[Flask]:
    """Both surfaces on the SQLite database of this test; its clock stands at ``scenes.NOW``."""
    yield from _make_app(engine)


@pytest.fixture
def any_app(any_engine: Engine) -> Iterator[Flask]:
    """Both surfaces on either database; its clock stands at ``scenes.NOW``."""
    yield from _make_app(any_engine)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without cookies."""
    return app.test_client()
