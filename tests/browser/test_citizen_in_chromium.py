"""The citizen's way in a real browser, with and without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from sqlalchemy import Engine

from survey_app.domain.record import decode
from survey_app.storage import inbox
from survey_app.storage.database import begin_read
from tests.browser.conftest import Site

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 640}


def _answers(engine: Engine, site: Site) -> list[dict[str, object]]:
    """What waits in the inbox of the third counter."""
    province = site.province
    version = province.versions["sipas_desk"]
    group = (province.ids[province.counters[2]], province.wave_id, version.id)
    with begin_read(engine) as connection:
        return [decode(version.questionnaire, entry.record) for entry in inbox.waiting(connection, group)]


def _phone(browser: Browser, site: Site, with_script: bool) -> BrowserContext:
    return browser.new_context(viewport=PHONE, base_url=site.address, java_script_enabled=with_script)


@pytest.mark.parametrize("with_script", [True, False], ids=["script", "no-script"])
def test_answering_on_a_phone(browser: Browser, site: Site, engine: Engine, with_script: bool):
    context = _phone(browser, site, with_script)
    page = context.new_page()
    problems: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(f"{site.counter_path(2)}?form=sipas_desk")
    assert len(requests) == 1, "the page is one document"
    assert not page.get_by_label("Nộp hồ sơ").is_visible(), "nothing is asked before consent"
    page.get_by_text("Tôi đồng ý trả lời", exact=True).click()
    page.locator("#stage").get_by_label("Nhận kết quả").check()
    page.locator("#access_info").get_by_label("Rất hài lòng").check()
    page.locator("#result_on_time").get_by_label("Không biết").check()
    page.get_by_role("button", name="Gửi phiếu").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã gửi. Cảm ơn Ông/Bà!")
    assert context.cookies() == []
    assert problems == []
    (answers,) = _answers(engine, site)
    assert (answers["stage"], answers["access_info"], answers["result_on_time"]) == ("2", "5", "K")
    context.close()


def test_script_hides_what_is_not_asked(browser: Browser, site: Site, engine: Engine):
    context = _phone(browser, site, with_script=True)
    page = context.new_page()
    page.goto(f"{site.counter_path(2)}?form=sipas_desk")
    page.get_by_text("Tôi đồng ý trả lời", exact=True).click()
    page.locator("#stage").get_by_label("Nhận kết quả").check()
    page.locator("#result_on_time").get_by_label("Rất hài lòng").check()
    page.locator("#stage").get_by_label("Nộp hồ sơ").check()
    expect(page.locator("#result_on_time")).to_be_hidden()
    page.get_by_role("button", name="Gửi phiếu").click()
    expect(page).to_have_url(re.compile("thanks"))
    assert [answers["result_on_time"] for answers in _answers(engine, site)] == ["-"]
    context.close()


def test_declining_stores_nothing(browser: Browser, site: Site, engine: Engine):
    context = _phone(browser, site, with_script=True)
    page = context.new_page()
    page.goto(f"{site.counter_path(2)}?form=sipas_desk")
    page.get_by_role("link", name="Tôi không trả lời").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Không có gì được lưu lại")
    assert _answers(engine, site) == []
    context.close()


def test_two_responses_from_one_phone_are_two(browser: Browser, site: Site, engine: Engine):
    """The phone goes round the lobby: each new page has a key of its own."""
    context = _phone(browser, site, with_script=True)
    for _ in range(2):
        page = context.new_page()
        page.goto(f"{site.counter_path(2)}?form=sipas_desk")
        page.get_by_text("Tôi đồng ý trả lời", exact=True).click()
        page.locator("#stage").get_by_label("Việc khác").check()
        page.get_by_role("button", name="Gửi phiếu").click()
        expect(page).to_have_url(re.compile("thanks"))
    assert len(_answers(engine, site)) == 2
    context.close()
