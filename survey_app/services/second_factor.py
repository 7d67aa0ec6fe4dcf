"""The second factor: enrolling, accepting a code once, recovery codes, turning off.

Secrets are stored encrypted with keys derived from SECRET_KEY: a copy of the database alone gives no second factor.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection, Engine

from survey_app.domain import second_factor as rules
from survey_app.domain.local_day import local_day
from survey_app.domain.permissions import Officer
from survey_app.services.officers import NoSuchOfficer
from survey_app.services.passwords import digest
from survey_app.services.province_settings import read_settings
from survey_app.storage import audit_log, officer_sessions, officers, second_factors
from survey_app.storage.database import begin_read, begin_write

ISSUER = "Hài Lòng"
OFFER_HOLDS = timedelta(minutes=30)


class WrongCode(Exception):
    """The code is not the one the device shows now; nothing was stored."""


class OfferEnded(Exception):
    """The key on the page is too old, or was offered to somebody else; a new one must be shown."""


class SecondFactorRequired(Exception):
    """This officer may not be without a second factor."""


class NotEnrolled(Exception):
    """There is no second factor to make recovery codes for."""


@dataclass(frozen=True)
class Offer:
    """A key to enrol with: as typed, as the address a QR holds, and ``sealed`` as the form carries it back."""

    key: str
    address: str
    sealed: str


@dataclass(frozen=True)
class Standing:
    """An officer's second factor as the own page tells it."""

    enrolled_at: datetime | None
    recovery_codes_left: int
    is_required: bool

    @property
    def may_go_on(self) -> bool:
        """Whether anything but enrolling is open."""
        return self.enrolled_at is not None or not self.is_required


def _cipher(keys: Sequence[str], purpose: str) -> MultiFernet:
    """The first key encrypts, all decrypt; keys of different purposes do not open each other's."""

    def derived(key: str) -> Fernet:
        made = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(key.encode())
        return Fernet(base64.urlsafe_b64encode(made))

    return MultiFernet([derived(key) for key in keys])


def seal_secret(keys: Sequence[str], secret: str) -> str:
    """A secret as it is stored."""
    return _cipher(keys, "second factor").encrypt(secret.encode()).decode()


def matching_step(secret: str, code: str, steps: Sequence[int]) -> int | None:
    """The step whose code this is. Every step is compared, so that time tells nothing."""
    made = pyotp.HOTP(secret, digits=rules.DIGITS)
    matching = [step for step in steps if hmac.compare_digest(made.at(step).encode(), code.encode())]
    return matching[0] if matching else None


def accept(connection: Connection, keys: Sequence[str], now: datetime, officer_id: int, typed: str) -> str | None:
    """Use a code of the device or a recovery code up: "code" or "recovery"; None: neither, or used already."""
    stored = second_factors.find(connection, officer_id)
    if stored is None:
        return None
    code = rules.plain_code(typed)
    if len(code) == rules.RECOVERY_LENGTH:
        return "recovery" if second_factors.use_recovery_code(connection, officer_id, digest(code)) else None
    sealed, cipher = stored.encrypted_secret.encode(), _cipher(keys, "second factor")
    try:
        secret = cipher.decrypt(sealed).decode()
    except InvalidToken:
        return None
    step = matching_step(secret, code, rules.steps_to_try(now, stored.last_step))
    if step is None or not second_factors.use_step(connection, officer_id, step, cipher.rotate(sealed).decode()):
        return None
    return "code"


def is_required(connection: Connection, now: datetime, officer: Officer) -> bool:
    """Whether the officer may do nothing without a second factor."""
    return rules.administers(officer.grants, local_day(now)) and read_settings(connection).second_factor_required


def _row_number(connection: Connection, officer: Officer) -> int:
    stored = officers.find(connection, officer.login)
    assert stored is not None
    return stored.id


def standing(engine: Engine, now: datetime, officer: Officer) -> Standing:
    """What one's own page tells of the second factor."""
    with begin_read(engine) as connection:
        officer_id = _row_number(connection, officer)
        stored = second_factors.find(connection, officer_id)
        left = second_factors.count_recovery_codes(connection, officer_id)
        return Standing(stored.enrolled_at if stored else None, left, is_required(connection, now, officer))


