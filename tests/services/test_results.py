"""Results on a small province: sums of whole releases, whatever the cut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import combinations, product
from random import Random

import pytest
from sqlalchemy import Connection, Engine

from survey_app.domain.disclosure import Audience, Thresholds
from survey_app.domain.scoring import Reading, score
from survey_app.domain.tally import Tally, add, count
from survey_app.domain.wave import Wave, WaveStatus
from survey_app.services.release import run_releases
from survey_app.services.results import NoSuchUnit, NoSuchVersion, ResultsPage, ResultsQuery, results_page, unit_results
from survey_app.services.unit_result import UnitResult, UnitScorecard
from survey_app.storage import releases, waves
from survey_app.storage.database import begin_read, begin_write
from survey_app.storage.recipe_files import load_recipes
from survey_app.storage.releases import Release
from tests import scenes
from tests.scenes import NOW, Province, fill_inbox

RECIPES = load_recipes(scenes.QUESTIONNAIRES_DIR / "recipes")
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
IN_OCTOBER = datetime(2026, 10, 12, 2, 0, tzinfo=UTC)
COMMUNE, CENTRE = scenes.COMMUNES[0], scenes.CENTRES[0]
COUNTER, OTHER_COUNTER = f"{CENTRE}-Q1", f"{CENTRE}-Q2"
FAR_COUNTER = f"{scenes.CENTRES[1]}-Q1"
SIPAS = ResultsQuery(COMMUNE, "sipas_desk", 1)
K = 10


def page(engine: Engine, query: ResultsQuery) -> ResultsPage:
    with begin_read(engine) as connection:
        return results_page(connection, RECIPES, query)


def responses(result: UnitResult) -> int:
    return result.card.responses if result.card else 0


def below(found: ResultsPage) -> dict[str, int]:
    return {result.unit.code: responses(result) for result in found.below}


def add_second_wave(engine: Engine, province: Province) -> int:
    """A wave that runs at the same desks at the same time."""
    with begin_write(engine) as connection:
        asked = (("sipas_desk", 1),)
        wave = Wave("2026-thi-diem", "Thí điểm", OCTOBER, date(2026, 12, 31), WaveStatus.OPEN, asked, ("51",))
        return waves.add(connection, wave, [province.sipas.id], [province.ids["51"]])


class TestUnits:
    def test_a_commune_is_the_sum_of_its_counters_and_of_what_joined_at_the_centre(
        self, engine: Engine, province: Province, rng: Random
    ) -> None:
        fill_inbox(engine, province, COUNTER, 26, rng, stage="filing")
        fill_inbox(engine, province, OTHER_COUNTER, 12, rng, stage="filing")
        run_releases(engine, NOW)
        for counter in (COUNTER, OTHER_COUNTER):
            fill_inbox(engine, province, counter, 6, rng, stage="filing")
        run_releases(engine, scenes.AFTER_THE_WAVE)

        at_centre = page(engine, replace(SIPAS, unit_code=CENTRE))
        assert below(at_centre) == {COUNTER: 26, OTHER_COUNTER: 12}
        assert responses(at_centre.result) == 26 + 12 + 12
        at_commune = page(engine, SIPAS)
        assert at_commune.result.card == at_centre.result.card
        assert [unit.code for unit in at_commune.path] == ["51"]

    def test_a_province_is_the_sum_of_its_communes_and_its_own_centre(
        self, engine: Engine, province: Province, rng: Random
    ) -> None:
        for counter, number in ((COUNTER, 11), (FAR_COUNTER, 13), ("51-TT-Q1", 17)):
            fill_inbox(engine, province, counter, number, rng, stage="filing")
        run_releases(engine, NOW)

        found = page(engine, replace(SIPAS, unit_code="51"))
        assert below(found) == {COMMUNE: 11, scenes.COMMUNES[1]: 13, scenes.PROVINCE_CENTRE: 17}
        assert responses(found.result) == 41

    def test_only_units_with_released_responses_stand_in_a_dataset(
        self, engine: Engine, province: Province, rng: Random
    ) -> None:
        fill_inbox(engine, province, COUNTER, 10, rng, stage="filing")
        fill_inbox(engine, province, FAR_COUNTER, 9, rng, stage="filing")
        run_releases(engine, NOW)
        with begin_read(engine) as connection:
            found = unit_results(connection, RECIPES, replace(SIPAS, unit_code="51"))
        assert {result.unit.code: responses(result) for result in found} == dict.fromkeys(
            ("51", COMMUNE, CENTRE, COUNTER), 10
        )

    def test_nothing_released_is_no_card_and_says_how_many_wait(
        self, engine: Engine, province: Province, rng: Random
    ) -> None:
        fill_inbox(engine, province, COUNTER, 9, rng)
        fill_inbox(engine, province, OTHER_COUNTER, 4, rng)
        fill_inbox(engine, province, OTHER_COUNTER, 3, rng, slug="quick_pulse")
        run_releases(engine, NOW)

        found = page(engine, SIPAS)
        assert found.result == UnitScorecard(found.result.unit, None, 13)
        assert found.trend == ()
        counters = page(engine, replace(SIPAS, unit_code=CENTRE)).below
        assert [(result.unit.code, result.waiting) for result in counters] == [(COUNTER, 9), (OTHER_COUNTER, 4)]
        pulse = page(engine, replace(SIPAS, slug="quick_pulse")).result
        assert pulse.waiting == 3
        assert page(engine, replace(SIPAS, unit_code=scenes.COMMUNES[1])).result.waiting == 0

    def test_what_was_released_waits_no_longer(self, engine: Engine, province: Province, rng: Random) -> None:
        fill_inbox(engine, province, COUNTER, 12, rng, stage="filing")
        fill_inbox(engine, province, COUNTER, 5, rng, stage="asking")
        run_releases(engine, NOW)
        result = page(engine, SIPAS).result
        assert (responses(result), result.waiting) == (12, 5)


class TestCuts:
    def test_by_wave(self, engine: Engine, province: Province, rng: Random) -> None:
        pilot = add_second_wave(engine, province)
        fill_inbox(engine, province, COUNTER, 14, rng, stage="filing")
        fill_inbox(engine, province, COUNTER, 11, rng, stage="filing", wave_id=pilot)
        run_releases(engine, NOW)

        assert responses(page(engine, SIPAS).result) == 25
        assert responses(page(engine, replace(SIPAS, wave=province.wave)).result) == 14
        assert responses(page(engine, replace(SIPAS, wave="2026-thi-diem")).result) == 11

    @pytest.mark.parametrize(
        ("first", "last", "expected"),
        [
            (None, None, 26),
            (OCTOBER, OCTOBER, 15),
            (NOVEMBER, None, 11),
            (None, OCTOBER, 15),
            (OCTOBER, NOVEMBER, 26),
            (date(2026, 12, 1), None, 0),
        ],
    )
    def test_by_months_first_and_last_included(
        self,
        engine: Engine,
        province: Province,
        rng: Random,
        first: date | None,
        last: date | None,
        expected: int,
    ) -> None:
        fill_inbox(engine, province, COUNTER, 15, rng, stage="filing", now=IN_OCTOBER)
        run_releases(engine, IN_OCTOBER)
        fill_inbox(engine, province, COUNTER, 11, rng, stage="filing")
        run_releases(engine, NOW)
        found = page(engine, replace(SIPAS, first_month=first, last_month=last))
        assert responses(found.result) == expected

    def test_by_stage_only_whole_releases_of_that_stage_count(
        self, engine: Engine, province: Province, rng: Random
    ) -> None:
        for stage, number in (("filing", 13), ("other", 7), ("asking", 6)):
            fill_inbox(engine, province, COUNTER, number, rng, stage=stage)
        run_releases(engine, NOW)
        fill_inbox(engine, province, COUNTER, 10, rng, stage="collecting")
        run_releases(engine, NOW)

        by_stage = {
            stage: responses(page(engine, replace(SIPAS, stage=stage)).result)
            for stage in (None, "filing", "collecting", "asking", "other")
        }
        assert by_stage == {None: 36, "filing": 13, "collecting": 10, "asking": 0, "other": 0}

    def test_with_and_without_responses_under_check(self, engine: Engine, province: Province, rng: Random) -> None:
        fill_inbox(engine, province, COUNTER, 16, rng, stage="filing")
        fill_inbox(engine, province, COUNTER, 10, rng, stage="filing", flagged=True)
        fill_inbox(engine, province, OTHER_COUNTER, 9, rng, stage="filing", flagged=True)
        run_releases(engine, NOW)
        assert responses(page(engine, SIPAS).result) == 26
        assert responses(page(engine, replace(SIPAS, with_flagged=False)).result) == 16

    def test_each_questionnaire_by_itself(self, engine: Engine, province: Province, rng: Random) -> None:
        fill_inbox(engine, province, COUNTER, 12, rng, stage="filing")
        fill_inbox(engine, province, COUNTER, 18, rng, stage="filing", slug="quick_pulse")
        run_releases(engine, NOW)
        assert responses(page(engine, SIPAS).result) == 12
        assert responses(page(engine, replace(SIPAS, slug="quick_pulse")).result) == 18

    def test_the_public_sees_no_score_on_twenty_answers(self, engine: Engine, province: Province, rng: Random) -> None:
        fill_inbox(engine, province, COUNTER, 20, rng, stage="collecting")
        run_releases(engine, NOW)
        officer, public = (page(engine, replace(SIPAS, audience=audience)).result.card for audience in Audience)
        assert officer is not None
        assert public is not None
        assert not officer.overall.is_withheld
        assert public.overall.is_withheld


class TestTrend:
    def test_it_has_a_point_for_each_month_with_releases(self, engine: Engine, province: Province, rng: Random) -> None:
        fill_inbox(engine, province, COUNTER, 15, rng, stage="collecting", now=IN_OCTOBER)
        fill_inbox(engine, province, OTHER_COUNTER, 10, rng, stage="filing", now=IN_OCTOBER)
        run_releases(engine, IN_OCTOBER)
        fill_inbox(engine, province, COUNTER, 21, rng, stage="collecting")
        run_releases(engine, NOW)

        found = page(engine, SIPAS)
        assert [(point.month, point.responses) for point in found.trend] == [(OCTOBER, 25), (NOVEMBER, 21)]
        assert found.result.card is not None
        november = page(engine, replace(SIPAS, first_month=NOVEMBER)).result.card
        assert november is not None
        assert found.trend[1].overall == november.overall
        short = page(engine, replace(SIPAS, unit_code=COUNTER, first_month=NOVEMBER, trend_since=OCTOBER))
        assert responses(short.result) == 21
        assert [(point.month, point.responses) for point in short.trend] == [(OCTOBER, 15), (NOVEMBER, 21)]


class TestUnknownNames:
    @pytest.mark.usefixtures("province")
    def test_a_unit(self, engine: Engine) -> None:
        with pytest.raises(NoSuchUnit, match="99"):
            page(engine, replace(SIPAS, unit_code="99"))

    @pytest.mark.usefixtures("province")
    @pytest.mark.parametrize(
        "query",
        [
            replace(SIPAS, slug="khac"),
            replace(SIPAS, version=2),
            replace(SIPAS, recipe="sipas-2030"),
            replace(SIPAS, wave="1999-q1"),
        ],
    )
    def test_a_version_a_recipe_or_a_wave(self, engine: Engine, query: ResultsQuery) -> None:
        with pytest.raises(NoSuchVersion):
            page(engine, query)


def fill_at_random(engine: Engine, province: Province, rng: Random) -> None:
    """Odd numbers of responses at every counter, released in four runs, the last after the wave."""
    pilot = add_second_wave(engine, province)
    for moment in (IN_OCTOBER, NOW, NOW):
        for counter in province.counters[:4]:
            for stage in ("filing", "collecting", "asking"):
                fill_inbox(engine, province, counter, rng.randint(0, 14), rng, stage=stage, now=moment)
        fill_inbox(engine, province, COUNTER, rng.randint(3, 14), rng, stage="filing", now=moment, wave_id=pilot)
        fill_inbox(engine, province, COUNTER, rng.randint(8, 14), rng, now=moment, flagged=True)
        fill_inbox(engine, province, COUNTER, rng.randint(3, 14), rng, now=moment, channel="ticket")
        run_releases(engine, moment)
    for counter in province.counters:
        fill_inbox(engine, province, counter, rng.randint(4, 9), rng, stage="asking")
    run_releases(engine, scenes.AFTER_THE_WAVE)


def is_part(province: Province, unit: str, release: Release) -> bool:
    """Whether a release was made at the unit or below it (codes of the small province begin alike)."""
    at = next(code for code, number in province.ids.items() if number == release.unit_id)
    return at == unit or at.startswith(f"{unit}-") or unit == "51"


def fields_at(province: Province, release: Release) -> tuple[str, ...]:
    """The service fields of the counter a release was made at; none for a centre or above."""
    at = next(code for code, number in province.ids.items() if number == release.unit_id)
    return scenes.COUNTERS[at][2] if at in scenes.COUNTERS else ()


def chosen(province: Province, query: ResultsQuery, pilot: int, heads: Mapping[int, Release]) -> frozenset[int]:
    """The releases a query is about, told from their heads."""
    wave_id = {None: None, province.wave: province.wave_id, "2026-thi-diem": pilot}[query.wave]
    return frozenset(
        number
        for number, head in heads.items()
        if is_part(province, query.unit_code, head)
        and head.version_id == province.sipas.id
        and wave_id in (None, head.wave_id)
        and (query.first_month or head.month) <= head.month <= (query.last_month or head.month)
        and query.stage in (None, head.stage)
        and query.channel in (None, head.channel)
        and (query.service_field is None or query.service_field in fields_at(province, head))
        and (query.with_flagged or not head.flagged)
    )


def tallies_of(connection: Connection, province: Province, heads: Mapping[int, Release]) -> dict[int, Tally]:
    """Each release counted afresh from its responses."""
    return {number: count(province.sipas.layout, releases.records(connection, number)) for number in heads}


def test_every_figure_is_a_sum_of_whole_releases_and_none_follows_by_subtraction_for_fewer_than_ten(
    engine: Engine, province: Province, rng: Random
) -> None:
    fill_at_random(engine, province, rng)
    shown: dict[frozenset[int], int] = {}
    with begin_read(engine) as connection:
        heads = dict(releases.every_release(connection))
        pilot = waves.find(connection, "2026-thi-diem")
        assert pilot is not None
        fresh = tallies_of(connection, province, heads)
        reading = Reading(RECIPES[SIPAS.recipe], Thresholds(), Audience.OFFICER)
        for wave, first, last, stage, with_flagged, (channel, field) in product(
            (None, province.wave, "2026-thi-diem"),
            (None, NOVEMBER),
            (None, OCTOBER),
            (None, "filing", "mixed"),
            (True, False),
            ((None, None), ("poster", None), (None, "Đất đai"), ("poster", "Hộ tịch")),
        ):
            cut = ResultsQuery("51", "sipas_desk", 1, SIPAS.recipe, wave, first, last, stage, with_flagged)
            cut = replace(cut, channel=channel, service_field=field, with_sensitive=True)
            for result in unit_results(connection, RECIPES, cut):
                query = replace(cut, unit_code=result.unit.code)
                releases_in_it = chosen(province, query, pilot[0], heads)
                expected = add(province.sipas.layout, (fresh[number] for number in releases_in_it))
                read_so = replace(reading, is_too_fine=True, stage=stage, channel=channel)
                assert result.card == score(province.sipas.layout, expected, read_so)
                shown[releases_in_it] = responses(result)

    assert {"mixed", "filing"} <= {head.stage for head in heads.values()}
    assert {head.unit_id for head in heads.values()} & {province.ids[code] for code in (*province.centres, "51")}
    assert all(head.responses >= K for head in heads.values())
    assert len(shown) > 50
    for one, other in combinations(shown, 2):
        moved = [sum(heads[number].responses for number in part) for part in (one - other, other - one)]
        assert all(people == 0 or people >= K for people in moved)
        assert shown[one] - shown[other] == moved[0] - moved[1]
