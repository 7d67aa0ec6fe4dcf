"""Whether anything about fewer than k people follows from what officers are shown: ``python -m tests.bench.attack``.

A month of responses reaches a small province, released night by night, patiently and by hand, until the wave is over.
Every day an attacker who pools what all roles below the inspector see asks the one tap (``services/results.py``), from
which every page, file and home is drawn, for every unit under every combination of filters. Each scorecard is
recounted from the released records: it must be that of the whole releases its filters name, digit for digit, or it is
a leak. What is then known of a figure is the set of people it counts.

Why nothing smaller follows. Releases are disjoint and never change; each holds at least k people; every figure counts
whole ones. Cut the people into *atoms*: those who stand in exactly the same figures. Two people of one release are
never told apart, so an atom is a union of releases. Any sum, difference, intersection or solution of equations among
figures gives the people of one atom the same weight, so whatever has any weight at all rests on whole atoms: on k
people or more. The program checks the premises (the recount) and the conclusion three ways: the atoms, all pairs
(A and B, A without B), and the reduced rows of the linear system in exact fractions.

The protection is that of the release: an item that few people of a release answered is known to have been answered
so by somebody among at least k. Live counts (received, waiting for release) count people and carry nothing they said.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from itertools import combinations, product
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Engine

from survey_app.domain.local_day import local_day, minute_of
from survey_app.domain.quarter import quarter_of
from survey_app.domain.record import MISSING, NOT_SHOWN
from survey_app.domain.scoring import Distribution, Scorecard
from survey_app.services.release import run_releases
from survey_app.services.results import ResultsQuery, unit_results
from survey_app.storage import migrations, releases
from survey_app.storage.database import begin_read, make_engine
from survey_app.storage.inbox import InboxEntry
from survey_app.storage.recipe_files import load_recipes
from survey_app.storage.releases import Release
from survey_app.storage.tallies import TallyFilter
from tests import scenes
from tests.scenes import COMMUNES, COUNTERS, Province, build_province, entry, put_all

K = 10
FIRST_DAY = datetime(2026, 11, 17, 1, 0, tzinfo=UTC)
AFTER = datetime(2027, 1, 4, 2, 0, tzinfo=UTC)
DAYS = 30
BY_HAND_EVERY = 7
STAGES = ("filing", "collecting", "asking", "other")
STAGE_WEIGHTS = (8, 6, 2, 1)
CHANNELS = ("poster", "ticket")
NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)
PERIODS = ((None, None), (NOVEMBER, NOVEMBER), (DECEMBER, DECEMBER), (date(2026, 10, 1), DECEMBER))
SIPAS = ResultsQuery("51", "sipas_desk", 1)
RECIPES = load_recipes(scenes.QUESTIONNAIRES_DIR / "recipes")
SEED = 20261123

People = int
"""A set of people as a bit mask: bit n is person n."""


@dataclass
class Family:
    """The sets of people whose figures were seen, each with where it was seen first."""

    seen: dict[People, str] = field(default_factory=dict)

    def add(self, people: People, where: str) -> None:
        """A figure about these people was shown."""
        if people:
            self.seen.setdefault(people, where)

    def among(self, people: People) -> Family:
        """The same figures as far as they are about these people: those an item was put to."""
        cut = Family()
        for seen, where in self.seen.items():
            cut.add(seen & people, where)
        return cut

    def thin(self, k: int) -> tuple[int, int, int]:
        """How many atoms, pairs and solutions rest on fewer than k people."""
        return len(self.thin_atoms(k)), len(self.thin_pairs(k)), len(self.thin_solutions(k))

    def atoms(self) -> list[People]:
        """The people who stand in exactly the same figures, part by part."""
        parts: list[People] = []
        for people in self.seen:
            rest = people
            split: list[People] = []
            for part in parts:
                split += [piece for piece in (part & people, part & ~people) if piece]
                rest &= ~part
            parts = [*split, rest] if rest else split
        return parts

    def thin_atoms(self, k: int) -> list[People]:
        """Atoms of fewer than k people."""
        return [part for part in self.atoms() if part.bit_count() < k]

    def thin_pairs(self, k: int) -> list[str]:
        """Pairs of figures whose common part or difference has fewer than k people."""
        found = []
        for (one, at), (other, there) in combinations(self.seen.items(), 2):
            if any(0 < part.bit_count() < k for part in (one & other, one & ~other, other & ~one)):
                found.append(f"{at} | {there}")
        return found

    def thin_solutions(self, k: int) -> list[int]:
        """Sizes under k of what the reduced rows of the linear system of all figures rest on."""
        atoms = self.atoms()
        rows = _reduced([[Fraction(bool(people & part)) for part in atoms] for people in self.seen])
        sizes = [sum(part.bit_count() for part, weight in zip(atoms, row, strict=True) if weight) for row in rows]
        return [size for size in sizes if size < k]


def _without(row: list[Fraction], known: list[Fraction], place: int) -> list[Fraction]:
    """``row`` less as much of ``known`` as leaves nothing at ``place``."""
    return [a - row[place] * b for a, b in zip(row, known, strict=True)]


def _reduced(rows: Iterable[list[Fraction]]) -> list[list[Fraction]]:
    """The reduced row echelon form, without rows of zeros."""
    basis: dict[int, list[Fraction]] = {}
    for row in rows:
        left = row
        for pivot, known in basis.items():
            if left[pivot]:
                left = _without(left, known, pivot)
        lead = next((place for place, weight in enumerate(left) if weight), None)
        if lead is None:
            continue
        fresh = [weight / left[lead] for weight in left]
        basis = {pivot: _without(known, fresh, lead) if known[lead] else known for pivot, known in basis.items()}
        basis[lead] = fresh
    return list(basis.values())


@dataclass
class Truth:
    """What the attacker does not have: who is in which release, and what they said. Person n has ``records[n]``."""

    province: Province
    heads: Mapping[int, Release]
    people: Mapping[int, People]
    records: Sequence[str]

    def counted_by(self, query: ResultsQuery) -> People:
        """The people of the whole releases a query names, told from the heads of the releases."""
        return sum(self.people[number] for number, head in self.heads.items() if self._is_in(head, query))

    def _is_in(self, head: Release, query: ResultsQuery) -> bool:
        at = next(code for code, number in self.province.ids.items() if number == head.unit_id)
        fields = COUNTERS[at][2] if at in COUNTERS else ()
        return (
            (at == query.unit_code or at.startswith(f"{query.unit_code}-"))
            and head.version_id == self.province.sipas.id
            and (query.wave is None or head.wave_id == self.province.wave_id)
            and (query.first_month or head.month) <= head.month <= (query.last_month or head.month)
            and query.stage in (None, head.stage)
            and query.channel in (None, head.channel)
            and (query.service_field is None or query.service_field in fields)
            and (query.with_flagged or not head.flagged)
        )

    def of(self, wanted: TallyFilter, part: Mapping[str, Any]) -> People:
        """The people of the whole releases that a sum is made of, or this part of it, by names of key columns."""
        if wanted.version_id != self.province.sipas.id or wanted.wave_id not in (None, self.province.wave_id):
            return 0
        first, last = wanted.first_month, wanted.last_month
        asked = replace(
            SIPAS,
            wave=None if wanted.wave_id is None else self.province.wave,
            stage=part.get("stage", wanted.stage),
            channel=part.get("channel", wanted.channel),
            first_month=part.get("month", first),
            last_month=part.get("month", last),
            with_flagged=wanted.with_flagged,
        )
        ids = [part["unit_id"]] if "unit_id" in part else wanted.unit_ids
        return sum(self.counted_by(replace(asked, unit_code=self._code_of[number])) for number in ids)

    @cached_property
    def _code_of(self) -> dict[int, str]:
        return {number: code for code, number in self.province.ids.items()}

    def closed_quarters(self, today: date) -> set[People]:
        """The people of a commune or the province in whole quarters that are over, from any one to any other."""
        quarters = sorted({quarter_of(head.month) for head in self.heads.values()})
        over = [quarter for quarter in quarters if quarter.is_closed_on(today)]
        spans = [(one, other) for one in over for other in over if one <= other]
        return {
            self.counted_by(replace(SIPAS, unit_code=code, first_month=one.first_month, last_month=other.last_month))
            for code in ("51", *COMMUNES)
            for one, other in spans
        }

    def answered(self, item: str) -> People:
        """Who gave this item one of its codes."""
        return self._whose(self.province.sipas.layout.slots_of(item)[0].column.position, MISSING)

    def put(self, position: int) -> People:
        """Whom the item in this column was put to."""
        return self._whose(position, NOT_SHOWN)

    def _whose(self, position: int, left_out: str) -> People:
        return sum(1 << place for place, record in enumerate(self.records) if record[position] not in left_out)

    def said(self, people: People) -> list[str]:
        """The records of these people."""
        return [record for number, record in enumerate(self.records) if people >> number & 1]


def read_truth(engine: Engine, province: Province) -> Truth:
    """Everything released so far; a person keeps the number, for releases are only added."""
    records: list[str] = []
    people: dict[int, People] = {}
    with begin_read(engine) as connection:
        heads = dict(releases.every_release(connection))
        for number in sorted(heads):
            found = releases.records(connection, number)
            people[number] = ((1 << len(found)) - 1) << len(records)
            records += found
    return Truth(province, heads, people, records)


def _spreads(card: Scorecard) -> Iterator[tuple[str, str, Distribution]]:
    """(item, option, distribution) of everything on a card."""
    for section in card.sections:
        for score in section.items:
            yield score.item.id, "", score.distribution
    for counted in card.counted:
        for option, distribution in counted.options.items():
            yield counted.item.id, option, distribution


def differs(province: Province, card: Scorecard, records: Sequence[str]) -> str | None:
    """What of a scorecard is not what these records say; None: it is exactly theirs."""
    if card.responses != len(records):
        return f"{card.responses} responses, not {len(records)}"
    layout = province.sipas.layout
    for item, option, shown in _spreads(card):
        slot = next(slot for slot in layout.slots_of(item) if (slot.column.option or "") == option)
        counts = Counter(record[slot.column.position] for record in records)
        answered = {code: counts[code] for code in slot.column.characters if code not in MISSING}
        if shown.base != sum(answered.values()) or shown.counts not in (None, answered):
            return f"{item} {option}: {shown.counts or shown.base}, not {answered}"
    return None


def filters(is_thorough: bool) -> list[ResultsQuery]:
    """The combinations asked every day."""
    stages, channels = (None, *STAGES), (None, *CHANNELS)
    waves = (None, "2026-q4") if is_thorough else (None,)
    cuts = [
        replace(SIPAS, stage=stage, channel=channel, with_flagged=flagged, wave=wave)
        for stage, channel, flagged, wave in product(stages, channels, (True, False), waves)
        if is_thorough or (stage, channel, flagged).count(None) + flagged >= 2
    ]
    cuts += [replace(SIPAS, first_month=first, last_month=last) for first, last in PERIODS[1:]]
    every_field = sorted({name for _, _, names, _ in COUNTERS.values() for name in names})
    return cuts + [replace(SIPAS, service_field=name) for name in (every_field if is_thorough else every_field[:2])]


def look(engine: Engine, truth: Truth, queries: Sequence[ResultsQuery], now: datetime, family: Family) -> list[str]:
    """Ask everything on one day; adds what was seen to the family and returns the figures that are no such sums."""
    leaks = []
    for query in queries:
        asked = replace(query, today=local_day(now))
        with begin_read(engine) as connection:
            cards = {result.unit.code: result.card for result in unit_results(connection, RECIPES, asked)}
        everybody = truth.counted_by(asked)
        for code in truth.province.ids:
            people, card = truth.counted_by(replace(asked, unit_code=code)), cards.get(code)
            where = f"{now:%d/%m} {code} {_told(query)}"
            if (card is None) != (people == 0):
                leaks.append(f"{where}: shown {card is not None}, {people.bit_count()} people released")
            if card is None:
                continue
            if fault := differs(truth.province, card, truth.said(people)):
                leaks.append(f"{where}: {fault}")
            family.add(people, where)
            family.add(everybody & ~people, f"{where}, the rest of the province")
    return leaks


def _told(query: ResultsQuery) -> str:
    named = (query.stage, query.channel, query.wave, query.service_field, query.first_month, query.last_month)
    return " ".join([*(str(value) for value in named if value), "" if query.with_flagged else "without flagged"])


def arrivals(province: Province, rng: Random, day: datetime) -> list[InboxEntry]:
    """A day's responses: none to six at each counter, of every stage and two channels, a tenth under check."""
    found = []
    for counter in COUNTERS:
        for place in range(rng.randint(0, 6)):
            [stage] = rng.choices(STAGES, STAGE_WEIGHTS)
            found.append(
                entry(
                    province,
                    counter,
                    rng,
                    stage=stage,
                    channel=rng.choices(CHANNELS, (4, 1))[0],
                    flagged=rng.random() < 0.1,
                    received_minute=minute_of(day) + 37 * place,
                )
            )
    return found


