"""The self-check page: a helper with the phone in hand sees what the browser can do, and nobody else does."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Site
from tests.browser.test_reach import opened

pytestmark = pytest.mark.browser


def test_the_check_page_tells_what_the_browser_can_do_and_sends_nothing(browser: Browser, site: Site):
    with opened(browser, site) as page:
        requests: list[str] = []
        problems: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: problems.append(message.text))
        page.goto("/check?lang=en")
        told = dict(zip(page.locator("dt").all_inner_texts(), page.locator("dd").all_inner_texts(), strict=True))
        assert page.evaluate("localStorage.length") == 0
    assert told["Secure random numbers (crypto)"] == "Yes"
    assert told["A draft can be saved on the phone"] == "Yes"
    assert told["Opened inside an app"] == "No"
    assert "Chrome" in told["Browser"]
    assert (len(requests), problems) == (1, [])


def test_the_check_page_knows_the_browser_inside_an_app(browser: Browser, site: Site):
    with opened(
        browser, site, user_agent="Mozilla/5.0 (Linux; Android 8.1; wv) Chrome/70.0 Zalo android/1 ZaloTheme/light"
    ) as page:
        page.goto("/check")
        expect(page.locator("[data-check=app]")).to_have_text("Zalo")


def test_the_check_page_says_so_when_scripts_are_off(browser: Browser, site: Site):
    with opened(browser, site, with_script=False) as page:
        page.goto("/check")
        expect(page.get_by_text("JavaScript đang tắt hoặc bị chặn.")).to_be_visible()
        expect(page.locator("dl")).to_be_hidden()
