"""The page token: says what was shown (version, counter, channel, load minute). Integrity, not authority."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from itsdangerous import BadData, URLSafeSerializer

LIFE_MINUTES = 7 * 24 * 60
SKEW_MINUTES = 5
SHAPE = 4


class BadToken(Exception):
    """Not one of ours, or changed on the way."""


class ExpiredToken(Exception):
    """Ours, but older than seven days: sign again and let the citizen send with one tap."""


@dataclass(frozen=True)
class PageFacts:
    """What a page load showed."""

    version_id: int
    counter_id: int
    channel: str
    minute: int


def _serializer(keys: Sequence[str]) -> URLSafeSerializer:
    return URLSafeSerializer(list(reversed(keys)), salt="page-token")


def sign(keys: Sequence[str], facts: PageFacts) -> str:
    """A token for ``facts``, signed with the first key."""
    return str(_serializer(keys).dumps([facts.version_id, facts.counter_id, facts.channel, facts.minute]))


def read(keys: Sequence[str], token: str, now_minute: int) -> PageFacts:
    """The facts of a token signed with any of ``keys``. Raises BadToken, ExpiredToken."""
    try:
        values = _serializer(keys).loads(token)
    except BadData as error:
        raise BadToken(token[:20]) from error
    if not isinstance(values, list) or len(values) != SHAPE:
        raise BadToken("shape")
    facts = PageFacts(*values)
    if facts.minute > now_minute + SKEW_MINUTES:
        raise BadToken("from the future")
    if now_minute - facts.minute > LIFE_MINUTES:
        raise ExpiredToken
    return facts
