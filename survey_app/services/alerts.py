"""Alerts of the centres at and below a unit; drops are judged over the whole province, whoever reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, Engine

from survey_app.domain.alerts import Alert, Windows, clear_drops, long_withheld, silent
from survey_app.domain.comparing import Basis, Measured
from survey_app.domain.conversion import Conversion, item_conversion
from survey_app.domain.disclosure import is_withheld
from survey_app.domain.like_with_like import Alike, Cell, Period, like_with_like
from survey_app.domain.local_day import day_of_minute, local_day, month_of, months_back
from survey_app.domain.org_tree import OrgTree
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.overall import measures
from survey_app.domain.questionnaire import Item
from survey_app.domain.recipe import Recipe
from survey_app.domain.scoring import Reading
from survey_app.domain.tally import Tally, counts_of
from survey_app.domain.tally_layout import TallyLayout
from survey_app.domain.wave import Wave
from survey_app.services.calendar import opening
from survey_app.services.result_choices import default_query
from survey_app.services.result_query import NoSuchUnit, ResultsQuery
from survey_app.services.result_source import Source, read_source
from survey_app.storage import alerts, home_counts, org_units, tallies, waves
from survey_app.storage.database import begin_read

MONTHS_BEFORE = 3


@dataclass(frozen=True)
class CentreAlert:
    """An alert of a centre; of a drop ``mix`` tells what was compared, on how many responses, over which ``items``."""

    centre: OrgUnit
    alert: Alert
    mix: tuple[str, str] | None = None
    last: int = 0
    before: int = 0
    windows: Windows | None = None
    items: tuple[Item, ...] = ()


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
    items: tuple[Item, ...]


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


def _conversion(recipe: Recipe, items: Sequence[Item]) -> Conversion:
    """From the scale of these items to printed units."""
    assert items[0].scale is not None
    return item_conversion(recipe.formula, [int(code) for code in items[0].scale.characters])


def _basis(questionnaire: str, recipe: Recipe, mix: Alike, items: Sequence[str]) -> Basis:
    lineage = f"{questionnaire}: {' '.join(items)}"
    return Basis(recipe.slug, recipe.version, recipe.population, mix.channel, mix.stage, lineage)


def _windows(source: Source, mixes: Mapping[str, Alike]) -> dict[str, _Window]:
    """Each centre's last complete month beside the months before; those over the same items are measured together."""
    layout, recipe = source.layout, source.reading.recipe
    chosen = {code: _items(layout, mix, source.reading) for code, mix in mixes.items()}
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for code, items in chosen.items():
        if items:
            alike[tuple(item.id for item in items)].append(code)
    windows: dict[str, _Window] = {}
    for names, codes in alike.items():
        items = chosen[codes[0]]
        sides = [tally for code in codes for tally in (mixes[code].last, mixes[code].before)]
        printed = _conversion(recipe, items)
        found = iter(measures(layout, sides, items, recipe.formula, recipe.weights_of(items)))
        for code in codes:
            mix = mixes[code]
            basis = _basis(layout.questionnaire.slug, recipe, mix, names)
            both = [
                Measured(basis, printed.estimate(next(found)), tally.responses, 1.0) for tally in (mix.last, mix.before)
            ]
            windows[code] = _Window(mix, Windows(code, *both), tuple(items))
    return {code: windows[code] for code in mixes if code in windows}


def _periods(source: Source, query: ResultsQuery, centres: Sequence[OrgUnit]) -> dict[str, Period]:
    """What was released for each centre in the query's months, by stage and channel."""
    wanted = source.filter(query, (centre.code for centre in centres))
    found: dict[int, dict[Cell, Tally]] = defaultdict(dict)
    for (unit, stage, channel), tally in tallies.sums(
        source.connection, wanted, ("unit_id", "stage", "channel")
    ).items():
        found[unit][stage, channel] = tally
    return {centre.code: found[source.ids[centre.code]] for centre in centres}


def _mixes(source: Source, query: ResultsQuery, centres: Sequence[OrgUnit], month: date) -> dict[str, Alike]:
    """Of each centre the releases of the month and of those before that may be compared, where there are any."""
    last = _periods(source, replace(query, first_month=month), centres)
    before = _periods(source, replace(query, last_month=months_back(month, 1)), centres)
    both = [code for code in last if last[code] and before[code]]
    found = {code: like_with_like(source.layout, last[code], before[code]) for code in both}
    return {code: mix for code, mix in found.items() if mix}


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
    source = read_source(ground.connection, recipes, asked)
    windows = _windows(source, _mixes(source, asked, ground.centres, month))
    told = []
    for alert in clear_drops([window.windows for window in windows.values()]):
        window = windows[alert.unit_code]
        mix = window.mix
        sizes = mix.last.responses, mix.before.responses
        told.append(
            CentreAlert(
                ground.tree.units[alert.unit_code],
                alert,
                (mix.stage, mix.channel),
                *sizes,
                windows=window.windows,
                items=window.items,
            )
        )
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
