"""Passwords: argon2id hashes, random ones to show once, and the digests of what must not be kept."""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST_PASSWORD = 12
MOST_PASSWORD = 200
_HASHER = PasswordHasher()


class BadPassword(ValueError):
    """A password is too short or too long; the message says so."""


def _normal(password: str) -> str:
    """One form for a password typed with combining or with ready-made Vietnamese letters."""
    return unicodedata.normalize("NFKC", password)


def hash_password(password: str) -> str:
    """The argon2id hash of a new password. Raises BadPassword."""
    if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
        raise BadPassword(f"a password has {LEAST_PASSWORD} to {MOST_PASSWORD} characters")
    return _HASHER.hash(_normal(password))


@cache
def nobodys_hash() -> str:
    """Verified in place of an unknown login's hash, so that both take as long."""
    return _HASHER.hash(secrets.token_urlsafe(16))


def is_right(password_hash: str, password: str) -> bool:
    """Whether ``password`` is the one that was hashed; one of any length costs the same."""
    try:
        return _HASHER.verify(password_hash, _normal(password[: MOST_PASSWORD + 1]))
    except (VerificationError, InvalidHashError):
        return False


def rehashed(password_hash: str, password: str) -> str | None:
    """The hash of a right password by today's parameters; None where the present one will do."""
    return _HASHER.hash(_normal(password)) if _HASHER.check_needs_rehash(password_hash) else None


def digest(text: str) -> str:
    """SHA-256 in hex: how a session, a login that failed or an invitation is kept."""
    return sha256(text.encode()).hexdigest()


def make_password() -> str:
    """A random password of 20 characters (about 100 bits) without letters easily taken for another."""
    return "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(20))