def _offer(officer: Officer, secret: str, sealed: str) -> Offer:
    address = pyotp.TOTP(secret).provisioning_uri(name=officer.login, issuer_name=ISSUER)
    return Offer(rules.grouped(secret), address, sealed)


def new_offer(keys: Sequence[str], now: datetime, officer: Officer) -> Offer:
    """A fresh key to enrol with; nothing is stored before a code proves that the device holds it."""
    secret, cipher = pyotp.random_base32(), _cipher(keys, f"offer to {officer.login}")
    return _offer(officer, secret, cipher.encrypt_at_time(secret.encode(), int(now.timestamp())).decode())


def open_offer(keys: Sequence[str], now: datetime, officer: Officer, sealed: str) -> Offer:
    """The offer a form carried back. Raises OfferEnded."""
    cipher, holds = _cipher(keys, f"offer to {officer.login}"), int(OFFER_HOLDS.total_seconds())
    try:
        secret = cipher.decrypt_at_time(sealed.encode(), ttl=holds, current_time=int(now.timestamp()))
    except InvalidToken as error:
        raise OfferEnded from error
    return _offer(officer, secret.decode(), sealed)


def _make_recovery_codes(connection: Connection, officer_id: int) -> list[str]:
    codes = [
        "".join(secrets.choice(rules.RECOVERY_ALPHABET) for _ in range(rules.RECOVERY_LENGTH))
        for _ in range(rules.RECOVERY_CODES)
    ]
    second_factors.put_recovery_codes(connection, officer_id, [digest(code) for code in codes])
    return [rules.grouped(code) for code in codes]


def enrol(
    engine: Engine, keys: Sequence[str], now: datetime, officer: Officer, session: str, offer: Offer, typed: str
) -> list[str]:
    """Turn the second factor on, or move it to another device; returns the recovery codes, to be shown once.

    Every other session of the officer ends; ``session`` is what the cookie of this one holds.

    Raises:
        WrongCode: nothing was stored.
    """
    secret = offer.key.replace(" ", "")
    step = matching_step(secret, rules.plain_code(typed), rules.steps_to_try(now, 0))
    if step is None:
        raise WrongCode
    with begin_write(engine) as connection:
        second_factors.lock(connection)
        officer_id = _row_number(connection, officer)
        second_factors.put(connection, officer_id, seal_secret(keys, secret), now, step)
        codes = _make_recovery_codes(connection, officer_id)
        officer_sessions.end_others(connection, officer_id, digest(session))
        audit_log.append(connection, now, officer.login, "officer.second_factor_enrol", None, {})
    return codes


def new_recovery_codes(engine: Engine, now: datetime, officer: Officer) -> list[str]:
    """Make new recovery codes, to be shown once; the earlier ones hold no longer. Raises NotEnrolled."""
    with begin_write(engine) as connection:
        second_factors.lock(connection)
        officer_id = _row_number(connection, officer)
        if not second_factors.is_enrolled(connection, officer_id):
            raise NotEnrolled
        codes = _make_recovery_codes(connection, officer_id)
        audit_log.append(connection, now, officer.login, "officer.recovery_codes", None, {})
    return codes


def turn_off(engine: Engine, now: datetime, officer: Officer) -> None:
    """Do without a second factor from now on. Raises SecondFactorRequired."""
    with begin_write(engine) as connection:
        if is_required(connection, now, officer):
            raise SecondFactorRequired
        if second_factors.remove(connection, _row_number(connection, officer)):
            audit_log.append(connection, now, officer.login, "officer.second_factor_off", None, {})


def take_away(engine: Engine, now: datetime, login: str, actor: str = audit_log.SYSTEM) -> bool:
    """Remove somebody's second factor (the device is lost) and sign out everywhere; whether there was one.

    Raises:
        NoSuchOfficer: no such login.
    """
    with begin_write(engine) as connection:
        stored = officers.find(connection, login.lower())
        if stored is None:
            raise NoSuchOfficer(login)
        was_there = second_factors.remove(connection, stored.id)
        if was_there:
            officers.end_sessions_of(connection, stored.id)
            detail = {"login": stored.officer.login}
            audit_log.append(connection, now, actor, "officer.second_factor_reset", None, detail)
    return was_there
