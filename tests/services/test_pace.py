"""Slowing replies never takes the server from the others, and memory stays small."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

from survey_app.domain.quality import PaceLimits
from survey_app.services.pace import LONGEST_DELAY, MOST_KEYS, MOST_LOADS, MOST_WAITING, Arrival, Pacing

LIMITS = PaceLimits()


def test_only_a_few_replies_wait_at_once_the_others_go_out() -> None:
    waiting, end = Barrier(MOST_WAITING + 1), Event()

    def wait(_seconds: float) -> None:
        waiting.wait(10)
        assert end.wait(10)

    pacing = Pacing(wait)
    with ThreadPoolExecutor(MOST_WAITING) as pool:
        slowed = [pool.submit(pacing.slow, LONGEST_DELAY) for _ in range(MOST_WAITING)]
        waiting.wait(10)
        for _ in range(20):
            pacing.slow(LONGEST_DELAY)
        assert not any(future.done() for future in slowed)
        end.set()
        assert [future.result(10) for future in slowed] == [None] * MOST_WAITING


def test_a_slot_is_free_again_after_waiting_and_nothing_waits_without_reason() -> None:
    waited: list[float] = []
    pacing = Pacing(waited.append)
    for seconds in (0.25, 0.0, 0.1, 0.2):
        pacing.slow(seconds)
    assert waited == [0.25, 0.1, 0.2]


def test_what_came_long_ago_is_forgotten_before_memory_grows() -> None:
    pacing = Pacing()
    for place in range(MOST_KEYS + 1):
        pacing.remember(f"{place}")
        pacing.count(Arrival(f"{place}", (1, 1), f"load {place}", place // 100), LIMITS)
    assert pacing.repeats("0") == 0
    assert pacing.repeats("1") == 1
    loads = [Arrival("new", (2, 2), f"load {place}", 200) for place in (0, MOST_KEYS)]
    one_a_load = PaceLimits(page=1)
    assert MOST_LOADS < MOST_KEYS
    assert [pacing.is_over(arrival, one_a_load) for arrival in loads] == [False, True]
