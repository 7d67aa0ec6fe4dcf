"""The main job of people who work at a counter, in Chromium: read how their own centre is judged."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine

from survey_app.domain.permissions import Role
from tests.browser.conftest import Site
from tests.browser.desk import add_officer, open_desk, problems_on, two_quarters
from tests.scenes import CENTRES

pytestmark = pytest.mark.browser


def test_staff_read_the_scores_of_their_centre_and_of_no_counter(browser: Browser, site: Site, engine: Engine) -> None:
    two_quarters(engine, site)
    add_officer(engine, "canbo", Role.COUNTER_STAFF, CENTRES[1])
    page = open_desk(browser, site, "canbo")
    page.get_by_role("navigation", name="Trang").get_by_role("link", name="Kết quả của trung tâm").click()
    page.wait_for_url(f"**/centre/{CENTRES[1]}*")
    expect(page.locator("h1")).to_contain_text("Đăk Long")
    expect(page.locator(".headline")).to_contain_text("n = 160")
    expect(page.locator("#items-title")).to_be_visible()
    assert page.locator("main a", has_text="Quầy").count() == 0
    assert problems_on(page, f"/officer/centre/{CENTRES[1]}", f"/officer/centre/{CENTRES[1]}?to=2026-01") == []
    page.context.close()
