"""Whoever answers reaches the end: by keyboard, by screen reader, on a narrow page, in large letters, any colours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import Engine

from tests.browser.conftest import Site
from tests.browser.waiting import waiting_answers

pytestmark = pytest.mark.browser
PHONE = (360, 640)
CONSENT = "Tôi đồng ý trả lời"
NEXT = re.compile("^(Tiếp tục|Bỏ qua câu này)$")
THANKS = "Đã gửi. Cảm ơn Ông/Bà!"

SMALL_TARGETS = """() => {
  const found = [];
  for (const part of document.querySelectorAll("a[href],button,summary,select,textarea,input,label")) {
    const box = part.getBoundingClientRect();
    const isText = part.tagName === "A" && getComputedStyle(part).display === "inline";
    const isInLabel = part.tagName === "INPUT" && (part.labels || []).length > 0 && part.type !== "text";
    const isName = part.tagName === "LABEL" && part.control && !["checkbox", "radio"].includes(part.control.type);
    const isTrap = part.ariaHidden === "true";
    if (!box.width || isTrap || isText || isInLabel || isName || part.type === "hidden") { continue; }
    if (box.width < 44 || box.height < 44) { found.push(`${part.outerHTML.slice(0, 80)} ${box.width}x${box.height}`); }
  }
  return found;
}"""
TOO_WIDE = """() => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
  [`${location.href} is ${document.documentElement.scrollWidth} wide`].concat(
    Array.from(document.querySelectorAll("body *")).filter((part) => part.getBoundingClientRect().right > innerWidth)
      .map((part) => part.outerHTML.slice(0, 80)))"""
MOVING = """() => Array.from(document.querySelectorAll("*")).filter((part) => {
  const style = getComputedStyle(part);
  return parseFloat(style.transitionDuration) > 0.01 || parseFloat(style.animationDuration) > 0.01;
}).map((part) => part.outerHTML.slice(0, 80))"""


@contextmanager
def opened(
    browser: Browser, site: Site, size: tuple[int, int] = PHONE, with_script: bool = True, **look: Any
) -> Iterator[Page]:
    """A page in a window of this size."""
    viewport = {"width": size[0], "height": size[1]}
    context = browser.new_context(viewport=viewport, base_url=site.address, java_script_enabled=with_script, **look)
    page = context.new_page()
    page.set_default_timeout(10_000)
    yield page
    context.close()


def every_page(site: Site) -> list[str]:
    """The citizen's pages but the questionnaire."""
    path = site.counter_path(2)
    return [
        "/",
        f"{path}/thanks?form=quick_pulse",
        f"{path}/no-thanks",
        "/q/zzzzzzz",
        f"{path}?form=none",
        "/privacy",
        "/accessibility",
        "/check",
    ]


def questions_open(page: Page, site: Site, form: str) -> None:
    """The questionnaire, consent given."""
    page.goto(f"{site.counter_path(2)}?form={form}")
    page.locator("label[for=consent]").click()


def every_look(page: Page, site: Site) -> Iterator[str]:
    """Walk through all pages and questionnaires; what is yielded names where the page stands."""
    for address in every_page(site):
        page.goto(address)
        yield address
    for form in ("quick_pulse", "sipas_desk"):
        page.goto(f"{site.counter_path(2)}?form={form}")
        yield f"{form}, as opened"
        page.locator("label[for=consent]").click()
        yield f"{form}, first question"
        for _ in range(4):
            following = page.get_by_role("button", name=NEXT)
            if following.is_visible():
                following.click()
                yield f"{form}, a later question"


def tab_to(page: Page, goal: Locator, at_most: int = 80) -> None:
    """Press Tab until ``goal`` has the focus; fails when it never gets it."""
    for _ in range(at_most):
        page.keyboard.press("Tab")
        if goal.evaluate("part => part === document.activeElement"):
            return
    pytest.fail(f"{goal} is not reached by keyboard")


def consent_by_keyboard(page: Page, site: Site) -> None:
    page.goto(f"{site.counter_path(2)}?form=sipas_desk")
    tab_to(page, page.get_by_role("checkbox", name=CONSENT))
    page.keyboard.press("Space")


