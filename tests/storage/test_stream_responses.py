"""Released responses as a stream: by number, or in an order that does not tell what was released together."""

from __future__ import annotations

from random import Random

from sqlalchemy import Engine

from survey_app.services.release import run_releases
from survey_app.storage import datasets
from survey_app.storage.database import begin_read
from survey_app.storage.datasets import ReleasedFilter
from tests.scenes import NOW, Province, fill_inbox


def test_in_any_order_what_was_released_together_stands_apart(
    any_engine: Engine, any_province: Province, rng: Random
) -> None:
    counter = any_province.counters[0]
    for _ in range(2):
        fill_inbox(any_engine, any_province, counter, 60, rng, stage="filing", channel="kiosk")
        run_releases(any_engine, NOW)
    wanted = ReleasedFilter(any_province.sipas.id, [any_province.ids[counter]])
    with begin_read(any_engine) as connection:
        by_number = [row for rows in datasets.stream_responses(connection, wanted) for row in rows]
        first, second = (
            [row for rows in datasets.stream_responses(connection, wanted, is_shuffled=True) for row in rows]
            for _ in range(2)
        )
    assert [row[0] for row in by_number] == sorted(row[0] for row in by_number)
    releases = [row[1] for row in by_number]
    assert len({*releases[:60]}) == len({*releases[60:]}) == 1, "each release is one stretch of numbers"
    for shuffled in (first, second):
        assert sorted(shuffled) == sorted(map(tuple, by_number))
        assert 10 < sum(row[1] == releases[0] for row in shuffled[:60]) < 50
    assert [row[0] for row in first] != [row[0] for row in second]
