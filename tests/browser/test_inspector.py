"""The inspector's main job in Chromium: read the integrity items of a unit, at their own base."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine

from survey_app.domain.permissions import Role
from tests.browser.conftest import Site
from tests.browser.desk import add_officer, open_desk, problems_on, two_quarters
from tests.scenes import CENTRES, COMMUNES

pytestmark = pytest.mark.browser


def test_an_inspector_reads_the_integrity_items_a_director_does_not(
    browser: Browser, site: Site, engine: Engine
) -> None:
    two_quarters(engine, site)
    add_officer(engine, "thanhtra", Role.INSPECTOR, "51")
    add_officer(engine, "giamdoc", Role.CENTRE_DIRECTOR, CENTRES[0])
    address = f"/officer/units/{COMMUNES[0]}?form=sipas_desk.v1&period=last-quarter"
    page = open_desk(browser, site, "thanhtra")
    page.get_by_role("navigation", name="Trang").get_by_role("link", name="Kết quả", exact=True).click()
    page.goto(address)
    money = page.locator(".counted", has_text="đưa tiền ngoài quy định")
    expect(money).to_contain_text("Người trả lời cho rằng")
    assert problems_on(page, address) == []
    page.context.close()
    page = open_desk(browser, site, "giamdoc")
    page.goto(f"/officer/units/{CENTRES[0]}?form=sipas_desk.v1")
    expect(page.locator(".headline .value")).to_be_visible()
    expect(page.locator(".counted", has_text="đưa tiền")).to_have_count(0)
    page.context.close()
