"""How thick responses come, in this process: per code, per load of a page, per key. Never per address.

A lobby shares one address, so nothing here knows one. What is over a limit is flagged and its reply a little slower;
nothing is turned away, because an honest citizen in a crowd looks the same for a while. Memory holds minutes and
hashes, no answer, is bounded, and is gone with the process; the releaser sees what several processes took together.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeVar

from survey_app.domain.quality import BURST_MINUTES, PaceLimits

DAY = 24 * 60
MOST_PLACES = 20_000
MOST_LOADS = 5_000
MOST_KEYS = 10_000

FREE_REPEATS = 3
"""Retries of a phone in a dead spot are answered at once."""

DELAY_STEP = 0.01
LONGEST_DELAY = 0.25
MOST_WAITING = 2
"""Of a worker's eight threads, so that slowing a script never takes the server from the others."""

_Name = TypeVar("_Name", bound=Hashable)
_Held = TypeVar("_Held")


@dataclass(frozen=True)
class Arrival:
    """A response that comes in: its inbox key, its place (counter and version rows), its page's load, its minute."""

    key: str
    place: tuple[int, int]
    load: str
    minute: int


def _kept(held: OrderedDict[_Name, _Held], name: _Name, new: Callable[[], _Held], most: int) -> _Held:
    """The value held under ``name``, as the newest of at most ``most``."""
    value = held.setdefault(name, new())
    held.move_to_end(name)
    while len(held) > most:
        held.popitem(last=False)
    return value


class Pacing:
    """What came in lately. ``wait`` waits for some seconds."""

    def __init__(self, wait: Callable[[float], object] = time.sleep) -> None:
        self._wait = wait
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(MOST_WAITING)
        self._minutes: OrderedDict[tuple[int, int], deque[int]] = OrderedDict()
        self._keys_of_load: OrderedDict[str, set[str]] = OrderedDict()
        self._repeats: OrderedDict[str, Counter[str]] = OrderedDict()

    def repeats(self, key: str) -> int:
        """How often this key came again, this time included; 0 for a key not stored lately."""
        with self._lock:
            seen = self._repeats.get(key)
            if seen is None:
                return 0
            seen["again"] += 1
            return seen["again"]

    def remember(self, key: str) -> None:
        """This key's response is on disk."""
        with self._lock:
            _kept(self._repeats, key, Counter, MOST_KEYS)

    def is_over(self, arrival: Arrival, limits: PaceLimits) -> bool:
        """Whether this response is one more than its code takes in ten minutes or a day, or its page load sends."""
        with self._lock:
            minutes = self._minutes.get(arrival.place, ())
            lately = sum(arrival.minute - minute < BURST_MINUTES for minute in minutes)
            today = sum(arrival.minute - minute < DAY for minute in minutes)
            sent = len(self._keys_of_load.get(arrival.load, ()))
        return lately >= limits.ten_minutes or today >= limits.day or sent >= limits.page

    def count(self, arrival: Arrival, limits: PaceLimits) -> None:
        """This response was stored."""
        with self._lock:
            minutes = _kept(self._minutes, arrival.place, deque, MOST_PLACES)
            minutes.append(arrival.minute)
            while len(minutes) > limits.day:
                minutes.popleft()
            if arrival.load:
                keys = _kept(self._keys_of_load, arrival.load, set, MOST_LOADS)
                if len(keys) < limits.page:
                    keys.add(arrival.key)

    def delay(self, arrival: Arrival, limits: PaceLimits) -> float:
        """Seconds by which a reply at this place is slowed: more, the further it is over its ten minutes' limit."""
        with self._lock:
            minutes = self._minutes.get(arrival.place, ())
            lately = sum(arrival.minute - minute < BURST_MINUTES for minute in minutes)
        return min(LONGEST_DELAY, DELAY_STEP * max(0, lately - limits.ten_minutes))

    def delay_of_repeats(self, repeats: int) -> float:
        """Seconds by which the reply to a key that came again so often is slowed."""
        return min(LONGEST_DELAY, DELAY_STEP * max(0, repeats - FREE_REPEATS))

    def slow(self, seconds: float) -> None:
        """Wait before replying, unless enough replies wait already: then reply at once."""
        if seconds > 0 and self._slots.acquire(blocking=False):
            try:
                self._wait(seconds)
            finally:
                self._slots.release()
