"""The process that serves citizens alone stays small: what it loads, how it starts, what it holds."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.bench.citizen_process import MOST_MEGABYTES, MOST_TIMES, Started, open_to_all, served_megabytes, start
from tests.scenes import Province


@pytest.fixture
def address(engine: Engine, province: Province) -> str:
    return engine.url.render_as_string(hide_password=False)


@pytest.fixture
def started(engine: Engine, address: str) -> Started:
    return start(address, open_to_all(engine))


def test_a_page_and_a_response_load_nothing_heavy_and_nothing_of_the_officers(started: Started) -> None:
    assert started.statuses == ["200", "303"]
    assert started.heavy == []


def test_starting_takes_at_most_twice_what_the_framework_takes(engine: Engine, address: str, started: Started) -> None:
    again = start(address, open_to_all(engine))
    assert min(one.made / one.framework for one in (started, again)) <= MOST_TIMES


def test_a_worker_of_the_server_stays_small(engine: Engine, address: str) -> None:
    assert served_megabytes(address, open_to_all(engine)) <= MOST_MEGABYTES
