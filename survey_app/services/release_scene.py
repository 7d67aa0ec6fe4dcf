"""What releasing needs to know beside the inbox: settings, units, waves and versions of this moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from sqlalchemy import Connection

from survey_app.domain.comment_themes import Themes
from survey_app.domain.local_day import FIRST_DAY, local_day, minute_of
from survey_app.domain.org_tree import OrgTree
from survey_app.domain.org_unit import UnitKind
from survey_app.domain.quality import BURST_MINUTES
from survey_app.domain.release_plan import Flags
from survey_app.domain.wave import Wave
from survey_app.services.comment_release import CommentDesk
from survey_app.services.province_settings import ProvinceSettings, read_settings
from survey_app.services.release_rows import Rows
from survey_app.storage import org_units, questionnaires, waves
from survey_app.storage.questionnaires import PublishedVersion


@dataclass(frozen=True)
class Moment:
    """When this run is, and whether it is a patient one."""

    now: datetime
    is_patient: bool


@dataclass(frozen=True)
class Scene:
    """What releasing needs to know beside the inbox."""

    settings: ProvinceSettings
    today: date
    minute: int
    is_patient: bool
    units: dict[int, tuple[str, UnitKind]]
    above: dict[int, tuple[int, ...]]
    waves: dict[int, Wave]
    versions: dict[int, PublishedVersion]

    def mixed_before(self) -> int:
        """The last day, counted from 1970-01-01, whose responses have waited long enough for a mixed release."""
        wait = self.settings.mixed_release_days if self.is_patient else 0
        return self.today.toordinal() - FIRST_DAY - wait

    def settled(self, rows: Rows) -> Flags:
        """Whether no burst around them can still come to light; releases by hand and ended waves do not wait for it."""
        if not self.is_patient:
            return np.ones(len(rows), dtype=np.bool_)
        return self.over(rows) | (rows.minute <= self.minute - BURST_MINUTES)

    def over(self, rows: Rows) -> Flags:
        """Whether their wave is over."""
        return np.isin(rows.wave_id, [number for number in self.waves if self.is_over(number)])

    def is_over(self, wave_id: int) -> bool:
        return self.waves[wave_id].is_over_on(self.today)

    def may_join(self, wave_id: int, version_id: int) -> bool:
        """Whether responses may join at the centre: when the wave is over, and before where items are routed."""
        return self.is_over(wave_id) or bool(self.versions[version_id].routed_positions)

    def joining(self, rows: Rows) -> Flags:
        """Which of them join: when the wave is over, or after waiting in vain for others put what they were put."""
        is_old = rows.day <= self.mixed_before()
        return self.over(rows) | (is_old & rows.put_to.any(axis=1) & self.settled(rows))

    def centre_of(self, unit_id: int) -> int:
        """The centre a counter belongs to, else the unit itself."""
        centres = (above for above in self.above[unit_id] if self.units[above][1] is UnitKind.CENTRE)
        return next(centres, unit_id)

    def comment_desk(self, themes: Themes) -> CommentDesk:
        """What releasing comments needs to know."""
        over = {number for number, wave in self.waves.items() if wave.is_over_on(self.today)}
        return CommentDesk(self.settings.comment_rules, self.today, self.above, over, themes)


def read_scene(connection: Connection, moment: Moment) -> Scene:
    every_unit, ids = org_units.read_all(connection)
    tree = OrgTree(every_unit)
    return Scene(
        settings=read_settings(connection),
        today=local_day(moment.now),
        minute=minute_of(moment.now),
        is_patient=moment.is_patient,
        units={ids[unit.code]: (unit.code, unit.kind) for unit in every_unit},
        above={ids[u.code]: tuple(ids[a.code] for a in tree.ancestors(u.code)) for u in every_unit},
        waves=waves.every(connection),
        versions={version.id: version for version in questionnaires.every(connection)},
    )
