"""The mark of a form that somebody opened for a citizen."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from survey_app.services.helped_form import CHANNELS, read_mark, sign_mark

KEYS = ["new", "old"]
TODAY = date(2026, 11, 16)


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_mark_of_today_for_this_code_says_its_channel(channel: str) -> None:
    assert read_mark(KEYS, sign_mark(KEYS, "k0nt0m1", channel, TODAY), "k0nt0m1", TODAY) == channel
    assert read_mark(KEYS, sign_mark(["old"], "k0nt0m1", channel, TODAY), "k0nt0m1", TODAY) == channel


def test_another_day_another_code_another_key_and_another_channel_count_for_nothing() -> None:
    mark = sign_mark(KEYS, "k0nt0m1", "assisted", TODAY)
    assert read_mark(KEYS, mark, "k0nt0m1", TODAY + timedelta(days=1)) is None
    assert read_mark(KEYS, mark, "k0nt0m2", TODAY) is None
    assert read_mark(["stolen"], mark, "k0nt0m1", TODAY) is None
    assert read_mark(KEYS, sign_mark(KEYS, "k0nt0m1", "phone", TODAY), "k0nt0m1", TODAY) is None


@pytest.mark.parametrize("text", ["", "x", "a.b", "\x00", "é" * 300, "." * 201])
def test_what_is_no_mark_counts_for_nothing(text: str) -> None:
    assert read_mark(KEYS, text, "k0nt0m1", TODAY) is None


def test_a_mark_changed_by_one_character_counts_for_nothing() -> None:
    mark = sign_mark(KEYS, "k0nt0m1", "assisted", TODAY)
    for place in range(0, len(mark), 7):
        changed = mark[:place] + ("A" if mark[place] != "A" else "B") + mark[place + 1 :]
        assert read_mark(KEYS, changed, "k0nt0m1", TODAY) is None
