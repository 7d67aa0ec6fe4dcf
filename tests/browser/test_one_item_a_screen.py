"""With JavaScript the form is one item a screen: progress, back, draft on request, no network."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from sqlalchemy import Engine

from tests.browser.conftest import Site
from tests.browser.waiting import waiting_answers

pytestmark = pytest.mark.browser
FORM = "?form=sipas_desk"


@pytest.fixture
def phone(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """A cheap phone's browser."""
    context = browser.new_context(viewport={"width": 360, "height": 640}, base_url=site.address, has_touch=True)
    context.set_default_timeout(10_000)
    yield context
    context.close()


def _start(phone: BrowserContext, site: Site) -> Page:
    page = phone.new_page()
    page.goto(site.counter_path(2) + FORM)
    page.get_by_text("Tôi đồng ý trả lời", exact=True).tap()
    return page


def _shown(page: Page) -> Locator:
    return page.locator(".item:visible")


def _tap(page: Page, label: str) -> None:
    _shown(page).locator("label").filter(has=page.get_by_text(label, exact=True)).tap()


def test_one_item_with_its_number_and_a_way_on(phone: BrowserContext, site: Site):
    page = _start(phone, site)
    expect(_shown(page)).to_have_count(1)
    expect(page.locator(".step")).to_have_text(re.compile(r"Câu 1/\d+"))
    expect(page.get_by_role("button", name="Bỏ qua câu này")).to_be_visible()
    _tap(page, "Nhận kết quả")
    expect(page.locator(".step")).to_have_text(re.compile(r"Câu 2/\d+"))
    expect(page.locator("#access_info")).to_be_visible()
    expect(page.locator("#access_info legend")).to_be_focused()


def test_the_phones_own_back_goes_one_item_back_and_keeps_the_answer(phone: BrowserContext, site: Site):
    page = _start(phone, site)
    _tap(page, "Nhận kết quả")
    expect(page.locator("#access_info")).to_be_visible()
    page.go_back()
    expect(page.locator("#stage").get_by_label("Nhận kết quả")).to_be_checked()
    page.get_by_role("button", name="Tiếp tục").tap()
    expect(page.locator("#access_info")).to_be_visible()
    page.go_back()
    page.go_back()
    expect(page.get_by_role("link", name="Tôi không trả lời")).to_be_visible()


def test_arrow_keys_choose_without_going_on(phone: BrowserContext, site: Site):
    page = _start(phone, site)
    page.locator("#stage").get_by_label("Nộp hồ sơ").focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(500)
    expect(page.locator("#stage").get_by_label("Nhận kết quả")).to_be_checked()
    expect(page.locator("#stage")).to_be_visible()


def test_the_whole_questionnaire_by_taps(phone: BrowserContext, site: Site, engine: Engine):
    page = _start(phone, site)
    _tap(page, "Nộp hồ sơ")
    expect(page.locator("#access_info")).to_be_visible()
    taps = 2
    while not page.get_by_role("button", name="Gửi phiếu").is_visible():
        step = page.locator(".step").inner_text()
        faces = _shown(page).locator(".faces label")
        (faces.nth(3) if faces.count() else page.locator("[data-do=next]")).tap()
        expect(page.locator(".step")).not_to_have_text(step)
        taps += 1
    page.get_by_role("button", name="Gửi phiếu").tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Cảm ơn")
    (answers,) = waiting_answers(engine, site)
    assert [answers[item] for item in ("access_info", "feedback_channel", "result_on_time")] == ["4", "4", "-"]
    assert taps < 40


def _stored(page: Page) -> dict[str, object] | None:
    return json.loads(page.evaluate("JSON.stringify(Object.values(localStorage).map(JSON.parse)[0] || null)"))


def test_nothing_is_kept_on_the_phone_unless_asked(phone: BrowserContext, site: Site):
    page = _start(phone, site)
    _tap(page, "Nhận kết quả")
    expect(page.locator("#access_info")).to_be_visible()
    assert _stored(page) is None


