"""Links to send: questionnaires about home hang on no poster, citizens come to them by an address of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Engine

from survey_app.domain.questionnaire import Wording
from survey_app.domain.wave import Wave
from survey_app.services.counters import codes_in_force, counters_at
from survey_app.storage import questionnaires
from survey_app.storage.database import begin_read


@dataclass(frozen=True)
class HomeLink:
    """A questionnaire about home and the code under which it is open."""

    slug: str
    title: Wording
    code: str


def _code(connection: Connection, wave: Wave, today: date) -> str | None:
    """The code of the first counter of the wave that has one in force."""
    for unit in wave.units:
        found = counters_at(connection, unit, today)
        held = codes_in_force(connection, [counter.code for counter in found], today)
        code = next((held[counter.code].code for counter in found if counter.code in held), None)
        if code is not None:
            return code
    return None


def home_links(engine: Engine, wave: Wave, today: date) -> tuple[HomeLink, ...]:
    """The questionnaires of an open wave that are scored by residence, with the code to open them at."""
    if not wave.takes_answers_on(today):
        return ()
    with begin_read(engine) as connection:
        asked = [questionnaires.find(connection, slug, version) for slug, version in wave.questionnaires]
        found = [version.questionnaire for version in asked if version and version.questionnaire.is_scored_by_residence]
        code = _code(connection, wave, today) if found else None
    return tuple(HomeLink(one.slug, one.title, code) for one in found) if code else ()
