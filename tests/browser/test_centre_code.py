"""One poster for a whole centre, on a cheap phone: scan, choose the counter, answer."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from survey_app.services import counters
from tests.browser.axe import violations
from tests.browser.conftest import Site
from tests.rows import inbox_rows
from tests.scenes import NOW

pytestmark = pytest.mark.browser


def _go_on_to_the_end(page: Page) -> None:
    """One item a screen: the answer leads on by itself, the items after it are skipped."""
    expect(page.locator("#overall")).not_to_be_visible()
    while not page.get_by_role("button", name="Gửi phiếu").is_visible():
        step = page.locator(".step").inner_text()
        page.locator("[data-do=next]").click()
        expect(page.locator(".step")).not_to_have_text(step)


@pytest.mark.parametrize("with_script", [True, False], ids=["script", "no script"])
def test_choose_a_counter_and_answer(browser: Browser, site: Site, engine: Engine, with_script: bool):
    centre = site.province.centres[1]
    code = counters.issue_missing_for_centres(engine, centre, NOW, "an")[centre]
    context = browser.new_context(
        viewport={"width": 360, "height": 640}, base_url=site.address, java_script_enabled=with_script
    )
    page = context.new_page()
    page.goto(f"/q/{code}?form=quick_pulse")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ông/Bà vừa làm việc ở quầy nào?")
    row = page.get_by_role("link", name=re.compile("Quầy 2"))
    box = row.bounding_box()
    assert box is not None
    assert box["height"] >= 48, "large enough for a thumb"
    assert box["x"] + box["width"] <= 360
    if with_script:
        assert violations(page) == []
    row.click()
    page.get_by_text("Tôi đồng ý trả lời", exact=True).click()
    page.locator("#overall").get_by_text("Rất hài lòng", exact=True).click()
    if with_script:
        _go_on_to_the_end(page)
    page.get_by_role("button", name="Gửi phiếu").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã gửi. Cảm ơn Ông/Bà!")
    here = {site.province.ids[unit] for unit in (centre, f"{centre}-Q1", f"{centre}-Q2")}
    stored = [entry.counter_id for entry in inbox_rows(engine) if entry.counter_id in here]
    assert stored == [site.province.ids[f"{centre}-Q2"]]
    context.close()
