"""axe-core on every page, at a cheap phone's size and at an office screen's."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.axe import violations
from tests.browser.conftest import LOGIN, PASSWORD, Site

pytestmark = pytest.mark.browser
LOOKS = [((360, 640), "light"), ((360, 640), "dark"), ((1366, 768), "light")]


def _open(browser: Browser, site: Site, size: tuple[int, int], scheme: str) -> Page:
    viewport = {"width": size[0], "height": size[1]}
    page = browser.new_context(viewport=viewport, base_url=site.address, color_scheme=scheme).new_page()
    page.set_default_timeout(10_000)
    return page


def _citizen_pages(page: Page, site: Site) -> list[str]:
    path = site.counter_path()
    found: list[str] = []
    for address in (
        "/",
        path,
        f"{path}?form=sipas_desk",
        f"{path}?form=sipas_desk&lang=en",
        f"{path}/no-thanks",
        f"{path}/thanks?form=quick_pulse",
        "/q/zzzzzzz",
        f"{path}?form=none",
        "/no-such-page",
    ):
        page.goto(address)
        if page.locator("#consent").count():
            found += violations(page)
            page.locator(".two label").click()
        found += violations(page)
    page.goto(f"{path}?form=sipas_desk")
    page.locator(".two label").click()
    page.locator("textarea").evaluate("area => { area.removeAttribute('maxlength'); area.value = 'a'.repeat(1001) }")
    page.locator("form[data-place]").evaluate("form => form.submit()")
    page.locator("#summary").wait_for()
    return found + violations(page)


def _officer_pages(page: Page, site: Site) -> list[str]:
    province = site.province
    page.goto("/officer/")
    found = violations(page)
    page.fill("input[name=login]", LOGIN)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main button[type=submit]").click()
    units = (province.code, province.communes[0], province.centres[0], *province.counters[:3])
    for address in (*(f"/officer/units/{unit}?form=sipas_desk.v1" for unit in units), "/officer/methods"):
        page.goto(address)
        found += violations(page)
    page.goto("/officer/datasets")
    found += violations(page)
    page.goto("/officer/units/no-such-unit")
    return found + violations(page)


@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=["phone", "phone-dark", "office"])
def test_axe_finds_nothing(browser: Browser, site: Site, size: tuple[int, int], scheme: str):
    page = _open(browser, site, size, scheme)
    assert _citizen_pages(page, site) + _officer_pages(page, site) == []
    page.context.close()
