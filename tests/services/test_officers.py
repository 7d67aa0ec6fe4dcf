"""Accounts, grants, signing in and out, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, update

from survey_app.domain.permissions import Grant, Permission, Role
from survey_app.services import officers, sign_in
from survey_app.storage import audit_log
from survey_app.storage.database import begin_read, begin_write
from survey_app.storage.officer_tables import OfficerRow, OfficerSessionRow, SignInFailureRow
from tests.scenes import CENTRES, COMMUNES, NOW, Province

PASSWORD = "mật khẩu để thử nghiệm"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def officers_engine(any_engine: Engine, any_province: Province) -> Engine:
    """A province with one commune leader, ``chu.tich``."""
    make(any_engine, "chu.tich")
    return any_engine


def make(engine: Engine, login: str, password: str | None = PASSWORD) -> str:
    return officers.create_officer(
        engine,
        NOW,
        login=login,
        name="Trần Văn Bình",
        role=Role.COMMUNE_LEADER,
        unit_code=COMMUNES[0],
        password=password,
    )


def fail(engine: Engine, times: int, login: str = "chu.tich", now=NOW) -> None:
    for _ in range(times):
        with pytest.raises(sign_in.SignInFailed):
            sign_in.sign_in(engine, now, login, "không phải mật khẩu")


def actions(engine: Engine, action: str) -> list:
    with begin_read(engine) as connection:
        return audit_log.entries(connection, action)


def test_a_password_is_kept_as_argon2id_only(officers_engine: Engine) -> None:
    with begin_read(officers_engine) as connection:
        stored = connection.scalar(select(OfficerRow.password_hash))
    assert stored.startswith("$argon2id$")
    assert PASSWORD not in stored


def test_a_random_password_is_returned_once_and_works(officers_engine: Engine) -> None:
    password = make(officers_engine, "second", password=None)
    assert len(password) == 20
    assert sign_in.sign_in(officers_engine, NOW, "second", password)


@pytest.mark.parametrize("login", ["ab", "có dấu", "-dash", "a" * 61, "a b c", "a@b.vn"])
def test_a_login_that_breaks_the_rules_is_refused(engine: Engine, province: Province, login: str) -> None:
    with pytest.raises(officers.BadOfficer):
        make(engine, login)


@pytest.mark.parametrize("password", ["", "mười một kt", "x" * 201])
def test_a_password_that_breaks_the_rules_is_refused(engine: Engine, province: Province, password: str) -> None:
    with pytest.raises(officers.BadOfficer):
        make(engine, "somebody", password)


def test_a_login_is_taken_whatever_its_case(officers_engine: Engine) -> None:
    with pytest.raises(officers.LoginTaken):
        make(officers_engine, "Chu.Tich")


def test_an_officer_of_an_unknown_unit_is_not_created(engine: Engine, province: Province) -> None:
    with pytest.raises(officers.NoSuchPlace):
        officers.create_officer(engine, NOW, login="nobody", name="X", role=Role.PROVINCE_ADMIN, unit_code="99-nowhere")
    assert officers.list_officers(engine) == []


def test_signing_in_opens_a_session_of_256_random_bits(officers_engine: Engine) -> None:
    token = sign_in.sign_in(officers_engine, NOW, " Chu.Tich ", PASSWORD)
    assert len(token) >= 43
    found = sign_in.resume_session(officers_engine, NOW, token)
    assert found is not None
    assert found.officer.login == "chu.tich"
    assert found.officer.grants == (Grant(Role.COMMUNE_LEADER, COMMUNES[0]),)
    with begin_read(officers_engine) as connection:
        assert connection.scalar(select(OfficerSessionRow.id)) != token
    assert actions(officers_engine, "officer.sign_in") == [("chu.tich", None, {})]


def test_a_password_may_be_typed_with_combining_marks(officers_engine: Engine) -> None:
    decomposed = "ma\u0323\u0302t kha\u0302\u0309u \u0111e\u0302\u0309 thu\u031b\u0309 nghie\u0323\u0302m"
    assert decomposed != PASSWORD
    assert sign_in.sign_in(officers_engine, NOW, "chu.tich", decomposed)


def test_unknown_login_wrong_password_and_closed_account_fail_alike(officers_engine: Engine) -> None:
    fail(officers_engine, 1)
    fail(officers_engine, 1, login="nobody-here")
    with begin_write(officers_engine) as connection:
        connection.execute(update(OfficerRow).values(disabled_at=NOW))
    with pytest.raises(sign_in.SignInFailed):
        sign_in.sign_in(officers_engine, NOW, "chu.tich", PASSWORD)
    failed = [actor for actor, *_ in actions(officers_engine, "officer.sign_in_failed")]
    assert failed == ["chu.tich", "unknown", "chu.tich"]


def test_a_login_that_no_officer_can_have_fails_like_any_other(officers_engine: Engine) -> None:
    fail(officers_engine, 5, login="chu.tich\x00")
    with pytest.raises(sign_in.TooManyTries):
        sign_in.sign_in(officers_engine, NOW, "chu.tich\x00", PASSWORD)


@pytest.mark.parametrize("login", ["chu.tich", "nobody-here"])
def test_five_failures_make_a_login_wait_whether_or_not_it_exists(officers_engine: Engine, login: str) -> None:
    fail(officers_engine, 5, login=login)
    with pytest.raises(sign_in.TooManyTries) as refused:
        sign_in.sign_in(officers_engine, NOW, login, PASSWORD)
    assert refused.value.wait == MINUTE


def test_the_wait_doubles_up_to_an_hour(officers_engine: Engine) -> None:
    now, waits = NOW, []
    fail(officers_engine, 5, now=now)
    for _ in range(8):
        with pytest.raises(sign_in.TooManyTries) as refused:
            sign_in.sign_in(officers_engine, now, "chu.tich", PASSWORD)
        waits.append(refused.value.wait // MINUTE)
        now += refused.value.wait
        fail(officers_engine, 1, now=now)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]


def test_after_the_wait_the_right_password_clears_the_failures(officers_engine: Engine) -> None:
    fail(officers_engine, 5)
    assert sign_in.sign_in(officers_engine, NOW + MINUTE, "chu.tich", PASSWORD)
    fail(officers_engine, 4, now=NOW + MINUTE)


def test_failures_are_forgotten_after_a_day_and_logins_are_never_kept(officers_engine: Engine) -> None:
    fail(officers_engine, 5, login="my-password-in-the-wrong-field")
    fail(officers_engine, 1, now=NOW + timedelta(days=1, minutes=1))
    with begin_read(officers_engine) as connection:
        kept = connection.scalars(select(SignInFailureRow.login_sha256)).all()
    assert len(kept) == 1
    assert all("password" not in entry for entry in kept)


def test_a_session_ends_when_idle_for_thirty_minutes(officers_engine: Engine) -> None:
    token = sign_in.sign_in(officers_engine, NOW, "chu.tich", PASSWORD)
    assert sign_in.resume_session(officers_engine, NOW + 30 * MINUTE, token)
    assert sign_in.resume_session(officers_engine, NOW + 60 * MINUTE, token)
    assert sign_in.resume_session(officers_engine, NOW + 91 * MINUTE, token) is None
    assert sign_in.resume_session(officers_engine, NOW + 60 * MINUTE, token) is None


def test_a_session_ends_after_eight_hours_however_busy(officers_engine: Engine) -> None:
    token = sign_in.sign_in(officers_engine, NOW, "chu.tich", PASSWORD)
    for minutes in range(20, 481, 20):
        assert sign_in.resume_session(officers_engine, NOW + minutes * MINUTE, token)
    assert sign_in.resume_session(officers_engine, NOW + 481 * MINUTE, token) is None


def test_last_seen_is_written_at_most_once_a_minute(officers_engine: Engine) -> None:
    token = sign_in.sign_in(officers_engine, NOW, "chu.tich", PASSWORD)
    seen = []
    for seconds in (30, 59, 60, 90):
        sign_in.resume_session(officers_engine, NOW + timedelta(seconds=seconds), token)
        with begin_read(officers_engine) as connection:
            moment = connection.scalar(select(OfficerSessionRow.last_seen_at))
        seen.append(moment.minute * 60 + moment.second)
    assert seen == [0, 0, 60, 60]


def test_signing_out_ends_the_session(officers_engine: Engine) -> None:
    token = sign_in.sign_in(officers_engine, NOW, "chu.tich", PASSWORD)
    opened = sign_in.resume_session(officers_engine, NOW, token)
    assert opened is not None
    sign_in.sign_out(officers_engine, NOW, token, opened.officer)
    assert sign_in.resume_session(officers_engine, NOW, token) is None
    assert actions(officers_engine, "officer.sign_out") == [("chu.tich", None, {})]


def test_a_reset_gives_a_new_password_and_ends_every_session(officers_engine: Engine) -> None:
    token = sign_in.sign_in(officers_engine, NOW, "chu.tich", PASSWORD)
    password = officers.reset_password(officers_engine, NOW, "chu.tich")
    assert sign_in.resume_session(officers_engine, NOW, token) is None
    with pytest.raises(sign_in.SignInFailed):
        sign_in.sign_in(officers_engine, NOW, "chu.tich", PASSWORD)
    assert sign_in.sign_in(officers_engine, NOW, "chu.tich", password)
    assert password not in str(actions(officers_engine, "officer.reset"))


def test_granting_again_changes_until_when_it_holds(officers_engine: Engine) -> None:
    until = (NOW + timedelta(days=9)).date()
    officers.grant_role(
        officers_engine,
        NOW,
        login="chu.tich",
        role=Role.COMMUNE_LEADER,
        unit_code=COMMUNES[0],
        valid_to=until,
    )
    officers.grant_role(officers_engine, NOW, login="chu.tich", role=Role.CENTRE_DIRECTOR, unit_code=CENTRES[1])
    [officer] = officers.list_officers(officers_engine)
    assert set(officer.grants) == {
        Grant(Role.COMMUNE_LEADER, COMMUNES[0], until),
        Grant(Role.CENTRE_DIRECTOR, CENTRES[1]),
    }


def test_unknown_officers_cannot_be_granted_or_reset(engine: Engine, province: Province) -> None:
    with pytest.raises(officers.NoSuchOfficer):
        officers.reset_password(engine, NOW, "nobody")
    with pytest.raises(officers.NoSuchOfficer):
        officers.grant_role(engine, NOW, login="nobody", role=Role.PROVINCE_ADMIN, unit_code="51")


def test_where_an_officer_may_read_and_where_home_is(officers_engine: Engine) -> None:
    officers.grant_role(
        officers_engine, NOW, login="chu.tich", role=Role.CENTRE_DIRECTOR, unit_code=f"{COMMUNES[1]}-TT"
    )
    [officer] = officers.list_officers(officers_engine)
    today, read = NOW.date(), Permission.RESULTS_READ

    def may(code: str) -> bool:
        return officers.may(officers_engine, officer, read, code, today)

    assert may(COMMUNES[0])
    assert may(f"{COMMUNES[0]}-TT-Q1")
    assert may(f"{COMMUNES[1]}-TT-Q1")
    assert not may(COMMUNES[1])
    assert not may("51")
    assert not may("no-such-unit")
    assert not may("51\x00")
    assert officers.home_unit(officers_engine, officer, read, today) == COMMUNES[0]
    assert officers.home_unit(officers_engine, officer, Permission.DATASET_EXPORT, today) is None
