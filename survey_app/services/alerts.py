"""Alerts of the centres at and below a unit; drops are judged over the whole province, whoever reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, Engine

from survey_app.domain.alerts import Alert, Windows, clear_drops, long_withheld, silent
from survey_app.domain.comparing import Basis, Measured
from survey_app.domain.disclosure import is_withheld
from survey_app.domain.like_with_like import Alike, by_cell, like_with_like
from survey_app.domain.local_day import day_of_minute, local_day, month_of, months_back
from survey_app.domain.org_tree import OrgTree
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.questionnaire import Item
from survey_app.domain.recipe import Recipe
from survey_app.domain.scoring import Reading, measure
from survey_app.domain.tally import Tally, counts_of
from survey_app.domain.tally_layout import TallyLayout
from survey_app.domain.wave import Wave
from survey_app.services.calendar import opening
from survey_app.services.counted import Counted, unit_tallies
from survey_app.services.result_choices import default_query
from survey_app.services.results import NoSuchUnit
from survey_app.storage import alerts, home_counts, org_units, waves
from survey_app.storage.database import begin_read

MONTHS_BEFORE = 3


@dataclass(frozen=True)
class CentreAlert:
    """An alert of a centre; of a drop ``mix`` tells what was compared, on how many responses."""

    centre: OrgUnit
    alert: Alert
    mix: tuple[str, str] | None = None
    last: int = 0
    before: int = 0


@dataclass(frozen=True)
class Alerts:
    """What to look at within a unit. ``month``: the last complete one; ``tested``: centres of the province judged."""

    unit: OrgUnit
    month: date
    tested: int
    found: tuple[CentreAlert, ...]


@dataclass(frozen=True)
class _Window:
    mix: Alike
    windows: Windows


def _items(layout: TallyLayout, mix: Alike, reading: Reading) -> list[Item]:
    """The scored items with enough answers in both periods; sensitive ones never take part."""
    found = [item for _, items in layout.questionnaire.scored_sections(reading.recipe.scale) for item in items]

    def is_enough(tally: Tally, item: Item) -> bool:
        assert item.scale is not None
        counts = counts_of(layout, tally, item.id)[""]
        base = sum(counts[code] for code in item.scale.characters)
        return not is_withheld(base, reading.thresholds.score(reading.audience))

    open_items = (item for item in found if not item.is_sensitive)
    return [item for item in open_items if is_enough(mix.last, item) and is_enough(mix.before, item)]


def _measured(layout: TallyLayout, tally: Tally, items: Sequence[Item], mix: Alike, recipe: Recipe) -> Measured:
    found = measure(layout, tally, items, recipe.formula, recipe.weights_of(items))
    lineage = f"{layout.questionnaire.slug}: {' '.join(item.id for item in items)}"
    basis = Basis(recipe.slug, recipe.version, recipe.population, mix.channel, mix.stage, lineage)
    return Measured(basis, found, tally.responses, 100.0 / found.high)


def _window(counted: Counted, code: str, month: date) -> _Window | None:
    """A centre's last complete month beside the three before, on releases of one mix."""
    layout, reading, found = counted.layout, counted.readings[code], counted.found[code]
    last = by_cell(layout, [((key.stage, key.channel), tally) for key, tally in found if key.month == month])
    before = by_cell(layout, [((key.stage, key.channel), tally) for key, tally in found if key.month < month])
    mix = like_with_like(layout, last, before) if last and before else None
    items = _items(layout, mix, reading) if mix else []
    if mix is None or not items:
        return None
    sides = [_measured(layout, tally, items, mix, reading.recipe) for tally in (mix.last, mix.before)]
    return _Window(mix, Windows(code, *sides))


def _centres(tree: OrgTree, today: date) -> list[OrgUnit]:
    """Every centre with counters that is valid today."""
    every = (unit for unit in tree.units.values() if unit.kind is UnitKind.CENTRE and unit.is_valid_on(today))
    return [unit for unit in every if tree.counters_of(unit.code, today)]


