"""The modules about home in the small province: a wave that asks them, and answers from people of its communes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from random import Random

from sqlalchemy import Engine

from survey_app.domain.local_day import minute_of
from survey_app.domain.questionnaire import Questionnaire
from survey_app.domain.questionnaire_rules import sha256_of
from survey_app.domain.record import Answer, encode, is_visible
from survey_app.domain.wave import Wave, WaveStatus
from survey_app.services.release import run_releases
from survey_app.storage import questionnaires, waves
from survey_app.storage.database import begin_write
from tests.scenes import NOW, Province, canonical, entry, put_all, random_answers

KON_TUM, DAK_LONG = "23293", "23368"
MODULES = ("papi_d1", "papi_d2", "papi_d3", "papi_d4", "papi_d5_desk", "papi_d6", "papi_d7", "papi_d8")
LINK_COUNTER = "51-TT-Q1"
IN_THE_THIRD_QUARTER = datetime(2026, 8, 17, 2, 0, tzinfo=UTC)
AFTER_THE_THIRD_QUARTER = datetime(2026, 10, 1, 2, 0, tzinfo=UTC)
AFTER_THE_YEAR = datetime(2027, 1, 2, 2, 0, tzinfo=UTC)


def _complete(questionnaire: Questionnaire, given: Mapping[str, Answer], rng: Random) -> dict[str, Answer]:
    """With an answer to every scored item that is shown."""
    shown = [item for section in questionnaire.sections if section.is_scored for item in section.items]
    more = {i.id: rng.choice(i.scale.characters) for i in shown if i.scale and is_visible(i, given)}
    return more | dict(given)


@dataclass(frozen=True)
class Homes:
    """The small province with a wave of these modules."""

    engine: Engine
    province: Province

    def answer(
        self,
        slug: str,
        homes: Mapping[str | None, int],
        now: datetime = IN_THE_THIRD_QUARTER,
        counter: str = LINK_COUNTER,
        seed: int = 1,
        **answers: Answer,
    ) -> None:
        """People of these communes (None: no commune told) answer a module; ``answers`` replace random ones."""
        rng, version = Random(f"{slug} {seed}"), self.province.versions[slug]
        entries = []
        for home, number in homes.items():
            for _ in range(number):
                given = random_answers(version.questionnaire, rng) | answers
                given.pop("residence", None)
                given |= {"residence": home} if home and version.questionnaire.is_scored_by_residence else {}
                record = encode(version.questionnaire, _complete(version.questionnaire, given, rng))
                minute = minute_of(now) - 40 * len(entries)
                changed = {"received_minute": minute, "record": record, "channel": "online"}
                entries.append(entry(self.province, counter, rng, slug=slug, **changed))
        put_all(self.engine, entries)

    def answer_everything(self, n: int) -> None:
        """Each module answered by ``n`` people of either commune, the desk block at Kon Tum alone; released and cut."""
        for slug in MODULES:
            if slug != "papi_d5_desk":
                self.answer(slug, {KON_TUM: n, DAK_LONG: n, None: 15})
        for place in "1234":
            self.answer(
                "papi_d5_desk", {None: n}, counter="51-23293-TT-Q1", seed=int(place), procedure=place, stage="1"
            )
        run_releases(self.engine, AFTER_THE_THIRD_QUARTER)


def build_homes(engine: Engine, province: Province, slugs: Sequence[str] = MODULES) -> Homes:
    """Publish these modules and open a wave that asks them from July to December 2026."""
    with begin_write(engine) as connection:
        numbers = [questionnaires.add(connection, canonical(s), sha256_of(canonical(s)), NOW) for s in slugs]
        asked = tuple((slug, 1) for slug in slugs)
        opens_on, closes_on = date(2026, 7, 1), date(2026, 12, 31)
        wave = Wave("papi-2026", "Khảo sát theo kiểu PAPI", opens_on, closes_on, WaveStatus.OPEN, asked, ("51",))
        wave_id = waves.add(connection, wave, numbers, [province.ids["51"]])
        versions = {version.questionnaire.slug: version for version in questionnaires.every(connection)}
    return Homes(engine, replace(province, wave_id=wave_id, wave=wave.code, versions=versions))
