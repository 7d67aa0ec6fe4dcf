"""What the pages and files themselves let on: every role asks the real product for them, day by day.

While a page is drawn everything is written down that storage hands out of the sums of releases (``tallies.sums``, the
one way to figures; a statement that reaches for answers by any other way is a leak at once). Each sum is recounted
from the records of the people it must be of, joins the family of sets of people of ``attack``, and every ``n = …`` on
the page must be a number of answers of what was handed out. Scorecards are looked over on their way to the page:
sensitive items rest on thirty, on a commune or the province and whole quarters that are over, and no guarded item
shows that everybody said the same.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from html import unescape
from inspect import currentframe
from itertools import product
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import Engine, event

from config import Testing
from survey_app import create_app
from survey_app.domain.disclosure import Thresholds
from survey_app.domain.local_day import local_day
from survey_app.domain.questionnaire import Item, Polarity
from survey_app.domain.record import MISSING, NOT_SHOWN
from survey_app.domain.scoring import Scorecard
from survey_app.domain.tally import Tally, count
from survey_app.services import counted, passwords, results
from survey_app.services.result_source import Source
from survey_app.storage import migrations, officers, tallies
from survey_app.storage.database import begin_write, make_engine
from survey_app.storage.tallies import TallyFilter
from tests import scenes
from tests.bench.attack import AFTER, DAYS, SEED, SIPAS, Family, K, Outcome, People, Truth, days, read_truth, told
from tests.scenes import COMMUNES, Province, build_province
from tests.web.officer.addresses import address_of, methods, officer_rules
from tests.web.officer.conftest import ACCOUNTS, PASSWORD, SECRET_KEY, csrf_token, send_sign_in

FIGURES = {
    "officer.home",
    "officer.alerts",
    "officer.unit",
    "officer.results_heat_map",
    "officer.results_items",
    "officer.results_compare",
    "officer.results_drivers",
    "officer.results_explain",
    "officer.results_trend",
    "officer.centre_scores_unit",
    "officer.centre_scores_explain",
    "officer.published_unit",
    "officer.published_explain",
}
"""The pages that are drawn from sums of releases; the test finds any that is missing here."""
CUT = {
    f"officer.{name}" for name in ("unit", "results_heat_map", "results_items", "results_compare", "results_drivers")
}
"""Those that take every filter."""
FILES = ("", "csv", "xlsx")
CUTS = (
    "",
    "stage=filing",
    "stage=collecting",
    "channel=ticket",
    "flagged=without",
    "stage=filing&channel=poster&flagged=without",
    "field=Hộ tịch",
    "wave=2026-q4",
    "from=2026-11&to=2026-11",
    "from=2026-10&to=2026-12",
)
CUTS_AS_FILES = ("stage=collecting", "flagged=without", "from=2026-10&to=2026-12")
READERS_OF_FIGURES = {"tallies.sums", "tallies.responses_of"}
READERS_OF_PEOPLE = {
    "releases.summed",
    "home_counts.arrived_since",
    "home_counts.flagged",
    "wave_counts.received",
    "alerts.last_heard",
    "org_units.with_responses",
}
"""Functions of storage that count responses and read no answer."""
READERS_OF_ROWS = {"datasets.count_released", "datasets.release_heads", "datasets.stream_responses"} | {
    "datasets.count_record_parts"
}
"""Those a data set is written from, which is a page of its own."""
ANSWERS = re.compile(r"\b(?:FROM|JOIN) (?:unit_tally|tally|response|release)\b")
BASE = re.compile(r"n = (?:<[^>]*>)?([\d.]+)")
LINK = re.compile(r'href="(/officer/[^"#]*(?:explain|compare|drivers)[^"#]*)"')
SENSITIVE = Thresholds().sensitive


@dataclass
class Watch:
    """What was handed out while pages were drawn. ``sensitive``: item -> who answered, of every figure that shows."""

    truth: Truth
    family: Family
    today: date
    leaks: list[str] = field(default_factory=list)
    sensitive: dict[str, Family] = field(default_factory=dict)
    days: int = 0
    pages: int = 0
    sums: int = 0
    figures: int = 0
    readers: set[str] = field(default_factory=set)
    where: str = ""
    bases: set[int] = field(default_factory=set)
    _known: dict[People, Tally] = field(default_factory=dict)
    _handed: dict[int, tuple[Tally, People]] = field(default_factory=dict)

    def leak(self, told: str) -> None:
        """Somebody sees what nobody should."""
        self.leaks.append(f"{self.where}: {told}")

    def turn_to(self, where: str) -> None:
        """The next page."""
        self.where = where
        self.bases = {0}
        self._handed.clear()

    def handed_out(self, wanted: TallyFilter, parts: Sequence[str], found: dict[tuple[Any, ...], Tally]) -> None:
        """Storage gave these sums away."""
        for key, tally in found.items():
            part = dict(zip(parts, key, strict=True))
            people = self.truth.of(wanted, part)
            self.sums += 1
            self.family.add(people, self.where)
            self._handed[id(tally)] = (tally, people)
            if people not in self._known:
                self._known[people] = count(self.truth.province.sipas.layout, self.truth.said(people))
            if not tally.equals(self._known[people]):
                self.leak(f"the sum for {part} is not that of whole releases")
            self.bases |= _bases(self.truth, tally)

    def added_up(self, parts: Sequence[Tally], total: Tally) -> None:
        """Sums that were handed out became one: of the counters of a service field, of a unit and its former ones."""
        people = 0
        for part in parts:
            people |= self._handed[id(part)][1]
        self.family.add(people, self.where)
        self._handed[id(total)] = (total, people)
        if not total.equals(count(self.truth.province.sipas.layout, self.truth.said(people))):
            self.leak("a sum of sums is not that of whole releases")
        self.bases |= _bases(self.truth, total)

    def drawn(self, tally: Tally | None, card: Scorecard) -> None:
        """A scorecard is on its way to the page."""
        people = self._handed[id(tally)][1] if tally is not None and id(tally) in self._handed else None
        shown = [(score.item, {"": score.distribution}, score.figure.value) for s in card.sections for score in s.items]
        shown += [(counted.item, dict(counted.options), None) for counted in card.counted]
        for item, options, value in shown:
            visible = [spread for spread in options.values() if spread.counts is not None]
            self.figures += len(visible) + (value is not None)
            if item.is_sensitive and (visible or value is not None):
                self._sensitive(item, people, next(iter(options.values())).base)
            is_guarded = item.is_sensitive or item.polarity is Polarity.NEGATIVE
            if is_guarded and any(spread.base in (spread.counts or {}).values() for spread in visible):
                self.leak(f"everybody said the same to {item.id}")

    def _sensitive(self, item: Item, people: People | None, base: int) -> None:
        if base < SENSITIVE:
            self.leak(f"{item.id} on {base} answers")
        if people is None or people not in self.truth.closed_quarters(self.today):
            self.leak(f"{item.id} finer than a commune and closed quarters")
            return
        self.sensitive.setdefault(item.id, Family()).add(self.truth.answered(item.id) & people, self.where)

    def look_at(self, text: str) -> None:
        """Every number of answers on a page must be one of what was handed out for it."""
        numbers = {int(found.replace(".", "")) for found in BASE.findall(text)}
        if strange := {number for number in numbers if number not in self.bases}:
            self.leak(f"n = {sorted(strange)} is of nothing that was handed out")


def _bases(truth: Truth, tally: Tally) -> set[int]:
    """Every number of answers to anything in a sum."""
    layout, found = truth.province.sipas.layout, {tally.responses, *tally.bases.tolist()}
    found |= set(tally.comoments.both.ravel().tolist())
    for slot in layout.slots:
        given = zip(slot.column.characters, tally.counts[slot.start : slot.end].tolist(), strict=True)
        found.add(sum(number for code, number in given if code not in MISSING))
    return found


def _reader() -> str:
    """The function of storage that a statement comes from."""
    frame = currentframe()
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith("survey_app.storage.") and not module.endswith(".database"):
            return f"{module.rpartition('.')[2]}.{frame.f_code.co_name}"
        frame = frame.f_back
    return "elsewhere"


@contextmanager
def watching(watch: Watch) -> Iterator[None]:
    """Stand between storage and pages."""
    hand_out, draw, card_of = tallies.sums, results._scorecards, counted.Counted.card
    hand_out_numbers, add_up = tallies.responses_of, Source._total

    def sums(connection: Any, wanted: TallyFilter, parts: Sequence[str]) -> dict[tuple[Any, ...], Tally]:
        found = hand_out(connection, wanted, parts)
        watch.handed_out(wanted, parts, found)
        return found

    def numbers(connection: Any, wanted: TallyFilter) -> dict[tuple[int, date], int]:
        found = hand_out_numbers(connection, wanted)
        watch.bases |= set(found.values())
        return found

    def total(source: Source, parts: Sequence[Tally]) -> Tally:
        made = add_up(source, parts)
        if len(parts) > 1:
            watch.added_up(parts, made)
        return made

    def scorecards(source: Any, query: Any, found: Any) -> dict[str, Scorecard]:
        cards = draw(source, query, found)
        for code, card in cards.items():
            watch.drawn(found[code], card)
        return cards

    def card(self: counted.Counted, unit_code: str) -> Scorecard:
        made = card_of(self, unit_code)
        watch.drawn(self.found.get(unit_code), made)
        return made

    def statement(_connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
        if ANSWERS.search(text):
            watch.readers.add(reader := _reader())
            if reader not in READERS_OF_FIGURES | READERS_OF_PEOPLE | READERS_OF_ROWS:
                watch.leak(f"answers are read by {reader}")

    event.listen(Engine, "before_cursor_execute", statement)
    try:
        with (
            patch.object(tallies, "sums", sums),
            patch.object(tallies, "responses_of", numbers),
            patch.object(Source, "_total", total),
            patch.object(results, "_scorecards", scorecards),
            patch.object(counted.Counted, "card", card),
        ):
            yield
    finally:
        event.remove(Engine, "before_cursor_execute", statement)


SignIn = Callable[[str], FlaskClient]
LOGINS = ("tinh", "xa01", "giamdoc", "canbo", "mattran", "hotro", "nhaplieu")
"""One officer of every role below the inspector (tests/web/officer/conftest.py); what they see is pooled."""
SEE_SENSITIVE = ("tinh", "thanhtra")
DATA_FILES = ("responses.csv", "scores.csv")


def _rows(text: str) -> Iterator[dict[str, str]]:
    """The rows of a file below the line that names its columns."""
    columns: list[str] = []
    for row in csv.reader(io.StringIO(text), delimiter=";"):
        if "n" in row:
            columns = row
        elif columns and len(row) == len(columns):
            yield dict(zip(columns, row, strict=True))


def _of_workbook(data: bytes) -> str:
    """The cells of a workbook as a file with semicolons."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    for sheet in load_workbook(io.BytesIO(data), read_only=True):
        for row in sheet.iter_rows(values_only=True):
            writer.writerow(["" if cell is None else cell for cell in row])
    return out.getvalue()


