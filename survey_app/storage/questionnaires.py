"""Published questionnaire versions: canonical JSON with its SHA-256, and the codebook of the record."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from sqlalchemy import Connection, Row, Select, insert, select

from survey_app.domain.quality import stage_position
from survey_app.domain.questionnaire import Questionnaire, questionnaire_from_dict
from survey_app.domain.record import layout
from survey_app.domain.release_rules import routed_positions
from survey_app.domain.tally_layout import TallyLayout, tally_layout
from survey_app.storage.tables import QuestionnaireVersionRow, RecordColumnRow


@dataclass(frozen=True)
class PublishedVersion:
    """A frozen version as stored."""

    id: int
    sha256: str
    record_length: int
    questionnaire: Questionnaire
    published_at: datetime

    @cached_property
    def stage_position(self) -> int | None:
        return stage_position(self.questionnaire)

    @cached_property
    def routed_positions(self) -> tuple[int, ...]:
        return routed_positions(self.questionnaire)

    @cached_property
    def layout(self) -> TallyLayout:
        return tally_layout(self.questionnaire)


def _query() -> Select[int, str, int, str, datetime]:
    row = QuestionnaireVersionRow
    return select(row.id, row.sha256, row.record_length, row.content, row.published_at).order_by(row.slug, row.version)


@lru_cache(maxsize=64)
def _parsed(number: int, sha256: str, record_length: int, content: str, published_at: datetime) -> PublishedVersion:
    """Frozen versions are read once a process: the same columns are the same version."""
    return PublishedVersion(number, sha256, record_length, questionnaire_from_dict(json.loads(content)), published_at)


def _version(row: Row[int, str, int, str, datetime]) -> PublishedVersion:
    return _parsed(row.id, row.sha256, row.record_length, row.content, row.published_at)


def every(connection: Connection) -> list[PublishedVersion]:
    """All published versions, by slug and version."""
    return [_version(row) for row in connection.execute(_query())]


def find(connection: Connection, slug: str, version: int) -> PublishedVersion | None:
    """The published version, if there is one."""
    query = _query().where(QuestionnaireVersionRow.slug == slug, QuestionnaireVersionRow.version == version)
    row = connection.execute(query).one_or_none()
    return _version(row) if row else None


def by_id(connection: Connection, version_ids: Sequence[int]) -> dict[int, PublishedVersion]:
    """Published versions by their number."""
    query = _query().where(QuestionnaireVersionRow.id.in_(version_ids))
    return {row.id: _version(row) for row in connection.execute(query)}


def add(connection: Connection, canonical: str, sha256: str, published_at: datetime) -> int:
    """Freeze a checked version with its codebook; returns its number."""
    questionnaire = questionnaire_from_dict(json.loads(canonical))
    columns = layout(questionnaire)
    added = connection.execute(
        insert(QuestionnaireVersionRow).returning(QuestionnaireVersionRow.id),
        {
            "slug": questionnaire.slug,
            "version": questionnaire.version,
            "sha256": sha256,
            "record_length": len(columns),
            "content": canonical,
            "published_at": published_at,
        },
    ).scalar_one()
    rows = [
        {"version_id": added, "position": column.position + 1, "item": column.item, "option": column.option}
        for column in columns
    ]
    connection.execute(insert(RecordColumnRow), rows)
    return added
