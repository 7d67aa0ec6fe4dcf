"""What the citizen surface needs to know, read at once and kept at most ten seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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


class UnknownCode(LookupError):
    """No counter ever had this code."""


@dataclass(frozen=True)
class Place:
    """A counter with the units above it, nearest first."""

    counter: OrgUnit
    counter_id: int
    above: tuple[OrgUnit, ...]

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
    codes: Mapping[str, CounterCode]
    """The newest stay of every code ever printed."""
    waves: Mapping[int, Wave]
    versions: Mapping[tuple[str, int], PublishedVersion]
    settings: ProvinceSettings

    def place_of(self, text: str, today: date) -> Place:
        """The counter a typed or scanned code stands for. Raises UnknownCode, RevokedCode, RetiredCounter."""
        code = fold_code(text)
        if code is None or code not in self.codes:
            raise UnknownCode(text[:20])
        stay = self.codes[code]
        counter = self.tree.units[stay.counter_code]
        above = self.tree.ancestors(counter.code)
        if not stay.is_in_force_on(today):
            raise RevokedCode(code)
        place = Place(counter, self.ids[counter.code], above)
        if not all(unit.is_valid_on(today) for unit in (counter, *above)):
            raise RetiredCounter(place)
        return place

    def open_form(self, text: str, slug: str | None, today: date) -> OpenForm:
        """The questionnaire open at a code: the one named, else the wave's first.

        Raises UnknownCode, RevokedCode, RetiredCounter, NotCollecting (also for a questionnaire that is not open here).
        """
        place = self.place_of(text, today)
        covering = {place.counter.code, *(unit.code for unit in place.above)}
        here = [(number, wave) for number, wave in self.waves.items() if covering.intersection(wave.units)]
        open_now = [(number, wave, key) for number, wave in here if wave.takes_answers_on(today)
                    for key in wave.questionnaires]  # fmt: skip
        chosen = next(((n, key) for n, _, key in open_now if slug is None or key[0] == slug), None)
        if chosen is None:
            coming = [wave.opens_on for _, wave in here if wave.opens_on > today and not wave.is_over_on(today)]
            raise NotCollecting(place, min(coming, default=None))
        slugs = tuple(dict.fromkeys(key[0] for _, _, key in open_now))
        return OpenForm(place, fold_code(text) or "", chosen[0], self.versions[chosen[1]], slugs)

    def communes_of(self, place: Place) -> tuple[org_units.Commune, ...]:
        """The commune-level units of the place's province, by name, for the question of residence."""
        own = (c for c in org_units.communes().values() if c.province_code == place.province.code)
        return tuple(sorted(own, key=lambda commune: commune.name))


def read_facts(connection: Connection) -> CollectionFacts:
    """Read everything at once."""
    every_unit, ids = org_units.read_all(connection)
    counters = [unit.code for unit in every_unit if unit.kind is UnitKind.COUNTER]
    newest: dict[str, CounterCode] = {}
    for stay in counter_codes.of_counters(connection, counters):
        newest.setdefault(stay.code, stay)
    versions = questionnaires.every(connection)
    return CollectionFacts(
        tree=OrgTree(every_unit),
        ids=ids,
        codes=newest,
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
