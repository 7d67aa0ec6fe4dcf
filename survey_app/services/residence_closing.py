"""When a quarter is over, released responses about home become batches by commune of residence."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from survey_app.domain.local_day import local_day, months_back
from survey_app.domain.org_unit import UnitKind
from survey_app.domain.quarter import Quarter, quarter_of
from survey_app.domain.residence import home_batches, residence_of, residence_start
from survey_app.domain.tally import count
from survey_app.services.province_settings import read_settings
from survey_app.storage import audit_log, org_units, questionnaires, residence
from survey_app.storage.questionnaires import PublishedVersion
from survey_app.storage.residence import StoredBatch


def home_versions(connection: Connection) -> list[PublishedVersion]:
    """The published versions that are scored by residence."""
    return [version for version in questionnaires.every(connection) if version.questionnaire.is_scored_by_residence]


def home_communes(connection: Connection) -> dict[str, str]:
    """Official code of each commune of the province, today's and former ones -> the code of its unit."""
    found = org_units.read_all(connection)[0]
    return {unit.code.rpartition("-")[2]: unit.code for unit in found if unit.kind is UnitKind.COMMUNE}


def _due(connection: Connection, versions: Sequence[PublishedVersion], today: date) -> Iterator[Quarter]:
    """The quarters that are over and whose batches were not made, the oldest first."""
    last = residence.last_closing(connection)
    start = months_back(last, -3) if last else residence.first_month(connection, [version.id for version in versions])
    while start is not None and quarter_of(start).is_closed_on(today):
        yield quarter_of(start)
        start = months_back(quarter_of(start).first_month, -3)


def _close(
    connection: Connection, version: PublishedVersion, quarter: Quarter, communes: Collection[str], least: int
) -> int:
    start = residence_start(version.questionnaire)
    records = residence.waiting(connection, version.id, quarter.last_month)
    homes = {number: residence_of(start, record, communes) for number, record in records.items()}
    made = home_batches(homes, least, quarter.number)
    for batch in made:
        tally = count(version.layout, [records[number] for number in batch.responses])
        stored = StoredBatch(version.id, quarter.first_month, batch.commune, least, tally)
        residence.add_batch(connection, stored, batch.responses)
    return len(made)


def close_quarters(connection: Connection, now: datetime) -> int:
    """Make the batches of every quarter that is over, once; returns how many. The caller holds the release lock."""
    versions, today = home_versions(connection), local_day(now)
    due = list(_due(connection, versions, today)) if versions else []
    if not due:
        return 0
    communes, least = home_communes(connection), read_settings(connection).thresholds.release
    made = 0
    for quarter in due:
        made += sum(_close(connection, version, quarter, communes, least) for version in versions)
        residence.add_closing(connection, quarter.first_month, today)
    detail = {"quarters": [quarter.code for quarter in due], "batches": made}
    audit_log.append(connection, now, audit_log.SYSTEM, "residence.close", None, detail)
    return made


def differing_batches(connection: Connection) -> list[str]:
    """Batches whose tally is not that of their responses, or that hold people of elsewhere."""
    versions = {version.id: version for version in home_versions(connection)}
    return [
        f"home batch {number}: the tally differs from its responses"
        for number in residence.every_number(connection)
        if not _is_right(residence.batch(connection, number), residence.records(connection, number), versions)
    ]


def _is_right(batch: StoredBatch, records: Sequence[str], versions: Mapping[int, PublishedVersion]) -> bool:
    version = versions[batch.version_id]
    start = residence_start(version.questionnaire)
    is_at_home = batch.commune is None or all(record.startswith(batch.commune, start) for record in records)
    return is_at_home and batch.tally.equals(count(version.layout, records))