def test_a_draft_resumes_after_an_accidental_close(phone: BrowserContext, site: Site):
    page = _start(phone, site)
    page.get_by_label("Lưu nháp trên máy này").check()
    _tap(page, "Nhận kết quả")
    expect(page.locator("#access_info")).to_be_visible()
    key = page.locator("input[name=response_key]").input_value()
    page.close()
    again = _start(phone, site)
    again.get_by_role("button", name="Làm tiếp").tap()
    assert again.locator("input[name=response_key]").input_value() == key, "a retry still counts once"
    expect(again.locator("#access_info")).to_be_visible()
    again.get_by_role("button", name="Quay lại").tap()
    expect(again.get_by_role("link", name="Tôi không trả lời")).to_be_visible()


def test_sensitive_answers_and_text_never_enter_the_draft(phone: BrowserContext, site: Site):
    page = _start(phone, site)
    page.get_by_label("Lưu nháp trên máy này").check()
    page.evaluate(
        """() => {
          document.querySelectorAll('[data-private] input').forEach(function (input) { input.checked = true; });
          document.querySelector('textarea').value = 'bí mật';
        }"""
    )
    _tap(page, "Nhận kết quả")
    stored = _stored(page)
    private = page.evaluate("Array.from(document.querySelectorAll('[data-private]')).map(item => item.id)")
    assert len(private) >= 3
    assert not {name for name, _ in stored["answers"]} & {*private, "comment"}
    assert "bí mật" not in json.dumps(stored, ensure_ascii=False)


def test_a_draft_lives_two_hours(phone: BrowserContext, site: Site):
    page = _start(phone, site)
    page.get_by_label("Lưu nháp trên máy này").check()
    _tap(page, "Nhận kết quả")
    page.close()
    later = phone.new_page()
    later.clock.install()
    later.clock.fast_forward("02:01:00")
    later.goto(site.counter_path(2) + FORM)
    later.get_by_text("Tôi đồng ý trả lời", exact=True).tap()
    expect(later.get_by_role("button", name="Làm tiếp")).to_be_hidden()
    assert _stored(later) is None


def test_without_network_nothing_is_lost(phone: BrowserContext, site: Site, engine: Engine):
    page = _start(phone, site)
    _tap(page, "Nộp hồ sơ")
    while not page.get_by_role("button", name="Gửi phiếu").is_visible():
        page.locator("[data-do=next]").tap()
    phone.set_offline(True)
    page.get_by_role("button", name="Gửi phiếu").tap()
    expect(page.get_by_role("alert")).to_contain_text("Chưa có mạng")
    phone.set_offline(False)
    page.get_by_role("button", name="Gửi phiếu").tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Cảm ơn")
    assert len(waiting_answers(engine, site)) == 1


def test_a_phone_that_refuses_storage_offers_no_draft(phone: BrowserContext, site: Site):
    phone.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('denied'); }});")
    page = _start(phone, site)
    expect(page.locator("#stage")).to_be_visible()
    expect(page.get_by_text("Lưu nháp trên máy này")).to_be_hidden()


def test_a_page_with_problems_shows_no_heading_over_nothing(phone: BrowserContext, site: Site):
    page = phone.new_page()
    page.goto(site.counter_path(2) + "?form=quick_pulse")
    page.evaluate("document.querySelector('form[method=post]').submit()")
    page.wait_for_selector("#summary")
    page.locator("label[for=consent]").tap()
    expect(page.get_by_role("heading", name="Lý do")).to_be_hidden()
    page.locator("#overall").get_by_text("Hài lòng", exact=True).tap()
    expect(page.get_by_role("heading", name="Lý do")).to_be_visible()
    expect(page.get_by_text("Chỉ dành cho ai")).to_have_count(2)
    expect(page.get_by_text("Chỉ dành cho ai").first).to_be_hidden()
