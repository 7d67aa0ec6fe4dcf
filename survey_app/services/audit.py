"""The audit log read: searched within what an officer was granted, exported, and its chain followed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from sqlalchemy import Connection, Engine

from survey_app.domain.audit_chain import AuditEntry, ChainWalk, DailyHead
from survey_app.domain.local_day import VIET_NAM, local_day
from survey_app.domain.org_tree import OrgTree
from survey_app.domain.permissions import Officer, Permission
from survey_app.domain.spelling import fold
from survey_app.services.result_tables import ResultTable, TableFormat, csv_bytes, xlsx_bytes
from survey_app.services.results import NoSuchUnit
from survey_app.storage import audit_log, org_units
from survey_app.storage.audit_log import AuditFilter
from survey_app.storage.database import begin_read, begin_write

PAGE = 50
MOST_EXPORTED = 50_000
"""Entries in one exported file, the newest."""

Progress = Callable[[int], None]


@dataclass(frozen=True)
class AuditSearch:
    """What is looked for; None leaves a dimension open. Days are local and inclusive.

    ``in_words``: a detail as readers see it, in which ``text`` is looked for. ``before``, ``after``: numbers of the
    entries between which a page of the list begins.
    """

    actor: str | None = None
    action: str | None = None
    unit_code: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    text: str | None = None
    before: int | None = None
    after: int | None = None
    in_words: Callable[[str], str] = str


@dataclass(frozen=True)
class AuditPage:
    """Entries, newest first. ``newer``, ``older``: the numbers further pages go on from; None: nothing there.

    ``units``: the province, communes and centres one may search at, with names; ``names``: every unit's name by code.
    """

    entries: tuple[AuditEntry, ...]
    newer: int | None
    older: int | None
    units: tuple[tuple[str, str], ...]
    names: dict[str, str]
    head: DailyHead | None


def _granted(tree: OrgTree, officer: Officer, today: date) -> set[str] | None:
    """The units whose entries the officer may read; None: everything, also what is about no unit."""
    found: set[str] = set()
    for grant in officer.grants:
        if not grant.gives(Permission.AUDIT_READ, today) or grant.unit_code not in tree.units:
            continue
        if tree.units[grant.unit_code].parent_code is None:
            return None
        found |= {grant.unit_code, *(unit.code for unit in tree.descendants(grant.unit_code))}
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VIET_NAM)


def _filter(tree: OrgTree, granted: set[str] | None, search: AuditSearch) -> AuditFilter:
    """Raises NoSuchUnit for a unit that does not exist or lies beyond what was granted."""
    units = granted
    if search.unit_code is not None:
        if search.unit_code not in tree.units or (granted is not None and search.unit_code not in granted):
            raise NoSuchUnit(search.unit_code)
        units = {search.unit_code, *(unit.code for unit in tree.descendants(search.unit_code))}
    return AuditFilter(
        actor=search.actor,
        action=search.action,
        unit_codes=units,
        since=_midnight(search.first_day) if search.first_day else None,
        until=_midnight(search.last_day + timedelta(days=1)) if search.last_day else None,
    )


def _with_text(entries: Iterable[AuditEntry], search: AuditSearch) -> Iterator[AuditEntry]:
    wanted = fold(search.text or "")
    return (entry for entry in entries if not wanted or wanted in fold(search.in_words(entry.detail)))


def _page(connection: Connection, wanted: AuditFilter, search: AuditSearch) -> tuple[list[AuditEntry], bool, bool]:
    """The entries of a page, and whether there are newer and older ones."""
    if search.after is None:
        from_newest = _with_text(audit_log.newest_first(connection, wanted, search.before), search)
        found = list(islice(from_newest, PAGE + 1))
        return found[:PAGE], search.before is not None, len(found) > PAGE
    from_oldest = _with_text(audit_log.oldest_first(connection, wanted, search.after), search)
    found = list(islice(from_oldest, PAGE + 1))
    return found[:PAGE][::-1], len(found) > PAGE, True


def _places(tree: OrgTree, granted: set[str] | None) -> Iterator[tuple[str, str]]:
    """Units to search at: a counter's entries are found under its centre."""
    for unit in tree.units.values():
        if (granted is None or unit.code in granted) and tree.children(unit.code):
            yield unit.code, unit.name


def _head(entry: AuditEntry | None) -> DailyHead | None:
    return DailyHead(local_day(entry.at), entry.number, entry.hash) if entry else None


def search_log(engine: Engine, officer: Officer, today: date, search: AuditSearch) -> AuditPage:
    """A page of the log as far as the officer may read it. Raises NoSuchUnit."""
    with begin_read(engine) as connection:
        tree = org_units.tree(connection)
        granted = _granted(tree, officer, today)
        entries, has_newer, has_older = _page(connection, _filter(tree, granted, search), search)
        head = _head(audit_log.last(connection))
    return AuditPage(
        entries=tuple(entries),
        newer=entries[0].number if has_newer and entries else None,
        older=entries[-1].number if has_older and entries else None,
        units=tuple(_places(tree, granted)),
        names={unit.code: unit.name for unit in tree.units.values()},
        head=head,
    )


def _asked(search: AuditSearch) -> dict[str, object]:
    asked = {"by": search.actor, "action": search.action, "from": search.first_day, "to": search.last_day}
    return {name: value for name, value in (asked | {"text": search.text}).items() if value is not None}


def export_log(
    engine: Engine,
    now: datetime,
    *,
    officer: Officer,
    search: AuditSearch,
    file_format: TableFormat,
    told: Callable[[Sequence[AuditEntry], Mapping[str, str]], ResultTable],
) -> bytes:
    """The entries that match as a file, at most ``MOST_EXPORTED``; the export is an entry itself.

    ``told``: the entries in words, given the names of units by code. Raises NoSuchUnit.
    """
    with begin_write(engine) as connection:
        tree = org_units.tree(connection)
        wanted = _filter(tree, _granted(tree, officer, local_day(now)), search)
        names = {unit.code: unit.name for unit in tree.units.values()}
        entries = list(islice(_with_text(audit_log.newest_first(connection, wanted), search), MOST_EXPORTED))
        detail = _asked(search) | {"rows": len(entries), "format": file_format.value}
        audit_log.append(connection, now, officer.login, "audit.export", search.unit_code, detail)
    table = told(entries, names)
    return csv_bytes(table) if file_format is TableFormat.CSV else xlsx_bytes(table, now)


def verify_chain(engine: Engine, wanted_head: str | None = None, progress: Progress | None = None) -> ChainWalk:
    """Follow the whole chain; ``wanted_head``: the hash of an earlier day that must be met."""
    walk = ChainWalk(wanted_head)
    with begin_read(engine) as connection:
        for count in walk.along(audit_log.chain(connection)):
            if progress and count % PAGE == 0:
                progress(count)
    return walk


def daily_heads(engine: Engine, first: date | None, last: date | None) -> list[DailyHead]:
    """The heads of the days from ``first`` to ``last``, oldest first."""
    with begin_read(engine) as connection:
        days: dict[date, DailyHead] = {}
        for entry in audit_log.chain(connection):
            days[local_day(entry.at)] = DailyHead(local_day(entry.at), entry.number, entry.hash)
    return [days[day] for day in sorted(days) if (first is None or day >= first) and (last is None or day <= last)]
