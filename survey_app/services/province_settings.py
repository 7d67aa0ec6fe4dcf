"""The province's settings as one frozen value: stored changes over the defaults of the domain description, 9b."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine

from survey_app.domain.disclosure import Thresholds
from survey_app.domain.quality import PaceLimits
from survey_app.storage import audit_log, settings
from survey_app.storage.database import begin_read, begin_write


@dataclass(frozen=True)
class Channel:
    """Where a complaint goes: a name, and a phone number or address as shown to citizens."""

    name: str
    contact: str


LONGEST_WAIT = 366
LEAST_RELEASE = 5
"""A smaller release protects nobody; the default is 10."""

EXACT_MINUTE_LIMIT = 72
"""An exact minute is kept in the inbox for at most 72 hours (domain description, 9b)."""

DEFAULT_CHANNELS = (
    Channel("Cổng Dịch vụ công quốc gia – mục Phản ánh, kiến nghị", "dichvucong.gov.vn"),
    Channel("Bộ phận tiếp công dân của UBND nơi Ông/Bà đến làm thủ tục", ""),
)


@dataclass(frozen=True)
class ProvinceSettings:
    """What is in force.

    ``is_sample``: the data are sample data and every page says so. ``measured_seconds``: questionnaire -> median
    time taken. ``pace``: when a rush is a sign to check.
    """

    thresholds: Thresholds = field(default_factory=Thresholds)
    mixed_release_days: int = 14
    exact_minute_hours: int = 72
    pace: PaceLimits = field(default_factory=PaceLimits)
    complaint_channels: tuple[Channel, ...] = DEFAULT_CHANNELS
    is_sample: bool = False
    measured_seconds: Mapping[str, int] = field(default_factory=dict, hash=False)

    def seconds_for(self, slug: str, declared: int) -> int:
        """How long a questionnaire takes: as measured, else as its author declared."""
        return self.measured_seconds.get(slug, declared)

    def __post_init__(self) -> None:
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
        if type(self.is_sample) is not bool:
            raise ValueError("is_sample must be true or false")


class BadSetting(ValueError):
    """A setting's name or value is not acceptable; the message says which."""


def _from_stored(stored: dict[str, Any]) -> ProvinceSettings:
    plain = {entry.name for entry in fields(ProvinceSettings)} - {"thresholds", "pace", "complaint_channels"}
    values = {name: value for name, value in stored.items() if name in plain}
    if "thresholds" in stored:
        values["thresholds"] = Thresholds(**(asdict(Thresholds()) | stored["thresholds"]))
    if "pace" in stored:
        values["pace"] = PaceLimits(**(asdict(PaceLimits()) | stored["pace"]))
    if "complaint_channels" in stored:
        values["complaint_channels"] = tuple(Channel(**channel) for channel in stored["complaint_channels"])
    return replace(ProvinceSettings(), **values)


def read_settings(connection: Connection) -> ProvinceSettings:
    """The settings in force."""
    return _from_stored(settings.read_all(connection))


def is_sample_data(engine: Engine) -> bool:
    """Whether every page must say that the data are sample data. Raises DatabaseUnavailable."""
    with begin_read(engine) as connection:
        return read_settings(connection).is_sample


def change_settings(engine: Engine, now: datetime, actor: str, changes: dict[str, Any]) -> ProvinceSettings:
    """Change the named settings, all or none, with an audit entry.

    Raises:
        BadSetting: unknown name, wrong type or a threshold under the release size.
    """
    unknown = changes.keys() - {entry.name for entry in fields(ProvinceSettings)}
    if unknown:
        raise BadSetting(f"unknown setting: {', '.join(sorted(unknown))}")
    with begin_write(engine) as connection:
        try:
            changed = _from_stored(settings.read_all(connection) | changes)
        except (TypeError, ValueError) as error:
            raise BadSetting(str(error)) from error
        settings.write(connection, changes)
        audit_log.append(connection, now, actor, "settings.change", None, changes)
    return changed
