"""What the citizen surface needs to know, read at once and kept at most ten seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, Engine

from survey_app.domain.availability import DatabaseUnavailable
from survey_app.domain.codes import fold_code
from survey_app.domain.org_tree import OrgTree
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.wave import Wave
from survey_app.services.province_settings import ProvinceSettings, read_settings
from survey_app.storage import counter_codes, org_units, questionnaires, waves
from survey_app.storage.counter_codes import CounterCode
from survey_app.storage.database import begin_read
from survey_app.storage.questionnaires import PublishedVersion

FRESH_SECONDS = 10.0

MOST_OPENED = 10_000
"""Spellings of codes whose questionnaire is kept at hand, until the facts are read anew."""


CHOSEN = "."
"""Between a centre's code and the number of a counter chosen there, in one piece of the address.

So every address of a counter (its page, thanks, no thanks) is also one of a counter chosen at its centre, whether or
not the counter has a code of its own; and who revokes the centre's code ends them all.
"""


class UnknownCode(LookupError):
    """No counter or centre ever had this code."""


@dataclass(frozen=True)
class Place:
    """A counter (or a whole centre, whose code leads to its counters) with the units above it, nearest first."""

    counter: OrgUnit
    counter_id: int
    above: tuple[OrgUnit, ...]

    @property
    def is_centre(self) -> bool:
        """Whether this is no counter: nothing is ever answered here, a counter is chosen first."""
        return self.counter.kind is not UnitKind.COUNTER

    @property
    def centre(self) -> OrgUnit:
        return self.above[0]

    @property
    def province(self) -> OrgUnit:
        return self.above[-1]


class RevokedCode(Exception):
    """The code was revoked: another poster hangs at the counter now."""


class RetiredCounter(Exception):
    """The counter, or a unit above it, is not valid any more (or not yet); ``place`` names it."""

    def __init__(self, place: Place) -> None:
        super().__init__(place.counter.code)
        self.place = place


class NotCollecting(Exception):
    """No open wave asks anything at this counter now; ``opens_on`` is when the next one opens, if known."""

    def __init__(self, place: Place, opens_on: date | None) -> None:
        super().__init__(place.counter.code)
        self.place = place
        self.opens_on = opens_on


@dataclass(frozen=True)
class CounterChoice:
    """What a centre's code shows: its counters at which something is asked, each with the code that leads there."""

    place: Place
    code: str
    counters: tuple[tuple[str, OrgUnit], ...]
    version: PublishedVersion | None
    """What is asked first; None where the centre has no counter."""


class ChooseCounter(Exception):
    """The code is a whole centre's: at which counter they were is for the citizen to say."""

    def __init__(self, choice: CounterChoice) -> None:
        super().__init__(choice.place.counter.code)
        self.choice = choice


@dataclass(frozen=True)
class OpenForm:
    """A questionnaire open at a place."""

    place: Place
    code: str
    wave_id: int
    version: PublishedVersion
    slugs: tuple[str, ...]
    """Every questionnaire open here; the first is what the poster opens."""


