"""A small province to test with, and responses for it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from random import Random

from sqlalchemy import Connection, Engine

from survey_app.domain.comoments import CoMoments
from survey_app.domain.local_day import minute_of
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.questionnaire import Item, ItemKind, Questionnaire, questionnaire_from_dict
from survey_app.domain.questionnaire_rules import canonical_json, sha256_of
from survey_app.domain.record import Answer, encode, is_visible
from survey_app.domain.tally import Tally
from survey_app.domain.wave import Wave, WaveStatus
from survey_app.storage import counter_codes, inbox, org_units, questionnaires, waves
from survey_app.storage.database import begin_write
from survey_app.storage.inbox import InboxEntry
from survey_app.storage.questionnaire_files import load_file
from survey_app.storage.questionnaires import PublishedVersion

ROOT = Path(__file__).resolve().parent.parent
QUESTIONNAIRES_DIR = ROOT / "questionnaires"
MIGRATIONS_DIR = ROOT / "migrations"

NOW = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)
"""Monday, 9 o'clock in Viet Nam; the wave is open."""

AFTER_THE_WAVE = datetime(2027, 1, 4, 2, 0, tzinfo=UTC)

STAGE_CODES = {"filing": "1", "collecting": "2", "asking": "3", "other": "4"}
LAST_YEAR = date(2025, 7, 1)


@dataclass(frozen=True)
class Province:
    """What was loaded. Units by code; ``ids`` are row numbers, ``codes`` the printed codes by counter."""

    code: str
    communes: tuple[str, str]
    centres: tuple[str, str]
    province_centre: str
    counters: tuple[str, ...]
    codes: Mapping[str, str]
    ids: Mapping[str, int]
    wave: str
    wave_id: int
    versions: Mapping[str, PublishedVersion]

    @property
    def sipas(self) -> PublishedVersion:
        return self.versions["sipas_desk"]

    @property
    def pulse(self) -> PublishedVersion:
        return self.versions["quick_pulse"]


COMMUNES = ("51-23293", "51-23368")
CENTRES = ("51-23293-TT", "51-23368-TT")
PROVINCE_CENTRE = "51-TT"
COUNTERS = {
    "51-23293-TT-Q1": (CENTRES[0], "Quầy 1", ("Hộ tịch", "Chứng thực"), "k0nt0m1"),
    "51-23293-TT-Q2": (CENTRES[0], "Quầy 2", ("Đất đai",), "k0nt0m2"),
    "51-23368-TT-Q1": (CENTRES[1], "Quầy 1", ("Hộ tịch",), "d4k0ng1"),
    "51-23368-TT-Q2": (CENTRES[1], "Quầy 2", ("Đất đai", "Bảo trợ xã hội"), "d4k0ng2"),
    "51-TT-Q1": (PROVINCE_CENTRE, "Quầy số 1", ("Doanh nghiệp",), "t1nh001"),
}


def units() -> list[OrgUnit]:
    """A province, two communes with a centre of two counters each, and the province's centre with one."""

    def unit(code: str, kind: UnitKind, name: str, parent: str | None, fields: tuple[str, ...] = ()) -> OrgUnit:
        return OrgUnit(code, kind, name, parent, LAST_YEAR, None, fields)

    return [
        unit("51", UnitKind.PROVINCE, "Tỉnh Quảng Ngãi", None),
        unit(COMMUNES[0], UnitKind.COMMUNE, "Phường Kon Tum", "51"),
        unit(COMMUNES[1], UnitKind.COMMUNE, "Xã Đăk Long", "51"),
        unit(CENTRES[0], UnitKind.CENTRE, "Trung tâm Phục vụ hành chính công phường Kon Tum", COMMUNES[0]),
        unit(CENTRES[1], UnitKind.CENTRE, "Trung tâm Phục vụ hành chính công xã Đăk Long", COMMUNES[1]),
        unit(PROVINCE_CENTRE, UnitKind.CENTRE, "Trung tâm Phục vụ hành chính công tỉnh Quảng Ngãi", "51"),
        *(unit(code, UnitKind.COUNTER, name, parent, fields) for code, (parent, name, fields, _) in COUNTERS.items()),
    ]


@cache
def canonical(slug: str) -> str:
    """The canonical text of a shipped questionnaire's first version."""
    return canonical_json(load_file(QUESTIONNAIRES_DIR / slug / "v1.yaml").data)


def _publish(connection: Connection, slug: str) -> int:
    return questionnaires.add(connection, canonical(slug), sha256_of(canonical(slug)), NOW)


