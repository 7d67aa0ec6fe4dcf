"""What is to be done: where responses are missing, what waits for release, what needs a decision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from survey_app.domain.comments import Status
from survey_app.domain.local_day import day_of_minute, local_day, minute_of, month_of, months_back
from survey_app.domain.org_tree import OrgTree
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.wave import Wave, WaveStatus
from survey_app.domain.wave_approval import Preparation, preparation, submitted_by
from survey_app.storage import comments, counter_codes, home_counts, officers, wave_approvals, waves
from survey_app.storage.comments import CommentFilter

LOOKED_BACK = timedelta(weeks=4)
FEW = 10
"""Fewer new responses than this in four weeks are few: not one release."""
EXPIRES_WITHIN = timedelta(days=30)
FLAGGED_SHARE = 0.2
FLAGGED_BASE = 30


@dataclass(frozen=True)
class Ground:
    """What everything here is read from."""

    connection: Connection
    tree: OrgTree
    ids: Mapping[str, int]
    now: datetime

    @property
    def today(self) -> date:
        return local_day(self.now)

    def within(self, unit_code: str) -> list[OrgUnit]:
        """A unit and everything below it."""
        return [self.tree.units[unit_code], *self.tree.descendants(unit_code)]


@dataclass(frozen=True)
class Quiet:
    """A centre with few new responses in the last four weeks, though a wave is open there."""

    centre: OrgUnit
    arrived: int


@dataclass(frozen=True)
class Waiting:
    """Responses that wait for release at a unit and below, and the day of the oldest."""

    unit: OrgUnit
    responses: int
    oldest: date


@dataclass(frozen=True)
class Flagged:
    """A centre with a high share of responses under check, of ``base`` in three months."""

    centre: OrgUnit
    share: float
    base: int


@dataclass(frozen=True)
class Codes:
    """Counters without a code in force, and codes revoked in the last 30 days."""

    without: tuple[OrgUnit, ...]
    revoked: int


def open_waves(ground: Ground, unit_code: str) -> tuple[Wave, ...]:
    """The waves that take answers today at a unit, above it or below it."""
    near = {unit.code for unit in (*ground.within(unit_code), *ground.tree.ancestors(unit_code))}
    every = waves.every(ground.connection).values()
    return tuple(wave for wave in every if wave.takes_answers_on(ground.today) and near.intersection(wave.units))


def _is_asked(ground: Ground, centre: OrgUnit, found: Collection[Wave]) -> bool:
    places = {unit.code for unit in (*ground.within(centre.code), *ground.tree.ancestors(centre.code))}
    return any(places.intersection(wave.units) for wave in found)


def quiet_centres(ground: Ground, unit_code: str, found: Collection[Wave]) -> tuple[Quiet, ...]:
    """The centres asked by one of the open waves from which few responses came in four weeks, the quietest first."""
    since = ground.now - LOOKED_BACK
    arrived = home_counts.arrived_since(ground.connection, local_day(since), minute_of(since))
    quiet = []
    for centre in ground.within(unit_code):
        if centre.kind is not UnitKind.CENTRE or not centre.is_valid_on(ground.today):
            continue
        number = sum(arrived.get(ground.ids[unit.code], 0) for unit in ground.within(centre.code))
        if number < FEW and _is_asked(ground, centre, found):
            quiet.append(Quiet(centre, number))
    return tuple(sorted(quiet, key=lambda entry: (entry.arrived, entry.centre.name)))


def waiting(ground: Ground, unit_code: str) -> tuple[Waiting, ...]:
    """What waits at a unit: of a province by the units directly below it, else in one line; the longest wait first."""
    found = home_counts.waiting(ground.connection)
    top = ground.tree.units[unit_code]
    parts = ground.tree.children(unit_code) if top.kind is UnitKind.PROVINCE else (top,)
    lines = []
    for part in parts:
        held = [found[ground.ids[unit.code]] for unit in ground.within(part.code) if ground.ids[unit.code] in found]
        if held:
            lines.append(Waiting(part, sum(n for n, _ in held), day_of_minute(min(minute for _, minute in held))))
    return tuple(sorted(lines, key=lambda line: (line.oldest, -line.responses)))


def waves_to_approve(ground: Ground, unit_code: str, login: str) -> tuple[Wave, ...]:
    """Submitted by somebody else, at this unit or below."""
    steps, within = wave_approvals.every(ground.connection), {unit.code for unit in ground.within(unit_code)}
    return tuple(
        wave
        for number, wave in waves.every(ground.connection).items()
        if wave.status is WaveStatus.PLANNED
        and preparation(steps.get(number, ())) is Preparation.SUBMITTED
        and submitted_by(steps.get(number, ())) != login
        and within.issuperset(wave.units)
    )


def flagged_centres(ground: Ground, unit_code: str) -> tuple[Flagged, ...]:
    """Centres where a fifth or more of three months' responses are under check, the largest share first."""
    found = home_counts.flagged(ground.connection, months_back(month_of(ground.today), 2))
    centres = [unit for unit in ground.within(unit_code) if unit.kind is UnitKind.CENTRE]
    counted = [(centre, *found.get(ground.ids[centre.code], (0, 0))) for centre in centres]
    high = [
        Flagged(centre, caught / every, every)
        for centre, caught, every in counted
        if every >= FLAGGED_BASE and caught / every >= FLAGGED_SHARE
    ]
    return tuple(sorted(high, key=lambda entry: -entry.share))


def expiring_grants(ground: Ground, unit_code: str) -> int:
    """Accounts with a role at this unit or below that ends within 30 days."""
    last, within = ground.today + EXPIRES_WITHIN, {unit.code for unit in ground.within(unit_code)}
    return sum(
        any(g.valid_to and ground.today <= g.valid_to <= last and g.unit_code in within for g in stored.officer.grants)
        for stored in officers.every(ground.connection)
        if not stored.is_disabled
    )


def new_comments(ground: Ground, unit_code: str) -> int:
    """Comments that nobody has begun to handle."""
    unit_ids = [ground.ids[unit.code] for unit in ground.within(unit_code)]
    return comments.count(ground.connection, CommentFilter(unit_ids, status=Status.NEW))


def codes(ground: Ground, unit_code: str) -> Codes:
    """The state of the codes at a unit and below."""
    counters = [
        unit for unit in ground.within(unit_code) if unit.kind is UnitKind.COUNTER and unit.is_valid_on(ground.today)
    ]
    stays: dict[str, list[counter_codes.CounterCode]] = defaultdict(list)
    for stay in counter_codes.of_counters(ground.connection, [unit.code for unit in counters]):
        stays[stay.counter_code].append(stay)
    without = [unit for unit in counters if not any(s.is_in_force_on(ground.today) for s in stays[unit.code])]
    since = ground.now - EXPIRES_WITHIN
    revoked = sum(1 for found in stays.values() for s in found if s.revoked_at and s.revoked_at >= since)
    return Codes(tuple(without), revoked)