@dataclass(frozen=True)
class CollectionFacts:
    """Units, codes, waves, versions and settings as they stood when read."""

    tree: OrgTree
    ids: Mapping[str, int]
    codes: Mapping[str, Sequence[CounterCode]]
    """Every stay of every code ever printed, newest first."""
    waves: Mapping[int, Wave]
    versions: Mapping[tuple[str, int], PublishedVersion]
    settings: ProvinceSettings
    _opened: dict[tuple[str, str | None, date], OpenForm] = field(default_factory=dict, repr=False, compare=False)
    """What was found open, so that the next citizen at the same counter needs no search."""

    def _place(self, unit: OrgUnit, today: date) -> Place:
        place = Place(unit, self.ids[unit.code], self.tree.ancestors(unit.code))
        if not all(one.is_valid_on(today) for one in (unit, *place.above)):
            raise RetiredCounter(place)
        return place

    def place_of(self, text: str, today: date) -> Place:
        """The counter (or centre) a typed or scanned code stands for.

        Raises UnknownCode, RevokedCode, RetiredCounter.
        """
        printed, chosen, number = text.partition(CHOSEN)
        code = fold_code(printed)
        if code is None or code not in self.codes:
            raise UnknownCode(text[:20])
        stay = next((stay for stay in self.codes[code] if stay.is_in_force_on(today)), None)
        if stay is None:
            raise RevokedCode(code)
        unit = self.tree.units[stay.counter_code]
        if not chosen:
            return self._place(unit, today)
        below = (child for child in self.tree.children(unit.code) if child.kind is UnitKind.COUNTER)
        counter = next((child for child in below if str(self.ids[child.code]) == number), None)
        if counter is None:
            raise UnknownCode(text[:20])
        return self._place(counter, today)

    def _open_at(self, place: Place, slug: str | None, today: date) -> list[tuple[int, tuple[str, int]]]:
        """(wave, questionnaire) open at a place, all or the one named. Raises NotCollecting when there is none."""
        covering = {place.counter.code, *(unit.code for unit in place.above)}
        here = [(number, wave) for number, wave in self.waves.items() if covering.intersection(wave.units)]
        taking = [(number, wave) for number, wave in here if wave.takes_answers_on(today)]
        open_now = [(number, key) for number, wave in taking for key in wave.questionnaires]
        if not any(slug in (None, key[0]) for _, key in open_now):
            coming = [wave.opens_on for _, wave in here if wave.opens_on > today and not wave.is_over_on(today)]
            raise NotCollecting(place, min(coming, default=None))
        return open_now

    def open_form(self, text: str, slug: str | None, today: date) -> OpenForm:
        """The questionnaire open at a code: the one named, else the wave's first.

        What asks about home comes last: it is for who was sent a link, not for who scans a poster.

        Raises UnknownCode, RevokedCode, RetiredCounter, NotCollecting (also for a questionnaire that is not open here),
        ChooseCounter.
        """
        asked = (text, slug, today)
        found = self._opened.get(asked)
        if found is None:
            found = self._find_open(text, slug, today)
            if len(self._opened) < MOST_OPENED:
                self._opened[asked] = found
        return found

    def _find_open(self, text: str, slug: str | None, today: date) -> OpenForm:
        place, code = self.place_of(text, today), _canonical(text)
        if place.is_centre:
            raise ChooseCounter(self._choice(place, code, slug, today))
        open_now = self._open_at(place, slug, today)
        wanted = [(number, key) for number, key in open_now if slug in (None, key[0])]
        number, chosen = min(wanted, key=lambda pair: self.versions[pair[1]].questionnaire.is_scored_by_residence)
        slugs = tuple(dict.fromkeys(key[0] for _, key in open_now))
        return OpenForm(place, code, number, self.versions[chosen], slugs)

    def _choice(self, centre: Place, code: str, slug: str | None, today: date) -> CounterChoice:
        """The counters to choose from. Raises NotCollecting where no counter of the centre asks anything."""
        counters: list[tuple[str, OrgUnit]] = []
        asked: list[tuple[str, int]] = []
        refused: list[NotCollecting] = []
        for counter in self.tree.counters_of(centre.counter.code, today):
            place = Place(counter, self.ids[counter.code], (centre.counter, *centre.above))
            try:
                asked += [key for _, key in self._open_at(place, slug, today) if slug in (None, key[0])]
            except NotCollecting as error:
                refused.append(error)
            else:
                counters.append((f"{code}{CHOSEN}{place.counter_id}", counter))
        if refused and not counters:
            raise NotCollecting(centre, min((one.opens_on for one in refused if one.opens_on), default=None))
        return CounterChoice(centre, code, tuple(counters), self.versions[asked[0]] if asked else None)

    def communes_of(self, place: Place) -> tuple[org_units.Commune, ...]:
        """The commune-level units of the place's province, by name, for the question of residence."""
        own = (c for c in org_units.communes().values() if c.province_code == place.province.code)
        return tuple(sorted(own, key=lambda commune: commune.name))


def _canonical(text: str) -> str:
    """A code that was read, as it stands in an address."""
    printed, chosen, number = text.partition(CHOSEN)
    return (fold_code(printed) or "") + chosen + number


def read_facts(connection: Connection) -> CollectionFacts:
    """Read everything at once."""
    every_unit, ids = org_units.read_all(connection)
    stays: dict[str, list[CounterCode]] = {}
    for stay in counter_codes.every(connection):
        stays.setdefault(stay.code, []).append(stay)
    versions = questionnaires.every(connection)
    return CollectionFacts(
        tree=OrgTree(every_unit),
        ids=ids,
        codes=stays,
        waves=waves.every(connection),
        versions={(v.questionnaire.slug, v.questionnaire.version): v for v in versions},
        settings=read_settings(connection),
    )


class FactsKeeper:
    """Keeps facts for ten seconds; serves the last known ones while the database is away.

    ``clock`` gives seconds that only ever grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._held: CollectionFacts | None = None
        self._read_at = 0.0

    def facts(self, engine: Engine) -> CollectionFacts:
        """Facts not older than ten seconds, if the database can be read. Raises DatabaseUnavailable at first use."""
        with self._lock:
            if self._held is None or self._clock() - self._read_at >= FRESH_SECONDS:
                try:
                    with begin_read(engine) as connection:
                        self._held = read_facts(connection)
                except DatabaseUnavailable:
                    if self._held is None:
                        raise
                self._read_at = self._clock()
            return self._held
