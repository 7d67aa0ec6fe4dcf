"""Posters of a counter, a centre or everything below a unit: what there is to print, and the PDF or ZIP of it."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pypdf import PdfWriter
from sqlalchemy import Connection, Engine

from survey_app.domain.local_day import local_day
from survey_app.domain.org_tree import OrgTree
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.print_job import PosterFormat
from survey_app.services.counters import centre_codes_in_force, centres_at, codes_in_force, counters_at
from survey_app.services.poster_sheet import PosterSheet, render_posters
from survey_app.services.province_settings import read_settings
from survey_app.storage import audit_log, org_units
from survey_app.storage.counter_codes import CounterCode
from survey_app.storage.database import begin_read, begin_write

Progress = Callable[[int, int], None]


class NothingToPrint(ValueError):
    """No counter (or centre) here has a code in force."""


@dataclass(frozen=True)
class Bundle:
    """What belongs into one file: the posters of one commune, or of a centre or department outside communes."""

    unit: OrgUnit
    sheets: tuple[PosterSheet, ...]


@dataclass(frozen=True)
class Collected:
    """What there is to print at a unit and below in one format; ``missing`` have no code in force."""

    bundles: tuple[Bundle, ...]
    missing: tuple[OrgUnit, ...]


def counter_address(base_url: str, code: str) -> str:
    """What the QR holds: the citizen address of a code."""
    return f"{base_url.rstrip('/')}/q/{code}"


def plain_name(text: str) -> str:
    """A name in ASCII for files: ``Xã Đăk Long`` -> ``xa-dak-long``."""
    letters = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    ascii_only = letters.encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:60].strip("-")


def file_name(unit_name: str, unit_code: str, poster_format: PosterFormat) -> str:
    """The name of one unit's file: plain ASCII, unit and code."""
    parts = (plain_name(unit_name), plain_name(unit_code), poster_format.value.replace("_", "-"))
    return "-".join(part for part in parts if part) + ".pdf"


def _bundle_unit(tree: OrgTree, unit: OrgUnit, asked: OrgUnit) -> OrgUnit:
    """The unit whose file a poster goes into: the one asked for, or the commune (department, else centre) below it."""
    path = (unit, *tree.ancestors(unit.code))
    if asked.kind is not UnitKind.PROVINCE:
        return asked
    commune = next((one for one in path if one.kind in {UnitKind.COMMUNE, UnitKind.DEPARTMENT}), None)
    return commune or next((one for one in path if one.kind is UnitKind.CENTRE), unit)


def _sheet(tree: OrgTree, unit: OrgUnit, address: str, code: CounterCode, today: date, is_sample: bool) -> PosterSheet:
    is_counter = unit.kind is UnitKind.COUNTER
    centre, *above = tree.ancestors(unit.code) if is_counter else (unit, *tree.ancestors(unit.code))
    place = next((u for u in above if u.kind in (UnitKind.COMMUNE, UnitKind.PROVINCE)), centre)
    counter_name = unit.name if is_counter else ""
    return PosterSheet(counter_name, centre.name, place.name, address, code.issue_number, today, is_sample)


def collect(
    connection: Connection, unit_code: str, poster_format: PosterFormat, base_url: str, today: date
) -> Collected:
    """The posters of a unit and everything below it, a bundle for each file. Raises UnknownUnit."""
    if poster_format.is_of_centres:
        units, held = _centres(connection, unit_code, today)
    else:
        units = counters_at(connection, unit_code, today)
        held = codes_in_force(connection, [unit.code for unit in units], today)
    tree = org_units.tree(connection)
    is_sample = read_settings(connection).is_sample
    found: dict[str, list[PosterSheet]] = {}
    for unit in units:
        if unit.code in held:
            code = held[unit.code]
            sheet = _sheet(tree, unit, counter_address(base_url, code.code), code, today, is_sample)
            found.setdefault(_bundle_unit(tree, unit, tree.units[unit_code]).code, []).append(sheet)
    bundles = tuple(Bundle(tree.units[code], tuple(sheets)) for code, sheets in found.items())
    return Collected(bundles, tuple(unit for unit in units if unit.code not in held))


def _centres(connection: Connection, unit_code: str, today: date) -> tuple[list[OrgUnit], dict[str, CounterCode]]:
    return centres_at(connection, unit_code, today), centre_codes_in_force(connection, unit_code, today)


def collect_all(
    engine: Engine, unit_code: str, formats: Iterable[PosterFormat], base_url: str, now: datetime
) -> dict[PosterFormat, Collected]:
    """What there is to print in each format. Raises UnknownUnit."""
    with begin_read(engine) as connection:
        return {one: collect(connection, unit_code, one, base_url, local_day(now)) for one in formats}


def merged(pdfs: Iterable[bytes]) -> bytes:
    """One PDF of many, in the order given."""
    whole = PdfWriter()
    for pdf in pdfs:
        whole.append(io.BytesIO(pdf), import_outline=False)
    out = io.BytesIO()
    whole.write(out)
    return out.getvalue()


def write_zip(out: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """A ZIP of PDFs, which are compressed already."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, pdf in files:
            archive.writestr(name, pdf)


def write_posters(
    engine: Engine,
    unit_code: str,
    out: Path,
    poster_format: PosterFormat,
    languages: Sequence[str],
    base_url: str,
    now: datetime,
    actor: str,
    progress: Progress,
) -> tuple[int, int]:
    """Write the posters of a unit and below into a PDF, or a ZIP with a PDF for each commune where ``out`` ends so.

    Returns (posters, units without a code in force).

    Raises:
        UnknownUnit, NothingToPrint: nothing was written.
    """
    collected = collect_all(engine, unit_code, [poster_format], base_url, now)[poster_format]
    total = sum(len(bundle.sheets) for bundle in collected.bundles)
    if not total:
        raise NothingToPrint(f"chưa có mã nào đang dùng ở {unit_code} (xem flask counter issue)")
    files: list[tuple[str, bytes]] = []
    done = 0
    for bundle in collected.bundles:
        pdf = render_posters(bundle.sheets, poster_format, languages)
        files.append((file_name(bundle.unit.name, bundle.unit.code, poster_format), pdf))
        done += len(bundle.sheets)
        progress(done, total)
    with begin_write(engine) as connection:
        note_printing(connection, now, actor, unit_code, [poster_format], total)
    if out.suffix.lower() == ".zip":
        write_zip(out, files)
    else:
        out.write_bytes(merged(pdf for _, pdf in files))
    return total, len(collected.missing)


def note_printing(
    connection: Connection, now: datetime, actor: str, unit_code: str, formats: Iterable[PosterFormat], posters: int
) -> None:
    """The audit entry of printing, in the caller's transaction."""
    detail = {"formats": [one.value for one in formats], "posters": posters}
    audit_log.append(connection, now, actor, "posters.print", unit_code, detail)