def fetch(client: FlaskClient, watch: Watch, who: str, address: str) -> str:
    """Ask for one page or file; what it says."""
    watch.turn_to(f"{watch.today:%d/%m} {who} {address}")
    reply = client.get(address)
    if reply.status_code != 200:
        return ""
    watch.pages += 1
    if reply.mimetype == "text/html":
        watch.look_at(unescape(reply.text))
        return reply.text
    is_workbook = reply.mimetype.endswith("sheet")
    text = _of_workbook(reply.data) if is_workbook else reply.data.decode("utf-8-sig", "replace")
    told = " ".join(f"n = {row['n']}" for row in _rows(text) if row["n"].isdigit())
    watch.look_at(told)
    return text


def asked_for(app: Flask, units: Sequence[str], cuts: Sequence[str]) -> Iterator[str]:
    """The addresses of all pages that are drawn from figures, of every unit, cut and kind of file."""
    for rule in officer_rules(app):
        if rule.endpoint not in FIGURES or "GET" not in methods(rule) or rule.endpoint.endswith("_explain"):
            continue
        beside = f"units={','.join(COMMUNES)}" if rule.endpoint == "officer.results_compare" else ""
        read = cuts if rule.endpoint in CUT else cuts[:1]
        for unit, cut in product(units if "unit_code" in rule.arguments else ("51",), read):
            address = address_of(app, rule, unit)
            for kind in FILES if not cut else ("", "csv") if cut in CUTS_AS_FILES else ("",):
                query = "&".join(filter(None, (cut, beside, f"as={kind}" if kind else "")))
                yield f"{address}?{query}" if query else address


