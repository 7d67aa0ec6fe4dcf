"""Drivers, alerts and "Cách tính" in Chromium: one click from a figure to how it came about."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine

from tests.browser.conftest import LOGIN, Site
from tests.browser.desk import open_desk, problems_on, two_quarters
from tests.scenes import CENTRES, scored_items

pytestmark = pytest.mark.browser


def test_from_a_figure_to_its_working_and_back(browser: Browser, site: Site, engine: Engine) -> None:
    two_quarters(engine, site)
    page = open_desk(browser, site, LOGIN)
    page.goto(f"/officer/units/{CENTRES[0]}?form=sipas_desk.v1&stage=collecting")
    shown = page.locator(".headline .value").first.inner_text()
    page.locator(".headline a.explain").first.click()
    expect(page.locator("main .big .value")).to_have_text(shown)
    page.locator("main .path a").click()
    page.wait_for_url("**/units/*stage=collecting*")
    page.context.close()


def test_the_pages_suit_everybody(browser: Browser, site: Site, engine: Engine) -> None:
    two_quarters(engine, site)
    page = open_desk(browser, site, LOGIN)
    whole = "form=sipas_desk.v1&period=whole"
    explained = (
        f"/officer/units/51/explain?{whole}&figure={name}" for name in ("overall", scored_items()[0], "with-the-rest")
    )
    assert problems_on(page, f"/officer/drivers/51?{whole}", "/officer/alerts", *explained) == []
    page.goto(f"/officer/drivers/51?{whole}")
    expect(page.locator("svg.drivers")).to_be_visible()
    page.context.close()
