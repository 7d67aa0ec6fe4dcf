"""Responses of one moment share a commit, and each is still stored, refused or failed by itself, on both databases."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from random import Random
from threading import Barrier

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import IntegrityError

from survey_app.domain.availability import DatabaseUnavailable
from survey_app.storage import inbox
from survey_app.storage.database import begin_write, make_engine
from survey_app.storage.inbox import InboxEntry
from survey_app.storage.inbox_group import InboxGroup, _Place
from tests.rows import inbox_rows
from tests.scenes import COUNTERS, Province, entry

COUNTER = next(iter(COUNTERS))
THREADS = 8


def entries(province: Province, number: int) -> list[InboxEntry]:
    rng = Random(7)
    return [entry(province, COUNTER, rng, stage="filing") for _ in range(number)]


def inserts_of(engine: Engine) -> list[str]:
    """The INSERTs that SQLite runs from now on, each a transaction of its own."""
    seen: list[str] = []

    def see(statement: str) -> None:
        if statement.startswith("INSERT"):
            seen.append(statement)

    event.listen(engine, "checkout", lambda driver, *_: driver.set_trace_callback(see))
    return seen


def put_at_once(group: InboxGroup, sent: list[InboxEntry]) -> list[bool | Exception]:
    """What each of ``sent`` was told, all of them having come at the same moment."""
    start = Barrier(len(sent))

    def put(one: InboxEntry) -> bool | Exception:
        start.wait()
        try:
            return group.put(one)
        except (IntegrityError, DatabaseUnavailable) as error:
            return error

    with ThreadPoolExecutor(len(sent)) as pool:
        return list(pool.map(put, sent))


def test_what_was_told_to_be_stored_is_stored_once(any_engine: Engine, any_province: Province) -> None:
    sent = entries(any_province, THREADS)
    assert put_at_once(InboxGroup(any_engine), sent) == [True] * THREADS
    assert {row.key for row in inbox_rows(any_engine)} == {one.key for one in sent}


def test_one_key_in_a_group_is_new_for_one_of_its_senders(any_engine: Engine, any_province: Province) -> None:
    told = put_at_once(InboxGroup(any_engine), entries(any_province, 1) * THREADS)
    assert told.count(True) == 1
    assert told.count(False) == THREADS - 1


def test_in_a_group_with_keys_that_repeat_each_response_is_told_its_own(
    any_engine: Engine, any_province: Province
) -> None:
    group, sent = InboxGroup(any_engine), entries(any_province, 3)
    assert group.put(sent[0])
    places = [_Place(one) for one in (*sent, sent[2])]
    group._settle(places)
    assert [place.is_new for place in places] == [False, True, True, False]
    assert {row.key for row in inbox_rows(any_engine)} == {one.key for one in sent}


def test_a_response_the_database_refuses_fails_alone(any_engine: Engine, any_province: Province) -> None:
    good = entries(any_province, THREADS)
    bad = replace(good[0], record=good[0].record[:-1])
    told = put_at_once(InboxGroup(any_engine), [bad, *good[1:]])
    assert isinstance(told[0], IntegrityError)
    assert told[1:] == [True] * (THREADS - 1)
    assert len(inbox_rows(any_engine)) == THREADS - 1


def test_those_who_wait_share_a_commit(engine: Engine, province: Province) -> None:
    group, inserts = InboxGroup(engine), inserts_of(engine)
    with engine.connect() as other, other.execution_options(is_write=True).begin(), ThreadPoolExecutor(THREADS) as pool:
        told = [pool.submit(group.put, one) for one in entries(province, THREADS)]
        while len(group._queue) < THREADS - 1:
            time.sleep(0.001)
        other.rollback()
        assert [future.result() for future in told] == [True] * THREADS
    assert len(inserts) == 2, "of the first alone, then of all who came meanwhile"


def test_after_a_group_the_same_connection_takes_back_what_fails(any_engine: Engine, any_province: Province) -> None:
    """The connection goes back as it came: the next transaction on it is one."""
    group, (first, second, third) = InboxGroup(any_engine), entries(any_province, 3)
    group.put(first)
    with suppress(ZeroDivisionError), begin_write(any_engine) as connection:
        inbox.put(connection, second)
        raise ZeroDivisionError
    assert [row.key for row in inbox_rows(any_engine)] == [first.key]
    with pytest.raises(IntegrityError):
        group.put(replace(second, record=""))
    with suppress(ZeroDivisionError), begin_write(any_engine) as connection:
        inbox.put(connection, third)
        raise ZeroDivisionError
    assert [row.key for row in inbox_rows(any_engine)] == [first.key]


def test_a_database_that_cannot_be_reached_is_told_to_everybody_who_waits() -> None:
    nowhere = make_engine("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(DatabaseUnavailable):
        InboxGroup(nowhere).put(InboxEntry("k", 1, 1, 1, 1, "poster", "vi", 1, None, False, ".", None))
