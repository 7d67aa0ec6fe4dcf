"""The citizen's way in a real browser: one document, no cookie, complete without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from sqlalchemy import Engine

from tests.browser.conftest import Site
from tests.browser.waiting import waiting_answers

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 640}
FORM = "?form=sipas_desk"


def _phone(browser: Browser, site: Site, with_script: bool = True) -> BrowserContext:
    return browser.new_context(viewport=PHONE, base_url=site.address, java_script_enabled=with_script)


def test_without_script_everything_is_on_one_page(browser: Browser, site: Site, engine: Engine):
    context = _phone(browser, site, with_script=False)
    page = context.new_page()
    page.goto(site.counter_path(2) + FORM)
    assert not page.locator("#stage").is_visible(), "nothing is asked before consent"
    page.get_by_text("Tôi đồng ý trả lời", exact=True).click()
    page.locator("#stage").get_by_label("Nhận kết quả").check()
    page.locator("#access_info").get_by_label("Rất hài lòng").check()
    page.locator("#result_on_time").get_by_label("Không biết").check()
    page.get_by_role("button", name="Gửi phiếu").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã gửi. Cảm ơn Ông/Bà!")
    (answers,) = waiting_answers(engine, site)
    assert (answers["stage"], answers["access_info"], answers["result_on_time"]) == ("2", "5", "K")
    context.close()


def test_one_request_no_cookie_no_complaint(browser: Browser, site: Site):
    context = _phone(browser, site)
    page = context.new_page()
    problems: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(site.counter_path(2) + FORM)
    page.get_by_text("Tôi đồng ý trả lời", exact=True).click()
    expect(page.locator("#stage")).to_be_visible()
    assert len(requests) == 1, "the page is one document"
    assert context.cookies() == []
    assert problems == []
    context.close()


def test_declining_stores_nothing(browser: Browser, site: Site, engine: Engine):
    context = _phone(browser, site)
    page = context.new_page()
    page.goto(site.counter_path(2) + FORM)
    page.get_by_role("link", name="Tôi không trả lời").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Không có gì được lưu lại")
    assert waiting_answers(engine, site) == []
    context.close()


def test_two_responses_from_one_phone_are_two(browser: Browser, site: Site, engine: Engine):
    """The phone goes round the lobby: each new page has a key of its own."""
    context = _phone(browser, site, with_script=False)
    for _ in range(2):
        page = context.new_page()
        page.goto(site.counter_path(2) + FORM)
        page.get_by_text("Tôi đồng ý trả lời", exact=True).click()
        page.locator("#stage").get_by_label("Việc khác").check()
        page.get_by_role("button", name="Gửi phiếu").click()
        expect(page).to_have_url(re.compile("thanks"))
    assert len(waiting_answers(engine, site)) == 2
    context.close()