def build_province(engine: Engine) -> Province:
    """Load the small province: units, both questionnaires, one open wave, a code for each counter."""
    with begin_write(engine) as connection:
        org_units.save(connection, units())
        ids = org_units.read_all(connection)[1]
        version_ids = [_publish(connection, slug) for slug in ("sipas_desk", "quick_pulse")]
        asked = (("sipas_desk", 1), ("quick_pulse", 1))
        opens_on, closes_on = date(2026, 10, 1), date(2026, 12, 31)
        wave = Wave("2026-q4", "Quý IV năm 2026", opens_on, closes_on, WaveStatus.OPEN, asked, ("51",))
        wave_id = waves.add(connection, wave, version_ids, [ids["51"]])
        for counter, (*_, code) in COUNTERS.items():
            counter_codes.add(connection, code, ids[counter], wave.opens_on)
        published = {version.questionnaire.slug: version for version in questionnaires.every(connection)}
    return Province(
        code="51",
        communes=COMMUNES,
        centres=CENTRES,
        province_centre=PROVINCE_CENTRE,
        counters=tuple(COUNTERS),
        codes={counter: code for counter, (*_, code) in COUNTERS.items()},
        ids=ids,
        wave=wave.code,
        wave_id=wave_id,
        versions=published,
    )


def _random_answer(item: Item, rng: Random) -> Answer | None:
    if rng.random() < 0.05:
        return None
    if item.missing and rng.random() < 0.05:
        return rng.choice(item.missing)
    if item.kind is ItemKind.COMMUNE:
        return rng.choice(sorted(org_units.communes()))
    assert item.scale is not None
    if item.kind is ItemKind.CHOICES:
        return tuple(code for code in item.scale.characters if rng.random() < 0.4)
    return rng.choice(item.scale.characters)


def random_answers(questionnaire: Questionnaire, rng: Random, stage: str | None = None) -> dict[str, Answer]:
    """Answers as a citizen may give them: what the form does not show is not answered."""
    answers: dict[str, Answer] = {}
    for item in questionnaire.items():
        if item.kind is ItemKind.TEXT or not is_visible(item, answers):
            continue
        answer = _random_answer(item, rng)
        if stage is not None and item.id == questionnaire.stage_item:
            answer = STAGE_CODES.get(stage)
        if answer is not None:
            answers[item.id] = answer
    return answers


def random_record(questionnaire: Questionnaire, rng: Random, stage: str | None = None) -> str:
    """The record of random answers, of a citizen at this visit stage if one is given."""
    return encode(questionnaire, random_answers(questionnaire, rng, stage))


def entry(province: Province, counter: str, rng: Random, **changed: object) -> InboxEntry:
    """One response as it reaches the inbox.

    ``changed`` replaces columns; ``slug`` and ``stage`` in it choose the questionnaire and the visit stage.
    """
    version = province.versions[str(changed.pop("slug", "sipas_desk"))]
    stage = changed.pop("stage", None)
    values: dict[str, object] = {
        "key": hashlib.sha256(rng.randbytes(16)).hexdigest(),
        "counter_id": province.ids[counter],
        "wave_id": province.wave_id,
        "version_id": version.id,
        "record_length": version.record_length,
        "channel": "poster",
        "language": "vi",
        "received_minute": minute_of(NOW),
        "seconds_taken": rng.randint(40, 400),
        "flagged": False,
        "record": random_record(version.questionnaire, rng, None if stage is None else str(stage)),
        "comment": None,
    }
    return InboxEntry(**(values | changed))  # type: ignore[arg-type]


def put_all(engine: Engine, entries: Iterable[InboxEntry]) -> None:
    """Store responses one after the other, in this order."""
    with begin_write(engine) as connection:
        for one in entries:
            assert inbox.put(connection, one)


def fill_inbox(
    engine: Engine,
    province: Province,
    counter: str,
    n: int,
    rng: Random,
    stage: str | None = None,
    now: datetime = NOW,
    **changed: object,
) -> list[InboxEntry]:
    """Put ``n`` random responses of one counter into the inbox, the last of them received at ``now``.

    Args:
        stage: the visit stage of all of them; None leaves it to chance.
        changed: columns of the inbox (``channel``, ``flagged``, …), and ``slug`` of the questionnaire.
    """
    last = minute_of(now)
    entries = [
        entry(province, counter, rng, stage=stage, **({"received_minute": last - n + 1 + place} | changed))
        for place in range(n)
    ]
    put_all(engine, entries)
    return entries


MEAN5 = "sipas-2022-mean5"


def scored_items() -> list[str]:
    """The 19 scored items of the shipped ``sipas_desk``."""
    questionnaire = questionnaire_from_dict(json.loads(canonical("sipas_desk")))
    return [item.id for _, items in questionnaire.scored_sections("satisfaction") for item in items]


def times(tally: Tally, factor: int) -> Tally:
    """As if everybody had answered ``factor`` times."""
    scaled = CoMoments(tally.comoments.size, tally.comoments.sums * factor)
    return Tally(tally.responses * factor, tally.counts * factor, tally.bases * factor, scaled)
