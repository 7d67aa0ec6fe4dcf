"""Abuse without captcha: crowds of honest phones get through; scripts are flagged and slowed; nothing is dropped."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.quality import PaceLimits
from survey_app.services.pace import LONGEST_DELAY, Pacing
from survey_app.services.release import run_releases
from survey_app.storage import counter_codes, org_units, releases
from survey_app.storage.database import begin_read, begin_write
from tests.pages import Fields, Page, read_page
from tests.rows import inbox_rows, nothing_stored
from tests.scenes import LAST_YEAR, NOW, Province, units

ADDRESS = "/q/d4k0ng1?form=quick_pulse"
ENGLISH = ADDRESS + "&lang=en"
LIMITS = PaceLimits()
HELD = "Gọi tôi 0912345678 nhé"


@dataclass
class Clock:
    """The time of the application, and how long it has slowed its replies."""

    now: datetime = NOW
    waited: list[float] = field(default_factory=list)

    def go(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock(app: Flask) -> Clock:
    """A clock that tests move."""
    made = Clock()
    app.config["NOW"] = lambda: made.now
    app.extensions["hailong_pacing"] = Pacing(made.waited.append)
    return made


def opened(client: FlaskClient, address: str = ADDRESS) -> Page:
    return read_page(client.get(address))


def send(client: FlaskClient, page: Page, fields: Fields) -> TestResponse:
    return client.post(page.form.action, data=fields)


def answered(client: FlaskClient, clock: Clock, seconds: float, **answers: str | list[str]) -> TestResponse:
    """Open the page, take some seconds, send."""
    page = opened(client)
    clock.go(seconds)
    return send(client, page, page.form.with_answers(**answers))


def flags(engine: Engine) -> list[bool]:
    return [row.flagged for row in inbox_rows(engine)]


def build_lobby(engine: Engine, counters: int) -> list[str]:
    """A province's centre with many counters; returns their codes."""
    centre = next(unit for unit in units() if unit.code == "51-TT")
    codes = [f"10bby{number:02}" for number in range(counters)]
    made = [
        OrgUnit(f"51-TT-S{number}", UnitKind.COUNTER, f"Quầy số {number}", centre.code, LAST_YEAR, None, ())
        for number in range(counters)
    ]
    with begin_write(engine) as connection:
        org_units.save(connection, made)
        ids = org_units.read_all(connection)[1]
        for unit, code in zip(made, codes, strict=True):
            counter_codes.add(connection, code, ids[unit.code], NOW.date())
    return codes


HIDDEN = re.compile(r'name="(page_token|response_key)" value="([^"]+)"')


def hidden(client: FlaskClient, address: str = ADDRESS) -> dict[str, str]:
    """Open the page; what is new in it with every load."""
    return dict(HIDDEN.findall(client.get(address).get_data(as_text=True)))


def crowd(client: FlaskClient, clock: Clock, addresses: list[str], rng: Random) -> Counter[int]:
    """A thousand phones behind one address in ten minutes, each with its page and its own pace; what they are told."""
    told: Counter[int] = Counter()
    steps: list[tuple[float, int]] = []
    for phone in range(1000):
        taken = rng.uniform(20, 180)
        loaded = rng.uniform(0, 600 - taken)
        steps += [(loaded, phone), (loaded + taken, phone)]
    pages: dict[int, dict[str, str]] = {}
    client.environ_base["REMOTE_ADDR"] = "203.0.113.77"
    for second, phone in sorted(steps):
        clock.now = NOW + timedelta(seconds=second)
        address = addresses[phone % len(addresses)]
        if phone not in pages:
            pages[phone] = hidden(client, address)
            continue
        fields = pages[phone] | {"consent": "1", "overall": rng.choice("12345"), "stage": rng.choice("1234")}
        told[client.post(address, data=fields).status_code] += 1
    return told


def test_a_thousand_honest_phones_behind_one_address_get_through_unflagged(
    client: FlaskClient, engine: Engine, province: Province, clock: Clock, rng: Random
) -> None:
    lobby = [f"/q/{code}?form=quick_pulse" for code in build_lobby(engine, 40)]
    assert crowd(client, clock, lobby, rng) == {303: 1000}
    assert len(inbox_rows(engine)) == 1000
    assert set(flags(engine)) == {False}
    assert clock.waited == []
    summary = run_releases(engine, clock.now + timedelta(minutes=10), is_patient=True)
    assert (summary.newly_flagged, summary.responses + summary.still_waiting) == (0, 1000)


