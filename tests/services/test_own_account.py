"""Changing one's password and ending one's sessions, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from survey_app.domain.permissions import Officer, Role
from survey_app.services import officers, own_account, sign_in
from survey_app.services.passwords import BadPassword, digest
from tests.scenes import COMMUNES, NOW, Province

PASSWORD = "mật khẩu để thử nghiệm"
NEW = "một câu khác cũng dài"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def officer(any_engine: Engine, any_province: Province) -> Officer:
    for login in ("xa01", "xa02"):
        officers.create_officer(
            any_engine,
            NOW,
            login=login,
            name="Trần Văn Bình",
            role=Role.COMMUNE_LEADER,
            unit_code=COMMUNES[0],
            password=PASSWORD,
        )
    return next(found for found in officers.list_officers(any_engine) if found.login == "xa01")


def open_one(engine: Engine, login: str = "xa01", at=NOW) -> str:
    return sign_in.sign_in(engine, at, login, PASSWORD)


def is_open(engine: Engine, token: str) -> bool:
    return sign_in.resume_session(engine, NOW + MINUTE, token) is not None


def test_own_sessions_are_listed_last_used_first(any_engine: Engine, officer: Officer) -> None:
    first, second = open_one(any_engine), open_one(any_engine, at=NOW + 2 * MINUTE)
    open_one(any_engine, "xa02")
    found = own_account.sessions(any_engine, NOW + 3 * MINUTE, officer, first)
    assert [(one.begun_at, one.is_this_one) for one in found] == [(NOW + 2 * MINUTE, False), (NOW, True)]
    assert second not in str(found)
    assert own_account.sessions(any_engine, NOW + 31 * MINUTE, officer, first)[0].begun_at == NOW + 2 * MINUTE


def test_one_session_is_ended_and_nobody_elses(any_engine: Engine, officer: Officer) -> None:
    mine, stays, others = open_one(any_engine), open_one(any_engine), open_one(any_engine, "xa02")
    found = {one.is_this_one: one.id for one in own_account.sessions(any_engine, NOW, officer, mine)}
    assert own_account.end_session(any_engine, NOW, officer, found[True])
    assert not own_account.end_session(any_engine, NOW, officer, found[True])
    assert [is_open(any_engine, token) for token in (mine, stays, others)] == [False, True, True]
    for unknown in (digest(others), "", "x" * 500):
        assert not own_account.end_session(any_engine, NOW, officer, unknown)
    assert is_open(any_engine, others)


def test_signing_out_everywhere_ends_all_of_ones_own(any_engine: Engine, officer: Officer) -> None:
    tokens = [open_one(any_engine), open_one(any_engine), open_one(any_engine, "xa02")]
    own_account.sign_out_everywhere(any_engine, NOW, officer)
    assert [is_open(any_engine, token) for token in tokens] == [False, False, True]


def test_a_new_password_ends_the_other_sessions(any_engine: Engine, officer: Officer) -> None:
    this, other = open_one(any_engine), open_one(any_engine)
    own_account.change_password(any_engine, NOW, officer, this, PASSWORD, NEW)
    assert (is_open(any_engine, this), is_open(any_engine, other)) == (True, False)
    assert sign_in.sign_in(any_engine, NOW, "xa01", NEW)
    with pytest.raises(sign_in.SignInFailed):
        sign_in.sign_in(any_engine, NOW, "xa01", PASSWORD)


def test_the_old_password_is_asked_and_guessing_it_slowed(any_engine: Engine, officer: Officer) -> None:
    this = open_one(any_engine)
    for _ in range(5):
        with pytest.raises(sign_in.SignInFailed):
            own_account.change_password(any_engine, NOW, officer, this, "không phải đâu", NEW)
    with pytest.raises(sign_in.TooManyTries):
        own_account.change_password(any_engine, NOW, officer, this, PASSWORD, NEW)


def test_a_short_password_is_refused_before_the_old_one_is_looked_at(any_engine: Engine, officer: Officer) -> None:
    for _ in range(6):
        with pytest.raises(BadPassword):
            own_account.change_password(any_engine, NOW, officer, "", "không phải đâu", "ngắn")
