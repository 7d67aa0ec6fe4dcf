"""Counting again: tallies against responses, those that are missing, and how many responses were ever received."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import Connection, Engine

from survey_app.domain.org_tree import OrgTree
from survey_app.domain.tally import Tally, count
from survey_app.domain.tally_many import count_each, rows_of
from survey_app.services.residence_closing import differing_batches
from survey_app.storage import inbox, org_units, questionnaires, releases, tallies
from survey_app.storage.database import begin_read, begin_write
from survey_app.storage.releases import Release
from survey_app.storage.tallies import UnitTallyKey


def count_received(connection: Connection) -> int:
    """Responses received so far: released ones and those waiting."""
    return releases.count_responses(connection) + sum(waiting for _, waiting in inbox.groups(connection))


RELEASES_A_TRANSACTION = 500


class _Places:
    """The units with their row numbers."""

    def __init__(self, connection: Connection) -> None:
        every_unit, self.ids = org_units.read_all(connection)
        self.tree = OrgTree(every_unit)
        self.code_of = {number: code for code, number in self.ids.items()}

    def keys_of(self, head: Release) -> Iterator[UnitTallyKey]:
        """The sums a release is part of: its unit's and those above."""
        above = (self.ids[unit.code] for unit in self.tree.ancestors(self.code_of[head.unit_id]))
        for unit_id in (head.unit_id, *above):
            yield UnitTallyKey(
                unit_id, head.month, head.wave_id, head.version_id, head.stage, head.channel, head.flagged
            )


def recount(engine: Engine, progress: Callable[[int, int], None] | None = None) -> list[str]:
    """Recount every release and batch from its responses, every unit sum from its releases; the differences found."""
    differences: list[str] = []
    sums: dict[UnitTallyKey, Tally] = {}
    with begin_read(engine) as connection:
        places = _Places(connection)
        versions = {version.id: version for version in questionnaires.every(connection)}
        heads = releases.every_release(connection)
        for done, (release_id, head) in enumerate(heads, 1):
            fresh = count(versions[head.version_id].layout, releases.records(connection, release_id))
            held = tallies.release_tally(connection, release_id, head.responses)
            if held is None or not held.equals(fresh):
                differences.append(f"release {release_id}: the tally differs from its responses")
            for key in places.keys_of(head):
                sums[key] = sums[key] + fresh if key in sums else fresh
            if progress:
                progress(done, len(heads))
        differences += _differing_sums(places, sums, tallies.every(connection))
        return differences + differing_batches(connection)


def _differing_sums(places: _Places, sums: dict[UnitTallyKey, Tally], stored: dict[UnitTallyKey, Tally]) -> list[str]:
    return [
        f"unit {places.code_of[key.unit_id]} {key.month:%Y-%m} {key.stage} {key.channel}: "
        "the sum differs from its releases"
        for key in sorted(sums.keys() | stored.keys(), key=repr)
        if key not in sums or key not in stored or not sums[key].equals(stored[key])
    ]


def count_missing(engine: Engine, progress: Callable[[int, int], None] | None = None) -> int:
    """Tally every release that has none (after a change of what tallies hold); returns how many there were.

    Nothing else may release meanwhile. Killed half-way, the next call goes on.
    """
    with begin_read(engine) as connection:
        tallied = tallies.tallied_releases(connection)
        missing = [entry for entry in releases.every_release(connection) if entry[0] not in tallied]
    for start in range(0, len(missing), RELEASES_A_TRANSACTION):
        with begin_write(engine) as connection:
            _tally(connection, missing[start : start + RELEASES_A_TRANSACTION])
        if progress:
            progress(min(start + RELEASES_A_TRANSACTION, len(missing)), len(missing))
    return len(missing)


def _tally(connection: Connection, heads: Sequence[tuple[int, Release]]) -> None:
    places = _Places(connection)
    versions = {version.id: version for version in questionnaires.every(connection)}
    for version_id in {head.version_id for _, head in heads}:
        own = [(release_id, head) for release_id, head in heads if head.version_id == version_id]
        records = [releases.records(connection, release_id) for release_id, _ in own]
        fresh = rows_of(count_each(versions[version_id].layout, records))
        tallies.add_release_tallies(connection, [release_id for release_id, _ in own], fresh)
        parts: dict[UnitTallyKey, list[int]] = defaultdict(list)
        for row, (_, head) in enumerate(own):
            for key in places.keys_of(head):
                parts[key].append(row)
        sums = fresh.summed(list(parts.values()))
        tallies.add_to_units(connection, {key: place for place, key in enumerate(parts)}, sums)
