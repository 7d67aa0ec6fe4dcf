"""How long pages take as responses grow: ``python -m tests.bench.pages [--sizes 10000 100000 1000000]``.

96 communes, 800 counters with their transactions, 12 months, and so many responses in the tallies, each tally being of
at least ten responses, as releases are: with few responses most counters have nothing to show in most months, so that
a small size has fewer tallies, too. Prints the province's page, a commune's and a counter's (median of seven, rendered,
processor time, beside it wall time), each beside its limit, and how much longer the most responses take than the
fewest. Exit status 1 when a limit is broken in processor time.

Figures of counters are kept until something is released there (services/kept_figures.py). So the province's page is
measured thrice more, for comparison only: while a process keeps nothing yet, after it looked ahead as it does when it
starts (services/looking_ahead.py), and just after a release at a counter.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from itertools import product
from pathlib import Path
from random import Random

from flask import Flask
from sqlalchemy import Engine, func, select

from survey_app import extensions
from survey_app.cli.server_hooks import quiet_the_collector
from survey_app.domain.local_day import local_day, months_back
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.tally import Tally, count
from survey_app.domain.tally_layout import TallyLayout
from survey_app.domain.tally_many import rows_of
from survey_app.services.kept_figures import forget
from survey_app.services.looking_ahead import look_ahead
from survey_app.storage import org_units, questionnaires, releases, tallies
from survey_app.storage.database import begin_read, begin_write, make_engine
from survey_app.storage.tallies import UNIT_TALLY
from tests.bench.province_page import (
    CUTS,
    CUTS_A_COUNTER,
    LAST_MONTH,
    LOGIN,
    MONTHS,
    RATIO_LIMIT,
    REPEATS,
    SHAPES,
    Row,
    build,
    fill,
    make_app,
    page_of,
    records,
    timed,
    units,
)
from tests.web.officer.conftest import send_sign_in

SIZES = (10_000, 100_000, 1_000_000)
PAGES = {
    "province": "/officer/units/51",
    "commune": "/officer/units/51-00000",
    "counter": "/officer/units/51-00000-TT-Q1",
}
PROVINCE = "province"
NOT_LOOKED, JUST_STARTED, JUST_RELEASED = "province, nothing kept", "province, just started", "province, just released"
LIMIT = 0.100
RELEASE = 10


def additions(
    layout: TallyLayout, every_unit: list[OrgUnit], size: int, rng: Random
) -> dict[tuple[str, date, int], Tally]:
    """(unit, month, cut) -> the tally of ``size`` responses, spread over counters, and added up above them."""
    counters = [unit for unit in every_unit if unit.kind is UnitKind.COUNTER]
    months = [months_back(LAST_MONTH, back) for back in range(MONTHS)]
    places = [
        (counter, month, cut)
        for counter, month in product(counters, months)
        for cut in rng.sample(range(len(CUTS)), CUTS_A_COUNTER)
    ]
    first = [place for place in places if place[0] is counters[0]]
    others = rng.sample(places[len(first) :], len(places) - len(first))
    chosen = [*first, *others][: size // RELEASE]
    shapes = [count(layout, records(layout, rng, size // len(chosen))) for _ in range(SHAPES)]
    found: dict[tuple[str, date, int], Tally] = {}
    for counter, month, cut in chosen:
        tally, centre = rng.choice(shapes), counter.parent_code or ""
        for code in (counter.code, centre, centre.removesuffix("-TT"), "51"):
            held = found.get((code, month, cut))
            found[code, month, cut] = tally if held is None else held + tally
    return found


def forget_kept(app: Flask) -> None:
    """As if the process had just started and not yet looked ahead."""
    with app.app_context():
        forget(extensions.engine())


def start_again(app: Flask) -> None:
    """As the process does when it starts."""
    forget_kept(app)
    with app.app_context():
        look_ahead(extensions.engine(), extensions.recipes(), local_day(extensions.now()))


def release_at(engine: Engine, counter: str) -> None:
    """One more release at a counter, like its newest; the sums, which are not what is measured, stay as they are."""
    with begin_write(engine) as connection:
        ids = org_units.read_all(connection)[1]
        number, head = [entry for entry in releases.every_release(connection) if entry[1].unit_id == ids[counter]][-1]
        tally = tallies.release_tally(connection, number, head.responses)
        assert tally is not None
        tallies.add_release_tallies(connection, releases.add_releases(connection, [head]), rows_of([tally]))


def measure(sizes: Sequence[int], repeats: int) -> tuple[list[Row], dict[int, int]]:
    """Every page at every size, on SQLite in a folder of its own; and size -> rows of tallies."""
    rows: list[Row] = []
    held: dict[int, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'pages.sqlite3'}")
        build(engine)
        with begin_read(engine) as connection:
            [version] = questionnaires.every(connection)
        app = make_app(engine)
        client = app.test_client()
        send_sign_in(client, LOGIN)
        before: dict[str, Callable[[], None]] = {
            NOT_LOOKED: lambda: forget_kept(app),
            JUST_STARTED: lambda: start_again(app),
            JUST_RELEASED: lambda: release_at(engine, "51-00000-TT-Q1"),
        }
        for size in sizes:
            fill(engine, additions(version.layout, units(), size, Random(20261123)), 1)
            with begin_read(engine) as connection:
                held[size] = connection.scalar(select(func.count()).select_from(UNIT_TALLY)) or 0
            for what, address in PAGES.items():
                fetch = page_of(client, address)
                fetch()
                rows.append(Row(what, size, timed(fetch, repeats), LIMIT))
            province = page_of(client, PAGES[PROVINCE])
            rows += [Row(what, size, timed(province, repeats, work), LIMIT) for what, work in before.items()]
        engine.dispose()
    return rows, held


def main() -> int:
    """Print the table; 1 when a limit is broken in processor time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--repeats", type=int, default=REPEATS)
    given = parser.parse_args()
    quiet_the_collector()
    rows, held = measure(sorted(given.sizes), given.repeats)
    print(f"load {os.getloadavg()[0]:.1f}, median of {given.repeats}")
    print(f"{'page':<24}{'responses':>11}{'tallies':>9}{'processor s':>13}{'limit':>8}{'wall s':>9}")
    for row in rows:
        took = f"{row.took.processor:>13.3f}{row.limit:>8.3f}{row.took.wall:>9.3f}"
        print(f"{row.what:<24}{row.responses:>11,}{held[row.responses]:>9,}{took}")
    ratios = {
        what: of_page[-1].took.processor / of_page[0].took.processor
        for what in PAGES
        for of_page in [[row for row in rows if row.what == what]]
    }
    print(f"\n{'time at the most over time at the fewest':<44}{'ratio':>8}{'limit':>8}")
    for what, ratio in ratios.items():
        print(f"{what:<44}{ratio:>8.2f}{RATIO_LIMIT:>8.1f}")
    is_slow = any(row.took.processor > row.limit for row in rows if row.what in PAGES)
    return int(is_slow or any(ratio > RATIO_LIMIT for ratio in ratios.values()))


if __name__ == "__main__":
    sys.exit(main())
