"""Counter codes: the short word at the end of a counter's address, printed in its QR and typed by hand.

A code is seven characters of Crockford's base32 (https://www.crockford.com/base32.html): 35 random bits, no
letter that is mistaken for a digit, and no ``u``. Codes are written in lower case and read without case.
"""

from __future__ import annotations

from collections.abc import Callable

CODE_LENGTH = 7
"""Characters in a code."""

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""The 32 characters of a code, each worth its position."""

_BITS_PER_CHARACTER = 5
_HYPHENS = "-\u2010\u2011\u2013"
_FOLD = str.maketrans({"o": "0", "i": "1", "l": "1"} | dict.fromkeys(_HYPHENS))


def new_code(random_bits: Callable[[int], int]) -> str:
    """Draw a code of ``CODE_LENGTH`` characters.

    ``random_bits(n)`` returns an integer of n random bits, 0 .. 2**n - 1; pass ``secrets.randbits``, so that
    nobody can guess the code of another counter. The caller sees to it that the code is not taken.
    """
    number = random_bits(CODE_LENGTH * _BITS_PER_CHARACTER)
    shifts = range((CODE_LENGTH - 1) * _BITS_PER_CHARACTER, -1, -_BITS_PER_CHARACTER)
    return "".join(ALPHABET[number >> shift & 0b11111] for shift in shifts)


def fold_code(text: str) -> str | None:
    """Return the code a person meant by ``text``, or None if it cannot be one.

    Spaces and hyphens (also the dashes a phone puts in their place) do not count, nor does case; ``o`` is
    read as 0, ``i`` and ``l`` as 1. Whether the code belongs to a counter is for the caller to look up.
    """
    code = "".join(text.split()).lower().translate(_FOLD)
    if len(code) != CODE_LENGTH or not set(code) <= set(ALPHABET):
        return None
    return code
