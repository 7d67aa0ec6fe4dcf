"""Responses that arrive at the same moment share one commit: the disk is waited for once, not once for each."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Engine

from survey_app.domain.availability import DatabaseUnavailable
from survey_app.storage import inbox
from survey_app.storage.database import begin_single_write, begin_write
from survey_app.storage.inbox import InboxEntry


@dataclass
class _Place:
    """A response in the queue. ``is_new`` and ``error`` are set once it is settled."""

    entry: InboxEntry
    is_settled: bool = False
    is_new: bool = False
    error: Exception | None = None


class _KeyRepeated(Exception):
    """A key of the group was here before, or twice in it."""


class InboxGroup:
    """The queue of one process before the inbox. No thread of its own: whoever comes first writes for all who wait.

    Who returns from ``put`` without an error has its response on disk; a response that cannot be stored fails alone.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
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
        return place.is_new

    def _take_all(self) -> list[_Place]:
        with self._queue_lock:
            taken, self._queue = self._queue, []
        return taken

    def _settle(self, places: list[_Place]) -> None:
        try:
            self._store(places)
        except Exception as error:
            if len(places) == 1 or isinstance(error, DatabaseUnavailable):
                for place in places:
                    place.error, place.is_settled = error, True
                return
            for place in places:
                self._settle([place])

    def _store(self, places: list[_Place]) -> None:
        if len(places) == 1:
            with begin_single_write(self._engine) as connection:
                found = [inbox.put(connection, places[0].entry)]
        else:
            found = self._store_together([place.entry for place in places])
        for place, is_new in zip(places, found, strict=True):
            place.is_new, place.is_settled = is_new, True

    def _store_together(self, entries: Sequence[InboxEntry]) -> list[bool]:
        """Whether each is new. One statement for all; where a key repeats, all again and each by itself."""
        with suppress(_KeyRepeated), begin_write(self._engine) as connection:
            if not inbox.put_together(connection, entries):
                raise _KeyRepeated
            return [True] * len(entries)
        with begin_write(self._engine) as connection:
            return [inbox.put(connection, entry) for entry in entries]
