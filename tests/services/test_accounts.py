"""What administrators see and change of accounts, on both databases."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine

from survey_app.domain.local_day import local_day
from survey_app.domain.org_unit import UnitKind
from survey_app.domain.permissions import ROLE_PLACES, Grant, Officer, Role
from survey_app.services import accounts, invitations, officers, sign_in
from survey_app.services.accounts import AccountState
from survey_app.storage import audit_log
from survey_app.storage import officers as stored_officers
from survey_app.storage.database import begin_read
from tests.scenes import CENTRES, COMMUNES, COUNTERS, NOW, Province

PASSWORD = "mật khẩu để thử nghiệm"
DAY = timedelta(days=1)


@pytest.fixture
def desk(any_engine: Engine, any_province: Province) -> Engine:
    """A province with an administrator and a clerk."""
    make(any_engine, "quan.tri", Role.PROVINCE_ADMIN, "51")
    make(any_engine, "can.bo", Role.COUNTER_STAFF, CENTRES[0])
    return any_engine


def make(engine: Engine, login: str, role: Role, unit: str) -> None:
    officers.create_officer(engine, NOW, login=login, name=f"Ông {login}", role=role, unit_code=unit, password=PASSWORD)


def officer(engine: Engine, login: str) -> Officer:
    return next(found for found in officers.list_officers(engine) if found.login == login)


def actions(engine: Engine, action: str) -> list:
    with begin_read(engine) as connection:
        return audit_log.entries(connection, action)


def test_a_list_says_who_is_invited_active_and_closed(desk: Engine) -> None:
    make(desk, "nghi.viec", Role.HELPER, CENTRES[1])
    accounts.disable(desk, NOW, "nghi.viec", "quan.tri")
    made = invitations.invite_officer(
        desk, NOW, login="moi", name="Mới", role=Role.HELPER, unit_code=CENTRES[1], valid_to=None, actor="quan.tri"
    )
    sign_in.sign_in(desk, NOW, "can.bo", PASSWORD)
    listed = {account.login: account for account in accounts.list_accounts(desk, NOW, officer(desk, "quan.tri"))}
    assert {login: account.state for login, account in listed.items()} == {
        "can.bo": AccountState.ACTIVE,
        "moi": AccountState.INVITED,
        "nghi.viec": AccountState.CLOSED,
        "quan.tri": AccountState.ACTIVE,
    }
    assert listed["moi"].invited_until == made.expires_at
    assert listed["can.bo"].last_signed_in_on == local_day(NOW)
    assert listed["quan.tri"].last_signed_in_on is None
    assert listed["can.bo"].grants[0].unit_name == "Trung tâm Phục vụ hành chính công phường Kon Tum"


def test_the_last_sign_in_is_kept_as_a_day_and_moves_on(desk: Engine) -> None:
    for days in (0, 0, 2):
        sign_in.sign_in(desk, NOW + days * DAY, "can.bo", PASSWORD)
    page = accounts.read_account(desk, NOW + 2 * DAY, officer(desk, "quan.tri"), "can.bo")
    assert page.account.last_signed_in_on == local_day(NOW + 2 * DAY)
    assert page.sessions == 1, "those of two days ago ended"
    assert [entry.action for entry in page.latest] == ["officer.sign_in"] * 3


def test_what_lies_beyond_the_grant_is_listed_but_cannot_be_opened(desk: Engine) -> None:
    viewer = Officer("xa", "Xã", (Grant(Role.PROVINCE_ADMIN, COMMUNES[0]),))
    listed = {account.login: account.can_be_changed for account in accounts.list_accounts(desk, NOW, viewer)}
    assert listed == {"can.bo": True, "quan.tri": False}
    assert accounts.read_account(desk, NOW, viewer, "can.bo").account.login == "can.bo"
    for login in ("quan.tri", "nobody", "\x00"):
        with pytest.raises(officers.NoSuchOfficer):
            accounts.read_account(desk, NOW, viewer, login)
    assert {unit.code for unit in accounts.places_to_grant(desk, NOW, viewer)} == {COMMUNES[0], CENTRES[0]}


def test_roles_are_never_offered_at_a_counter(desk: Engine) -> None:
    offered = accounts.places_to_grant(desk, NOW, officer(desk, "quan.tri"))
    assert {unit.kind for unit in offered} == {UnitKind.PROVINCE, UnitKind.COMMUNE, UnitKind.CENTRE}


@pytest.mark.parametrize("role", Role)
def test_a_role_is_granted_only_at_fitting_places(engine: Engine, province: Province, role: Role) -> None:
    make(engine, "nguoi.moi", Role.HELPER, CENTRES[0])
    granted = set()
    places = {"51": UnitKind.PROVINCE, COMMUNES[1]: UnitKind.COMMUNE, CENTRES[1]: UnitKind.CENTRE}
    for code, kind in (places | {next(iter(COUNTERS)): UnitKind.COUNTER}).items():
        with suppress(officers.WrongPlace):
            officers.grant_role(engine, NOW, login="nguoi.moi", role=role, unit_code=code)
            granted.add(kind)
    assert granted == ROLE_PLACES[role] - {UnitKind.DEPARTMENT}


def test_an_ended_grant_was_last_valid_yesterday_and_may_be_granted_again(desk: Engine) -> None:
    held = {"login": "can.bo", "role": Role.COUNTER_STAFF, "unit_code": CENTRES[0]}
    accounts.end_grant(desk, NOW, **held, actor="quan.tri")
    assert officer(desk, "can.bo").grants == (Grant(Role.COUNTER_STAFF, CENTRES[0], local_day(NOW) - DAY),)
    with pytest.raises(accounts.NoSuchGrant):
        accounts.end_grant(desk, NOW, **held)
    officers.grant_role(desk, NOW, **held)
    assert officer(desk, "can.bo").grants == (Grant(Role.COUNTER_STAFF, CENTRES[0]),)
    assert actions(desk, "officer.revoke") == [
        ("quan.tri", CENTRES[0], {"login": "can.bo", "role": "counter_staff"}),
    ]


def test_a_closed_account_cannot_sign_in_and_an_opened_one_can(desk: Engine) -> None:
    session = sign_in.sign_in(desk, NOW, "can.bo", PASSWORD)
    accounts.disable(desk, NOW, "CAN.BO", "quan.tri")
    assert sign_in.resume_session(desk, NOW, session) is None
    with pytest.raises(sign_in.SignInFailed):
        sign_in.sign_in(desk, NOW, "can.bo", PASSWORD)
    accounts.enable(desk, NOW, "can.bo", "quan.tri")
    assert sign_in.sign_in(desk, NOW, "can.bo", PASSWORD)
    assert len(actions(desk, "officer.disable")) == len(actions(desk, "officer.enable")) == 1


def test_signing_out_everywhere_and_renaming_are_audited(desk: Engine) -> None:
    session = sign_in.sign_in(desk, NOW, "can.bo", PASSWORD)
    accounts.sign_out_everywhere(desk, NOW, "can.bo", "quan.tri")
    assert sign_in.resume_session(desk, NOW, session) is None
    accounts.rename(desk, NOW, login="can.bo", name=" Bà  Tư ", actor="quan.tri")
    assert officer(desk, "can.bo").name == "Bà Tư"
    assert actions(desk, "officer.rename")[0][2] == {"login": "can.bo", "from": "Ông can.bo", "to": "Bà Tư"}
    assert actions(desk, "officer.sign_out_everywhere") == [("quan.tri", None, {"login": "can.bo"})]


def _close(engine: Engine) -> None:
    accounts.disable(engine, NOW, "quan.tri")


def _end(engine: Engine) -> None:
    accounts.end_grant(engine, NOW, login="quan.tri", role=Role.PROVINCE_ADMIN, unit_code="51")


def _let_lapse(engine: Engine) -> None:
    officers.grant_role(
        engine, NOW, login="quan.tri", role=Role.PROVINCE_ADMIN, unit_code="51", valid_to=local_day(NOW) - DAY
    )


@pytest.mark.parametrize("change", [_close, _end, _let_lapse])
def test_the_last_active_administrator_stays(desk: Engine, change) -> None:
    make(desk, "dong", Role.PROVINCE_ADMIN, "51")
    accounts.disable(desk, NOW, "dong")
    invitations.invite_officer(
        desk, NOW, login="moi", name="Mới", role=Role.PROVINCE_ADMIN, unit_code="51", valid_to=None, actor="quan.tri"
    )
    with pytest.raises(officers.LastAdministrator):
        change(desk)
    assert officer(desk, "quan.tri").grants == (Grant(Role.PROVINCE_ADMIN, "51"),)
    assert sign_in.sign_in(desk, NOW, "quan.tri", PASSWORD)
    accounts.enable(desk, NOW, "dong")
    change(desk)


def test_where_nobody_administers_accounts_can_still_be_closed(any_engine: Engine, any_province: Province) -> None:
    make(any_engine, "can.bo", Role.COUNTER_STAFF, CENTRES[0])
    accounts.disable(any_engine, NOW, "can.bo")
    with begin_read(any_engine) as connection:
        assert [stored.is_disabled for stored in stored_officers.every(connection)] == [True]


def test_two_administrators_cannot_close_each_other_at_once(desk: Engine) -> None:
    make(desk, "thu.hai", Role.PROVINCE_ADMIN, "51")
    start, refused = Barrier(2), []

    def close(login: str, actor: str) -> None:
        start.wait()
        try:
            accounts.disable(desk, NOW, login, actor)
        except officers.LastAdministrator:
            refused.append(login)

    threads = [Thread(target=close, args=pair) for pair in (("quan.tri", "thu.hai"), ("thu.hai", "quan.tri"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1


def test_nobody_changes_their_own_power(desk: Engine) -> None:
    make(desk, "thu.hai", Role.PROVINCE_ADMIN, "51")
    own = {"login": "quan.tri", "role": Role.PROVINCE_ADMIN, "unit_code": "51", "actor": "quan.tri"}
    with pytest.raises(officers.OwnAccount):
        accounts.disable(desk, NOW, "Quan.Tri", "quan.tri")
    with pytest.raises(officers.OwnAccount):
        accounts.end_grant(desk, NOW, **own)
    with pytest.raises(officers.OwnAccount):
        officers.grant_role(desk, NOW, **own, valid_to=local_day(NOW) + DAY)
    with pytest.raises(officers.OwnAccount):
        invitations.invite_again(desk, NOW, "QUAN.TRI", "quan.tri")


@pytest.mark.parametrize("login", ["system", "unknown", "new", "SYSTEM"])
def test_words_of_the_audit_log_are_no_logins(engine: Engine, province: Province, login: str) -> None:
    with pytest.raises(officers.BadOfficer):
        make(engine, login, Role.HELPER, CENTRES[0])
