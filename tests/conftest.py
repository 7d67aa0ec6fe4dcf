"""Databases, the application and a small province, fresh for each test."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from survey_app.services import passwords
from survey_app.storage import database, migrations
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


@pytest.fixture(scope="session", autouse=True)
def _no_waiting_for_the_disk() -> Iterator[None]:
    """SQLite files of a test need not outlive a power cut; the tests that kill processes start their own."""
    prepare = database._prepare_sqlite

    def prepare_for_a_test(connection: Any, record: object) -> None:
        prepare(connection, record)
        connection.execute("PRAGMA synchronous=OFF").close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_prepare_sqlite", prepare_for_a_test)
        yield


@dataclass(frozen=True)
class Templates:
    """Two databases at the newest revision to copy from: without a row, and with the small province.

    ``like`` is an engine of theirs. The engines of the tests share its dialect and its compiled statements, as all
    requests to a running product do; compiling them anew for every test took longer than running them.
    """

    empty: str
    with_province: str
    province: scenes.Province
    like: Engine

    def wanted_by(self, request: pytest.FixtureRequest) -> str:
        """The database for this test."""
        is_wanted = {"province", "any_province"} & set(request.fixturenames)
        return self.with_province if is_wanted else self.empty

    def engine(self, url: str) -> Engine:
        """An engine with a pool, listeners and an address of its own."""
        made = make_engine(url)
        if made.dialect.name == self.like.dialect.name:
            made.dialect = self.like.dialect
            made.update_execution_options(compiled_cache=self.like.get_execution_options()["compiled_cache"])
        return made


def _prepared(empty: str, with_province: str, make: Callable[[str, str], Engine]) -> Templates:
    """``make(name, template)`` copies a database."""
    like = make(empty, "")
    like.update_execution_options(compiled_cache={})
    migrations.upgrade(like, scenes.MIGRATIONS_DIR)
    like.dispose()
    engine = make(with_province, empty)
    province = scenes.build_province(engine)
    engine.dispose()
    return Templates(empty, with_province, province, like)


@pytest.fixture(scope="session")
def _sqlite(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    folder = tmp_path_factory.mktemp("template")

    def make(path: str, template: str) -> Engine:
        if template:
            shutil.copyfile(template, path)
        return make_engine(f"sqlite:///{path}")

    return _prepared(str(folder / "empty.sqlite3"), str(folder / "province.sqlite3"), make)


@pytest.fixture
def engine(_sqlite: Templates, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A fresh SQLite database at the newest revision."""
    path = tmp_path / "test.sqlite3"
    shutil.copyfile(_sqlite.wanted_by(request), path)
    made = _sqlite.engine(f"sqlite:///{path}")
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
    """Make databases from a template (``template0``: empty) and drop them after the test; gives addresses.

    Copied as files: for templates as small as these several times as fast as through the write-ahead log.
    """
    made: list[str] = []

    def make(template: str = "template0") -> str:
        made.append(f"test_{next(_NUMBERS)}")
        postgresql_server.execute(f"CREATE DATABASE {made[-1]} TEMPLATE {template} STRATEGY FILE_COPY")
        return postgresql_server.url(made[-1])

    yield make
    postgresql_server.execute(*(f"DROP DATABASE {name} WITH (FORCE)" for name in made))


@pytest.fixture(scope="session")
def _postgresql(postgresql_server: PostgresqlServer) -> Templates:
    def make(name: str, template: str) -> Engine:
        postgresql_server.execute(f"CREATE DATABASE {name} TEMPLATE {template or 'template0'}")
        return make_engine(postgresql_server.url(name))

    return _prepared("migrated", "with_province", make)


@pytest.fixture
def postgresql_engine(
    _postgresql: Templates, new_postgresql_database: Callable[[str], str], request: pytest.FixtureRequest
) -> Iterator[Engine]:
    """A fresh PostgreSQL database at the newest revision; the connection is the superuser's."""
    made = _postgresql.engine(new_postgresql_database(_postgresql.wanted_by(request)))
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
def province(engine: Engine, _sqlite: Templates) -> scenes.Province:
    """The small province in the SQLite database of this test."""
    return _sqlite.province


@pytest.fixture
def any_province(any_engine: Engine, request: pytest.FixtureRequest) -> scenes.Province:
    """The small province in either database."""
    templates: Templates = request.getfixturevalue(f"_{any_engine.dialect.name}")
    return templates.province


@pytest.fixture(scope="session")
def _wired() -> Flask:
    """Both surfaces with their addresses and templates, wired once; no test uses it itself."""
    from config import Testing  # noqa: PLC0415 - only tests of the application need these
    from survey_app import create_app  # noqa: PLC0415

    settings = {name: getattr(Testing, name) for name in dir(Testing) if name.isupper()}
    settings |= {
        "TESTING": True,
        "SECRET_KEY": "officer-sessions-of-the-tests",
        "PAGE_KEY": "pages-of-the-tests",
        "PUBLIC_BASE_URL": "https://khaosat.example",
        "QUESTIONNAIRES_DIR": scenes.QUESTIONNAIRES_DIR,
        "MIGRATIONS_DIR": scenes.MIGRATIONS_DIR,
        "NOW": lambda: scenes.NOW,
    }
    return create_app(settings, surface="all")


def _make_app(wired: Flask, engine: Engine, templates: Templates) -> Iterator[Flask]:
    """An application with settings, views, extensions and an engine of its own."""
    from survey_app import extensions  # noqa: PLC0415 - only tests of the application need it

    made = copy.copy(wired)
    vars(made).update({name: copy.copy(held) for name, held in vars(wired).items() if isinstance(held, dict)})
    made.config["DATABASE_URL"] = engine.url.render_as_string(hide_password=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(extensions, "make_engine", templates.engine)
        yield made
    held = made.extensions.get("hailong_engine")
    if held is not None:
        held.dispose()


@pytest.fixture
def app(_wired: Flask, engine: Engine, _sqlite: Templates) -> Iterator[Flask]:
    """Both surfaces on the SQLite database of this test; its clock stands at ``scenes.NOW``."""
    yield from _make_app(_wired, engine, _sqlite)


@pytest.fixture
def any_app(_wired: Flask, any_engine: Engine, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """Both surfaces on either database; its clock stands at ``scenes.NOW``."""
    yield from _make_app(_wired, any_engine, request.getfixturevalue(f"_{any_engine.dialect.name}"))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without cookies."""
    return app.test_client()
