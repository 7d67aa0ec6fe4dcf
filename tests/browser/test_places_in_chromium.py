"""A centre director looks after the codes of the own centre, on a phone and at a desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from survey_app.domain.local_day import local_day
from survey_app.domain.permissions import Role
from survey_app.services import counters, officers
from tests.browser.axe import violations
from tests.browser.conftest import PASSWORD, Site
from tests.scenes import NOW

pytestmark = pytest.mark.browser
DIRECTOR = "giamdoc"


def check(page: Page, width: int) -> None:
    """Nothing for axe to find, nothing wider than the screen."""
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url


@pytest.mark.parametrize("size", [(360, 640), (1366, 768)], ids=["phone", "office"])
def test_a_lost_poster_is_replaced(browser: Browser, site: Site, engine: Engine, size: tuple[int, int]):
    centre, counter = site.province.centres[0], site.province.counters[0]
    officers.create_officer(
        engine, NOW, login=DIRECTOR, name="Ông Bình", role=Role.CENTRE_DIRECTOR, unit_code=centre, password=PASSWORD
    )
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, base_url=site.address)
    page = context.new_page()
    page.goto("/officer/places")
    page.fill("input[name=login]", DIRECTOR)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main button[type=submit]").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Trung tâm Phục vụ hành chính công phường Kon Tum")
    check(page, size[0])
    page.get_by_role("button", name="Cấp mã chung").click()
    check(page, size[0])
    page.get_by_role("link", name="Quầy 1").click()
    page.locator("summary").filter(has_text="Cấp lại mã").click()
    expect(page.get_by_text("hãy in bảng mới, treo lên và gỡ bảng cũ")).to_be_visible()
    check(page, size[0])
    page.get_by_role("button", name="Cấp lại mã").click()
    expect(page.get_by_role("status")).to_contain_text("k0nt0m1 thôi dùng")
    ((_, code),) = counters.listing(engine, counter, local_day(NOW))
    assert code is not None
    expect(page.get_by_role("link", name=f"https://khaosat.example/q/{code.code}")).to_be_visible()
    page.get_by_role("link", name="Chuyển mã sang quầy khác").click()
    check(page, size[0])
    context.close()
