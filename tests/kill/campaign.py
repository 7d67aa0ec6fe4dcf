"""Kills the server and the releaser under load, again and again, and counts what is left.

``python -m tests.kill.campaign --kills 50 --database sqlite`` (or ``postgresql``) prints a table; exit status 1 when
an acknowledged response is missing or anything is stored twice.
"""

from __future__ import annotations

import argparse
import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from urllib.parse import urlencode

from sqlalchemy import Engine, select, update

from survey_app.domain.local_day import local_day
from survey_app.domain.record import Answer, encode
from survey_app.services.page_token import PageFacts, sign
from survey_app.storage import migrations
from survey_app.storage.database import begin_read, begin_write, make_engine
from survey_app.storage.inbox import INBOX
from survey_app.storage.releases import RESPONSE, SPENT
from survey_app.storage.tables import CounterCodeRow, WaveRow
from tests.postgresql_server import PostgresqlServer
from tests.scenes import MIGRATIONS_DIR, ROOT, Province, build_province

CLIENTS = 4
COUNTERS = ("51-23368-TT-Q1", "51-23368-TT-Q2")
PAGE_KEY = "pages-of-the-campaign"
READY_WITHIN = 60.0
LATE_RETRIES = 0.1
"""Share of acknowledged bodies that are sent once more, some of them long after their release."""

Body = tuple[str, str]
"""Path and query, and the encoded form."""


class ServerDidNotServe(Exception):
    """The server was not ready in time; the message is what it wrote."""


@dataclass
class Outcome:
    """What a campaign found."""

    server_kills: int = 0
    releaser_kills: int = 0
    releaser_runs_completed: int = 0
    acknowledged: int = 0
    posts: int = 0
    posts_without_answer: int = 0
    late_retries: int = 0
    released: int = 0
    waiting: int = 0
    lost: int = 0
    stored_twice: int = 0
    never_sent: int = 0
    released_keys: int = 0
    tallies_verified: bool = False
    seconds: float = 0.0
    refusals: list[str] = field(default_factory=list)

    @property
    def is_exactly_once(self) -> bool:
        wrong = self.lost or self.stored_twice or self.never_sent or self.refusals
        return not wrong and self.tallies_verified and self.released == self.released_keys

    def table(self) -> str:
        values = ((entry.name.replace("_", " "), getattr(self, entry.name)) for entry in fields(self))
        return "\n".join(f"{name:<24}{value:>10}" for name, value in values if not isinstance(value, list))


