"""Sample answers about home: two waves that ask the PAPI-style modules, mostly of people from a few communes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from sqlalchemy import Engine

from survey_app.domain.local_day import local_day
from survey_app.domain.org_unit import UnitKind
from survey_app.domain.wave import Wave, WaveStatus
from survey_app.services import counters, units, waves
from survey_app.services.sample_answers import lean_of
from survey_app.services.sample_entries import Crowd, sample_entries
from survey_app.storage import org_units, questionnaires
from survey_app.storage import waves as stored_waves
from survey_app.storage.audit_log import SYSTEM
from survey_app.storage.database import begin_read
from survey_app.storage.inbox import InboxEntry
from survey_app.storage.questionnaires import PublishedVersion

LINKS, DESKS = "mau-papi", "mau-papi-quay"
MODULES = ("papi_d1", "papi_d2", "papi_d3", "papi_d4", "papi_d6", "papi_d7", "papi_d8")
DESK_MODULE = "papi_d5_desk"
LINK_CENTRE = "51-TT"
COMMUNES = 6
"""So many communes have people who answer often enough to be shown."""
SHARE, MOST = 0.2, 8_000
"""Of all sample responses so many are about home, at most."""
OFTEN_SHARE = 0.8
MODULE_LEAN = {"papi_d2": -0.5, "papi_d4": -0.3, "papi_d6": 0.3, "papi_d7": -0.4, "papi_d8": -0.7}


@dataclass(frozen=True)
class Homes:
    """Who answers what about home: modules with wave and counters, communes often and seldom named."""

    modules: tuple[tuple[PublishedVersion, int, tuple[int, ...]], ...]
    often: tuple[str, ...]
    seldom: tuple[str, ...]
    share: float

    def entries(self, number: int, minutes: range, rng: np.random.Generator) -> list[InboxEntry]:
        """What so many people send in these minutes; ``share`` of all sample responses are such."""
        found: list[InboxEntry] = []
        shares = rng.multinomial(number, [1 / len(self.modules)] * len(self.modules)).tolist()
        for module, people in zip(self.modules, shares, strict=True):
            found += sample_entries(self._crowd(*module, people, rng), minutes, rng)
        return found

    def _crowd(
        self, version: PublishedVersion, wave_id: int, places: Sequence[int], people: int, rng: np.random.Generator
    ) -> Crowd:
        slug = version.questionnaire.slug
        named = np.where(
            rng.random(people) < OFTEN_SHARE, rng.choice(self.often, people), rng.choice(self.seldom, people)
        )
        homes = named.tolist()
        lean = {home: MODULE_LEAN.get(slug, 0.0) + 0.8 * lean_of(home + slug) for home in set(homes)}
        online = rng.choice(("online", "assisted"), people, p=(0.7, 0.3)).tolist()
        return Crowd(
            version=version,
            wave_id=wave_id,
            counter_ids=rng.choice(places, people).tolist(),
            leans=[lean[home] for home in homes],
            homes=homes,
            channels=["poster"] * people if slug == DESK_MODULE else online,
            languages=["vi"] * people,
            comments=[None] * people,
        )


def _waves(today: date, days: int, desks: tuple[str, ...]) -> tuple[Wave, Wave]:
    opens_on, closes_on = today - timedelta(days=days + 1), today + timedelta(days=days)
    about_home = tuple((slug, 1) for slug in MODULES)
    return (
        Wave(LINKS, "Khảo sát mẫu theo kiểu PAPI", opens_on, closes_on, WaveStatus.OPEN, about_home, (LINK_CENTRE,)),
        Wave(
            DESKS,
            "Khảo sát mẫu thủ tục theo kiểu PAPI",
            opens_on,
            closes_on,
            WaveStatus.OPEN,
            ((DESK_MODULE, 1),),
            desks,
        ),
    )


def _often(engine: Engine) -> tuple[str, ...]:
    every_unit = units.unit_tree(engine).units.values()
    return tuple(unit.code for unit in every_unit if unit.kind is UnitKind.COMMUNE)[:COMMUNES]


def make_homes(engine: Engine, responses: int, days: int, now: datetime) -> Homes:
    """Open the sample waves about home where they are not yet, and say who answers."""
    often, today = _often(engine), local_day(now)
    known = {wave.code for wave in waves.every(engine)}
    for wave in _waves(today, days, often):
        if wave.code not in known:
            waves.create(engine, wave, now, SYSTEM)
    with begin_read(engine) as connection:
        wave_ids = {wave.code: number for number, wave in stored_waves.every(connection).items()}
        versions = {version.questionnaire.slug: version for version in questionnaires.every(connection)}
        ids = org_units.read_all(connection)[1]
        link = ids[counters.counters_at(connection, LINK_CENTRE, today)[0].code]
        desks = tuple(ids[c.code] for commune in often for c in counters.counters_at(connection, commune, today)[:2])
    asked = [(versions[slug], wave_ids[LINKS], (link,)) for slug in MODULES]
    every_commune = [c.code for c in org_units.communes().values() if c.province_code == "51"]
    share = min(SHARE, MOST / responses) if responses else 0.0
    return Homes((*asked, (versions[DESK_MODULE], wave_ids[DESKS], desks)), often, tuple(every_commune), share)
