"""The page token: says what was shown (version, counter, channel) and when. Integrity, not authority.

It tells one load of the page from another, so that a thousand responses sent from one load show; nothing of it is
stored with a response, and it says nothing of who loaded the page.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from itsdangerous import BadData, Signer, URLSafeSerializer

LIFE_MINUTES = 7 * 24 * 60
SKEW_MINUTES = 5
SHAPE = 6
LOAD_BYTES = 6


class BadToken(Exception):
    """Not one of ours, or changed on the way."""


class ExpiredToken(Exception):
    """Ours, but older than seven days: sign again and let the citizen send with one tap."""


@dataclass(frozen=True)
class PageFacts:
    """What a page load showed. ``minute``: when the token was signed, from which its life counts.

    ``opened``: the second the page was first opened, kept when the token is signed again; None if not known.
    ``load``: random, the same as long as the page was not opened anew; empty if not known.
    """

    version_id: int
    counter_id: int
    channel: str
    minute: int
    opened: int | None = None
    load: str = ""

    def seconds_open(self, now_second: int) -> int | None:
        """Seconds since the page was first opened, if known."""
        return None if self.opened is None else now_second - self.opened


def new_load() -> str:
    """A name for one load of a page."""
    return secrets.token_urlsafe(LOAD_BYTES)


@lru_cache(maxsize=4)
def _serializer(keys: tuple[str, ...]) -> tuple[URLSafeSerializer, Signer]:
    """How tokens are written, and their signer, which the serializer would make anew for each."""
    serializer = URLSafeSerializer(list(reversed(keys)), salt="page-token")
    return serializer, serializer.make_signer()


def sign(keys: Sequence[str], facts: PageFacts) -> str:
    """A token for ``facts``, signed with the first key."""
    return str(_serializer(tuple(keys))[0].dumps(list(vars(facts).values())))


def read_whatever_its_age(keys: Sequence[str], token: str) -> PageFacts:
    """The facts of a token signed with any of ``keys``, however old. Raises BadToken."""
    serializer, signer = _serializer(tuple(keys))
    try:
        values = serializer.load_payload(signer.unsign(token))
    except BadData as error:
        raise BadToken(token[:20]) from error
    if not isinstance(values, list) or len(values) != SHAPE:
        raise BadToken("shape")
    return PageFacts(*values)


def read(keys: Sequence[str], token: str, now_minute: int) -> PageFacts:
    """The facts of a token signed with any of ``keys`` and still alive. Raises BadToken, ExpiredToken."""
    facts = read_whatever_its_age(keys, token)
    if facts.minute > now_minute + SKEW_MINUTES:
        raise BadToken("from the future")
    if now_minute - facts.minute > LIFE_MINUTES:
        raise ExpiredToken
    return facts
