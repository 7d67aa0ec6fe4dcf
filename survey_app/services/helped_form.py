"""The mark of a form that an officer opened for somebody: good for one code and one day, signed like the page token.

It says how the form was opened, never by whom: nothing of the officer's session goes to the citizen's page.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from itsdangerous import BadData, URLSafeSerializer

ASSISTED = "assisted"
PAPER = "paper"
CHANNELS = (ASSISTED, PAPER)
LONGEST = 200


def _serializer(keys: Sequence[str]) -> URLSafeSerializer:
    return URLSafeSerializer(list(reversed(keys)), salt="helped-form")


def sign_mark(keys: Sequence[str], code: str, channel: str, today: date) -> str:
    """A mark for the form of this code, signed with the first of the keys that sign pages."""
    return str(_serializer(keys).dumps([code, channel, today.isoformat()]))


def read_mark(keys: Sequence[str], text: str, code: str, today: date) -> str | None:
    """The channel a mark of today for this code stands for; None for anything else."""
    if len(text) > LONGEST:
        return None
    try:
        said = _serializer(keys).loads(text)
    except BadData:
        return None
    is_right = isinstance(said, list) and len(said) == 3 and said[0] == code and said[2] == today.isoformat()
    return said[1] if is_right and said[1] in CHANNELS else None