def days(engine: Engine, province: Province, number: int = DAYS, seed: int = SEED) -> Iterator[datetime]:
    """The evenings of the month, what may be released being released; the last one is after the wave."""
    rng = Random(seed)
    for place in range(number):
        morning = FIRST_DAY + timedelta(days=place)
        put_all(engine, arrivals(province, rng, morning))
        evening = morning + timedelta(hours=10)
        run_releases(engine, evening, is_patient=place % BY_HAND_EVERY != 0)
        yield evening
    run_releases(engine, AFTER, is_patient=True)
    yield AFTER


@dataclass(frozen=True)
class Outcome:
    """What the attack found: everything seen, and the figures that are not sums of whole releases."""

    family: Family
    leaks: list[str]
    truth: Truth

    def thin(self, k: int) -> dict[str, tuple[int, int, int]]:
        """What rests on fewer than k people: of everybody's answers, and of each item routed by the visit stage."""
        version = self.truth.province.sipas
        routed = {version.layout.columns[position].item: position for position in version.routed_positions}
        found = {"every item": self.family.thin(k)}
        return found | {item: self.family.among(self.truth.put(place)).thin(k) for item, place in routed.items()}


def attack(engine: Engine, province: Province, number: int = DAYS, *, is_thorough: bool = False) -> Outcome:
    """The whole month."""
    family, leaks, queries, known = Family(), [], filters(is_thorough), -1
    truth = read_truth(engine, province)
    for now in days(engine, province, number):
        truth = read_truth(engine, province)
        if len(truth.heads) != known:
            leaks += look(engine, truth, queries, now, family)
        known = len(truth.heads)
    return Outcome(family, leaks, truth)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 1 when anything about fewer than k people was found."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--days", type=int, default=DAYS)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'attack.sqlite3'}")
        migrations.upgrade(engine, scenes.MIGRATIONS_DIR)
        found = attack(engine, build_province(engine), asked.days, is_thorough=True)
        engine.dispose()
    return told(found)


def told(found: Outcome) -> int:
    """Print what was found; 1 when anything about fewer than k people was."""
    family, thin = found.family, found.thin(K)
    print(f"{len(found.truth.records)} responses in {len(found.truth.heads)} releases")
    print(f"{len(family.seen)} different sets of people seen, {len(family.atoms())} atoms")
    print(f"figures that are no sums of releases: {len(found.leaks)}")
    for item, (atoms, pairs, solutions) in thin.items():
        print(f"fewer than {K} people who were put {item}: atoms {atoms}, pairs {pairs}, solutions {solutions}")
    return int(bool(found.leaks) or any(map(any, thin.values())))


if __name__ == "__main__":
    sys.exit(main())
