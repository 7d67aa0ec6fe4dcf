"""PAPI-style modules in Chromium: answered on a phone with and without script, read by province and commune."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import Engine

from survey_app.domain.record import Answer, decode
from survey_app.services.release import run_releases
from tests.browser.axe import violations
from tests.browser.conftest import LOGIN, PASSWORD, Site
from tests.residence_scenes import AFTER_THE_THIRD_QUARTER, DAK_LONG, KON_TUM, LINK_COUNTER, Homes, build_homes
from tests.rows import inbox_rows

pytestmark = pytest.mark.browser
PHONE, OFFICE = (360, 640), (1366, 768)


@pytest.fixture
def homes(engine: Engine, site: Site) -> Homes:
    return build_homes(engine, site.province)


def _context(browser: Browser, site: Site, size: tuple[int, int], with_script: bool = True) -> BrowserContext:
    viewport = {"width": size[0], "height": size[1]}
    context = browser.new_context(
        viewport=viewport, base_url=site.address, java_script_enabled=with_script, has_touch=True
    )
    context.set_default_timeout(10_000)
    return context


def _open(context: BrowserContext, homes: Homes, slug: str) -> Page:
    page = context.new_page()
    page.goto(f"/q/{homes.province.codes[LINK_COUNTER]}?form={slug}")
    page.get_by_text("Tôi đồng ý trả lời", exact=True).click()
    return page


def _stored(homes: Homes, slug: str) -> tuple[str, dict[str, Answer]]:
    version = homes.province.versions[slug]
    [row] = [row for row in inbox_rows(homes.engine) if row.version_id == version.id]
    return row.channel, decode(version.questionnaire, row.record)


def test_a_module_is_answered_on_a_phone_tap_by_tap(browser: Browser, site: Site, homes: Homes) -> None:
    context = _context(browser, site, PHONE)
    page = _open(context, homes, "papi_d7")
    page.locator("select[name=residence]").select_option(DAK_LONG)
    page.locator("[data-do=next]").tap()
    expect(page.locator("#polluters")).to_be_visible()
    taps = 0
    while not page.get_by_role("button", name="Gửi phiếu").is_visible():
        step = page.locator(".step").inner_text()
        faces = page.locator(".item:visible .faces label")
        (faces.nth(1) if faces.count() else page.locator("[data-do=next]")).tap()
        expect(page.locator(".step")).not_to_have_text(step)
        taps += 1
    assert taps <= 12
    page.get_by_role("button", name="Gửi phiếu").tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Cảm ơn")
    channel, answers = _stored(homes, "papi_d7")
    scored = [answers[item] for item in ("polluters", "waste", "air_home", "water_action")]
    assert (channel, answers["residence"], scored) == ("online", DAK_LONG, ["2"] * 4)
    context.close()


def test_a_module_is_answered_without_script(browser: Browser, site: Site, homes: Homes) -> None:
    context = _context(browser, site, PHONE, with_script=False)
    page = _open(context, homes, "papi_d4")
    page.locator("select[name=residence]").select_option(DAK_LONG)
    page.locator("#clean_officials").get_by_label("Rất tốt").check()
    page.locator("#resolve_protect").get_by_label("Không muốn trả lời").check()
    page.get_by_role("button", name="Gửi phiếu").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Cảm ơn")
    channel, answers = _stored(homes, "papi_d4")
    assert (channel, answers["clean_officials"], answers["resolve_protect"]) == ("online", "5", "R")
    context.close()


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (OFFICE, "light"), (OFFICE, "dark")])
def test_scores_are_read_by_place_of_residence(
    browser: Browser, site: Site, homes: Homes, size: tuple[int, int], scheme: str
) -> None:
    homes.answer("papi_d1", {KON_TUM: 40, DAK_LONG: 25, None: 12})
    homes.answer("papi_d7", {KON_TUM: 30})
    run_releases(homes.engine, AFTER_THE_THIRD_QUARTER)
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        base_url=site.address,
        color_scheme=scheme,
    )
    page = context.new_page()
    page.goto("/officer/sign-in")
    page.fill("input[name=login]", LOGIN)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main button[type=submit]").click()
    page.goto("/officer/papi-style")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Điểm theo kiểu PAPI")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.locator("#homes-table").get_by_role("link", name="Phường Kon Tum").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Phường Kon Tum")
    page.get_by_text("Từng câu hỏi").first.click()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.locator("a.explain", has_text="1. Tham gia").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Cách tính: 1. Tham gia")
    assert violations(page) == []
    context.close()
