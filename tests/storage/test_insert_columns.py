"""Many rows at once, on both databases: as if inserted one by one, refused as a whole, errors under the usual names."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DBAPIError

from survey_app.storage import inbox
from survey_app.storage.bulk import begin_bulk_write, insert_columns
from survey_app.storage.database import begin_read, begin_write
from survey_app.storage.inbox import INBOX
from survey_app.storage.releases import SPENT
from tests.scenes import Province, entry


def test_every_kind_of_value_comes_back(any_engine: Engine, any_province: Province, rng: Random) -> None:
    counter = any_province.counters[0]
    texts = (None, "Cảm ơn\tcán bộ\\N\n“tốt”", "\\.", "x" * 2_000)
    stored = [
        entry(any_province, counter, rng, comment=text, seconds_taken=seconds, flagged=seconds is None)
        for text in texts
        for seconds in (None, 0, 86_400)
    ]
    with begin_bulk_write(any_engine) as connection:
        inbox.put_many(connection, stored)
        insert_columns(connection, SPENT, {"key": ["a" * 64, "b" * 64], "expires_on": [date(2026, 12, 31)] * 2})
    group = (any_province.ids[counter], any_province.wave_id, any_province.sipas.id)
    nobody = (any_province.ids[counter], any_province.wave_id, any_province.sipas.id + 1_000)
    with begin_read(any_engine) as connection:
        assert sorted(inbox.waiting(connection, group), key=lambda one: one.key) == sorted(
            stored, key=lambda one: one.key
        )
        assert inbox.waiting(connection, nobody) == []
        assert sorted(inbox.waiting_at(connection, [group, nobody])["key"]) == sorted(one.key for one in stored)
        assert connection.scalars(select(SPENT.c.expires_on)).all() == [date(2026, 12, 31)] * 2


def test_no_rows_are_no_statement(any_engine: Engine) -> None:
    with begin_write(any_engine) as connection:
        insert_columns(connection, SPENT, {"key": [], "expires_on": []})
        insert_columns(connection, SPENT, {})
        assert connection.scalars(select(SPENT.c.key)).all() == []


def test_a_row_that_breaks_a_rule_refuses_all(any_engine: Engine, any_province: Province, rng: Random) -> None:
    good, bad = entry(any_province, any_province.counters[0], rng), entry(any_province, any_province.counters[0], rng)
    object.__setattr__(bad, "channel", "fax")
    with pytest.raises(DBAPIError), begin_write(any_engine) as connection:
        inbox.put_many(connection, [good, bad])
    with begin_read(any_engine) as connection:
        assert connection.scalar(select(func.count()).select_from(INBOX)) == 0


def test_keys_are_removed_whatever_their_number(any_engine: Engine, any_province: Province, rng: Random) -> None:
    counter = any_province.counters[0]
    stored = [entry(any_province, counter, rng) for _ in range(1_203)]
    with begin_write(any_engine) as connection:
        inbox.put_many(connection, stored)
        inbox.remove(connection, [one.key for one in stored[1:]])
    group = (any_province.ids[counter], any_province.wave_id, any_province.sipas.id)
    with begin_read(any_engine) as connection:
        assert inbox.waiting(connection, group) == stored[:1]
