"""An officer's desk in Chromium: signing in, and what axe finds on a page at both sizes, light and dark."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from random import Random

from playwright.sync_api import Browser, Page
from sqlalchemy import Engine

from survey_app.domain.permissions import Role
from survey_app.services import officers
from survey_app.services.release import run_releases
from tests import scenes
from tests.browser.axe import violations
from tests.browser.conftest import PASSWORD, Site

OFFICE, PHONE = {"width": 1366, "height": 768}, {"width": 360, "height": 640}
LAST_QUARTER = datetime(2026, 9, 14, 2, 0, tzinfo=UTC)


def two_quarters(engine: Engine, site: Site) -> None:
    """40 responses at every counter of both communes, last quarter and this one."""
    rng = Random(11)
    for moment in (LAST_QUARTER, scenes.NOW):
        for counter in site.province.counters[:4]:
            scenes.fill_inbox(engine, site.province, counter, 40, rng, stage="collecting", now=moment)
        run_releases(engine, moment)


def add_officer(engine: Engine, login: str, role: Role, unit_code: str) -> None:
    """An officer with the password of the browser tests."""
    officers.create_officer(
        engine, scenes.NOW, login=login, name="Ông Bình", role=role, unit_code=unit_code, password=PASSWORD
    )


def sign_in(page: Page, login: str) -> None:
    """Fill in the sign-in page."""
    page.goto("/officer/sign-in")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(lambda address: "sign-in" not in address)


def open_desk(browser: Browser, site: Site, login: str) -> Page:
    """A signed-in page on an office screen."""
    page = browser.new_context(viewport=OFFICE, base_url=site.address, accept_downloads=True).new_page()
    page.set_default_timeout(15_000)
    sign_in(page, login)
    return page


def problems_on(page: Page, *addresses: str, but_for: tuple[str, ...] = ()) -> list[str]:
    """What axe finds, and pages wider than their screen, at both sizes, light and dark."""
    found: list[str] = []
    for address, size, scheme in product(addresses, (OFFICE, PHONE), ("light", "dark")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        page.goto(address)
        found += violations(page, but_for)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{address} is wider than {size['width']}")
    return found
