"""The way from an empty system to the first wave: eight steps whose state follows from what is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from survey_app.domain.org_unit import OrgUnit


class SetUp(StrEnum):
    """The steps, in the order of doing them."""

    UNITS = "units"
    CHECK = "check"
    QUESTIONNAIRES = "questionnaires"
    CODES = "codes"
    POSTERS = "posters"
    WAVE = "wave"
    ACCOUNTS = "accounts"
    SECOND_FACTOR = "second_factor"


class StepState(StrEnum):
    """``next`` is the first that can be done; ``blocked`` waits for an earlier one."""

    DONE = "done"
    NEXT = "next"
    OPEN = "open"
    BLOCKED = "blocked"


@dataclass(frozen=True)
class Problems:
    """What is missing among the units valid today."""

    communes_without_centre: tuple[OrgUnit, ...] = ()
    centres_without_counters: tuple[OrgUnit, ...] = ()
    counters_without_field: tuple[OrgUnit, ...] = ()

    @property
    def number(self) -> int:
        return len(self.communes_without_centre) + len(self.centres_without_counters) + len(self.counters_without_field)


@dataclass(frozen=True)
class FirstRun:
    """What is there. Units count when valid today, codes when in force; nothing of this is stored.

    ``printed``: counters below a unit whose posters were printed. ``planned``, ``approved`` and ``begun`` count
    waves. ``has_second_factor`` is that of who asks; None when nobody in particular does.
    """

    communes: int
    centres: int
    counters: int
    problems: Problems
    questionnaires: tuple[str, ...]
    with_code: int
    printed: int
    planned: int
    approved: int
    begun: int
    centres_without_director: tuple[OrgUnit, ...]
    has_second_factor: bool | None

    @property
    def without_code(self) -> int:
        return self.counters - self.with_code

    @property
    def is_complete(self) -> bool:
        """Whether citizens can answer: units, questionnaires and codes are there and a wave has begun."""
        needed = (SetUp.UNITS, SetUp.QUESTIONNAIRES, SetUp.CODES)
        return self.begun > 0 and all(self._is_done(step) for step in needed)

    def _is_done(self, step: SetUp) -> bool:
        return {
            SetUp.UNITS: self.counters > 0,
            SetUp.CHECK: self.counters > 0 and self.problems.number == 0,
            SetUp.QUESTIONNAIRES: bool(self.questionnaires),
            SetUp.CODES: self.counters > 0 and self.without_code == 0,
            SetUp.POSTERS: self.with_code > 0 and self.printed >= self.with_code,
            SetUp.WAVE: self.approved + self.begun > 0,
            SetUp.ACCOUNTS: self.centres > 0 and not self.centres_without_director,
            SetUp.SECOND_FACTOR: self.has_second_factor is not False,
        }[step]

    def _is_blocked(self, step: SetUp) -> bool:
        has_units, has_codes = self.counters > 0, self.with_code > 0
        possible = {
            SetUp.CHECK: has_units,
            SetUp.CODES: has_units,
            SetUp.POSTERS: has_codes,
            SetUp.WAVE: has_units and bool(self.questionnaires),
            SetUp.ACCOUNTS: self.centres > 0,
        }
        return not possible.get(step, True)

    @property
    def states(self) -> Mapping[SetUp, StepState]:
        """The state of every step; exactly one is ``next`` until all are done."""
        found: dict[SetUp, StepState] = {}
        for step in SetUp:
            if self._is_done(step):
                found[step] = StepState.DONE
            elif self._is_blocked(step):
                found[step] = StepState.BLOCKED
            else:
                has_next = StepState.NEXT in found.values()
                found[step] = StepState.OPEN if has_next else StepState.NEXT
        return MappingProxyType(found)