class Questions:
    """Makes distinct responses: the number of a response stands in its answers, five levels an item."""

    def __init__(self, province: Province) -> None:
        self._province = province
        self._asked = province.sipas.questionnaire
        levels = (item for item in self._asked.items() if item.scale is not None and item.scale.id == "satisfaction")
        self._digits = [item.id for item in levels if item.show_if is None][:12]
        self._minute = int(time.time()) // 60

    def response(self, number: int) -> tuple[str, Body]:
        """The record a response will have, and what a browser sends for it."""
        counter = COUNTERS[number % len(COUNTERS)]
        answers: dict[str, Answer] = {"stage": str(1 + number // 2 % 4)}
        for place, item in enumerate(self._digits):
            answers[item] = str(1 + number // 5**place % 5)
        shown = PageFacts(self._province.sipas.id, self._province.ids[counter], "poster", self._minute)
        hidden = {"page_token": sign([PAGE_KEY], shown), "response_key": secrets.token_hex(16), "consent": "1"}
        address = f"/q/{self._province.codes[counter]}?form=sipas_desk"
        return encode(self._asked, answers), (address, urlencode(hidden | answers))


class Load:
    """Clients that post distinct responses, each until it is acknowledged."""

    def __init__(self, questions: Questions, port: int, outcome: Outcome) -> None:
        self._questions, self._port, self._outcome = questions, port, outcome
        self._numbers = count()
        self._stop = threading.Event()
        self._give_up_at = float("inf")
        self._lock = threading.Lock()
        self.acknowledged: list[tuple[str, Body]] = []
        self.sent: set[str] = set()
        self._threads = [threading.Thread(target=self._work, args=(Random(seed),)) for seed in range(CLIENTS)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, patience: float = 30.0) -> None:
        """Let every client see its last response acknowledged, if the server lives."""
        self._give_up_at = time.monotonic() + patience
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _work(self, rng: Random) -> None:
        while not self._stop.is_set():
            with self._lock:
                number = next(self._numbers)
            record, body = self._questions.response(number)
            is_acknowledged = self._post_until_acknowledged(body)
            with self._lock:
                self.sent.add(record)
                if is_acknowledged:
                    self.acknowledged.append((record, body))
                late = rng.choice(self.acknowledged or [(record, body)])[1]
            if rng.random() < LATE_RETRIES:
                self._outcome.late_retries += self._post_until_acknowledged(late)

    def _post_until_acknowledged(self, body: Body) -> bool:
        """Post a body again and again until it is answered; True: with 303."""
        while time.monotonic() < self._give_up_at:
            status = self._post(body)
            with self._lock:
                self._outcome.posts += 1
                self._outcome.posts_without_answer += status is None
                if status is not None and status not in (303, 503):
                    self._outcome.refusals.append(f"status {status}")
            if status is not None and status != 503:
                return status == 303
            time.sleep(0.05)
        return False

    def _post(self, body: Body) -> int | None:
        """The status a response was answered with; None: the connection broke."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            connection.request("POST", body[0], body[1], {"Content-Type": "application/x-www-form-urlencoded"})
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()


class Product:
    """The product's own commands as processes, each in a process group of its own."""

    def __init__(self, url: str, home: Path) -> None:
        settings = {"SURVEY_CONFIG": "testing", "DATABASE_URL": url, "PAGE_KEY": PAGE_KEY, "SECRET_KEY": "officers"}
        settings |= {"FLASK_APP": "survey_app.cli.main:command_app", "PUBLIC_BASE_URL": "https://khaosat.example"}
        self._environment = os.environ | settings
        self._log = home / "server.log"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]

    def run(self, *command: str) -> subprocess.Popen[bytes]:
        """Start ``flask <command>``."""
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "flask", *command],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def serve(self) -> subprocess.Popen[bytes]:
        """Start the server."""
        return self.run("serve", "--surface", "all", "--port", str(self.port), "--workers", "2")

    def wait_until_ready(self, server: subprocess.Popen[bytes]) -> None:
        """Return once the server answers. Raises ServerDidNotServe."""
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline and server.poll() is None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            with suppress(OSError, http.client.HTTPException):
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    connection.close()
                    return
            connection.close()
            time.sleep(0.05)
        raise ServerDidNotServe(self._log.read_text(errors="replace")[-3000:])


def kill(process: subprocess.Popen[bytes]) -> bool:
    """SIGKILL a command with everything it started; False when it had already ended."""
    was_running = process.poll() is None
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return was_running


def prepare(url: str) -> tuple[Engine, Province]:
    """A fresh province whose wave is open today."""
    engine = make_engine(url)
    migrations.upgrade(engine, MIGRATIONS_DIR)
    province = build_province(engine)
    today = local_day(datetime.now(UTC))
    around = {"opens_on": today - timedelta(days=30), "closes_on": today + timedelta(days=30)}
    with begin_write(engine) as connection:
        connection.execute(update(WaveRow).values(**around))
        connection.execute(update(CounterCodeRow).values(valid_from=around["opens_on"]))
    return engine, province


class Killer:
    """Kills server and releaser at random moments; aims at the end of the releaser's life, where its work is."""

    def __init__(self, product: Product, rng: Random, outcome: Outcome) -> None:
        self._product, self._rng, self._outcome = product, rng, outcome
        self._aim = 1.5
        """About how many seconds a releaser takes, found out round by round."""

    def one_round(self) -> None:
        """Start both, and kill both in either order while responses come in."""
        server = self._product.serve()
        releaser = None
        try:
            self._product.wait_until_ready(server)
            releaser = self._product.run("release", "run")
            time.sleep(self._aim * self._rng.uniform(0.7, 1.1))
            for victim in self._rng.sample([server, releaser], 2):
                self._kill(victim, victim is releaser)
                time.sleep(self._rng.uniform(0.0, 0.1))
        finally:
            for process in (server, releaser):
                if process is not None:
                    kill(process)

    def _kill(self, victim: subprocess.Popen[bytes], is_releaser: bool) -> None:
        was_running = kill(victim)
        if not is_releaser:
            self._outcome.server_kills += was_running
            return
        self._aim *= 1.1 if was_running else 0.9
        self._outcome.releaser_kills += was_running
        self._outcome.releaser_runs_completed += not was_running


def count_what_is_left(engine: Engine, sent: set[str], acknowledged: set[str], outcome: Outcome) -> None:
    """Compare what is stored with what was sent and acknowledged, by the records."""
    with begin_read(engine) as connection:
        spent = set(connection.scalars(select(SPENT.c.key)))
        inbox = connection.execute(select(INBOX.c.key, INBOX.c.record)).all()
        released = list(connection.scalars(select(RESPONSE.c.record)))
    waiting = [record for key, record in inbox if key not in spent]
    stored = Counter(waiting + released)
    outcome.waiting, outcome.released, outcome.released_keys = len(waiting), len(released), len(spent)
    outcome.lost = len(acknowledged - stored.keys())
    outcome.never_sent = len(stored.keys() - sent)
    outcome.stored_twice = sum(times - 1 for times in stored.values())


def run_campaign(url: str, home: Path, kills: int, seed: int) -> Outcome:
    """Kill server and releaser ``kills`` times under load on a fresh database at ``url``."""
    outcome, rng, started = Outcome(), Random(seed), time.monotonic()
    engine, province = prepare(url)
    product = Product(url, home)
    load, killer = Load(Questions(province), product.port, outcome), Killer(product, rng, outcome)
    load.start()
    try:
        for _ in range(kills):
            killer.one_round()
        server = product.serve()
        product.wait_until_ready(server)
    finally:
        load.stop()
    product.run("release", "run").wait()
    outcome.tallies_verified = product.run("tallies", "verify").wait() == 0
    kill(server)
    acknowledged = {record for record, _ in load.acknowledged}
    outcome.acknowledged = len(acknowledged)
    count_what_is_left(engine, load.sent, acknowledged, outcome)
    engine.dispose()
    outcome.seconds = round(time.monotonic() - started, 1)
    return outcome


@contextmanager
def fresh_database(kind: str, home: Path) -> Iterator[str]:
    """The address of an empty database of this kind."""
    if kind == "sqlite":
        yield f"sqlite:///{home / 'campaign.sqlite3'}"
        return
    server = PostgresqlServer()
    try:
        server.execute("CREATE DATABASE campaign")
        yield server.url("campaign")
    finally:
        server.stop()


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, fresh_database(chosen.database, Path(folder)) as url:
        outcome = run_campaign(url, Path(folder), chosen.kills, chosen.seed)
    print(outcome.table())
    print("exactly once" if outcome.is_exactly_once else f"NOT exactly once {outcome.refusals[:5]}")
    return 0 if outcome.is_exactly_once else 1


if __name__ == "__main__":
    sys.exit(main())
