"""The province's settings as one frozen value: stored changes over the defaults of the domain description, 9b."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from sqlalchemy import Connection, Engine

from survey_app.domain.comments import CommentRules
from survey_app.domain.disclosure import Thresholds
from survey_app.domain.quality import PaceLimits
from survey_app.storage import settings
from survey_app.storage.database import begin_read


@dataclass(frozen=True)
class Channel:
    """Where a complaint goes: a name, and a phone number or address as shown to citizens."""

    name: str
    contact: str


@dataclass(frozen=True)
class OfficialText:
    """A decision or instruction the survey rests on, e.g. 1001/QĐ-BNV; named on the page "Cách tính"."""

    number: str
    title: str


LONGEST_WAIT = 366
LEAST_RELEASE = 5
"""A smaller release protects nobody; the default is 10."""

EXACT_MINUTE_LIMIT = 72
"""An exact minute is kept in the inbox for at most 72 hours (domain description, 9b)."""

COMMENT_LIMITS = {"comment_batch": (10, 1000), "comment_days": (7, LONGEST_WAIT), "comment_months": (1, 60)}
"""Setting about comments -> what it may be; a smaller or younger batch would tell who wrote."""

DEFAULT_CHANNELS = (
    Channel("Cổng Dịch vụ công quốc gia – mục Phản ánh, kiến nghị", "dichvucong.gov.vn"),
    Channel("Bộ phận tiếp công dân của UBND nơi Ông/Bà đến làm thủ tục", ""),
)


@dataclass(frozen=True)
class ProvinceSettings:
    """What is in force.

    ``is_sample``: the data are sample data and every page says so. ``second_factor_required``: administrators reach
    nothing without one. ``measured_seconds``: questionnaire -> median
    time taken. ``pace``: when a rush is a sign to check.
    """

    thresholds: Thresholds = field(default_factory=Thresholds)
    mixed_release_days: int = 14
    exact_minute_hours: int = 72
    comment_batch: int = 10
    comment_days: int = 7
    comment_months: int = 12
    pace: PaceLimits = field(default_factory=PaceLimits)
    complaint_channels: tuple[Channel, ...] = DEFAULT_CHANNELS
    official_texts: tuple[OfficialText, ...] = ()
    is_sample: bool = False
    second_factor_required: bool = True
    measured_seconds: Mapping[str, int] = field(default_factory=dict, hash=False)
    class_reference: str = ""
    """The decision or instruction by which sums of points are given a class; empty: no classes are shown."""
    thanks_text: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Language -> the province's own words on the thank-you page, plain text; none: the standard words alone."""

    def seconds_for(self, slug: str, declared: int) -> int:
        """How long a questionnaire takes: as measured, else as its author declared."""
        return self.measured_seconds.get(slug, declared)

    @property
    def comment_rules(self) -> CommentRules:
        """When comments may be read, and how long they are kept."""
        return CommentRules(self.comment_batch, self.comment_days, self.comment_months)

    def __post_init__(self) -> None:
        for name, (least, most) in COMMENT_LIMITS.items():
            value = getattr(self, name)
            if type(value) is not int or not least <= value <= most:
                raise ValueError(f"{name} must be a whole number from {least} to {most}")
        for name in ("mixed_release_days", "exact_minute_hours"):
            value = getattr(self, name)
            if type(value) is not int or not 0 <= value <= LONGEST_WAIT:
                raise ValueError(f"{name} must be a whole number from 0 to {LONGEST_WAIT}")
        if self.thresholds.release < LEAST_RELEASE:
            raise ValueError(f"thresholds.release must be at least {LEAST_RELEASE}")
        if self.exact_minute_hours > EXACT_MINUTE_LIMIT:
            raise ValueError(f"exact_minute_hours must not be more than {EXACT_MINUTE_LIMIT}")
        measured = self.measured_seconds
        if not isinstance(measured, Mapping) or not all(type(s) is int and s > 0 for s in measured.values()):
            raise ValueError("measured_seconds must give whole seconds for each questionnaire")
        _check_thanks(self.thanks_text)
        reference = self.class_reference
        if not isinstance(reference, str) or len(reference) > LONGEST_REFERENCE or not reference.isprintable():
            raise ValueError(f"class_reference is plain and has at most {LONGEST_REFERENCE} characters")
        for name in ("is_sample", "second_factor_required"):
            if type(getattr(self, name)) is not bool:
                raise ValueError(f"{name} must be true or false")


LONGEST_REFERENCE = 200
THANKS_LANGUAGES = ("vi", "en")
LONGEST_THANKS = 300


def _check_thanks(texts: object) -> None:
    if not isinstance(texts, Mapping) or not set(texts) <= set(THANKS_LANGUAGES):
        raise ValueError(f"thanks_text must give a text for {' and '.join(THANKS_LANGUAGES)}")
    for text in texts.values():
        if not isinstance(text, str) or len(text) > LONGEST_THANKS or not text.replace("\n", "").isprintable():
            raise ValueError(f"a text of thanks_text is plain and has at most {LONGEST_THANKS} characters")


class BadSetting(ValueError):
    """A setting's name or value is not acceptable; the message says which."""


_BUILT: Mapping[str, Callable[[Any], object]] = {
    "thresholds": lambda stored: Thresholds(**(asdict(Thresholds()) | stored)),
    "pace": lambda stored: PaceLimits(**(asdict(PaceLimits()) | stored)),
    "complaint_channels": lambda stored: tuple(Channel(**channel) for channel in stored),
    "official_texts": lambda stored: tuple(OfficialText(**text) for text in stored),
}
"""Setting -> how its value is built from JSON; the others are plain values."""


def settings_from(stored: Mapping[str, Any]) -> ProvinceSettings:
    """The settings these stored values (name -> what its JSON says) make. Raises TypeError, ValueError."""
    plain = {entry.name for entry in fields(ProvinceSettings)} - set(_BUILT)
    values = {name: value for name, value in stored.items() if name in plain}
    values |= {name: build(stored[name]) for name, build in _BUILT.items() if name in stored}
    return replace(ProvinceSettings(), **values)


def read_settings(connection: Connection) -> ProvinceSettings:
    """The settings in force."""
    return settings_from(settings.read_all(connection))


def is_sample_data(engine: Engine) -> bool:
    """Whether every page must say that the data are sample data. Raises DatabaseUnavailable."""
    with begin_read(engine) as connection:
        return read_settings(connection).is_sample
