"""Waves as officers see them: those that touch their units, how far each has come, and what was received."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Engine

from survey_app.domain.org_tree import OrgTree
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.permissions import Officer, Permission, allows
from survey_app.domain.questionnaire import Wording
from survey_app.domain.sampling import FIVE_PERCENT, TEN_PERCENT, sample_size
from survey_app.domain.wave import Wave
from survey_app.domain.wave_approval import ApprovalStep, Preparation, preparation
from survey_app.domain.wave_plan import plain
from survey_app.services import waves
from survey_app.storage import audit_log, officers, org_units, questionnaires, wave_approvals, wave_counts
from survey_app.storage import waves as stored_waves
from survey_app.storage.database import begin_read, begin_write


@dataclass(frozen=True)
class WaveEntry:
    """A wave in the list; ``received`` counts at the units the reader may see."""

    wave: Wave
    preparation: Preparation
    units: tuple[OrgUnit, ...]
    received: int


@dataclass(frozen=True)
class UnitCount:
    """Responses received at a unit and below."""

    unit: OrgUnit
    above: OrgUnit | None
    received: int


@dataclass(frozen=True)
class Target:
    """What the formula asks of a unit with this many transactions, at an error of 5 and of 10 in a hundred."""

    unit: OrgUnit
    received: int
    transactions: int | None
    needed: int | None
    needed_roughly: int | None


@dataclass(frozen=True)
class WavePage:
    """Everything about one wave. ``above`` counts responses that joined above the centres when the wave ended."""

    wave: Wave
    preparation: Preparation
    steps: tuple[ApprovalStep, ...]
    names: Mapping[str, str]
    titles: Mapping[tuple[str, int], Wording]
    units: tuple[OrgUnit, ...]
    received: int
    centres: tuple[UnitCount, ...]
    above: int
    targets: tuple[Target, ...]
    may: frozenset[Permission]


WAVE_PERMISSIONS = (Permission.WAVES_PLAN, Permission.WAVES_APPROVE)


def _within(tree: OrgTree, code: str) -> set[str]:
    return {code, *(unit.code for unit in tree.descendants(code))}


@dataclass(frozen=True)
class Sight:
    """What an officer may see of waves: everything at and below the granted units that exist."""

    tree: OrgTree
    ids: Mapping[str, int]
    granted: tuple[str, ...]
    units: frozenset[str]
    near: frozenset[str]
    """Those units and the ones above: a wave at any of them touches what the officer may see."""

    def received(self, counts: Mapping[int, int], code: str | None = None) -> int:
        """Responses at the units in sight; only those at and below one unit if it is named."""
        wanted = self.units if code is None else self.units & _within(self.tree, code)
        return sum(counts.get(self.ids[one], 0) for one in wanted)


def _sight(connection: Connection, officer: Officer, permission: Permission, today: date) -> Sight:
    every_unit, ids = org_units.read_all(connection)
    tree = OrgTree(every_unit)
    codes = dict.fromkeys(grant.unit_code for grant in officer.grants if grant.gives(permission, today))
    granted = tuple(code for code in codes if code in tree.units)
    units = frozenset(code for top in granted for code in _within(tree, top))
    above = frozenset(unit.code for top in granted for unit in tree.ancestors(top))
    return Sight(tree, ids, granted, units, units | above)


def _by_kind_and_name(unit: OrgUnit) -> tuple[int, str, str]:
    """Province first; by name as Vietnamese is sorted, near enough (Đăk Hà before Kon Tum)."""
    return list(UnitKind).index(unit.kind), plain(unit.name), unit.code


def _shown_units(sight: Sight, wave: Wave) -> tuple[OrgUnit, ...]:
    """The wave's units that touch what the officer may see, by kind and name."""
    found = [sight.tree.units[code] for code in wave.units if code in sight.near]
    return tuple(sorted(found, key=_by_kind_and_name))


def listing(engine: Engine, officer: Officer, today: date) -> list[WaveEntry]:
    """The waves that touch the officer's units, newest first."""
    with begin_read(engine) as connection:
        sight = _sight(connection, officer, Permission.WAVES_READ, today)
        steps, counts = wave_approvals.every(connection), wave_counts.received(connection)
        return [
            WaveEntry(
                wave,
                preparation(steps.get(number, ())),
                _shown_units(sight, wave),
                sight.received(counts.get(number, {})),
            )
            for number, wave in stored_waves.every(connection).items()
            if sight.near.intersection(wave.units)
        ]


def may(tree: OrgTree, officer: Officer, permission: Permission, units: Collection[str], today: date) -> bool:
    """Whether the officer holds ``permission`` at every one of these units."""
    return all(
        code in tree.units
        and allows(officer.grants, permission, code, [unit.code for unit in tree.ancestors(code)], today)
        for code in units
    )