def test_by_keyboard_from_load_to_thanks_without_script(browser: Browser, site: Site, engine: Engine):
    with opened(browser, site, with_script=False) as page:
        consent_by_keyboard(page, site)
        tab_to(page, page.locator("#stage").get_by_label("Nộp hồ sơ"))
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        tab_to(page, page.locator("#access_info").get_by_label("Rất không hài lòng"))
        page.keyboard.press("Space")
        tab_to(page, page.get_by_role("button", name="Gửi phiếu"))
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(THANKS)
    (answers,) = waiting_answers(engine, site)
    assert (answers["stage"], answers["access_info"]) == ("2", "1")


def test_by_keyboard_from_load_to_thanks_one_item_a_screen(browser: Browser, site: Site, engine: Engine):
    with opened(browser, site) as page:
        consent_by_keyboard(page, site)
        send, following = page.get_by_role("button", name="Gửi phiếu"), page.get_by_role("button", name=NEXT)
        tab_to(page, page.locator("#stage").get_by_label("Nộp hồ sơ"))
        page.keyboard.press("Space")
        screens = 0
        while not send.is_visible() and screens < 60:
            tab_to(page, following)
            page.keyboard.press("Enter")
            screens += 1
        tab_to(page, send)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(THANKS)
    (answers,) = waiting_answers(engine, site)
    assert answers["stage"] == "1"


def test_a_key_that_chooses_an_answer_never_turns_the_page(browser: Browser, site: Site):
    """Arrow keys run through the answers; a screen reader's user hears each before going on."""
    with opened(browser, site) as page:
        consent_by_keyboard(page, site)
        tab_to(page, page.locator("#stage").get_by_label("Nộp hồ sơ"))
        for _ in range(3):
            page.keyboard.press("ArrowDown")
        page.wait_for_timeout(500)
        expect(page.locator("#stage").get_by_label("Việc khác")).to_be_focused()


def spoken(page: Page) -> list[tuple[str, str, str]]:
    """(role, name, description) of everything a screen reader is given, in its order."""
    tools = page.context.new_cdp_session(page)
    nodes = tools.send("Accessibility.getFullAXTree")["nodes"]
    values = [
        [node.get(key, {}).get("value", "") for key in ("role", "name", "description")]
        for node in nodes
        if not node.get("ignored")
    ]
    return [(role, name, description) for role, name, description in values]


def named(parts: list[tuple[str, str, str]], role: str) -> list[str]:
    return [name for found, name, _ in parts if found == role]


def test_a_screen_reader_is_given_names_roles_and_order(browser: Browser, site: Site):
    with opened(browser, site, with_script=False) as page:
        questions_open(page, site, "sipas_desk")
        parts = spoken(page)
        items = page.locator(".item[data-item]").count()
    assert named(parts, "RootWebArea") == ["Khảo sát mức độ hài lòng tại quầy – Quầy 1"]
    assert len(named(parts, "main")) == 1
    assert named(parts, "checkbox")[0] == CONSENT
    assert "Tôi không trả lời" in named(parts, "link")
    nameless = [
        part
        for part in parts
        if part[0] in ("radio", "checkbox", "button", "link", "combobox", "textbox") and not part[1].strip()
    ]
    assert nameless == []
    spoken_questions = [name for role, name, _ in parts if role in ("group", "combobox", "textbox")]
    numbers = [int(found[1]) for name in spoken_questions if (found := re.match(r"(\d+)\.", name))]
    assert numbers == list(range(1, items + 1))
    assert {"Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng"} <= set(
        named(parts, "radio")
    )
    assert named(parts, "button")[-1] == "Gửi phiếu"
    assert named(parts, "image") == [], "the faces stay silent: the words say it"


def test_five_rows_are_heard_from_the_lowest_to_the_highest(browser: Browser, site: Site):
    with opened(browser, site, with_script=False) as page:
        questions_open(page, site, "quick_pulse")
        rows = named(spoken(page), "radio")[:5]
    assert rows == ["Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng"]


