"""SIGKILL at random moments under load: every acknowledged response is there exactly once.

A small version of ``python -m tests.kill.campaign --kills 50``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kill.campaign import fresh_database, run_campaign
from tests.postgresql_server import ServerDidNotStart


@pytest.mark.parametrize(
    ("database", "kills"), [("sqlite", 5), pytest.param("postgresql", 4, marks=pytest.mark.postgresql)]
)
def test_every_acknowledged_response_is_there_exactly_once(database: str, kills: int, tmp_path: Path) -> None:
    try:
        with fresh_database(database, tmp_path) as url:
            outcome = run_campaign(url, tmp_path, kills, seed=7)
    except ServerDidNotStart as error:
        pytest.skip(str(error))
    assert outcome.server_kills == kills
    assert outcome.releaser_kills + outcome.releaser_runs_completed == kills
    assert outcome.posts_without_answer > 0
    assert outcome.acknowledged > 50
    assert outcome.released > 0
    assert outcome.is_exactly_once, outcome.table()