def ask_everything(app: Flask, sign_in: SignIn, watch: Watch, logins: Sequence[str], plan: Plan, rng: Random) -> None:
    """One day: every role asks for every page, and follows some links to explanations and comparisons."""
    for login in logins:
        client, found = sign_in(login), set()
        units = [
            code for code in plan.units or watch.truth.province.ids if f"{code}-".startswith(f"{ACCOUNTS[login][1]}-")
        ]
        cuts = plan.cuts if login == plan.logins[0] else plan.cuts[:: max(1, len(plan.cuts) // 3)]
        for address in asked_for(app, units, cuts):
            found |= {unescape(link) for link in LINK.findall(fetch(client, watch, login, address))}
        for address in rng.sample(sorted(found), min(plan.links, len(found))):
            fetch(client, watch, login, address)
        if login == LOGINS[0]:
            ask_for_dataset(client, watch)


def ask_for_dataset(client: FlaskClient, watch: Watch) -> None:
    """The data set of the whole province: its scores, and who is told apart in its rows."""
    watch.turn_to(f"{watch.today:%d/%m} data set")
    fields = {"csrf_token": csrf_token(client, "/officer/datasets"), "form": "sipas_desk.v1", "format": "csv"}
    reply = client.post("/officer/datasets", data=fields)
    is_file, content = reply.mimetype == "application/zip", reply.data
    reply.close()
    if not is_file:
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = {name.rpartition("/")[2]: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    responses, scores = (
        list(csv.DictReader(io.StringIO(text))) for name, text in sorted(names.items()) if name in DATA_FILES
    )
    for row in scores:
        _look_at_score(watch, row)
    for item in (
        watch.truth.province.sipas.layout.columns[p].item for p in watch.truth.province.sipas.routed_positions
    ):
        put = Counter(row["release"] for row in responses if row[item] != NOT_SHOWN)
        if any(number < K for number in put.values()):
            watch.leak(f"a release puts {item} to {min(put.values())}")


def _look_at_score(watch: Watch, row: dict[str, str]) -> None:
    """A row of the scores is that of whole releases, or says that it is withheld."""
    if row["level"] != "item":
        return
    stage = None if row["stage"] == "all" else row["stage"]
    asked = replace(SIPAS, unit_code=row["unit"], stage=stage)
    said = watch.truth.said(watch.truth.counted_by(asked))
    slot = watch.truth.province.sipas.layout.slots_of(row["id"])[0]
    answers = [int(r[slot.column.position]) for r in said if r[slot.column.position] not in MISSING]
    if int(row["base"]) != len(answers):
        watch.leak(f"{row['unit']} {row['stage']} {row['id']}: base {row['base']}, not {len(answers)}")
    watch.figures += bool(row["value"])
    if row["value"] and len(answers) < K:
        watch.leak(f"{row['unit']} {row['stage']} {row['id']} on {len(answers)}")
    if row["value"] and row["recipe"] == SIPAS.recipe:
        exact = Fraction(100 * sum(answers), 5 * len(answers))
        if abs(Fraction(row["value"]) - exact) > Fraction(1, 10**5):
            watch.leak(f"{row['unit']} {row['stage']} {row['id']}: {row['value']}, not {float(exact)}")


@dataclass(frozen=True)
class Plan:
    """How much is asked for: by whom, which cuts, how many explanations a role and day, one in how many days.

    ``units``: about which units; none: about every one.
    """

    logins: Sequence[str] = LOGINS
    cuts: Sequence[str] = CUTS
    links: int = 200
    every: int = 1
    units: Sequence[str] = ()


def attack_pages(
    app: Flask,
    engine: Engine,
    province: Province,
    sign_in: SignIn,
    evenings: Iterable[datetime],
    plan: Plan,
    told: Callable[[str], None] = lambda line: None,
) -> Watch:
    """The whole month over the web, on the days on which anything was released."""
    rng, known = Random(SEED), 0
    watch = Watch(read_truth(engine, province), Family(), date.min)
    for place, now in enumerate(evenings):
        watch.truth, watch.today = read_truth(engine, province), local_day(now)
        if now != AFTER and (len(watch.truth.heads) == known or place % plan.every):
            continue
        known, watch.days = len(watch.truth.heads), watch.days + 1
        app.config["NOW"] = lambda now=now: now
        logins = (*plan.logins, *SEE_SENSITIVE) if now == AFTER else plan.logins
        with watching(watch):
            ask_everything(app, sign_in, watch, tuple(dict.fromkeys(logins)), plan, rng)
        told(f"{watch.today:%d/%m}: {known} releases, {watch.pages} pages, {len(watch.leaks)} faults")
    return watch


def make_app(engine: Engine) -> Flask:
    """The product on this database."""
    settings = {name: getattr(Testing, name) for name in dir(Testing) if name.isupper()} | {
        "TESTING": True,
        "SECRET_KEY": SECRET_KEY,
        "PAGE_KEY": "pages-of-the-attack",
        "DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "PUBLIC_BASE_URL": "https://khaosat.example",
        "QUESTIONNAIRES_DIR": scenes.QUESTIONNAIRES_DIR,
        "MIGRATIONS_DIR": scenes.MIGRATIONS_DIR,
    }
    return create_app(settings, surface="all")


def add_officers(engine: Engine, province: Province) -> None:
    """One officer of every role."""
    kept = passwords.hash_password(PASSWORD)
    with begin_write(engine) as connection:
        for login, (role, unit) in ACCOUNTS.items():
            officer_id = officers.add(connection, login, f"Cán bộ {login}", kept)
            officers.put_grant(connection, officer_id, role, province.ids[unit], None)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 1 when anything was found that nobody should see."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--links", type=int, default=Plan.links, help="explanations followed by each role on a day")
    asked = parser.parse_args(arguments)
    light = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    with tempfile.TemporaryDirectory() as folder, patch.object(passwords, "_HASHER", light):
        engine = make_engine(f"sqlite:///{Path(folder) / 'attack.sqlite3'}")
        migrations.upgrade(engine, scenes.MIGRATIONS_DIR)
        province = build_province(engine)
        add_officers(engine, province)
        app = make_app(engine)

        def sign_in(login: str) -> FlaskClient:
            client = app.test_client()
            send_sign_in(client, login)
            return client

        plan = Plan(links=asked.links)
        watch = attack_pages(app, engine, province, sign_in, days(engine, province, asked.days), plan, print)
        engine.dispose()
    return told_of(watch)


def told_of(watch: Watch) -> int:
    """Print what was found; 1 when there is any leak."""
    print(
        f"{watch.days} days, {watch.pages} pages and files, {watch.sums} sums handed out, {watch.figures} figures shown"
    )
    print(f"answers were read by {', '.join(sorted(watch.readers))}")
    status = told(Outcome(watch.family, watch.leaks, watch.truth))
    for leak in watch.leaks[:10]:
        print(f"  {leak}")
    for item, family in watch.sensitive.items():
        thin = family.thin(SENSITIVE)
        print(f"fewer than {SENSITIVE} people who answered {item}: {thin} among {len(family.seen)} figures")
        status |= int(any(thin))
    return status


if __name__ == "__main__":
    sys.exit(main())