def test_a_crowd_at_a_few_counters_gets_through_too_as_a_sign_to_check(
    client: FlaskClient, engine: Engine, province: Province, clock: Clock, rng: Random
) -> None:
    few = [f"/q/{code}?form=quick_pulse" for code in province.codes.values()]
    assert crowd(client, clock, few, rng) == {303: 1000}
    assert len(inbox_rows(engine)) == 1000
    assert max(clock.waited) <= LONGEST_DELAY


CHEAT = {"consent": "1", "overall": "5", "seconds_taken": "60"}


def test_a_script_that_posts_at_once_is_flagged_as_it_comes(
    client: FlaskClient, engine: Engine, province: Province, clock: Clock
) -> None:
    for _ in range(1000):
        assert client.post(ADDRESS, data=hidden(client) | CHEAT).status_code == 303
        clock.go(0.5)
    assert flags(engine) == [True] * 1000
    assert sum(clock.waited) > 200 * LONGEST_DELAY


def test_a_patient_script_is_flagged_in_full_before_anything_is_released(
    client: FlaskClient, engine: Engine, province: Province, clock: Clock
) -> None:
    pages = [hidden(client) for _ in range(1000)]
    clock.go(90)
    for page in pages:
        assert client.post(ADDRESS, data=page | CHEAT).status_code == 303
        clock.go(0.5)
    assert sum(flags(engine)) == 1000 - LIMITS.ten_minutes, "the first look like a desk's"
    run_releases(engine, clock.now + timedelta(minutes=10), is_patient=True)
    with begin_read(engine) as connection:
        heads = [head for _, head in releases.every_release(connection)]
    assert [(head.flagged, head.responses) for head in heads] == [(True, 1000)]


def test_a_script_that_sends_everything_from_one_page_is_flagged(
    client: FlaskClient, engine: Engine, province: Province, clock: Clock
) -> None:
    page = opened(client)
    for number in range(20):
        clock.go(600)
        fields = page.form.with_answers(overall="5", response_key=f"{number:032x}")
        assert send(client, page, fields).status_code == 303
    assert sum(flags(engine)) == 20 - LIMITS.page


def test_a_page_sent_for_correction_again_and_again_stays_one_load(
    client: FlaskClient, engine: Engine, province: Province, clock: Clock
) -> None:
    page = opened(client)
    for number in range(20):
        clock.go(600)
        renewed = read_page(send(client, page, page.form.with_answers(overall="9")))
        send(client, renewed, renewed.form.with_answers(overall="5", response_key=f"{number:032x}"))
    assert sum(flags(engine)) == 20 - LIMITS.page


def test_one_key_posted_a_thousand_times_is_one_response_and_slowed(
    client: FlaskClient, engine: Engine, province: Province, clock: Clock
) -> None:
    page = opened(client)
    clock.go(30)
    replies = {send(client, page, page.form.with_answers(overall="5")).status_code for _ in range(1000)}
    assert replies == {303}
    assert flags(engine) == [False]
    assert len(clock.waited) == 1000 - 1 - 3


@pytest.mark.parametrize(("seconds", "flagged"), [(0, True), (3, True), (5, False), (600, False)])
def test_a_response_sent_implausibly_soon_is_flagged(
    client: FlaskClient, engine: Engine, province: Province, clock: Clock, seconds: int, flagged: bool
) -> None:
    assert answered(client, clock, seconds, overall="4", stage="1").status_code == 303
    assert flags(engine) == [flagged]


@pytest.mark.parametrize(
    "wrong", [{"stage": "9"}, {"comment": HELD}, {"consent": []}], ids=["code", "number", "consent"]
)
def test_who_puts_a_page_right_is_not_too_quick(
    client: FlaskClient, engine: Engine, province: Province, clock: Clock, wrong: dict[str, str | list[str]]
) -> None:
    again = read_page(answered(client, clock, 40, overall="4", **wrong))
    clock.go(1)
    assert send(client, again, again.form.with_answers(stage="1")).status_code == 303
    assert flags(engine) == [False]