def test_a_new_question_gets_the_focus_so_that_it_is_read_out(browser: Browser, site: Site):
    with opened(browser, site) as page:
        questions_open(page, site, "sipas_desk")
        before = page.evaluate("document.activeElement.textContent")
        page.get_by_role("button", name=NEXT).click()
        after = page.evaluate("document.activeElement.textContent")
    assert before.split()[0] == "1."
    assert after.split()[0] == "2."


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_problem_is_announced_and_leads_to_its_item(browser: Browser, site: Site, language: str):
    with opened(browser, site) as page:
        page.goto(f"{site.counter_path(2)}?form=sipas_desk&lang={language}")
        page.evaluate("""() => {
            document.getElementById("consent").checked = true;
            const area = document.querySelector("textarea");
            area.removeAttribute("maxlength");
            area.value = "a".repeat(1001);
            document.querySelector("form[method=post]").submit();
        }""")
        summary = page.get_by_role("alert").filter(has=page.get_by_role("heading"))
        summary.wait_for()
        expect(summary).to_be_focused()
        assert page.title().startswith("Lỗi:" if language == "vi" else "Error:")
        (described,) = [description for role, _, description in spoken(page) if role == "textbox"]
        assert "1.000" in described or "1,000" in described
        summary.get_by_role("link").first.click()
        expect(page.locator("textarea")).to_be_in_viewport()


def test_every_target_is_large_enough_for_a_thumb(browser: Browser, site: Site):
    with opened(browser, site) as page:
        found = {where: small for where in every_look(page, site) if (small := page.evaluate(SMALL_TARGETS))}
    assert found == {}


@pytest.mark.parametrize(
    ("size", "letters"),
    [((320, 568), "100%"), ((320, 256), "100%"), ((360, 640), "200%")],
    ids=["320 px", "400 % zoom of 1280", "200 % letters"],
)
def test_nothing_needs_sideways_scrolling(browser: Browser, site: Site, size: tuple[int, int], letters: str):
    with opened(browser, site, size) as page:
        page.add_init_script(
            f"addEventListener('DOMContentLoaded', () => {{ document.documentElement.style.fontSize = '{letters}' }})"
        )
        found = {where: wide for where in every_look(page, site) if (wide := page.evaluate(TOO_WIDE))}
    assert found == {}


def test_without_script_nothing_needs_sideways_scrolling(browser: Browser, site: Site):
    with opened(browser, site, (320, 568), with_script=False) as page:
        questions_open(page, site, "sipas_desk")
        assert page.evaluate(TOO_WIDE) == []


def test_at_400_percent_the_questionnaire_can_be_sent(browser: Browser, site: Site, engine: Engine):
    with opened(browser, site, (320, 256), with_script=False) as page:
        questions_open(page, site, "sipas_desk")
        page.locator("#stage").get_by_label("Việc khác").check()
        page.get_by_role("button", name="Gửi phiếu").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(THANKS)
    assert [answers["stage"] for answers in waiting_answers(engine, site)] == ["4"]


def test_in_forced_colours_choice_focus_and_faces_can_be_seen(browser: Browser, site: Site):
    with opened(browser, site, with_script=False, forced_colors="active") as page:
        questions_open(page, site, "quick_pulse")
        row = page.locator("#overall label", has_text="Bình thường")
        radio = row.locator("input")
        radio.check()
        assert radio.evaluate("part => getComputedStyle(part).appearance") != "none", "the browser draws the choice"
        assert row.evaluate("part => getComputedStyle(part).borderTopStyle") != "none"
        stroke, back = row.evaluate(
            """part => [getComputedStyle(part.querySelector('svg')).stroke,
                getComputedStyle(document.body).backgroundColor]"""
        )
        assert stroke not in ("none", back)
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


def test_nothing_moves_for_who_wants_no_motion(browser: Browser, site: Site):
    with opened(browser, site, reduced_motion="reduce") as page:
        found = {where: moving for where in every_look(page, site) if (moving := page.evaluate(MOVING))}
    assert found == {}
