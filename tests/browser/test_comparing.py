"""What is said of differences in Chromium: from a change, a comparison or a weighted score to how it came about."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine

from survey_app.services import transactions
from survey_app.services.release import run_releases
from tests.browser.conftest import LOGIN, Site
from tests.browser.desk import open_desk, problems_on
from tests.planted import LOW, TYPICAL, plant
from tests.scenes import CENTRES, COMMUNES, COUNTERS, NOW

pytestmark = pytest.mark.browser

FORM = "form=sipas_desk.v1"
COMPARED = f"/officer/explore/51/compare?{FORM}&units={COMMUNES[0]},{COMMUNES[1]}"


@pytest.fixture
def fallen(site: Site, engine: Engine) -> Site:
    """One commune clearly lower than the period before, the other as it was; transactions of the last months."""
    rng = Random(5)
    for now, weights in ((NOW - timedelta(days=120), TYPICAL), (NOW, LOW)):
        for centre, own in ((CENTRES[0], weights), (CENTRES[1], TYPICAL)):
            for counter in (f"{centre}-Q1", f"{centre}-Q2"):
                plant(engine, site.province, counter, 90, own, rng, now)
        run_releases(engine, now)
    lines = [f"{counter},2026-{month:02},{100 + month}" for counter in COUNTERS for month in (9, 10)]
    transactions.import_transactions(engine, "\n".join(["counter,month,transactions", *lines]), "51", NOW, "tester")
    return site


def test_a_change_is_told_in_words_and_leads_to_its_numbers(browser: Browser, fallen: Site) -> None:
    page = open_desk(browser, fallen, LOGIN)
    page.goto(f"/officer/units/{COMMUNES[0]}?{FORM}")
    change = page.locator(".change")
    expect(change.locator(".change-own .tag")).to_contain_text("giảm rõ rệt")
    expect(change.locator(".change-factors")).to_be_hidden()
    change.locator("summary").press("Enter")
    expect(change.locator(".change-factors .tag").first).to_be_visible()
    shown = change.locator(".change-own .value").inner_text()
    change.locator("a.explain").click()
    expect(page.get_by_role("row", name="Chỉ số chung")).to_contain_text(shown)
    page.context.close()


def test_two_units_are_compared_and_the_pair_explained(browser: Browser, fallen: Site) -> None:
    page = open_desk(browser, fallen, LOGIN)
    page.goto(f"/officer/explore/51/compare?{FORM}")
    page.select_option("#unit-1", COMMUNES[0])
    page.select_option("#unit-2", COMMUNES[1])
    page.get_by_role("button", name="So sánh").click()
    pair = page.locator("table.pairs").first.locator("tbody tr")
    expect(pair).to_have_count(1)
    expect(pair).to_contain_text("thấp hơn rõ rệt")
    difference = pair.locator("td.num").first.inner_text()
    page.locator("section[aria-labelledby=compare-title] > p a.explain").click()
    expect(page.get_by_role("row", name="Phường Kon Tum").first).to_contain_text(difference)
    page.context.close()


def test_units_stand_in_order_at_first_and_by_name_on_demand(browser: Browser, fallen: Site) -> None:
    page = open_desk(browser, fallen, LOGIN)
    page.goto(f"/officer/units/51?{FORM}")
    names = page.locator("#unit-table tbody th")
    assert names.all_inner_texts()[:2] == ["Xã Đăk Long", "Phường Kon Tum"]
    expect(page.locator("#units")).to_contain_text("điểm đó chỉ để sắp xếp, không công bố")
    page.locator("#unit-table thead a", has_text="Đơn vị").click()
    expect(names.first).to_have_text("Phường Kon Tum")
    page.context.close()


def test_the_pages_suit_everybody(browser: Browser, fallen: Site) -> None:
    page = open_desk(browser, fallen, LOGIN)
    own, whole = f"/officer/units/{COMMUNES[0]}", "/officer/units/51"
    pages = (f"{own}?{FORM}", f"{whole}?{FORM}", COMPARED)
    explained = (
        f"{own}/explain?{FORM}&figure=change-since",
        f"{whole}/explain?{FORM}&figure=among-units",
        f"{whole}/explain?{FORM}&figure=each-pair&units={COMMUNES[0]},{COMMUNES[1]}",
        f"{whole}/explain?{FORM}&figure=by-transactions",
    )
    assert problems_on(page, *pages, *explained) == []
    page.context.close()
