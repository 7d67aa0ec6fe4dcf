"""The home page of an officer: blocks chosen by what was granted, each at the highest unit it was granted at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, Engine

from survey_app.domain.local_day import local_day
from survey_app.domain.org_tree import OrgTree
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.permissions import Officer, Permission
from survey_app.domain.recipe import Recipe
from survey_app.domain.wave import Wave, WaveStatus
from survey_app.services import home_work
from survey_app.services.alerts import Alerts, alerts_at
from survey_app.services.home_changes import (
    Changes,
    HomeReader,
    PublishedFigure,
    alone,
    read_changes,
    read_published,
)
from survey_app.services.home_work import Codes, Flagged, Ground, Quiet, Waiting
from survey_app.services.province_settings import read_settings
from survey_app.storage import org_units, questionnaires, waves
from survey_app.storage.database import begin_read


@dataclass(frozen=True)
class Work:
    """How collecting goes at a unit and below."""

    waves: tuple[Wave, ...]
    quiet: tuple[Quiet, ...]
    centres: int
    waiting: tuple[Waiting, ...]


@dataclass(frozen=True)
class Decisions:
    """What waits for this officer; None: not this officer's business."""

    waves: tuple[Wave, ...] | None = None
    flagged: tuple[Flagged, ...] | None = None
    expiring: int | None = None
    comments: int | None = None
    codes: Codes | None = None

    @property
    def are_none(self) -> bool:
        """Nothing waits."""
        codes = self.codes
        return not (self.waves or self.flagged or self.expiring or self.comments or (codes and codes.without))


@dataclass(frozen=True)
class Home:
    """What an officer finds at home; a block is None where nothing was granted that it needs.

    ``unit`` is where results are read; ``release``: how many responses make a release. ``is_bare``: there is no
    questionnaire, no counter, or no wave has begun. ``counters``: those at which the officer helps.
    """

    unit: OrgUnit | None
    is_bare: bool
    release: int
    changes: Changes | None
    work: Work | None
    decisions: Decisions | None
    integrity_at: OrgUnit | None
    centre: Changes | None
    published: PublishedFigure | None
    counters: tuple[OrgUnit, ...] | None
    alerts: Alerts | None = None
    granted_at: tuple[OrgUnit, ...] = ()
    """Where something is granted, the highest first: a home can be asked for each of them alone."""


class NotGrantedThere(LookupError):
    """A home was asked for at a unit where the officer holds no role today."""


@dataclass(frozen=True)
class _Places:
    """At which unit the officer holds a permission: the highest, the first of equals."""

    tree: OrgTree
    officer: Officer
    today: date

    def granted(self) -> tuple[OrgUnit, ...]:
        codes = {grant.unit_code for grant in self.officer.grants if grant.is_in_force_on(self.today)}
        units = [self.tree.units[code] for code in codes if code in self.tree.units]
        return tuple(sorted(units, key=lambda unit: (len(self.tree.ancestors(unit.code)), unit.code)))

    def only(self, unit_code: str | None) -> _Places:
        """The same for one of the units where something is granted. Raises NotGrantedThere."""
        if unit_code is None:
            return self
        if unit_code not in {unit.code for unit in self.granted()}:
            raise NotGrantedThere
        here = tuple(grant for grant in self.officer.grants if grant.unit_code == unit_code)
        return replace(self, officer=replace(self.officer, grants=here))

    def of(self, permission: Permission) -> OrgUnit | None:
        codes = [grant.unit_code for grant in self.officer.grants if grant.gives(permission, self.today)]
        units = [self.tree.units[code] for code in codes if code in self.tree.units]
        return min(units, key=lambda unit: len(self.tree.ancestors(unit.code)), default=None)


def _work(ground: Ground, unit: OrgUnit) -> Work:
    found = home_work.open_waves(ground, unit.code)
    centres = [entry for entry in ground.within(unit.code) if entry.kind is UnitKind.CENTRE]
    return Work(
        waves=found,
        quiet=home_work.quiet_centres(ground, unit.code, found) if found else (),
        centres=len(centres),
        waiting=home_work.waiting(ground, unit.code),
    )


def _decisions(ground: Ground, places: _Places) -> Decisions | None:
    approve, manage = places.of(Permission.WAVES_APPROVE), places.of(Permission.OFFICERS_MANAGE)
    handle, print_at = places.of(Permission.COMMENTS_HANDLE), places.of(Permission.CODES_MANAGE)
    plan = places.of(Permission.WAVES_PLAN)
    if not any((approve, manage, handle, print_at, plan)):
        return None
    return Decisions(
        waves=home_work.waves_to_approve(ground, approve.code, places.officer.login) if approve else None,
        flagged=home_work.flagged_centres(ground, plan.code) if plan else None,
        expiring=home_work.expiring_grants(ground, manage.code) if manage else None,
        comments=home_work.new_comments(ground, handle.code) if handle else None,
        codes=home_work.codes(ground, print_at.code) if print_at else None,
    )


def _is_bare(connection: Connection, every_unit: Iterable[OrgUnit]) -> bool:
    begun = any(wave.status is not WaveStatus.PLANNED for wave in waves.every(connection).values())
    has_counters = any(unit.kind is UnitKind.COUNTER for unit in every_unit)
    return not (begun and has_counters and questionnaires.every(connection))


def _counters(ground: Ground, places: _Places) -> tuple[OrgUnit, ...] | None:
    at = places.of(Permission.CITIZENS_HELP)
    within = ground.within(at.code) if at else []
    found = (unit for unit in within if unit.kind is UnitKind.COUNTER and unit.is_valid_on(ground.today))
    return tuple(found) if at else None


def _integrity_at(places: _Places) -> OrgUnit | None:
    """Whoever watches over integrity and runs no survey begins with it; others find it among the results."""
    return None if places.of(Permission.WAVES_READ) else places.of(Permission.INTEGRITY_READ)


def _home(
    connection: Connection, recipes: Mapping[str, Recipe], officer: Officer, now: datetime, at: str | None
) -> Home:
    every_unit, ids = org_units.read_all(connection)
    tree, today = OrgTree(every_unit), local_day(now)
    everywhere, ground = _Places(tree, officer, today), Ground(connection, tree, ids, now)
    places = everywhere.only(at)
    reader = HomeReader(connection, recipes, tree, today)
    unit, runs = places.of(Permission.RESULTS_READ), places.of(Permission.WAVES_READ)
    centre, published = places.of(Permission.CENTRE_SCORES_READ), places.of(Permission.PUBLISHED_READ)
    return Home(
        unit=unit,
        is_bare=_is_bare(connection, every_unit),
        release=read_settings(connection).thresholds.release,
        changes=read_changes(reader, unit.code) if unit and runs else None,
        work=_work(ground, runs) if runs else None,
        decisions=_decisions(ground, places),
        integrity_at=_integrity_at(places),
        centre=read_changes(reader, centre.code, alone) if centre else None,
        published=read_published(reader, published.code) if published and unit is None else None,
        counters=_counters(ground, places),
        alerts=alerts_at(connection, recipes, unit.code, today) if unit and runs else None,
        granted_at=everywhere.granted(),
    )


def read_home(
    engine: Engine, recipes: Mapping[str, Recipe], officer: Officer, now: datetime, at: str | None = None
) -> Home:
    """The officer's home, read in one state of the database.

    Args:
        at: only what was granted at this unit. Raises NotGrantedThere.
    """
    with begin_read(engine) as connection:
        return _home(connection, recipes, officer, now, at)
