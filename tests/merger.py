"""Two communes that became one, and one that was divided, with responses of known counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from random import Random

from sqlalchemy import Engine

from survey_app.domain.local_day import minute_of
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.record import encode
from survey_app.domain.unit_succession import Share, Succession
from survey_app.services.release import run_releases
from survey_app.storage import org_units, unit_successions
from survey_app.storage.database import begin_write
from tests import scenes
from tests.scenes import COMMUNES, COUNTERS, Province

NEW = COMMUNES[0]
"""The commune that took in both former ones whole."""
DIVIDED_INTO = COMMUNES[1]
"""A commune that took in a part of a third."""
OLD = ("62-608-23281", "62-608-23287")
DIVIDED = "62-610-23370"
NEW_COUNTER, OTHER_COUNTER = f"{NEW}-TT-Q1", f"{DIVIDED_INTO}-TT-Q1"
DAY = date(2025, 7, 1)
LAST_DAY = date(2025, 6, 30)
MAY = datetime(2025, 5, 20, 2, 0, tzinfo=UTC)
AUGUST = datetime(2025, 8, 20, 2, 0, tzinfo=UTC)
FIRST, SECOND = (0, 0, 3, 20, 7), (0, 0, 0, 10, 10)
"""Answers of 1 to 5 to every scored item, at the two former communes."""


def counter_of(commune: str) -> str:
    """The one counter of a former commune."""
    return f"{commune}-Q"


def _former(code: str, name: str) -> list[OrgUnit]:
    since = date(2015, 1, 1)
    return [
        OrgUnit(code, UnitKind.COMMUNE, name, "51", since, LAST_DAY, ()),
        OrgUnit(f"{code}-T", UnitKind.CENTRE, f"Bộ phận Một cửa {name}", code, since, LAST_DAY, ()),
        OrgUnit(counter_of(code), UnitKind.COUNTER, "Quầy", f"{code}-T", since, LAST_DAY, ("Hộ tịch",)),
    ]


def reorganise(engine: Engine, province: Province) -> Province:
    """Add the former communes and what became of them; returns the province with their row numbers."""
    names = ("Phường Quang Trung (cũ)", "Phường Quyết Thắng (cũ)", "Xã bị chia (cũ)")
    former = [unit for code, name in zip((*OLD, DIVIDED), names, strict=True) for unit in _former(code, name)]
    with begin_write(engine) as connection:
        org_units.save(connection, former)
        ids = org_units.read_all(connection)[1]
        successions = [Succession(code, NEW, DAY, Share.WHOLE) for code in OLD]
        successions.append(Succession(DIVIDED, DIVIDED_INTO, DAY, Share.PART))
        unit_successions.replace(connection, successions, ids)
    return Province(**{**vars(province), "ids": ids})


def plant_counts(
    engine: Engine, province: Province, counter: str, counts: Sequence[int], moment: datetime, slug: str = "sipas_desk"
) -> None:
    """Release responses at a counter in which every scored item has these counts of 1 to 5; all came for a result."""
    version = province.versions[slug]
    rng = Random(f"{counter} {moment} {version.id}")
    scored = [item.id for _, items in version.questionnaire.scored_sections("satisfaction") for item in items]
    answers = [str(score) for score, number in enumerate(counts, 1) for _ in range(number)]
    stage = {version.questionnaire.stage_item: "2"} if version.questionnaire.stage_item else {}
    entries = [
        scenes.entry(
            province,
            counter,
            rng,
            slug=slug,
            record=encode(version.questionnaire, {**dict.fromkeys(scored, answer), **stage}),
            received_minute=minute_of(moment) - place,
        )
        for place, answer in enumerate(answers)
    ]
    scenes.put_all(engine, entries)
    run_releases(engine, moment)


def plant_merger(engine: Engine, province: Province) -> Province:
    """(0,0,3,20,7) and (0,0,0,10,10) at the former communes in May, the divided one too; new ones in August."""
    whole = reorganise(engine, province)
    for code, counts in zip((*OLD, DIVIDED), (FIRST, SECOND, FIRST), strict=True):
        plant_counts(engine, whole, counter_of(code), counts, MAY)
    for counter in (NEW_COUNTER, OTHER_COUNTER):
        assert counter in COUNTERS
        plant_counts(engine, whole, counter, (0, 1, 4, 20, 15), AUGUST)
    return whole
