"""Collecting: a checked form becomes one row in the inbox, exactly once."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from survey_app.domain.answers import CheckedAnswers, read_answers
from survey_app.domain.local_day import minute_of
from survey_app.domain.quality import PaceLimits, is_too_fast, is_too_soon
from survey_app.domain.record import ELSEWHERE, encode
from survey_app.services.collection_facts import OpenForm
from survey_app.services.pace import Arrival, Pacing
from survey_app.services.page_token import PageFacts
from survey_app.storage import org_units
from survey_app.storage.inbox import InboxEntry
from survey_app.storage.inbox_group import InboxGroup

RESPONSE_KEY = re.compile(r"[0-9a-f]{32}")
LONGEST_SECONDS = 86_400
ASSISTED = "assisted"


def new_response_key() -> str:
    """128 random bits, as 32 hexadecimal digits."""
    return secrets.token_hex(16)


def is_response_key(text: str) -> bool:
    return RESPONSE_KEY.fullmatch(text) is not None


@cache
def _homes() -> frozenset[str]:
    """What may be answered to the question of the home commune."""
    return frozenset({*org_units.communes(), ELSEWHERE})


def check(form: OpenForm, fields: Mapping[str, Sequence[str]], asked_again: Collection[str] = ()) -> CheckedAnswers:
    """The answers in submitted fields; ``asked_again``: text items already asked about for personal data in them.

    Raises:
        InvalidAnswers: with every problem.
    """
    return read_answers(form.version.questionnaire, fields, _homes(), asked_again)


@dataclass(frozen=True)
class Submission:
    """A valid submission: what the page showed, the key that makes it count once, and its answers.

    ``is_assisted``: somebody helped, says the page. ``is_suspect``: how it came is a sign to check.
    """

    shown: PageFacts
    response_key: str
    language: str
    seconds_taken: int | None
    answers: CheckedAnswers
    is_assisted: bool = False
    is_suspect: bool = False


def _inbox_key(response_key: str, counter_code: str) -> str:
    return hashlib.sha256(f"{response_key}|{counter_code}".encode("ascii")).hexdigest()


def _is_flagged(submission: Submission, seconds: int | None, record: str, now: datetime) -> bool:
    is_too_soon_here = is_too_soon(submission.shown.seconds_open(int(now.timestamp())), len(submission.answers.answers))
    return submission.is_suspect or is_too_soon_here or is_too_fast(seconds, record)


def store(group: InboxGroup, form: OpenForm, submission: Submission, now: datetime) -> bool:
    """Put a response into the inbox; on return it is on disk. False: the same key was here before, nothing changed.

    Raises:
        DatabaseUnavailable: nothing was stored.
    """
    record = encode(form.version.questionnaire, submission.answers.answers)
    seconds = submission.seconds_taken
    if seconds is not None:
        seconds = max(0, min(seconds, LONGEST_SECONDS))
    entry = InboxEntry(
        key=_inbox_key(submission.response_key, form.place.counter.code),
        counter_id=form.place.counter_id,
        wave_id=form.wave_id,
        version_id=form.version.id,
        record_length=form.version.record_length,
        channel=ASSISTED if submission.is_assisted else submission.shown.channel,
        language=submission.language,
        received_minute=minute_of(now),
        seconds_taken=seconds,
        flagged=_is_flagged(submission, seconds, record, now),
        record=record,
        comment=submission.answers.comment,
    )
    return group.put(entry)


def accept(
    group: InboxGroup, form: OpenForm, submission: Submission, now: datetime, pacing: Pacing, limits: PaceLimits
) -> float:
    """Store a response, flagged when its code or page takes more than ``limits``; nothing is ever turned away.

    A key stored a moment ago costs no write. Returns the seconds by which the reply is to be slowed.

    Raises:
        DatabaseUnavailable: nothing was stored, and nothing counted.
    """
    key = _inbox_key(submission.response_key, form.place.counter.code)
    repeats = pacing.repeats(key)
    if repeats:
        return pacing.delay_of_repeats(repeats)
    arrival = Arrival(key, (form.place.counter_id, form.version.id), submission.shown.load, minute_of(now))
    if pacing.is_over(arrival, limits):
        submission = replace(submission, is_suspect=True)
    if store(group, form, submission, now):
        pacing.count(arrival, limits)
    pacing.remember(key)
    return pacing.delay(arrival, limits)
