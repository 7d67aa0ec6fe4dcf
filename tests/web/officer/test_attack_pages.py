"""Every page and file of every role, asked for over the web on some days of a month (tests/bench/attack_pages.py)."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from survey_app.domain.disclosure import Thresholds
from survey_app.domain.release_plan import plan_batches
from survey_app.domain.scoring import Reading, score
from survey_app.domain.tally import count
from survey_app.services.release import run_releases
from survey_app.services.release_rows import rows_of
from survey_app.services.release_run import ReleaseRun, ReleaseSummary
from survey_app.services.release_scene import Moment, read_scene
from survey_app.storage import inbox
from survey_app.storage.database import begin_read, begin_write
from tests.bench.attack import AFTER, RECIPES, Family, K, Outcome, days, read_truth
from tests.bench.attack_pages import (
    FIGURES,
    LOGINS,
    Plan,
    Watch,
    ask_for_dataset,
    attack_pages,
    fetch,
    watching,
)
from tests.scenes import COUNTERS, NOW, Province, fill_inbox
from tests.web.officer.addresses import address_of, methods, officer_rules
from tests.web.officer.conftest import SignIn

COUNTER = next(iter(COUNTERS))
NO_FIGURES = {"officer.sign_out", "officer.styles"}
"""The styles show made-up numbers."""
PLAN = Plan(
    cuts=("", "from=2026-10&to=2026-12"),
    links=2,
    every=15,
    units=("51", "51-23293-TT"),
)


def outcome(watch: Watch) -> Outcome:
    return Outcome(watch.family, watch.leaks, watch.truth)


def watch_of(engine: Engine, province: Province) -> Watch:
    return Watch(read_truth(engine, province), Family(), AFTER.date())


def test_no_page_and_no_file_lets_on_anything_about_fewer_than_k(
    app: Flask, engine: Engine, staff: Province, signed_in: SignIn
) -> None:
    watch = attack_pages(app, engine, staff, signed_in, days(engine, staff, 20), PLAN)
    assert watch.leaks == []
    assert (watch.days, watch.pages > 100, watch.figures > 500) == (2, True, True)
    assert outcome(watch).thin(K) == {"every item": (0, 0, 0), "result_on_time": (0, 0, 0)}
    assert watch.sensitive
    for family in watch.sensitive.values():
        assert family.thin(Thresholds().sensitive) == (0, 0, 0)


def test_every_page_that_is_drawn_from_figures_is_attacked(
    app: Flask, engine: Engine, staff: Province, signed_in: SignIn, rng: Random
) -> None:
    fill_inbox(engine, staff, COUNTER, 40, rng, stage="collecting")
    run_releases(engine, NOW)
    watch, drawn = watch_of(engine, staff), set()
    for login in LOGINS:
        client = signed_in(login)
        for rule in officer_rules(app):
            if "GET" not in methods(rule) or "print" in rule.endpoint or rule.endpoint in NO_FIGURES:
                continue
            unit = next(code for code in staff.ids if code.startswith("51-23293-TT"))
            before = watch.sums
            with watching(watch):
                fetch(client, watch, login, address_of(app, rule, unit))
            if watch.sums > before:
                drawn.add(rule.endpoint)
    assert drawn <= FIGURES
    assert len(drawn) > 5
    assert watch.leaks == []


def release_by_hand(engine: Engine, province: Province, rng: Random, **stages: int) -> None:
    """One mixed release of so many people of each stage, whatever the rule says."""
    entries = [one for stage, n in stages.items() for one in fill_inbox(engine, province, COUNTER, n, rng, stage=stage)]
    with begin_write(engine) as connection:
        run = ReleaseRun(connection, read_scene(connection, Moment(NOW, is_patient=False)), ReleaseSummary())
        columns = {name: [getattr(one, name) for one in entries] for name in inbox.FIELDS}
        rows = rows_of(columns, run.scene.versions)
        run.release(rows, plan_batches(replace(rows.waiting(), put_to=rows.put_to[:, :0]), K, run.scene.mixed_before()))
        run.finish()


class TestPlantedLeaksAreFound:
    def test_one_who_collected_among_nine_who_filed(
        self, engine: Engine, staff: Province, signed_in: SignIn, rng: Random
    ) -> None:
        release_by_hand(engine, staff, rng, filing=9, collecting=1)
        fill_inbox(engine, staff, COUNTER, 40, rng, stage="collecting")
        run_releases(engine, NOW)
        watch, client = watch_of(engine, staff), signed_in("tinh")
        with watching(watch):
            for cut in ("", "&stage=collecting"):
                fetch(client, watch, "tinh", f"/officer/units/{COUNTER}?form=sipas_desk.v1{cut}")
            ask_for_dataset(client, watch)
        found = outcome(watch).thin(K)
        assert found["every item"] == (0, 0, 0)
        assert all(found["result_on_time"]), "40 who collected, taken away from 41, leave one"
        assert [leak for leak in watch.leaks if "puts result_on_time to 1" in leak]

    def test_a_sum_that_is_not_that_of_what_was_released(
        self, engine: Engine, staff: Province, signed_in: SignIn, rng: Random
    ) -> None:
        fill_inbox(engine, staff, COUNTER, 40, rng, stage="collecting")
        run_releases(engine, NOW)
        watch, client = watch_of(engine, staff), signed_in("tinh")
        first, *rest = watch.truth.records
        other = first[:3] + ("1" if first[3] != "1" else "2") + first[4:]
        watch.truth = replace(watch.truth, records=[other, *rest])
        with watching(watch):
            fetch(client, watch, "tinh", f"/officer/units/{COUNTER}?form=sipas_desk.v1")
        assert [leak for leak in watch.leaks if "not that of whole releases" in leak]

    @pytest.mark.parametrize("counts", ["n = 41", 'n = <a href="x">41</a>'])
    def test_a_number_that_was_handed_out_to_nobody(self, engine: Engine, staff: Province, counts: str) -> None:
        watch = watch_of(engine, staff)
        watch.turn_to("planted")
        watch.bases |= {40}
        watch.look_at(counts)
        assert watch.leaks == ["planted: n = [41] is of nothing that was handed out"]

    def test_answers_read_past_the_tap(self, engine: Engine, staff: Province) -> None:
        watch = watch_of(engine, staff)
        with watching(watch), begin_read(engine) as connection:
            connection.execute(text("SELECT record FROM response"))
        assert watch.leaks == [": answers are read by elsewhere"]

    def test_a_sensitive_item_of_a_counter_and_one_to_which_all_said_the_same(
        self, engine: Engine, staff: Province, rng: Random
    ) -> None:
        alike = fill_inbox(engine, staff, COUNTER, 1, rng, stage="filing")[0].record
        tally = count(staff.sipas.layout, [alike] * 40)
        reading = Reading(RECIPES["sipas-2022-mean5"], Thresholds(), is_too_fine=False, audience="officer")
        watch = watch_of(engine, staff)
        watch.drawn(tally, score(staff.sipas.layout, tally, reading))
        assert watch.leaks == []
        mixed = count(staff.sipas.layout, [one.record for one in fill_inbox(engine, staff, COUNTER, 60, rng)])
        watch.drawn(mixed, score(staff.sipas.layout, mixed, reading))
        assert [leak for leak in watch.leaks if "finer than a commune" in leak]
