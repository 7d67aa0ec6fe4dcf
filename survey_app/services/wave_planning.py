"""What a planner may choose for a wave: published questionnaires, units within the grant, days of the next quarter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine

from survey_app.domain.org_tree import OrgTree
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.permissions import Officer, Permission
from survey_app.domain.questionnaire import Wording
from survey_app.domain.wave import Wave
from survey_app.domain.wave_plan import next_quarter, overlapping, plain, quarter_days
from survey_app.services.wave_desk import titles
from survey_app.storage import org_units, waves
from survey_app.storage.database import begin_read


@dataclass(frozen=True)
class UnitChoice:
    """A unit one may tick; ``depth`` is 0 for the highest of the planner's units."""

    unit: OrgUnit
    depth: int


@dataclass(frozen=True)
class PlanChoices:
    """Everything the form of a wave offers, and what its answers are checked against."""

    titles: Mapping[tuple[str, int], Wording]
    units: tuple[UnitChoice, ...]
    waves: tuple[Wave, ...]
    tree: OrgTree

    def overlapping(self, planned: Wave) -> list[Wave]:
        """The waves that ask one of the same questionnaires at a common counter on common days."""
        return overlapping(self.tree, planned, self.waves)

    def is_within(self, code: str) -> bool:
        """Whether a unit stands at or below one of the planner's own."""
        tops = {choice.unit.code for choice in self.units if choice.depth == 0}
        return code in self.tree.units and not tops.isdisjoint(
            {code, *(unit.code for unit in self.tree.ancestors(code))}
        )

    def wave(self, code: str) -> Wave | None:
        return next((wave for wave in self.waves if wave.code == code), None)


def _listed(tree: OrgTree, top: OrgUnit, today: date) -> Iterable[UnitChoice]:
    """A granted unit, then the centres and communes below it; a commune's centre only where it has several."""
    yield UnitChoice(top, 0)
    below = [unit for unit in tree.descendants(top.code) if unit.is_valid_on(today)]
    centres = [unit for unit in below if unit.kind is UnitKind.CENTRE]
    communes = sorted((unit for unit in below if unit.kind is UnitKind.COMMUNE), key=lambda unit: plain(unit.name))
    of_communes = {commune.code for commune in communes}
    for centre in sorted((c for c in centres if c.parent_code not in of_communes), key=lambda unit: plain(unit.name)):
        yield UnitChoice(centre, 1)
    for commune in communes:
        yield UnitChoice(commune, 1)
        own = [centre for centre in centres if centre.parent_code == commune.code]
        yield from (UnitChoice(centre, 2) for centre in own if len(own) > 1)


def plan_choices(engine: Engine, officer: Officer, today: date) -> PlanChoices:
    """What this officer may plan with."""
    with begin_read(engine) as connection:
        tree = org_units.tree(connection)
        codes = dict.fromkeys(grant.unit_code for grant in officer.grants if grant.gives(Permission.WAVES_PLAN, today))
        found = (choice for code in codes if code in tree.units for choice in _listed(tree, tree.units[code], today))
        units = {choice.unit.code: choice for choice in found}
        return PlanChoices(titles(connection), tuple(units.values()), tuple(waves.every(connection).values()), tree)


def proposed_days(choices: PlanChoices, today: date) -> tuple[date, date]:
    """The first quarter after today's in which no wave begins."""
    year, quarter = next_quarter(today)
    first, last = quarter_days(year, quarter)
    while any(first <= wave.opens_on <= last for wave in choices.waves) and year < today.year + 5:
        year, quarter = next_quarter(first)
        first, last = quarter_days(year, quarter)
    return first, last