def may_change(engine: Engine, officer: Officer, code: str, permission: Permission, today: date) -> bool:
    """Whether the officer holds ``permission`` wherever the wave runs. False for an unknown wave."""
    with begin_read(engine) as connection:
        found = stored_waves.find(connection, code)
        return found is not None and may(org_units.tree(connection), officer, permission, found[1].units, today)


def _centres(sight: Sight, wave: Wave, counts: Mapping[int, int]) -> tuple[UnitCount, ...]:
    covered = {code for top in wave.units for code in _within(sight.tree, top)} | set(wave.units)
    above_covered = {unit.code for code in wave.units for unit in sight.tree.ancestors(code)}
    shown = [
        unit
        for unit in sight.tree.units.values()
        if unit.kind is UnitKind.CENTRE and unit.code in sight.units and unit.code in covered | above_covered
    ]
    return tuple(
        UnitCount(unit, sight.tree.units.get(unit.parent_code or ""), sight.received(counts, unit.code))
        for unit in sorted(shown, key=_by_kind_and_name)
    )


def _target_units(sight: Sight, wave: Wave) -> list[OrgUnit]:
    """Where transactions may be entered: the wave's units, and the communes and centres below them."""
    wanted = set(wave.units)
    for top in wave.units:
        below = sight.tree.descendants(top)
        wanted |= {unit.code for unit in below if unit.kind in (UnitKind.COMMUNE, UnitKind.CENTRE)}
    found = [sight.tree.units[code] for code in wanted & sight.units]
    return sorted(found, key=_by_kind_and_name)


def _target(sight: Sight, counts: Mapping[int, int], unit: OrgUnit, transactions: int | None) -> Target:
    sizes = [transactions and sample_size(transactions, error) for error in (FIVE_PERCENT, TEN_PERCENT)]
    return Target(unit, sight.received(counts, unit.code), transactions, *sizes)


def _targets(
    connection: Connection, sight: Sight, found: tuple[int, Wave], counts: Mapping[int, int]
) -> tuple[Target, ...]:
    entered = wave_counts.transactions(connection, found[0])
    return tuple(
        _target(sight, counts, unit, entered.get(sight.ids[unit.code])) for unit in _target_units(sight, found[1])
    )


def _names(connection: Connection) -> dict[str, str]:
    """Login -> name of everybody with an account."""
    return {stored.officer.login: stored.officer.name for stored in officers.every(connection)}


def page(engine: Engine, officer: Officer, code: str, today: date) -> WavePage:
    """One wave that touches the officer's units.

    Raises:
        UnknownWave: no such wave, or none of its units is near the officer's.
    """
    with begin_read(engine) as connection:
        found = waves.known(connection, code)
        number, wave = found
        sight = _sight(connection, officer, Permission.WAVES_READ, today)
        if not sight.near.intersection(wave.units):
            raise waves.UnknownWave(code)
        counts = wave_counts.received(connection).get(number, {})
        centres = _centres(sight, wave, counts)
        received = sight.received(counts)
        steps = wave_approvals.of_wave(connection, number)
        in_sight = _sight(connection, officer, Permission.WAVE_TARGETS_READ, today)
        return WavePage(
            wave=wave,
            preparation=preparation(steps),
            steps=steps,
            names=_names(connection),
            titles=titles(connection),
            units=_shown_units(sight, wave),
            received=received,
            centres=centres,
            above=received - sum(centre.received for centre in centres),
            targets=_targets(connection, in_sight, found, counts),
            may=frozenset(p for p in WAVE_PERMISSIONS if may(sight.tree, officer, p, wave.units, today)),
        )


def titles(connection: Connection) -> dict[tuple[str, int], Wording]:
    """(slug, version) -> title of every published questionnaire."""
    found = questionnaires.every(connection)
    return {(v.questionnaire.slug, v.questionnaire.version): v.questionnaire.title for v in found}


def enter_transactions(engine: Engine, code: str, numbers: Mapping[str, int | None], now: datetime, actor: str) -> None:
    """Keep how many transactions these units have in the period of the wave (None: not known).

    Raises:
        UnknownWave: nothing was changed.
    """
    with begin_write(engine) as connection:
        wave_id, wave = waves.known(connection, code)
        ids = org_units.read_all(connection)[1]
        entered = wave_counts.transactions(connection, wave_id)
        changed = {one: n for one, n in numbers.items() if one in ids and entered.get(ids[one]) != n}
        wave_counts.put_transactions(connection, wave_id, {ids[one]: n for one, n in changed.items()})
        if changed:
            detail = {"wave": code, "transactions": changed}
            audit_log.append(connection, now, actor, "wave.transactions", waves.place_of(wave), detail)


def known_steps(page_of_wave: WavePage) -> Sequence[tuple[ApprovalStep, str]]:
    """Each step with the name of who took it, the login where the account is unknown."""
    return [(step, page_of_wave.names.get(step.by, step.by)) for step in page_of_wave.steps]
