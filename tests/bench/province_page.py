"""How long a whole province takes to read: ``python -m tests.bench.province_page [--profile]``.

96 communes, 800 counters with their transactions, 12 months, and 60,000, 600,000 or 6,000,000 responses in the same
tallies: pages read tallies only, so that a province with a hundred times the answers must not wait longer. Prints the
province's page, heat map and home, one commune, one counter (median of seven, rendered) and the yearly full set (every
unit by both recipes: its scorecard of the year and its overall figure of each month), each beside its limit, in
processor time, which a busy machine stretches less, and in wall time; then how much longer the most responses take
than the fewest. Exit status 1 when a limit is broken in processor time.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from random import Random
from statistics import median

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, insert

from config import Testing
from survey_app import create_app, extensions
from survey_app.cli.server_hooks import quiet_the_collector
from survey_app.domain.local_day import months_back
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.permissions import Role
from survey_app.domain.questionnaire_rules import sha256_of
from survey_app.domain.tally import Tally, count, pack
from survey_app.domain.tally_layout import TallyLayout
from survey_app.domain.tally_many import rows_of
from survey_app.domain.wave import Wave, WaveStatus
from survey_app.services.results import ResultsQuery, overall_results, unit_results
from survey_app.storage import migrations, officers, org_units, questionnaires, releases, tallies, transactions, waves
from survey_app.storage.database import begin_read, begin_write, make_engine
from survey_app.storage.releases import Release
from survey_app.storage.tallies import UNIT_TALLY, UnitTallyKey
from tests import scenes
from tests.web.officer.conftest import PASSWORD, send_sign_in

COMMUNES, COUNTERS, MONTHS = 96, 800, 12
LAST_MONTH = date(2026, 11, 1)
CUTS = (("filing", "poster"), ("collecting", "poster"), ("filing", "ticket"), ("mixed", "poster"))
CUTS_A_COUNTER = 2
RESPONSES = (60_000, 600_000, 6_000_000)
SCALE = "satisfaction"
"""Of the items of sipas_desk that recipes score."""
PAGE_LIMIT, YEAR_LIMIT, RATIO_LIMIT = 0.300, 5.0, 1.5
REPEATS = 7
LOGIN = "tinh"
PAGES = {
    "province page": "/officer/units/51",
    "heat map": "/officer/explore/51",
    "home of the province": "/officer/",
    "one commune": "/officer/units/51-00000",
    "one counter": "/officer/units/51-00000-TT-Q1",
}
SHAPES = 40
"""Different tallies that the counters' months are drawn from."""
ANSWERS = ((1, 1, 3, 9, 6), (1, 2, 5, 9, 4), (2, 4, 6, 6, 3))


@dataclass(frozen=True)
class Took:
    """Seconds of one thing."""

    processor: float
    wall: float


@dataclass(frozen=True)
class Row:
    """What was timed at how many responses, and its limit."""

    what: str
    responses: int
    took: Took
    limit: float


def units() -> list[OrgUnit]:
    """The province, its communes with a centre each, and the counters spread over them."""
    since = date(2025, 7, 1)
    made = [OrgUnit("51", UnitKind.PROVINCE, "Tỉnh thử tốc độ", None, since, None, ())]
    for place in range(COMMUNES):
        commune, centre = f"51-{place:05}", f"51-{place:05}-TT"
        made.append(OrgUnit(commune, UnitKind.COMMUNE, f"Xã số {place + 1}", "51", since, None, ()))
        name = f"Trung tâm Phục vụ hành chính công xã số {place + 1}"
        made.append(OrgUnit(centre, UnitKind.CENTRE, name, commune, since, None, ()))
    for place in range(COUNTERS):
        centre, number = f"51-{place % COMMUNES:05}-TT", place // COMMUNES + 1
        made.append(OrgUnit(f"{centre}-Q{number}", UnitKind.COUNTER, f"Quầy {number}", centre, since, None, ()))
    return made


def records(layout: TallyLayout, rng: Random, n: int) -> list[str]:
    """Records whose scored items lean towards good answers, one in ten missing; the rest at random."""
    shares = rng.choice(ANSWERS)
    scored = set(layout.scored)

    def character(position: int, characters: str) -> str:
        if rng.random() < 0.1:
            return rng.choice("XK.")
        return rng.choices("12345", shares)[0] if position in scored else rng.choice(characters[:-5])

    return ["".join(character(c.position, c.characters) for c in layout.columns) for _ in range(n)]


