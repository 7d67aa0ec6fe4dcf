"""Responses that arrive at the same moment share one commit: the disk is waited for once, not once for each."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from sqlalchemy import Engine

from survey_app.domain.availability import DatabaseUnavailable
from survey_app.storage import inbox
from survey_app.storage.driver import KeptDriver
from survey_app.storage.inbox import InboxEntry


@dataclass
class _Place:
    """A response in the queue. ``is_new`` and ``error`` are set once it is settled."""

    entry: InboxEntry
    is_settled: bool = False
    is_new: bool = False
    error: Exception | None = None


class InboxGroup:
    """The queue of one process before the inbox. No thread of its own: whoever comes first writes for all who wait.

    Who returns from ``put`` without an error has its response on disk; a response that cannot be stored fails alone.
    """

    def __init__(self, engine: Engine) -> None:
        self._kept = KeptDriver(engine)
        self._queue: list[_Place] = []
        self._queue_lock = threading.Lock()
        self._turn = threading.Lock()

    def put(self, entry: InboxEntry) -> bool:
        """Store a response; on return it is on disk. False: its key was here before, and nothing changed.

        Raises:
            DatabaseUnavailable: nothing of it was stored.
        """
        place = _Place(entry)
        with self._queue_lock:
            self._queue.append(place)
        with self._turn:
            if not place.is_settled:
                self._settle(self._take_all())
        if place.error is not None:
            raise place.error
        if not place.is_settled:
            raise DatabaseUnavailable("whoever wrote for it was stopped")
        return place.is_new

    def _take_all(self) -> list[_Place]:
        with self._queue_lock:
            taken, self._queue = self._queue, []
        return taken

    def _settle(self, places: list[_Place]) -> None:
        """All together; where one of them may not be stored or has a key that repeats, each by itself."""
        try:
            self._store(places)
        except DatabaseUnavailable as error:
            for place in places:
                place.error, place.is_settled = error, True
        except Exception as error:
            if len(places) == 1:
                places[0].error, places[0].is_settled = error, True
                return
            for place in places:
                self._settle([place])

    def _store(self, places: list[_Place]) -> None:
        if len(places) == 1:
            places[0].is_new = inbox.put_alone(self._kept, places[0].entry)
        else:
            inbox.put_together(self._kept, [place.entry for place in places])
            for place in places:
                place.is_new = True
        for place in places:
            place.is_settled = True
