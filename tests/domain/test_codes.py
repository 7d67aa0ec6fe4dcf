"""Counter codes: drawn at random, read back the way people type them."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.domain.codes import ALPHABET, CODE_LENGTH, fold_code, new_code


def test_a_code_spells_its_35_bits_most_significant_first() -> None:
    assert new_code(lambda bits: 0) == "0000000"
    assert new_code(lambda bits: 1) == "0000001"
    assert new_code(lambda bits: 31 << 30) == "z000000"
    assert new_code(lambda bits: 2**bits - 1) == "zzzzzzz"


def test_a_code_asks_for_35_random_bits_once() -> None:
    asked: list[int] = []

    def bits(count: int) -> int:
        asked.append(count)
        return 0

    new_code(bits)
    assert asked == [35]


def test_codes_drawn_from_the_system_do_not_repeat_and_use_the_whole_alphabet() -> None:
    codes = {new_code(secrets.randbits) for _ in range(2_000)}
    assert len(codes) == 2_000
    assert all(len(code) == CODE_LENGTH for code in codes)
    assert set("".join(codes)) == set(ALPHABET)


def test_the_alphabet_leaves_out_what_is_mistaken() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 32
    assert not set("ilou") & set(ALPHABET)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("7k2m9xq", "7k2m9xq"),
        ("7K2M9XQ", "7k2m9xq"),
        (" 7k2-m9xq ", "7k2m9xq"),
        ("7k2 m9 xq", "7k2m9xq"),
        ("7k2\u00a0m9\u2013xq", "7k2m9xq"),
        ("OOoIiLl", "0001111"),
    ],
)
def test_a_code_is_read_the_way_it_is_typed(typed: str, meant: str) -> None:
    assert fold_code(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "7k2m9x",
        "7k2m9xq0",
        "7k2m9xu",
        "7k2m9xU",
        "7k2m9x!",
        "7k2m9xé",
        "7k2m9x/",
        "٧k2m9xq",
        "7k2m9xđ",
    ],
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert fold_code(typed) is None


@given(st.integers(min_value=0, max_value=2**35 - 1))
def test_every_drawn_code_reads_back_as_itself_in_either_case(number: int) -> None:
    code = new_code(lambda bits: number)
    assert fold_code(code) == fold_code(code.upper()) == code
