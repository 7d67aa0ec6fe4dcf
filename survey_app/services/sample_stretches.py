"""People answer over the last 300 days, stretch by stretch; after each one what may be released is released."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

import numpy as np
from sqlalchemy import Connection, Engine

from survey_app.domain.local_day import local_day, minute_of
from survey_app.domain.org_unit import OrgUnit
from survey_app.services import counters, recount, release
from survey_app.services.sample_answers import lean_of
from survey_app.services.sample_comments import sample_comment, share_of
from survey_app.services.sample_entries import Crowd, sample_entries
from survey_app.services.sample_homes import Homes, make_homes
from survey_app.storage import inbox, org_units, questionnaires, waves
from survey_app.storage.bulk import begin_bulk_write
from survey_app.storage.database import begin_read
from survey_app.storage.inbox import InboxEntry
from survey_app.storage.questionnaires import PublishedVersion

PROVINCE = "51"
WAVE, POINTS_WAVE = "mau-1", "mau-mot-cua"
AT_DESKS, POINTS_FORM = ("quick_pulse", "sipas_desk"), "one_stop_desk"
SHARES, POINTS_SHARE = (0.45, 0.55), 0.06
"""How many of the answers at desks are to each of the two forms open everywhere; how many of all are to the third."""
ENGLISH = 0.02
DAYS, STEPS = 300, 10
AT_ONCE, RELEASED_AT_ONCE = 20_000, 15_000
"""So many responses are made, and released, at a time; nobody waits for the database meanwhile."""

Progress = Callable[[str, int, int], None]
"""Called with (what is being done, done, in all)."""


@dataclass(frozen=True)
class _Desk:
    """A counter people answer at, and how often: ``weight`` is its share of the province's answers."""

    code: str
    counter_id: int
    lean: float
    weight: float


def _lean(counter: OrgUnit) -> float:
    """Mostly the centre's lean, a little the counter's own."""
    return 0.75 * lean_of(counter.parent_code or "") + 0.25 * lean_of(counter.code)


def _desks(connection: Connection, today: date) -> list[_Desk]:
    found, ids = counters.counters_at(connection, PROVINCE, today), org_units.read_all(connection)[1]
    return [_Desk(c.code, ids[c.code], _lean(c), 1.0 + 4.0 * abs(lean_of(c.code + "#")) ** 2) for c in found]


@dataclass(frozen=True)
class _Form:
    """A questionnaire, the desks where it is open, and its share of all that people answer at desks."""

    version: PublishedVersion
    wave_id: int
    share: float
    desks: Sequence[_Desk]

    def crowd(self, people: int, communes: Sequence[str], rng: np.random.Generator, comments: float) -> Crowd:
        """So many people at its desks."""
        weights = np.array([desk.weight for desk in self.desks])
        met = [self.desks[place] for place in rng.choice(len(weights), people, p=weights / weights.sum())]
        languages = np.where(rng.random(people) < ENGLISH, "en", "vi").tolist()
        writer = Random(int(rng.integers(2**62)))  # noqa: S311 (sample data, repeatable)
        return Crowd(
            version=self.version,
            wave_id=self.wave_id,
            counter_ids=[desk.counter_id for desk in met],
            leans=[desk.lean for desk in met],
            homes=rng.choice(communes, people).tolist(),
            channels=["poster"] * people,
            languages=languages,
            comments=[sample_comment(writer, language, comments) for language in languages],
        )


def _read_forms(connection: Connection, today: date, of_points: Collection[str]) -> list[_Form]:
    """The two forms open everywhere, and the one open at the counters ``of_points`` as well."""
    ids = {wave.code: number for number, wave in waves.every(connection).items()}
    published = {version.questionnaire.slug: version for version in questionnaires.every(connection)}
    desks = _desks(connection, today)
    some = [desk for desk in desks if desk.code in of_points]
    points_share = POINTS_SHARE if some else 0.0
    forms = [
        _Form(published[slug], ids[WAVE], share * (1 - points_share), desks)
        for slug, share in zip(AT_DESKS, SHARES, strict=True)
    ]
    return [*forms, _Form(published[POINTS_FORM], ids[POINTS_WAVE], points_share, some)] if some else forms


@dataclass(frozen=True)
class Cast:
    """Who answers what, and how many of them write something."""

    forms: Sequence[_Form]
    homes: Homes
    communes: Sequence[str]
    comments: float

    def entries(self, number: int, minutes: range, rng: np.random.Generator) -> list[InboxEntry]:
        """So many responses sent in these minutes."""
        shares = [self.homes.share, *((1 - self.homes.share) * form.share for form in self.forms)]
        at_home, *at_forms = rng.multinomial(number, shares).tolist()
        found = self.homes.entries(at_home, minutes, rng)
        for form, people in zip(self.forms, at_forms, strict=True):
            found += sample_entries(form.crowd(people, self.communes, rng, self.comments), minutes, rng)
        return found


def read_cast(engine: Engine, responses: int, of_points: Collection[str], now: datetime) -> Cast:
    """Who answers when there are so many responses in all; opens the waves about home where they are not yet."""
    with begin_read(engine) as connection:
        forms = _read_forms(connection, local_day(now), of_points)
    communes = [c.code for c in org_units.communes().values() if c.province_code == PROVINCE]
    return Cast(forms, make_homes(engine, responses, DAYS, now), communes, share_of(responses))


def fill(engine: Engine, responses: int, of_points: Collection[str], now: datetime, progress: Progress) -> None:
    """Bring the sample up to so many responses, whatever an earlier run left."""
    with begin_read(engine) as connection:
        here = recount.count_received(connection)
    cast = read_cast(engine, responses, of_points, now)
    rng, todo = np.random.default_rng([responses, here]), max(0, responses - here)
    for step in range(STEPS):
        end = now - timedelta(days=DAYS * (STEPS - 1 - step) / STEPS)
        minutes = range(minute_of(end) - DAYS * 24 * 60 // STEPS + 1, minute_of(end) + 1)
        done, until = todo * step // STEPS, todo * (step + 1) // STEPS
        while done < until:
            number = min(AT_ONCE, until - done)
            with begin_bulk_write(engine) as connection:
                inbox.put_many(connection, cast.entries(number, minutes, rng))
            done += number
            progress("Gửi phiếu mẫu    ", done, todo)
        _release(engine, end, step, progress)


def _release(engine: Engine, end: datetime, step: int, progress: Progress) -> None:
    """Release what a stretch brought, a part of the whole bar."""

    def told(done: int, total: int) -> None:
        progress("Công bố phiếu mẫu", step * 100 + 100 * done // total, STEPS * 100)

    release.run_releases(engine, end, is_patient=True, progress=told, at_once=RELEASED_AT_ONCE)