def test_who_sends_an_old_page_again_with_one_tap_is_not_too_quick(
    client: FlaskClient, engine: Engine, province: Province, clock: Clock
) -> None:
    expired = read_page(answered(client, clock, 8 * 24 * 3600, overall="4", stage="1"))
    assert expired.status == 400
    assert send(client, expired, expired.form.filled).status_code == 303
    assert flags(engine) == [False]


@pytest.mark.parametrize(("written", "flagged"), [("", False), (" ", False), ("http://x.example", True)])
def test_what_fills_in_the_field_nobody_sees_is_flagged_and_thanked(
    client: FlaskClient, engine: Engine, province: Province, clock: Clock, written: str, flagged: bool
) -> None:
    assert answered(client, clock, 60, overall="4", website=written).status_code == 303
    assert flags(engine) == [flagged]


@pytest.mark.parametrize(
    ("told", "channel"), [([], "poster"), ([""], "poster"), (["self"], "poster"), (["helper"], "assisted")]
)
def test_help_with_filling_in_is_a_channel_of_its_own(
    client: FlaskClient, engine: Engine, province: Province, clock: Clock, told: list[str], channel: str
) -> None:
    assert answered(client, clock, 60, overall="4", filled_by=told).status_code == 303
    assert [(row.channel, row.flagged) for row in inbox_rows(engine)] == [(channel, False)]


@pytest.mark.parametrize("told", [["boss"], ["Helper"], ["self", "helper"]], ids=repr)
def test_help_of_an_unknown_kind_is_a_problem_and_stores_nothing(
    client: FlaskClient, engine: Engine, province: Province, clock: Clock, told: list[str]
) -> None:
    with nothing_stored(engine):
        page = read_page(answered(client, clock, 60, overall="4", filled_by=told))
    assert page.status == 422
    assert ["không có trong phiếu" in text for _, text in page.summary] == [True]
    assert page.form.filled["overall"] == ["4"]


@pytest.mark.parametrize(
    ("address", "text"),
    [(ADDRESS, "Ông/Bà có muốn xóa phần đó không?"), (ENGLISH, "Would you like to delete that part?")],
)
def test_personal_data_in_a_comment_is_asked_about_before_anything_is_stored(
    client: FlaskClient, engine: Engine, province: Province, clock: Clock, address: str, text: str
) -> None:
    page = opened(client, address)
    with nothing_stored(engine):
        asked = read_page(send(client, page, page.form.with_answers(overall="2", comment=HELD)))
    assert asked.status == 422
    assert text in asked.at_items["comment"]
    assert [where for where, _ in asked.summary] == ["#comment"]
    kept = asked.form.filled
    assert (kept["comment"], kept["overall"], kept["consent"]) == ([HELD], ["2"], ["1"])
    assert kept["response_key"] == page.form.filled["response_key"]


@pytest.mark.parametrize(("then", "stored"), [(HELD, "Gọi tôi […] nhé"), ("Chờ lâu", "Chờ lâu"), ("", None)])
def test_who_was_asked_may_delete_it_or_send_it_masked(
    client: FlaskClient, engine: Engine, province: Province, clock: Clock, then: str, stored: str | None
) -> None:
    asked = read_page(answered(client, clock, 60, overall="2", comment=HELD))
    assert send(client, asked, asked.form.with_answers(comment=then)).status_code == 303
    assert [(row.comment, row.flagged) for row in inbox_rows(engine)] == [(stored, False)]


def test_nobody_is_asked_twice(client: FlaskClient, engine: Engine, province: Province, clock: Clock) -> None:
    asked = read_page(answered(client, clock, 60, comment=HELD))
    elsewhere = read_page(send(client, asked, asked.form.with_answers(overall="9")))
    assert set(elsewhere.at_items) == {"overall"}
    assert send(client, elsewhere, elsewhere.form.with_answers(overall="2")).status_code == 303
    assert [row.comment for row in inbox_rows(engine)] == ["Gọi tôi […] nhé"]
