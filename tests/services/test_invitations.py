"""Inviting by link, on both databases: one link, one use, seven days, and no trace of the secret."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from survey_app.domain.permissions import Grant, Role
from survey_app.services import accounts, invitations, officers, sign_in
from survey_app.services.invitations import Invitation, NoSuchInvitation
from survey_app.services.passwords import digest
from survey_app.storage import audit_log
from survey_app.storage.database import begin_read
from survey_app.storage.officer_tables import InvitationRow, OfficerRow
from tests.scenes import CENTRES, NOW, Province

PASSWORD = "bốn từ dễ nhớ lâu"
WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)


@pytest.fixture
def desk(any_engine: Engine, any_province: Province) -> Engine:
    """A province without officers."""
    return any_engine


def invite(engine: Engine, login: str = "hoa.nguyen", **changed: object) -> Invitation:
    values = {"name": "Hoà", "role": Role.CENTRE_DIRECTOR, "unit_code": CENTRES[0], "valid_to": None, "actor": "ai.do"}
    return invitations.invite_officer(engine, NOW, login=login, **(values | changed))


def test_an_invitation_is_accepted_once(desk: Engine) -> None:
    until = NOW.date() + timedelta(days=30)
    made = invite(desk, login="Hoa.Nguyen", valid_to=until)
    assert invitations.find_invited(desk, NOW, made.secret).name == "Hoà"
    accepted = invitations.accept(desk, NOW, made.secret, PASSWORD)
    assert (accepted.login, accepted.grants) == ("hoa.nguyen", (Grant(Role.CENTRE_DIRECTOR, CENTRES[0], until),))
    assert sign_in.sign_in(desk, NOW, "hoa.nguyen", PASSWORD)
    with pytest.raises(NoSuchInvitation):
        invitations.accept(desk, NOW, made.secret, PASSWORD)


def test_the_secret_is_256_bits_and_kept_as_a_digest_only(desk: Engine) -> None:
    made = invite(desk)
    assert len(made.secret) == 43
    with begin_read(desk) as connection:
        assert connection.scalar(select(InvitationRow.secret_sha256)) == digest(made.secret)
        entries = [str(entry) for entry in audit_log.chain(connection)]
        assert connection.scalar(select(OfficerRow.password_hash)).startswith("$argon2id$")
    assert not [entry for entry in entries if made.secret in entry or digest(made.secret) in entry]


def test_without_a_password_nobody_signs_in(desk: Engine) -> None:
    invite(desk)
    for password in ("", "hoa.nguyen", "x" * 12):
        with pytest.raises(sign_in.SignInFailed):
            sign_in.sign_in(desk, NOW, "hoa.nguyen", password)


def test_a_link_ends_after_seven_days(desk: Engine) -> None:
    made = invite(desk)
    assert made.expires_at == NOW + WEEK
    assert invitations.find_invited(desk, NOW + WEEK - SECOND, made.secret)
    with pytest.raises(NoSuchInvitation):
        invitations.find_invited(desk, NOW + WEEK, made.secret)
    with pytest.raises(NoSuchInvitation):
        invitations.accept(desk, NOW + WEEK, made.secret, PASSWORD)


def test_a_new_link_voids_the_old_one_the_password_and_every_session(desk: Engine) -> None:
    invitations.accept(desk, NOW, invite(desk).secret, PASSWORD)
    session = sign_in.sign_in(desk, NOW, "hoa.nguyen", PASSWORD)
    first, second = (invitations.invite_again(desk, NOW, "Hoa.Nguyen") for _ in range(2))
    assert sign_in.resume_session(desk, NOW, session) is None
    with pytest.raises(sign_in.SignInFailed):
        sign_in.sign_in(desk, NOW, "hoa.nguyen", PASSWORD)
    with pytest.raises(NoSuchInvitation):
        invitations.find_invited(desk, NOW, first.secret)
    invitations.accept(desk, NOW, second.secret, PASSWORD)
    assert sign_in.sign_in(desk, NOW, "hoa.nguyen", PASSWORD)


def test_a_password_given_otherwise_voids_the_link(desk: Engine) -> None:
    made = invite(desk)
    officers.reset_password(desk, NOW, "hoa.nguyen")
    with pytest.raises(NoSuchInvitation):
        invitations.find_invited(desk, NOW, made.secret)


def test_a_closed_account_is_not_invited_and_its_link_sleeps(desk: Engine) -> None:
    made = invite(desk)
    accounts.disable(desk, NOW, "hoa.nguyen")
    with pytest.raises(NoSuchInvitation):
        invitations.accept(desk, NOW, made.secret, PASSWORD)
    with pytest.raises(invitations.ClosedAccount):
        invitations.invite_again(desk, NOW, "hoa.nguyen")
    accounts.enable(desk, NOW, "hoa.nguyen")
    assert invitations.find_invited(desk, NOW, made.secret)


def test_a_bad_password_leaves_the_link_as_it_was(desk: Engine) -> None:
    made = invite(desk)
    with pytest.raises(officers.BadOfficer):
        invitations.accept(desk, NOW, made.secret, "ngắn")
    assert invitations.find_invited(desk, NOW, made.secret)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"login": "x"}, officers.BadOfficer),
        ({"name": "\x00"}, officers.BadOfficer),
        ({"unit_code": "99"}, officers.NoSuchPlace),
        ({"unit_code": "\x00"}, officers.NoSuchPlace),
        ({"unit_code": "51"}, officers.WrongPlace),
    ],
)
def test_what_cannot_be_invited_leaves_nothing(desk: Engine, changed: dict, error: type[Exception]) -> None:
    with pytest.raises(error):
        invite(desk, **changed)
    assert officers.list_officers(desk) == []


def test_nobody_is_invited_twice_and_unknown_logins_get_no_link(desk: Engine) -> None:
    invite(desk)
    with pytest.raises(officers.LoginTaken):
        invite(desk)
    with pytest.raises(officers.NoSuchOfficer):
        invitations.invite_again(desk, NOW, "nobody")


@pytest.mark.parametrize("secret", ["", "\x00", "x" * 43, "x" * 10_000])
def test_secrets_that_were_never_made(desk: Engine, secret: str) -> None:
    with pytest.raises(NoSuchInvitation):
        invitations.find_invited(desk, NOW, secret)