def _additions(layout: TallyLayout, every_unit: list[OrgUnit], rng: Random) -> dict[tuple[str, date, int], Tally]:
    """(unit, month, cut) -> tally of counters, and of all above them."""
    n = RESPONSES[0] // (COUNTERS * MONTHS * CUTS_A_COUNTER)
    shapes = [count(layout, records(layout, rng, n + (place % 8 == 0))) for place in range(SHAPES)]
    found: dict[tuple[str, date, int], Tally] = {}
    for counter in (unit for unit in every_unit if unit.kind is UnitKind.COUNTER):
        centre = counter.parent_code or ""
        for back in range(MONTHS):
            month = months_back(LAST_MONTH, back)
            for cut in rng.sample(range(len(CUTS)), CUTS_A_COUNTER):
                tally = rng.choice(shapes)
                for code in (counter.code, centre, centre.removesuffix("-TT"), "51"):
                    held = found.get((code, month, cut))
                    found[code, month, cut] = tally if held is None else held + tally
    return found


def build(engine: Engine) -> None:
    """The province with its officer, wave and questionnaire; no tallies yet."""
    migrations.upgrade(engine, scenes.MIGRATIONS_DIR)
    text = scenes.canonical("sipas_desk")
    with begin_write(engine) as connection:
        org_units.save(connection, units())
        ids = org_units.read_all(connection)[1]
        version_id = questionnaires.add(connection, text, sha256_of(text), scenes.NOW)
        opens_on, closes_on, asked = date(2025, 12, 1), date(2026, 12, 31), (("sipas_desk", 1),)
        wave = Wave("nam", "Cả năm", opens_on, closes_on, WaveStatus.OPEN, asked, ("51",))
        waves.add(connection, wave, [version_id], [ids["51"]])
        officer_id = officers.add(connection, LOGIN, "Cán bộ thử tốc độ", PasswordHasher().hash(PASSWORD))
        officers.put_grant(connection, officer_id, Role.PROVINCE_ANALYST, ids["51"], None)
        months = [months_back(LAST_MONTH, back) for back in range(MONTHS)]
        counters = [unit.code for unit in units() if unit.kind is UnitKind.COUNTER]
        numbers = {(ids[code], month): 20 + len(code) + month.month for code in counters for month in months}
        transactions.put(connection, numbers)


def fill(engine: Engine, additions: Mapping[tuple[str, date, int], Tally], factor: int) -> None:
    """Put the tallies of so many times the responses in place of what is there, with a release at each counter."""
    with begin_write(engine) as connection:
        ids = org_units.read_all(connection)[1]
        [version] = questionnaires.every(connection)
        [wave_id] = waves.every(connection)
        connection.execute(delete(UNIT_TALLY))
        rows = []
        for (code, month, cut), tally in additions.items():
            grown = scenes.times(tally, factor)
            counts, moments = pack(grown)
            key = UnitTallyKey(ids[code], month, wave_id, version.id, *CUTS[cut], flagged=False)
            rows.append(key._asdict() | {"responses": grown.responses, "counts": counts, "moments": moments})
        connection.execute(insert(UNIT_TALLY), rows)
        newest = {code: (month, cut) for code, month, cut in sorted(additions) if "-Q" in code}
        shown = [scenes.times(additions[code, *place], factor) for code, place in newest.items()]
        heads = [
            Release(ids[code], wave_id, version.id, month, *CUTS[cut], False, 1, tally.responses, month)
            for (code, (month, cut)), tally in zip(newest.items(), shown, strict=True)
        ]
        numbers = releases.add_releases(connection, heads)
        tallies.add_release_tallies(connection, numbers, rows_of(shown))


def make_app(engine: Engine) -> Flask:
    """The officer surface on this database, in a process as the server's are."""
    settings = {name: getattr(Testing, name) for name in dir(Testing) if name.isupper()}
    settings |= {
        "DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "SECRET_KEY": "province-page",
        "PAGE_KEY": "province-page",
        "PUBLIC_BASE_URL": "https://khaosat.example",
        "NOW": lambda: scenes.NOW,
    }
    app = create_app(settings, surface="officer")
    return app