@dataclass(frozen=True)
class _Ground:
    connection: Connection
    tree: OrgTree
    ids: Mapping[str, int]
    today: date
    centres: Sequence[OrgUnit]

    def within(self, code: str) -> list[str]:
        return [code, *(unit.code for unit in self.tree.descendants(code))]


def _drops(ground: _Ground, recipes: Mapping[str, Recipe], top: str) -> tuple[int, list[CentreAlert]]:
    """How many centres of the province were tested, and those that clearly fell."""
    query = default_query(ground.connection, recipes, top, ground.today)
    if query is None:
        return 0, []
    month = months_back(month_of(ground.today), 1)
    asked = replace(query, first_month=months_back(month, MONTHS_BEFORE), last_month=month)
    counted = unit_tallies(ground.connection, recipes, asked, lambda _tree, _unit: ground.centres)
    found = {centre.code: _window(counted, centre.code, month) for centre in ground.centres}
    windows = {code: window for code, window in found.items() if window}
    told = []
    for alert in clear_drops([window.windows for window in windows.values()]):
        mix = windows[alert.unit_code].mix
        sizes = mix.last.responses, mix.before.responses
        told.append(CentreAlert(ground.tree.units[alert.unit_code], alert, (mix.stage, mix.channel), *sizes))
    return len(windows), told


def _oldest_waiting(ground: _Ground) -> dict[str, date]:
    waiting = home_counts.waiting(ground.connection)
    found = {}
    for centre in ground.centres:
        held = [waiting[ground.ids[code]][1] for code in ground.within(centre.code) if ground.ids[code] in waiting]
        if held:
            found[centre.code] = day_of_minute(min(held))
    return found


def _open_since(ground: _Ground, centre: str, found: Sequence[Wave]) -> date | None:
    """The first day of the open waves that ask at a centre; None: none does."""
    near = {*ground.within(centre), *(unit.code for unit in ground.tree.ancestors(centre))}
    return min((wave.opens_on for wave in found if near.intersection(wave.units)), default=None)


def _last_received(ground: _Ground) -> dict[str, date]:
    """The day each centre asked by an open wave was last heard of, or the day before its wave began."""
    heard = alerts.last_heard(ground.connection)
    every = [wave for wave in waves.every(ground.connection).values() if wave.takes_answers_on(ground.today)]
    found = {}
    for centre in ground.centres:
        since = _open_since(ground, centre.code, every)
        if since is not None:
            days = [heard[ground.ids[code]] for code in ground.within(centre.code) if ground.ids[code] in heard]
            found[centre.code] = max([date.fromordinal(since.toordinal() - 1), *days])
    return found


def alerts_at(connection: Connection, recipes: Mapping[str, Recipe], unit_code: str, today: date) -> Alerts:
    """The alerts within a unit, in one state of the database. Raises NoSuchUnit."""
    every_unit, ids = org_units.read_all(connection)
    tree = OrgTree(every_unit)
    if unit_code not in tree.units:
        raise NoSuchUnit(unit_code)
    ground = _Ground(connection, tree, ids, today, _centres(tree, today))
    top = ([*tree.ancestors(unit_code)] or [tree.units[unit_code]])[-1].code
    tested, found = _drops(ground, recipes, top)
    others = [
        *silent(_last_received(ground), today, opening(connection, tree)),
        *long_withheld(_oldest_waiting(ground), today),
    ]
    found += [CentreAlert(tree.units[alert.unit_code], alert) for alert in others]
    near = set(ground.within(unit_code))
    month = months_back(month_of(today), 1)
    return Alerts(tree.units[unit_code], month, tested, tuple(entry for entry in found if entry.centre.code in near))


def read_alerts(engine: Engine, recipes: Mapping[str, Recipe], unit_code: str, now: datetime) -> Alerts:
    """The alerts within a unit. Raises NoSuchUnit."""
    with begin_read(engine) as connection:
        return alerts_at(connection, recipes, unit_code, local_day(now))
