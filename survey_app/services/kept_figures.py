"""Figures of counters kept between requests, each until something is released at its counter.

A score weighted by transactions rests on every counter of a province, and reading their sums takes longer than all
else on the page. A counter's figure is made of the releases made there; these are only ever added, and a reader sees
in its own transaction how far releasing has come (storage/release_marks.py). What was worked out at an earlier mark is
still right for counters at which nothing was released since; the others are worked out again. So every process always
tells what the database holds: nothing has to expire, and nobody has to be told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from survey_app.domain.scoring import Figure, Reading
from survey_app.storage import release_marks
from survey_app.storage.release_marks import ReleaseMark
from survey_app.storage.tallies import TallyFilter

MOST = 16
"""How many different questions are kept: a province's figures take half a megabyte."""


@dataclass(frozen=True)
class CounterFigure:
    """The overall figure of a counter, and of how many released responses it is."""

    responses: int
    overall: Figure


Found = Mapping[int, CounterFigure]
"""Counter's row -> its figure, where anything was released."""


@dataclass(frozen=True)
class Question:
    """All that figures of counters depend on beside what was released: which sums, and how they are read."""

    wanted: TallyFilter
    reading: Reading


@dataclass(frozen=True)
class _Entry:
    """Figures as they were at ``mark``; None for a counter at which nothing was released."""

    question: Question
    mark: ReleaseMark
    figures: Mapping[int, CounterFigure | None]


class KeptFigures:
    """What one process keeps of one database."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._entries: list[_Entry] = []

    def read(
        self,
        connection: Connection,
        question: Question,
        counter_ids: Sequence[int],
        work_out: Callable[[Sequence[int]], Found],
    ) -> Found:
        """The figures of these counters; ``work_out`` is asked for those not kept, or no longer right."""
        mark = release_marks.newest(connection)
        if mark is None:
            return work_out(counter_ids)
        figures = self._still_right(connection, question, mark)
        lacking = [number for number in counter_ids if number not in figures]
        if lacking:
            found = work_out(lacking)
            figures |= {number: found.get(number) for number in lacking}
        self._keep(_Entry(question, mark, figures))
        return {number: figure for number in counter_ids if (figure := figures[number]) is not None}

    def _still_right(
        self, connection: Connection, question: Question, mark: ReleaseMark
    ) -> dict[int, CounterFigure | None]:
        with self._lock:
            kept = next((entry for entry in self._entries if entry.question == question), None)
        if kept is None or kept.mark.number > mark.number:
            return {}
        grown = release_marks.units_between(connection, kept.mark, mark)
        if grown is None:
            return {}
        return {number: figure for number, figure in kept.figures.items() if number not in grown}

    def _keep(self, fresh: _Entry) -> None:
        """The newest last. What bears a later mark goes: the database may have been put back to an earlier state."""
        with self._lock:
            others = (entry for entry in self._entries if entry.question != fresh.question)
            past = (entry for entry in others if entry.mark.number <= fresh.mark.number)
            self._entries = [*past, fresh][-MOST:]


_KEPT: WeakKeyDictionary[Engine, KeptFigures] = WeakKeyDictionary()
_KEPT_LOCK = Lock()


def kept_figures(engine: Engine) -> KeptFigures:
    """What this process keeps of a database."""
    with _KEPT_LOCK:
        return _KEPT.setdefault(engine, KeptFigures())


def forget(engine: Engine) -> None:
    """As in a process that has just started (for measuring)."""
    with _KEPT_LOCK:
        _KEPT.pop(engine, None)
