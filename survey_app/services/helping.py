"""What somebody at the desk needs to open a form for a citizen: the counters, their codes, what is asked there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Engine

from survey_app.domain.org_unit import OrgUnit
from survey_app.domain.permissions import Officer, Permission, Role
from survey_app.domain.questionnaire import Wording
from survey_app.services.collection_facts import CollectionFacts, NotCollecting, RetiredCounter, read_facts
from survey_app.services.counters import codes_in_force, counters_at
from survey_app.services.helped_form import ASSISTED, PAPER
from survey_app.storage.database import begin_read

CHANNEL_OF = {Role.HELPER: ASSISTED, Role.DATA_ENTRY: PAPER}
"""How a form opened by somebody with this role came to be filled in."""


@dataclass(frozen=True)
class Desk:
    """A counter. ``code`` is None where none is in force; ``forms``: (slug, title) of what is asked today."""

    counter: OrgUnit
    code: str | None
    forms: tuple[tuple[str, Wording], ...]


@dataclass(frozen=True)
class HelpingPage:
    """A unit and the desks below it."""

    unit: OrgUnit
    desks: tuple[Desk, ...]


def channels_of(officer: Officer, today: date) -> tuple[str, ...]:
    """The channels this officer opens forms for, in a fixed order."""
    held = {g.role for g in officer.grants if g.gives(Permission.CITIZENS_HELP, today)}
    return tuple(channel for role, channel in CHANNEL_OF.items() if role in held)


def _forms(facts: CollectionFacts, code: str, today: date) -> tuple[tuple[str, Wording], ...]:
    try:
        slugs = facts.open_form(code, None, today).slugs
        found = [facts.open_form(code, slug, today).version.questionnaire for slug in slugs]
    except (NotCollecting, RetiredCounter):
        return ()
    return tuple((questionnaire.slug, questionnaire.title) for questionnaire in found)


def _desks(connection: Connection, unit_code: str, today: date) -> tuple[Desk, ...]:
    counters, facts = counters_at(connection, unit_code, today), read_facts(connection)
    held = codes_in_force(connection, [counter.code for counter in counters], today)
    codes = {counter.code: held[counter.code].code if counter.code in held else None for counter in counters}
    return tuple(
        Desk(counter, code, _forms(facts, code, today) if code else ())
        for counter, code in ((counter, codes[counter.code]) for counter in counters)
    )


def helping_page(engine: Engine, unit_code: str, today: date) -> HelpingPage:
    """The desks at a unit and below. Raises UnknownUnit."""
    with begin_read(engine) as connection:
        desks = _desks(connection, unit_code, today)
        unit = read_facts(connection).tree.units[unit_code]
    return HelpingPage(unit, desks)


def desk(engine: Engine, counter_code: str, today: date) -> Desk | None:
    """One desk; None for what is no counter, or one without a code. Raises UnknownUnit."""
    with begin_read(engine) as connection:
        found = _desks(connection, counter_code, today)
    return next((one for one in found if one.counter.code == counter_code and one.code), None)
