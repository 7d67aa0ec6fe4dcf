"""A wave from plan to pause in a real browser: two people at the desk, and a citizen who notices."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine

from survey_app.domain.permissions import Role
from survey_app.services import officers
from survey_app.services.collection_facts import FRESH_SECONDS, FactsKeeper
from survey_app.services.settings_changes import change_settings
from tests import scenes
from tests.browser.conftest import LOGIN, PASSWORD, Site

pytestmark = pytest.mark.browser
ADMINISTRATOR = "quantritinh"
IN_JANUARY = datetime(2027, 1, 11, 2, 0, tzinfo=UTC)


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    def pass_the_time_facts_are_kept(self) -> None:
        self.seconds += FRESH_SECONDS


@pytest.fixture
def clock(app: Flask) -> Clock:
    """The clock by which the citizen surface keeps what it read; the day is in January."""
    made = Clock()
    app.extensions["hailong_facts"] = FactsKeeper(made)
    app.config["NOW"] = lambda: IN_JANUARY
    return made


@pytest.fixture
def administrator(engine: Engine, site: Site) -> str:
    """The login of an administrator who needs no second factor."""
    change_settings(engine, scenes.NOW, "test", {"second_factor_required": False})
    person = {"login": ADMINISTRATOR, "name": "Ông Bình", "role": Role.PROVINCE_ADMIN, "unit_code": "51"}
    officers.create_officer(engine, scenes.NOW, password=PASSWORD, **person)
    return ADMINISTRATOR


def _desk(browser: Browser, site: Site, login: str) -> Page:
    page = browser.new_context(base_url=site.address, viewport={"width": 1366, "height": 768}).new_page()
    page.set_default_timeout(10_000)
    page.goto("/officer/")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main button[type=submit]").click()
    page.locator("nav a", has_text="Đợt khảo sát").click()
    return page


def _press(page: Page, label: str) -> None:
    page.locator("main").get_by_role("button", name=label, exact=True).click()


def _plan(page: Page) -> None:
    page.get_by_role("link", name="Lập đợt mới").click()
    page.get_by_label("Tên đợt").fill("Quý I năm 2027")
    page.get_by_label("Mã đợt").fill("2027-q1")
    page.get_by_label("Từ ngày").fill("2027-01-01")
    page.get_by_label("Đến hết ngày").fill("2027-03-31")
    page.locator("input[name=units]").first.check()
    _press(page, "Lưu kế hoạch")
    _press(page, "Trình phê duyệt")
    assert "Chờ phê duyệt" in page.locator("h1").inner_text()


def _asks(page: Page, site: Site) -> bool:
    page.goto(f"{site.counter_path()}?form=quick_pulse")
    return page.locator("form[data-place]").count() == 1


def test_two_people_open_a_wave_and_a_pause_reaches_the_counter(
    browser: Browser, site: Site, administrator: str, clock: Clock
) -> None:
    citizen = browser.new_context(base_url=site.address, viewport={"width": 360, "height": 640}).new_page()
    planner, approver = _desk(browser, site, LOGIN), _desk(browser, site, administrator)
    assert not _asks(citizen, site)
    _plan(planner)
    approver.goto("/officer/waves/2027-q1")
    _press(approver, "Phê duyệt")
    _press(approver, "Mở đợt")
    assert "Đang nhận phiếu" in approver.locator("h1").inner_text()
    clock.pass_the_time_facts_are_kept()
    assert _asks(citizen, site)
    _press(approver, "Tạm dừng")
    assert _asks(citizen, site), "what was read is kept for ten seconds"
    clock.pass_the_time_facts_are_kept()
    assert not _asks(citizen, site)
    assert "tạm dừng" in approver.locator("h1").inner_text().lower()
    for page in (citizen, planner, approver):
        page.context.close()
