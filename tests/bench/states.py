"""Every state a citizen can meet, and how to get a phone into it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta

from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import Engine, update

from survey_app.storage.database import begin_write, make_engine
from survey_app.storage.tables import CounterCodeRow, OrgUnitRow, WaveRow
from tests import scenes

COUNTER = "51-23368-TT-Q1"
BEFORE = date(2026, 11, 1)
NEXT = re.compile("^(Tiếp tục|Bỏ qua câu này|Continue|Next|Skip this question)$")

FILL = """([token, letters]) => {
  document.getElementById("consent").checked = true;
  const area = document.querySelector("textarea");
  area.removeAttribute("maxlength");
  area.value = "a".repeat(letters);
  const form = document.querySelector("form[method=post]");
  if (token) { form.elements.page_token.value = token; }
  form.submit();
}"""


@dataclass
class Scene:
    """The served product; its clock and database can be moved."""

    app: Flask
    engine: Engine
    province: scenes.Province
    address: str

    def path(self, language: str, form: str = "quick_pulse") -> str:
        return f"/q/{self.province.codes[COUNTER]}?form={form}&lang={language}"

    @contextmanager
    def prepared(self, state: State) -> Iterator[None]:
        """The database as the state needs it; afterwards as before."""
        if state.table is None:
            yield
            return
        self._change(state.table, state.change)
        yield
        self._change(state.table, {name: _NORMAL[name] for name in state.change})

    def _change(self, table: type[WaveRow | CounterCodeRow | OrgUnitRow], values: Mapping[str, object]) -> None:
        """Change the wave, or the row of the counter in ``table``."""
        place = {
            WaveRow: WaveRow.id == self.province.wave_id,
            CounterCodeRow: CounterCodeRow.counter_id == self.province.ids[COUNTER],
            OrgUnitRow: OrgUnitRow.id == self.province.ids[COUNTER],
        }
        with begin_write(self.engine) as connection:
            connection.execute(update(table).where(place[table]).values(**values))
        self.forget()

    def forget(self) -> None:
        """Let the next page read the facts anew."""
        self.app.extensions.pop("hailong_facts", None)

    @contextmanager
    def later(self, **passed: float) -> Iterator[None]:
        """Let the clock run on."""
        self.app.config["NOW"] = lambda: scenes.NOW + timedelta(**passed)
        yield
        self.app.config["NOW"] = lambda: scenes.NOW

    @contextmanager
    def database_away(self) -> Iterator[None]:
        """Let the product look for its database where there is none."""
        used = self.app.extensions["hailong_engine"]
        away = make_engine("sqlite:////nowhere/at/all.sqlite3")
        self.app.extensions["hailong_engine"] = away
        yield
        self.app.extensions["hailong_engine"] = used
        away.dispose()
        self.forget()


_NORMAL = {"status": "open", "opens_on": date(2026, 10, 1), "revoked_at": None, "valid_to": None}

Show = Callable[[Scene, Page, str], object]


@dataclass(frozen=True)
class State:
    """A state by name; ``change`` of ``table`` is made before and undone after."""

    name: str
    show: Show
    table: type[WaveRow | CounterCodeRow | OrgUnitRow] | None = None
    change: Mapping[str, object] = field(default_factory=dict)
    is_whole_page: bool = True
    needs_script: bool = False


def _form(scene: Scene, page: Page, language: str) -> None:
    page.goto(scene.path(language))


def _agreed(scene: Scene, page: Page, language: str, form: str) -> None:
    page.goto(scene.path(language, form))
    page.locator("label[for=consent]").click()


def _pulse(scene: Scene, page: Page, language: str) -> None:
    _agreed(scene, page, language, "quick_pulse")


def _item(scene: Scene, page: Page, language: str) -> None:
    """The second question of the full questionnaire, the first one answered."""
    _agreed(scene, page, language, "sipas_desk")
    page.locator("#stage input").first.check(force=True)
    following = page.get_by_role("button", name=NEXT)
    if following.is_visible():
        following.click()
    else:
        page.locator(".item").nth(1).scroll_into_view_if_needed()


def _end(scene: Scene, page: Page, language: str) -> None:
    _agreed(scene, page, language, "quick_pulse")
    following = page.get_by_role("button", name=NEXT)
    for _ in range(20):
        if following.is_visible():
            following.click()
    page.locator("button.send").scroll_into_view_if_needed()


def _send(scene: Scene, page: Page, language: str, letters: int = 0, token: str = "") -> None:
    if scene.path(language) not in page.url:
        page.goto(scene.path(language))
    with page.expect_navigation():
        page.evaluate(FILL, [token, letters])


def _expired(scene: Scene, page: Page, language: str) -> None:
    _form(scene, page, language)
    with scene.later(days=8):
        _send(scene, page, language)


def _busy(scene: Scene, page: Page, language: str) -> None:
    with scene.database_away():
        scene.forget()
        _form(scene, page, language)


def _busy_sending(scene: Scene, page: Page, language: str) -> None:
    _form(scene, page, language)
    with scene.database_away():
        _send(scene, page, language)


def _no_network(scene: Scene, page: Page, language: str) -> None:
    _end(scene, page, language)
    page.context.set_offline(True)
    page.locator("button.send").click()


def _at(path: str) -> Show:
    """Go to an address; ``{code}`` is the counter's code."""
    return lambda scene, page, language: page.goto(
        path.replace("{code}", scene.province.codes[COUNTER]) + ("&" if "?" in path else "?") + f"lang={language}"
    )


STATES = (
    State("form", _form),
    State("pulse", _pulse),
    State("item", _item, is_whole_page=False),
    State("end", _end, is_whole_page=False),
    State("problem", lambda scene, page, language: _send(scene, page, language, letters=1001)),
    State("thanks", _at("/q/{code}/thanks?form=quick_pulse")),
    State("declined", _at("/q/{code}/no-thanks")),
    State("closed", _form, WaveRow, {"status": "closed"}),
    State("not-yet-open", _form, WaveRow, {"opens_on": date(2026, 12, 5)}),
    State("revoked", _form, CounterCodeRow, {"revoked_at": scenes.NOW - timedelta(days=1)}),
    State("retired", _form, OrgUnitRow, {"valid_to": BEFORE}),
    State("too-large", lambda scene, page, language: _send(scene, page, language, letters=310_000)),
    State("expired", _expired),
    State("refused", lambda scene, page, language: _send(scene, page, language, token="x")),
    State("busy", _busy),
    State("busy-sending", _busy_sending),
    State("no-network", _no_network, is_whole_page=False, needs_script=True),
    State("unknown-code", _at("/q/zzzzzzz")),
    State("first-page", _at("/")),
    State("privacy", _at("/privacy?code={code}")),
    State("accessibility", _at("/accessibility?code={code}")),
    State("check", _at("/check?code={code}")),
)
