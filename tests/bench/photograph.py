"""Photographs every state a citizen can meet: ``python -m tests.bench.photograph FOLDER``.

Each state at 320, 360 and 768 px, light, dark and in high contrast, in Vietnamese and English, with and without
JavaScript, as ``<state>/<language>-<width>-<look>[-noscript].png``.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from config import Testing
from survey_app import create_app
from survey_app.storage import migrations
from survey_app.storage.database import make_engine
from tests import scenes
from tests.bench.states import STATES, Scene, State

WIDTHS = (320, 360, 768)
HEIGHT = 640
LANGUAGES = ("vi", "en")
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "contrast": {"color_scheme": "dark", "forced_colors": "active", "contrast": "more"},
}
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]


class Quiet(WSGIRequestHandler):
    """Writes no line per request."""

    def log_request(self, *_: object, **__: object) -> None:
        """Nothing to say."""


@contextmanager
def served_scene() -> Iterator[Scene]:
    """The product served with the small province, its clock and database in our hands."""
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/photographs.sqlite3")
        migrations.upgrade(engine, scenes.MIGRATIONS_DIR)
        province = scenes.build_province(engine)
        settings = {name: getattr(Testing, name) for name in dir(Testing) if name.isupper()}
        settings |= {"DATABASE_URL": engine.url.render_as_string(hide_password=False), "PAGE_KEY": "photographs"}
        app = create_app(settings | {"NOW": lambda: scenes.NOW}, surface="citizen")
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Scene(app, engine, province, f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            engine.dispose()


@dataclass(frozen=True)
class Look:
    """One way of looking at a state."""

    language: str
    width: int
    colours: str
    with_script: bool

    @property
    def file(self) -> str:
        return f"{self.language}-{self.width}-{self.colours}{'' if self.with_script else '-noscript'}.png"


def every_look() -> list[Look]:
    """All combinations."""
    return [Look(*values) for values in product(LANGUAGES, WIDTHS, LOOKS, (True, False))]


def photograph(browser: Browser, scene: Scene, states: Sequence[State], look: Look, folder: Path) -> None:
    """Bring a phone that looks this way into each state and take its pictures."""
    context = browser.new_context(
        viewport={"width": look.width, "height": HEIGHT},
        base_url=scene.address,
        java_script_enabled=look.with_script,
        **LOOKS[look.colours],
    )
    context.set_default_timeout(10_000)
    for state in states:
        page = context.new_page()
        with scene.prepared(state):
            state.show(scene, page, look.language)
            page.screenshot(path=folder / state.name / look.file, full_page=state.is_whole_page)
        context.set_offline(False)
        page.close()
    context.close()


def main() -> int:
    """Take all photographs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", choices=[state.name for state in STATES])
    parser.add_argument("--look", default="", help="only looks whose file name begins so, such as vi-360-light")
    given = parser.parse_args()
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        raise SystemExit("Chromium is needed (package chromium).")
    states = [state for state in STATES if given.only in (None, state.name)]
    looks = [look for look in every_look() if look.file.startswith(given.look)]
    with served_scene() as scene, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        for number, look in enumerate(looks, 1):
            shown = [state for state in states if look.with_script or not state.needs_script]
            photograph(browser, scene, shown, look, given.folder)
            print(f"{number:>3}/{len(looks)}  {look.file:<34}{len(shown):>3} states", flush=True)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
