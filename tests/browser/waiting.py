"""What a browser test left in the inbox."""

from __future__ import annotations

from sqlalchemy import Engine

from survey_app.domain.record import Answer, decode
from survey_app.storage import inbox
from survey_app.storage.database import begin_read
from tests.browser.conftest import Site


def waiting_answers(engine: Engine, site: Site) -> list[dict[str, Answer]]:
    """The answers to ``sipas_desk`` that wait at the third counter."""
    province = site.province
    version = province.versions["sipas_desk"]
    group = (province.ids[province.counters[2]], province.wave_id, version.id)
    with begin_read(engine) as connection:
        return [decode(version.questionnaire, entry.record) for entry in inbox.waiting(connection, group)]
