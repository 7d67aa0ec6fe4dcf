"""A real headless Chromium and the product served to it, with the small province's releases."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Engine
from werkzeug.serving import make_server

from survey_app.domain.permissions import Role
from survey_app.services import officers
from survey_app.services.release import run_releases
from tests import scenes

FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")
LOGIN = "phantich"
PASSWORD = "mat-khau-cua-bai-thu"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium from the distribution's packages; without it the browser tests are skipped, with the reason."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("NO BROWSER: install Chromium (package chromium) to run the browser tests")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture(autouse=True)
def _closed_windows(browser: Browser) -> Iterator[None]:
    """What a test opened is closed after it: a page left open goes on working."""
    yield
    for context in browser.contexts:
        context.close()


@dataclass(frozen=True)
class Site:
    """The served product: its address, the small province in it, and how to sign in."""

    address: str
    province: scenes.Province

    def counter_path(self, place: int = 0) -> str:
        return f"/q/{self.province.codes[self.province.counters[place]]}"


@pytest.fixture
def site(app: Flask, engine: Engine, province: scenes.Province) -> Iterator[Site]:
    """The first counter has 60 released responses, the second three that wait, the others none."""
    rng = Random(7)
    scenes.fill_inbox(engine, province, province.counters[0], 60, rng)
    scenes.fill_inbox(engine, province, province.counters[1], 3, rng)
    run_releases(engine, scenes.NOW)
    analyst = {"login": LOGIN, "name": "Bà An", "role": Role.PROVINCE_ANALYST, "unit_code": province.code}
    officers.create_officer(engine, scenes.NOW, password=PASSWORD, **analyst)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.server_port}", province)
    server.shutdown()
    thread.join()
    server.server_close()
