"""The chain of the audit log: what it vouches for and what breaks it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from survey_app.domain.audit_chain import BEGINNING, AuditEntry, Break, ChainWalk, fingerprint, seal

NOON = datetime(2026, 11, 16, 5, 0, tzinfo=UTC)


def chain_of(number: int, hours_apart: int = 1) -> list[AuditEntry]:
    made: list[AuditEntry] = []
    for place in range(1, number + 1):
        previous = made[-1].hash if made else BEGINNING
        at = NOON + timedelta(hours=hours_apart * (place - 1))
        made.append(seal(AuditEntry(place, at, "an", "wave.create", None, '{"wave": "Quý"}', previous)))
    return made


def walked(entries: list[AuditEntry], wanted: str | None = None) -> ChainWalk:
    walk = ChainWalk(wanted)
    assert list(walk.along(entries)) == list(range(1, walk.count + 1))
    return walk


def test_the_hash_of_an_entry_is_fixed_for_all_time() -> None:
    assert chain_of(1)[0].hash == "1c32541e80ee7c5af1c8f5cdcb8d6831b16b5bc4e4331b7dafd9aff97588f9ba"


def test_the_same_moment_in_another_zone_is_the_same_entry() -> None:
    entry = chain_of(1)[0]
    assert fingerprint(replace(entry, at=entry.at.astimezone(timezone(timedelta(hours=7))))) == entry.hash


@pytest.mark.parametrize(
    "changed",
    [
        {"at": NOON + timedelta(microseconds=1)},
        {"actor": "binh"},
        {"action": "wave.status"},
        {"unit_code": "51"},
        {"detail": "{}"},
        {"previous": "1" * 64},
        {"number": 9},
        {"hash": "f" * 64},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_whatever_is_altered_in_an_entry_breaks_the_chain_there(changed: dict[str, object]) -> None:
    entries = chain_of(5)
    entries[2] = replace(entries[2], **changed)  # type: ignore[arg-type]
    walk = walked(entries)
    assert walk.broken is not None
    assert (walk.broken.entry, walk.broken.kind, walk.count) == (entries[2], Break.ALTERED, 2)


def test_an_entry_altered_and_sealed_anew_no_longer_carries_the_next() -> None:
    entries = chain_of(4)
    entries[1] = seal(replace(entries[1], actor="binh"))
    broken = walked(entries).broken
    assert broken is not None
    assert (broken.entry.number, broken.kind) == (3, Break.OUT_OF_PLACE)


@pytest.mark.parametrize("missing", [0, 2])
def test_an_entry_that_is_missing_shows_at_the_next(missing: int) -> None:
    entries = chain_of(5)
    del entries[missing]
    broken = walked(entries).broken
    assert broken is not None
    assert (broken.entry.number, broken.kind) == (missing + 2, Break.OUT_OF_PLACE)


def test_two_entries_in_each_others_place_show() -> None:
    entries = chain_of(5)
    entries[2], entries[3] = entries[3], entries[2]
    broken = walked(entries).broken
    assert broken is not None
    assert (broken.entry.number, broken.kind) == (4, Break.OUT_OF_PLACE)


def test_a_whole_chain_has_the_last_entry_of_every_local_day_as_head() -> None:
    entries = chain_of(4, hours_apart=8)
    walk = walked(entries)
    assert walk.broken is None
    assert [(head.day, head.number) for head in walk.heads] == [(date(2026, 11, 16), 2), (date(2026, 11, 17), 4)]
    assert walk.heads[-1].hash == entries[-1].hash


def test_an_end_cut_off_is_found_by_a_head_that_was_kept() -> None:
    entries = chain_of(5)
    kept = entries[3].hash
    assert walked(entries, kept).is_met
    assert walked(entries[:3]).broken is None
    assert not walked(entries[:3], kept).is_met


def test_an_empty_log_is_whole() -> None:
    walk = walked([])
    assert (walk.broken, walk.heads, walk.is_met) == (None, (), True)
