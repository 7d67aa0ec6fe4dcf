"""The bench of exports measures what it says: the same rows in every format and in the database's own dump."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine

from survey_app.services.release import run_releases
from tests import scenes
from tests.bench import exports


def test_every_format_and_the_dump_hold_the_same_rows(any_engine: Engine, rng: Random, tmp_path: Path) -> None:
    province = scenes.build_province(any_engine)
    scenes.fill_inbox(any_engine, province, province.counters[0], 40, rng, stage="collecting")
    run_releases(any_engine, scenes.NOW)
    found = {
        kind: exports.measure(any_engine, kind, "sipas_desk", tmp_path) for kind in (exports.DUMP, *exports.FORMATS)
    }
    assert len({figures["rows"] for figures in found.values()}) == 1
    assert found["csv"]["rows"] > 0
    assert (tmp_path / "dump.csv").read_bytes().count(b"\n") == found["csv"]["rows"]


@pytest.mark.parametrize(
    ("kind", "seconds", "memory", "is_right"),
    [
        ("csv", 2.0, 100, True),
        ("csv", 2.1, 100, False),
        ("parquet", 1.0, 301, False),
        ("xlsx", 3.0, 100, True),
        ("xlsx", 3.5, 100, False),
        ("sav", 50.0, 100, True),
    ],
)
def test_a_limit_that_is_not_met_is_told(kind: str, seconds: float, memory: float, is_right: bool) -> None:
    dumped = {"rows": 100_000, "seconds": 1.0, "memory": 50.0}
    text, found = exports._line(kind, {"rows": 100_000, "seconds": seconds, "memory": memory}, dumped)
    assert found is is_right
    assert text.endswith("ok" if is_right else "NOT MET")
