"""Enrolling, signing in with a code, recovery codes, and what a copy of the database gives away; both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import Engine, select

from survey_app.domain.permissions import Officer, Role
from survey_app.services import officers, second_factor, settings_changes, sign_in
from survey_app.storage import audit_log
from survey_app.storage import officers as stored_officers
from survey_app.storage.database import begin_read, begin_write
from survey_app.storage.officer_tables import RecoveryCodeRow, SecondFactorRow
from tests.scenes import NOW, Province

PASSWORD = "mật khẩu để thử nghiệm"
KEYS = ["the-key-of-today", "the-key-before"]
LATER = NOW + timedelta(minutes=2)
STEP = timedelta(seconds=30)

RFC_6238 = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
]
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(("second", "code"), RFC_6238)
def test_codes_are_those_of_the_standard(second: int, code: str) -> None:
    """The vectors of RFC 6238 for SHA-1; six digits are the last six of its eight."""
    step = second // 30
    assert second_factor.matching_step(RFC_SECRET, code[-6:], [step - 1, step, step + 1]) == step
    assert second_factor.matching_step(RFC_SECRET, code[-6:], [step + 2]) is None


class Enrolled:
    """An administrator with a second factor."""

    def __init__(self, engine: Engine, login: str = "quantri") -> None:
        role = Role.PROVINCE_ADMIN
        officers.create_officer(engine, NOW, login=login, name="Bà Lan", role=role, unit_code="51", password=PASSWORD)
        self.engine, self.login = engine, login
        with begin_read(engine) as connection:
            stored = stored_officers.find(connection, login)
        assert stored is not None
        self.officer: Officer = stored.officer
        self.id = stored.id
        offer = second_factor.new_offer(KEYS, NOW, self.officer)
        self.secret = offer.key.replace(" ", "")
        self.recovery = second_factor.enrol(engine, KEYS, NOW, self.officer, "", offer, self.code(NOW))

    def code(self, moment=LATER) -> str:
        return pyotp.TOTP(self.secret).at(moment)

    def half_open(self, moment=LATER) -> str:
        """The right password; what the cookie then holds."""
        with pytest.raises(sign_in.CodeNeeded) as needed:
            sign_in.sign_in(self.engine, moment, self.login, PASSWORD)
        return needed.value.token

    def accepts(self, code: str, moment=LATER, keys=KEYS) -> bool:
        """Whether a code is taken: without the password before it, which is slow on purpose."""
        with begin_write(self.engine) as connection:
            return second_factor.accept(connection, keys, moment, self.id, code) is not None

    def send(self, code: str, moment=LATER, keys=KEYS) -> str:
        return sign_in.send_code(self.engine, keys, moment, self.half_open(moment), code)


@pytest.fixture
def enrolled(any_engine: Engine, any_province: Province) -> Enrolled:
    return Enrolled(any_engine)


def actions(engine: Engine, action: str) -> list:
    with begin_read(engine) as connection:
        return audit_log.entries(connection, action)


def test_password_and_code_open_a_session(enrolled: Enrolled) -> None:
    token = enrolled.send(enrolled.code())
    opened = sign_in.resume_session(enrolled.engine, LATER, token)
    assert opened is not None
    assert (opened.officer.login, opened.is_enrolled, opened.must_enrol) == ("quantri", True, False)
    assert actions(enrolled.engine, "officer.sign_in") == [("quantri", None, {"second_factor": "code"})]


def test_a_half_open_sign_in_is_no_session(enrolled: Enrolled) -> None:
    assert sign_in.resume_session(enrolled.engine, LATER, enrolled.half_open()) is None


@pytest.mark.parametrize(("away", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(enrolled: Enrolled, away: int, fits: bool) -> None:
    assert enrolled.accepts(enrolled.code(LATER + away * STEP)) is fits


def test_a_code_is_accepted_once(enrolled: Enrolled) -> None:
    code = enrolled.code()
    assert enrolled.accepts(code)
    assert not enrolled.accepts(code)
    assert not enrolled.accepts(enrolled.code(LATER - STEP))
    assert enrolled.accepts(enrolled.code(LATER + STEP))


def test_the_code_that_enrolled_signs_nobody_in(enrolled: Enrolled) -> None:
    assert not enrolled.accepts(enrolled.code(NOW), NOW)


def at_once(number: int, act: Callable[[], object]) -> list[bool]:
    def succeeds(_place: int) -> bool:
        try:
            return bool(act())
        except (sign_in.SignInFailed, sign_in.TooManyTries):
            return False

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(succeeds, range(number)))


@pytest.mark.parametrize("kind", ["code", "recovery"])
def test_of_several_tries_at_once_one_succeeds(enrolled: Enrolled, kind: str) -> None:
    typed = enrolled.code() if kind == "code" else enrolled.recovery[0]

    def accept() -> bool:
        with begin_write(enrolled.engine) as connection:
            return second_factor.accept(connection, KEYS, LATER, enrolled.id, typed) == kind

    assert sum(at_once(6, accept)) == 1


def test_guessing_codes_is_slowed_like_passwords(enrolled: Enrolled) -> None:
    half_open = enrolled.half_open()
    for _ in range(5):
        with pytest.raises(sign_in.SignInFailed):
            sign_in.send_code(enrolled.engine, KEYS, LATER, half_open, "000000")
    with pytest.raises(sign_in.TooManyTries) as refused:
        enrolled.send(enrolled.code())
    assert refused.value.wait == timedelta(minutes=1)
    assert len(actions(enrolled.engine, "officer.second_factor_failed")) == 5
    after = LATER + timedelta(minutes=2)
    assert enrolled.send(enrolled.code(after), after)


def test_a_half_open_sign_in_lasts_ten_minutes(enrolled: Enrolled) -> None:
    half_open, late = enrolled.half_open(), LATER + timedelta(minutes=10, seconds=1)
    with pytest.raises(sign_in.HalfOpenEnded):
        sign_in.send_code(enrolled.engine, KEYS, late, half_open, enrolled.code(late))


def test_a_half_open_sign_in_opens_one_session(enrolled: Enrolled) -> None:
    half_open = enrolled.half_open()
    assert sign_in.send_code(enrolled.engine, KEYS, LATER, half_open, enrolled.code())
    with pytest.raises(sign_in.HalfOpenEnded):
        sign_in.send_code(enrolled.engine, KEYS, LATER, half_open, enrolled.code(LATER + STEP))


def test_a_reset_password_ends_half_open_sign_ins(enrolled: Enrolled) -> None:
    half_open = enrolled.half_open()
    officers.reset_password(enrolled.engine, LATER, "quantri")
    with pytest.raises(sign_in.HalfOpenEnded):
        sign_in.send_code(enrolled.engine, KEYS, LATER, half_open, enrolled.code())


def test_eight_recovery_codes_work_once_each(enrolled: Enrolled) -> None:
    assert len(set(enrolled.recovery)) == 8
    assert enrolled.send(enrolled.recovery[0])
    for code in enrolled.recovery[1:]:
        assert enrolled.accepts(code.upper())
    assert not any(enrolled.accepts(code) for code in enrolled.recovery)
    assert second_factor.standing(enrolled.engine, LATER, enrolled.officer).recovery_codes_left == 0


def test_new_recovery_codes_replace_the_old(enrolled: Enrolled) -> None:
    new = second_factor.new_recovery_codes(enrolled.engine, LATER, enrolled.officer)
    assert not enrolled.accepts(enrolled.recovery[0])
    assert enrolled.accepts(new[0])


def test_a_copy_of_the_database_gives_no_second_factor(enrolled: Enrolled) -> None:
    with begin_read(enrolled.engine) as connection:
        kept = connection.scalar(select(SecondFactorRow.encrypted_secret))
        codes = list(connection.scalars(select(RecoveryCodeRow.code_sha256)))
    assert enrolled.secret not in kept
    assert all(len(code) == 64 for code in codes)
    assert not {code.replace(" ", "") for code in enrolled.recovery} & set(codes)
    assert not enrolled.accepts(enrolled.code(), keys=["another-key"])


def test_keys_are_changed_without_enrolling_again(enrolled: Enrolled) -> None:
    assert enrolled.accepts(enrolled.code(), keys=["a-newer-key", *KEYS])
    later = LATER + timedelta(minutes=1)
    assert enrolled.accepts(enrolled.code(later), later, keys=["a-newer-key"])


def test_a_lost_key_leaves_the_recovery_codes(enrolled: Enrolled) -> None:
    assert enrolled.accepts(enrolled.recovery[0], keys=["another-key"])


def test_an_offer_is_for_one_officer_and_half_an_hour(enrolled: Enrolled) -> None:
    offer = second_factor.new_offer(KEYS, NOW, enrolled.officer)
    assert second_factor.open_offer(KEYS, LATER, enrolled.officer, offer.sealed) == offer
    other = Officer("khac", "Khác", ())
    for officer, moment, sealed in (
        (other, NOW, offer.sealed),
        (enrolled.officer, NOW + timedelta(minutes=31), offer.sealed),
        (enrolled.officer, NOW, ""),
        (enrolled.officer, NOW, "đ\x00"),
    ):
        with pytest.raises(second_factor.OfferEnded):
            second_factor.open_offer(KEYS, moment, officer, sealed)


def test_enrolling_asks_for_a_right_code(enrolled: Enrolled) -> None:
    offer = second_factor.new_offer(KEYS, NOW, enrolled.officer)
    with pytest.raises(second_factor.WrongCode):
        second_factor.enrol(enrolled.engine, KEYS, NOW, enrolled.officer, "", offer, "000000")
    assert enrolled.accepts(enrolled.code())


def test_enrolling_ends_the_other_sessions(enrolled: Enrolled) -> None:
    kept, other = enrolled.send(enrolled.code()), enrolled.send(enrolled.code(LATER + STEP))
    offer = second_factor.new_offer(KEYS, LATER, enrolled.officer)
    code = pyotp.TOTP(offer.key.replace(" ", "")).at(LATER)
    second_factor.enrol(enrolled.engine, KEYS, LATER, enrolled.officer, kept, offer, code)
    assert sign_in.resume_session(enrolled.engine, LATER, kept)
    assert sign_in.resume_session(enrolled.engine, LATER, other) is None


def test_administrators_turn_it_off_only_where_the_province_allows(enrolled: Enrolled) -> None:
    with pytest.raises(second_factor.SecondFactorRequired):
        second_factor.turn_off(enrolled.engine, NOW, enrolled.officer)
    settings_changes.change_settings(enrolled.engine, NOW, "test", {"second_factor_required": False})
    second_factor.turn_off(enrolled.engine, NOW, enrolled.officer)
    token = sign_in.sign_in(enrolled.engine, NOW, "quantri", PASSWORD)
    opened = sign_in.resume_session(enrolled.engine, NOW, token)
    assert opened is not None
    assert not opened.must_enrol
    assert actions(enrolled.engine, "officer.second_factor_off") == [("quantri", None, {})]


def test_taking_it_away_signs_out_and_leads_to_enrolment_again(enrolled: Enrolled) -> None:
    token = enrolled.send(enrolled.code())
    assert second_factor.take_away(enrolled.engine, LATER, "QuanTri")
    assert sign_in.resume_session(enrolled.engine, LATER, token) is None
    token = sign_in.sign_in(enrolled.engine, LATER, "quantri", PASSWORD)
    opened = sign_in.resume_session(enrolled.engine, LATER, token)
    assert opened is not None
    assert opened.must_enrol
    assert not second_factor.take_away(enrolled.engine, LATER, "quantri")
    with pytest.raises(officers.NoSuchOfficer):
        second_factor.take_away(enrolled.engine, LATER, "khong-co")
    assert actions(enrolled.engine, "officer.second_factor_reset") == [("system", None, {"login": "quantri"})]


def test_proving_again_asks_for_both(enrolled: Enrolled) -> None:
    engine, token = enrolled.engine, enrolled.send(enrolled.code())
    later = LATER + timedelta(minutes=11)
    opened = sign_in.resume_session(engine, later, token)
    assert opened is not None
    assert opened.is_proved(LATER + timedelta(minutes=10))
    assert not opened.is_proved(later)
    for password, code in (("x" * 12, enrolled.code(later)), (PASSWORD, ""), (PASSWORD, enrolled.code())):
        with pytest.raises(sign_in.SignInFailed):
            sign_in.prove(engine, KEYS, later, token, opened, password, code)
    sign_in.prove(engine, KEYS, later, token, opened, PASSWORD, enrolled.code(later))
    opened = sign_in.resume_session(engine, later, token)
    assert opened is not None
    assert opened.is_proved(later)
    assert len(actions(engine, "officer.confirm")) == 1
