"""The home page of each role in Chromium: the first answer without scrolling, nothing cut off, axe clean."""

from __future__ import annotations

import os
import unicodedata
from datetime import timedelta
from pathlib import Path
from random import Random

import pyotp
import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine

from survey_app.domain.permissions import Role
from survey_app.services.release import run_releases
from survey_app.storage import officers
from survey_app.storage.database import begin_write
from tests import scenes
from tests.browser.axe import violations
from tests.browser.conftest import Site
from tests.scenes import CENTRES, COMMUNES, NOW
from tests.web.officer.conftest import SECRET, give_second_factor

pytestmark = pytest.mark.browser
OFFICE, PHONE = {"width": 1366, "height": 768}, {"width": 360, "height": 640}
SECRET_WORDS = "mat-khau-cua-bai-thu-trang-chu"
HOMES = {
    Role.PROVINCE_ADMIN: ("51", "Có gì thay đổi?"),
    Role.PROVINCE_ANALYST: ("51", "Có gì thay đổi?"),
    Role.COMMUNE_LEADER: (COMMUNES[0], "Có gì thay đổi?"),
    Role.CENTRE_DIRECTOR: (CENTRES[0], "Có gì thay đổi?"),
    Role.COUNTER_STAFF: (CENTRES[0], "Chỉ số hài lòng tại quầy"),
    Role.HELPER: (CENTRES[0], "Mở phiếu cho người dân"),
    Role.DATA_ENTRY: (CENTRES[0], "Mở phiếu cho người dân"),
    Role.OBSERVER: ("51", "Kết quả đã công bố"),
    Role.INSPECTOR: ("51", "Nhận định về phiền hà"),
}
"""Role -> unit, and the heading of the block that answers first."""


@pytest.fixture
def homes(engine: Engine, site: Site) -> Site:
    """An officer of every role; responses in the three months before too."""
    before = NOW - timedelta(days=110)
    scenes.fill_inbox(engine, site.province, site.province.counters[0], 60, Random(8), now=before)
    run_releases(engine, before)
    password_hash = PasswordHasher(time_cost=1, memory_cost=1024).hash(unicodedata.normalize("NFKC", SECRET_WORDS))
    with begin_write(engine) as connection:
        for role, (unit, _) in HOMES.items():
            officer_id = officers.add(connection, login_of(role), f"Cán bộ {role.value}", password_hash)
            officers.put_grant(connection, officer_id, role, site.province.ids[unit], None)
    give_second_factor(engine, login_of(Role.PROVINCE_ADMIN))
    return site


def login_of(role: Role) -> str:
    return role.value.replace("_", ".")


def sign_in(page: Page, role: Role) -> None:
    """From the sign-in page to the home page; administrators with their second factor."""
    page.goto("/officer/sign-in")
    page.fill("input[name=login]", login_of(role))
    page.fill("input[name=password]", SECRET_WORDS)
    page.locator("main button[type=submit]").click()
    if "second-factor" in page.url:
        page.fill("input[name=code]", pyotp.TOTP(SECRET).at(NOW))
        page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/officer/")


def keep_picture(page: Page, name: str) -> None:
    """Save what the screen shows where ``SCREENSHOTS_DIR`` says so."""
    folder = os.environ.get("SCREENSHOTS_DIR")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.mark.parametrize("role", list(HOMES), ids=lambda role: role.value)
def test_the_home_answers_first_without_scrolling_and_fits_a_phone(browser: Browser, homes: Site, role: Role) -> None:
    context = browser.new_context(viewport=OFFICE, base_url=homes.address)
    page = context.new_page()
    page.set_default_timeout(10_000)
    sign_in(page, role)
    block = page.locator("main section.panel", has=page.get_by_role("heading", name=HOMES[role][1])).first
    box = block.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= OFFICE["height"], "the answer is on the first screen, whole"
    for size, scheme in ((OFFICE, "light"), (OFFICE, "dark"), (PHONE, "light"), (PHONE, "dark")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert violations(page) == []
        keep_picture(page, f"{role.value}-{size['width']}-{scheme}")
    heading = block.get_by_role("heading").first.bounding_box()
    assert heading is not None
    assert heading["y"] < PHONE["height"] / 2, "a phone shows the first block near the top"
    context.close()
