"""The observer's main job in Chromium: read what was published of a commune in the last closed quarter."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine

from survey_app.domain.permissions import Role
from tests.browser.conftest import Site
from tests.browser.desk import add_officer, open_desk, problems_on, two_quarters
from tests.scenes import CENTRES, COMMUNES

pytestmark = pytest.mark.browser


def test_an_observer_reads_the_published_results_of_a_commune(browser: Browser, site: Site, engine: Engine) -> None:
    two_quarters(engine, site)
    add_officer(engine, "mattran", Role.OBSERVER, "51")
    page = open_desk(browser, site, "mattran")
    page.get_by_role("navigation", name="Trang").get_by_role("link", name="Kết quả đã công bố").click()
    expect(page.locator(".chosen")).to_contain_text("Quý III năm 2026")
    page.locator("#unit-table").get_by_role("link", name="Xã Đăk Long").click()
    expect(page.locator(".headline .value")).to_be_visible()
    expect(page.locator(".headline")).to_contain_text("n = 80")
    page.locator("#unit-table tbody a").first.click()
    page.wait_for_url(f"**/published/{CENTRES[1]}*")
    assert page.locator("#unit-table").count() == 0
    assert problems_on(page, "/officer/published/51", f"/officer/published/{COMMUNES[0]}?quarter=2026-q1") == []
    page.context.close()
