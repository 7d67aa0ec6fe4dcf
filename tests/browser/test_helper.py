"""The main task of a helper in Chromium: open a counter's form for somebody, who then answers."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import Engine

from survey_app.domain.permissions import Role
from tests.browser.axe import violations
from tests.browser.conftest import Site
from tests.browser.test_homes import OFFICE, PHONE, homes, sign_in
from tests.rows import inbox_rows

__all__ = ["homes"]
pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("role", "channel"), [(Role.HELPER, "assisted"), (Role.DATA_ENTRY, "paper")])
def test_a_form_opened_for_a_citizen_is_stored_with_its_channel(
    browser: Browser, app: Flask, engine: Engine, homes: Site, role: Role, channel: str
) -> None:
    app.config["PUBLIC_BASE_URL"] = homes.address
    already = {row.key for row in inbox_rows(engine)}
    context = browser.new_context(viewport=OFFICE, base_url=homes.address)
    page = context.new_page()
    page.set_default_timeout(10_000)
    sign_in(page, role)
    page.get_by_role("link", name="Quầy 1").click()
    assert violations(page) == []
    with context.expect_page() as opened:
        page.locator("a[target=_blank]").filter(has_text="Đánh giá nhanh").first.click()
    form = opened.value
    form.set_default_timeout(10_000)
    assert form.evaluate("window.opener") is None
    assert form.evaluate("document.cookie") == ""
    assert form.get_by_text("Có người hỗ trợ" if channel == "assisted" else "Nhập phiếu giấy").is_visible()
    form.locator(".two label").first.click()
    form.locator("form[data-place]").evaluate("form => form.submit()")
    form.wait_for_url("**/thanks*")
    [stored] = [row for row in inbox_rows(engine) if row.key not in already]
    assert stored.channel == channel
    context.close()


def test_the_code_to_scan_fits_the_screen(browser: Browser, homes: Site) -> None:
    for size in (OFFICE, PHONE):
        context = browser.new_context(viewport=size, base_url=homes.address)
        page = context.new_page()
        page.set_default_timeout(10_000)
        sign_in(page, Role.HELPER)
        page.goto(f"/officer/helping/{homes.province.counters[0]}/qr")
        box = page.locator("img.qr").bounding_box()
        assert box is not None
        assert box["width"] >= 250
        assert box["y"] + box["height"] <= max(size["height"], 700)
        assert violations(page) == []
        context.close()
