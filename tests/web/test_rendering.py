"""Numbers as people read them: the very text that the locale's own rules give, of figures rounded once and half-up."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from babel.numbers import format_decimal
from flask import Flask, g
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.domain.rounding import rounded
from survey_app.web.rendering import number

APP = Flask(__name__)
VALUES = st.one_of(
    st.integers(-(10**15), 10**15),
    st.fractions(min_value=-(10**12), max_value=10**12),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12),
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12),
)


def shown(value: int | Decimal | Fraction | float, places: int, language: str) -> str:
    with APP.app_context():
        g.language = language
        return number(value, places)


@settings(max_examples=400, deadline=None)
@given(VALUES, st.integers(0, 4), st.sampled_from(["vi", "en"]))
def test_numbers_are_written_as_the_locale_writes_them(
    value: int | Decimal | Fraction | float, places: int, language: str
) -> None:
    pattern = "#,##0" + ("." + "0" * places if places else "")
    expected = format_decimal(
        rounded(Fraction(value), places), format=pattern, locale=language, decimal_quantization=False
    )
    assert shown(value, places, language) == expected


@pytest.mark.parametrize(
    ("value", "places", "vietnamese", "english"),
    [
        (Fraction(24689, 20), 1, "1.234,5", "1,234.5"),
        (Fraction(79745, 1000), 2, "79,75", "79.75"),
        (Fraction(-1, 2), 0, "-1", "-1"),
        (Fraction(-1, 100), 1, "0,0", "0.0"),
        (1234567, 0, "1.234.567", "1,234,567"),
        (Decimal("0.05"), 1, "0,1", "0.1"),
        (2.675, 2, "2,67", "2.67"),
    ],
)
def test_numbers_are_rounded_once_and_half_up(
    value: int | Decimal | Fraction | float, places: int, vietnamese: str, english: str
) -> None:
    assert (shown(value, places, "vi"), shown(value, places, "en")) == (vietnamese, english)
