"""The page token says what was shown, and nobody else can have said it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from itsdangerous import URLSafeSerializer

from survey_app.services.page_token import (
    LIFE_MINUTES,
    SKEW_MINUTES,
    BadToken,
    ExpiredToken,
    PageFacts,
    new_load,
    read,
    read_whatever_its_age,
    sign,
)

KEYS = ["the first key", "an older key"]
NOON = 29_900_000
SHOWN = PageFacts(version_id=3, counter_id=812, channel="poster", minute=NOON, opened=NOON * 60 + 7, load=new_load())


def test_a_token_tells_what_was_shown() -> None:
    assert read(KEYS, sign(KEYS, SHOWN), NOON) == SHOWN


def test_a_token_fits_a_hidden_field_as_it_is() -> None:
    assert sign(KEYS, SHOWN).replace("-", "").replace("_", "").replace(".", "").isalnum()
    assert len(sign(KEYS, SHOWN)) < 100


def test_two_loads_in_one_second_are_told_apart() -> None:
    loads = {new_load() for _ in range(1000)}
    assert len(loads) == 1000
    assert sign(KEYS, replace(SHOWN, load=loads.pop())) != sign(KEYS, replace(SHOWN, load=loads.pop()))


def test_a_token_signed_again_still_says_when_its_page_was_opened() -> None:
    week_later = replace(SHOWN, minute=NOON + LIFE_MINUTES + 1)
    assert read(KEYS, sign(KEYS, week_later), week_later.minute).seconds_open(SHOWN.opened + 40) == 40
    assert PageFacts(3, 812, "poster", NOON).seconds_open(NOON * 60) is None


def test_what_an_expired_token_said_can_still_be_read() -> None:
    token = sign(KEYS, SHOWN)
    with pytest.raises(ExpiredToken):
        read(KEYS, token, NOON + LIFE_MINUTES + 1)
    assert read_whatever_its_age(KEYS, token) == SHOWN
    with pytest.raises(BadToken):
        read_whatever_its_age(["another key"], token)


def test_the_first_key_signs_and_every_key_verifies() -> None:
    assert read(["a new key", *KEYS], sign(KEYS, SHOWN), NOON) == SHOWN
    assert sign(["a new key", *KEYS], SHOWN) == sign(["a new key"], SHOWN)
    with pytest.raises(BadToken):
        read(["a new key"], sign(KEYS, SHOWN), NOON)


def test_changing_any_character_is_noticed() -> None:
    token = sign(KEYS, SHOWN)
    for place in range(len(token) - 1):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(BadToken):
            read(KEYS, changed, NOON)


@pytest.mark.parametrize("token", ["", ".", "x", "WzFd", "é", "\0", "a" * 10_000, ".eJyrVkrOT0lVslIqLU4tUtIBAE0oBkQ.x"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(BadToken):
        read(KEYS, token, NOON)


@pytest.mark.parametrize("values", [[], [1, 2, "poster"], {"minute": 1}, "poster", 7, [1, 2, "poster", NOON, 5]])
def test_another_shape_is_refused_even_when_it_is_signed(values: object) -> None:
    token = URLSafeSerializer(KEYS, salt="page-token").dumps(values)
    with pytest.raises(BadToken):
        read(KEYS, str(token), NOON)


def test_a_token_signed_for_another_purpose_is_refused() -> None:
    foreign = URLSafeSerializer(KEYS[0], salt="ticket").dumps([3, 812, "poster", NOON, NOON * 60, "x"])
    with pytest.raises(BadToken):
        read(KEYS, str(foreign), NOON)


def test_a_token_lives_seven_days_to_the_minute() -> None:
    token = sign(KEYS, SHOWN)
    assert read(KEYS, token, NOON + 7 * 24 * 60) == SHOWN
    with pytest.raises(ExpiredToken):
        read(KEYS, token, NOON + LIFE_MINUTES + 1)


def test_a_clock_a_little_behind_is_forgiven_and_the_future_is_not() -> None:
    token = sign(KEYS, SHOWN)
    assert read(KEYS, token, NOON - SKEW_MINUTES) == SHOWN
    with pytest.raises(BadToken):
        read(KEYS, token, NOON - SKEW_MINUTES - 1)