def timed(work: Callable[[], object], repeats: int, before: Callable[[], object] = lambda: None) -> Took:
    """The median of some runs; what is done ``before`` each does not count."""
    processor, wall = [], []
    for _ in range(repeats):
        before()
        started = time.process_time(), time.perf_counter()
        work()
        processor.append(time.process_time() - started[0])
        wall.append(time.perf_counter() - started[1])
    return Took(median(processor), median(wall))


def page_of(client: FlaskClient, address: str) -> Callable[[], object]:
    """Fetch a page, whole."""

    def fetch() -> None:
        reply = client.get(address)
        if reply.status_code != 200 or len(reply.data) < 4_000:
            raise RuntimeError(f"{address} was answered with {reply.status_code}")

    return fetch


def yearly_full_set(app: Flask, engine: Engine) -> None:
    """Every unit by both recipes of this questionnaire: its scorecard of the year, its overall figure of each month."""
    with app.app_context():
        recipes = extensions.recipes()
    first = months_back(LAST_MONTH, MONTHS - 1)
    year = ResultsQuery("51", "sipas_desk", 1, first_month=first, last_month=LAST_MONTH)
    months = [months_back(LAST_MONTH, back) for back in range(MONTHS)]
    months_of_year = [replace(year, first_month=month, last_month=month) for month in months]
    with begin_read(engine) as connection:
        for recipe in (slug for slug, recipe in recipes.items() if recipe.scale == SCALE):
            unit_results(connection, recipes, replace(year, recipe=recipe))
            asked = [replace(query, recipe=recipe) for query in months_of_year]
            overall_results(connection, recipes, asked, lambda tree, unit: tree.descendants(unit.code))


def print_profile(work: Callable[[], object]) -> None:
    """Where the time goes."""
    with cProfile.Profile() as profile:
        work()
    pstats.Stats(profile).sort_stats("cumulative").print_stats(45)


def measure(responses: Sequence[int], repeats: int, is_profiled: bool) -> list[Row]:
    """Every row, on SQLite in a folder of its own."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'province.sqlite3'}")
        build(engine)
        with begin_read(engine) as connection:
            [version] = questionnaires.every(connection)
        additions = _additions(version.layout, units(), Random(20261123))
        app = make_app(engine)
        client = app.test_client()
        send_sign_in(client, LOGIN)
        for number in responses:
            fill(engine, additions, number // RESPONSES[0])
            works = {what: (page_of(client, address), repeats, PAGE_LIMIT) for what, address in PAGES.items()}
            works["yearly full set"] = (lambda: yearly_full_set(app, engine), 1, YEAR_LIMIT)
            for what, (work, runs, limit) in works.items():
                if runs > 1:
                    work()
                rows.append(Row(what, number, timed(work, runs), limit))
                if is_profiled:
                    print_profile(work)
        engine.dispose()
    return rows


def ratios(rows: Sequence[Row]) -> dict[str, float]:
    """What -> processor time at the most responses over that at the fewest."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.what, []).append(row)
    return {what: same[-1].took.processor / same[0].took.processor for what, same in found.items()}


def main() -> int:
    """Print the table; 1 when a limit is broken in processor time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--responses", type=int, nargs="+", choices=RESPONSES, default=list(RESPONSES))
    parser.add_argument("--profile", action="store_true", help="print where the time goes")
    given = parser.parse_args()
    quiet_the_collector()
    rows = measure(given.responses, given.repeats, given.profile)
    sys.stdout.write(f"{'':<22}{'responses':>11}{'processor s':>13}{'wall s':>9}{'limit s':>9}\n")
    for row in rows:
        took = f"{row.took.processor:>13.3f}{row.took.wall:>9.3f}{row.limit:>9.1f}"
        sys.stdout.write(f"{row.what:<22}{row.responses:>11,}{took}\n")
    found = ratios(rows)
    least, most = min(given.responses), max(given.responses)
    sys.stdout.write(f"\n{f'time at {most:,} over time at {least:,}':<46}{'ratio':>9}{'limit':>9}\n")
    for what, ratio in found.items():
        sys.stdout.write(f"{what:<46}{ratio:>9.2f}{RATIO_LIMIT:>9.1f}\n")
    is_slow = any(row.took.processor > row.limit for row in rows)
    return int(is_slow or any(ratio > RATIO_LIMIT for ratio in found.values()))


if __name__ == "__main__":
    sys.exit(main())
