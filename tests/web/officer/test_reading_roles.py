"""Who sees what of the results: observers, people who work at counters, inspectors."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from random import Random

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from survey_app.domain.record import encode
from survey_app.services.release import run_releases
from tests.scenes import CENTRES, COMMUNES, COUNTERS, NOW, Province, fill_inbox, random_answers
from tests.web.officer.conftest import TOKEN, SignIn

LAST_QUARTER = datetime(2026, 9, 14, 2, 0, tzinfo=UTC)
SENSITIVE = ("có công chức nào gây phiền hà", "phải đưa tiền ngoài quy định", "Người trả lời cho rằng")
COUNTER = f"{CENTRES[0]}-Q1"
PROVINCE_COUNTER = "51-TT-Q1"


@pytest.fixture
def released(engine: Engine, staff: Province, rng: Random) -> Province:
    """Last quarter 40 at each counter of the first centre and 12 at the second; this quarter 50 at the first."""
    for counter in list(COUNTERS)[:2]:
        fill_inbox(engine, staff, counter, 40, rng, stage="collecting", now=LAST_QUARTER)
    fill_inbox(engine, staff, f"{CENTRES[1]}-Q1", 12, rng, stage="collecting", now=LAST_QUARTER)
    run_releases(engine, LAST_QUARTER)
    fill_inbox(engine, staff, COUNTER, 50, rng, stage="collecting")
    fill_inbox(engine, staff, f"{CENTRES[0]}-Q2", 7, rng)
    run_releases(engine, NOW)
    return staff


def base(page: str) -> int:
    found = re.search(r"<dd>n = (\d+)</dd>", page)
    assert found is not None
    return int(found[1])


class TestObserver:
    @pytest.fixture
    def observer(self, signed_in: SignIn, released: Province) -> FlaskClient:
        return signed_in("mattran")

    def test_reads_the_last_closed_quarter(self, observer: FlaskClient) -> None:
        assert observer.get("/officer/published").location == "/officer/published/51"
        page = observer.get("/officer/published/51").text
        assert "Quý III năm 2026" in page
        assert base(page) == 92
        assert "31/12/2026" in page

    def test_the_open_quarter_and_those_of_the_future_do_not_exist(self, observer: FlaskClient) -> None:
        for quarter in ("2026-q4", "2027-q1", "2026-q5", "x", "%00"):
            assert observer.get(f"/officer/published/51?quarter={quarter}").status_code == 404

    def test_a_quarter_without_results_says_when_the_next_one_closes(self, observer: FlaskClient) -> None:
        page = observer.get("/officer/published/51?quarter=2026-q1").text
        assert "Quý này chưa có kết quả được công bố" in page
        assert "31/12/2026" in page

    def test_sees_centres_but_no_counter(self, observer: FlaskClient) -> None:
        page = observer.get(f"/officer/published/{COMMUNES[0]}").text
        assert f"/officer/published/{CENTRES[0]}?" in page or f'/officer/published/{CENTRES[0]}"' in page
        for unit in (COMMUNES[0], CENTRES[0]):
            assert COUNTER not in observer.get(f"/officer/published/{unit}").text
        assert observer.get(f"/officer/published/{COUNTER}").status_code == 404

    def test_twelve_responses_are_too_few_for_the_public(self, observer: FlaskClient) -> None:
        page = observer.get(f"/officer/published/{CENTRES[1]}").text
        assert '<p class="big"><span class="withheld">' in page
        assert "cần 30 phiếu" in page

    def test_no_waiting_counts_no_sensitive_items_no_finer_cuts(self, observer: FlaskClient) -> None:
        page = observer.get("/officer/published/51?stage=filing&channel=ticket&flagged=without&field=Hộ tịch").text
        assert base(page) == 92
        assert "chờ công bố" not in page.lower()
        assert not [text for text in SENSITIVE if text in page]
        assert not re.findall(r'<select[^>]* name="(?:stage|channel|field|flagged|wave|from)"', page)

    @pytest.mark.parametrize("address", ["/officer/units/51", "/officer/explore/51", "/officer/explore/51/items"])
    def test_reads_nothing_else(self, observer: FlaskClient, address: str) -> None:
        assert observer.get(address).status_code == 403

    def test_files_have_the_same_bases(self, observer: FlaskClient) -> None:
        text = observer.get(f"/officer/published/{CENTRES[1]}?as=csv").data.decode("utf-8-sig")
        assert "Chỉ số chung;;Chưa công bố (ít phiếu)" in text
        assert "Chờ công bố" not in text
        assert COUNTER not in observer.get(f"/officer/published/{CENTRES[0]}?as=csv").data.decode("utf-8-sig")


class TestCounterStaff:
    @pytest.fixture
    def staff_member(self, signed_in: SignIn, released: Province) -> FlaskClient:
        return signed_in("canbo")

    def test_reads_the_scores_of_the_whole_centre(self, staff_member: FlaskClient) -> None:
        assert staff_member.get("/officer/centre").location == f"/officer/centre/{CENTRES[0]}"
        page = staff_member.get(f"/officer/centre/{CENTRES[0]}").text
        assert base(page) == 130
        assert "Lịch sự, tôn trọng" in page

    def test_never_sees_a_counter_nor_a_link_to_one(self, staff_member: FlaskClient) -> None:
        reply = staff_member.get(f"/officer/centre/{CENTRES[0]}")
        assert COUNTER not in reply.text
        assert "/officer/units/" not in reply.text
        assert COUNTER not in staff_member.get(f"/officer/centre/{CENTRES[0]}?as=csv").data.decode("utf-8-sig")
        for address in (f"/officer/centre/{COUNTER}", f"/officer/centre/{CENTRES[1]}", "/officer/centre/51"):
            assert staff_member.get(address).status_code == 404
        assert staff_member.get(f"/officer/units/{CENTRES[0]}").status_code == 403

    def test_no_filter_cuts_the_centre_down_to_a_counter(self, staff_member: FlaskClient) -> None:
        page = staff_member.get(f"/officer/centre/{CENTRES[0]}?field=Đất đai&stage=filing&wave=x&channel=ticket").text
        assert base(page) == 130
        assert not re.findall(r'<select[^>]* name="(?:stage|channel|field|flagged|wave)"', page)

    def test_no_waiting_counts_and_no_sensitive_items(self, staff_member: FlaskClient) -> None:
        page = staff_member.get(f"/officer/centre/{CENTRES[0]}").text
        assert "chờ công bố" not in page
        assert not [text for text in SENSITIVE if text in page]

    def test_an_unknown_unit_and_another_kind_look_the_same(self, staff_member: FlaskClient) -> None:
        one = staff_member.get(f"/officer/centre/{COUNTER}")
        other = staff_member.get("/officer/centre/none")
        assert (one.status_code, TOKEN.sub("", one.text)) == (other.status_code, TOKEN.sub("", other.text))


QUARTER, OPEN_QUARTER = "from=2026-07&to=2026-09", "from=2026-10&to=2026-12"
PART = "Chưa công bố (trừ các số khác đi sẽ lộ một nhóm ít phiếu)"
TOO_FINE = "Chưa công bố (chỉ công bố theo xã và theo quý)"
THINKS = "Người trả lời cho rằng"
UNANIMOUS = "Chưa công bố (mọi người trả lời như nhau)"


class TestSensitiveItems:
    @pytest.mark.parametrize(
        ("login", "sees"), [("thanhtra", True), ("tinh", True), ("xa01", False), ("giamdoc", False)]
    )
    def test_only_who_may_sees_them_on_pages_and_in_files(
        self, signed_in: SignIn, released: Province, login: str, sees: bool
    ) -> None:
        client = signed_in(login)
        page = client.get(f"/officer/units/{COMMUNES[0]}?{QUARTER}").text if login != "giamdoc" else ""
        file = client.get(f"/officer/units/{CENTRES[0]}?{QUARTER}&as=csv").data.decode("utf-8-sig")
        assert (THINKS in page) is sees
        assert ("đưa tiền" in page, "đưa tiền" in file) == (sees, sees)

    def test_they_have_their_own_base(self, signed_in: SignIn, released: Province) -> None:
        page = signed_in("thanhtra").get(f"/officer/units/{COMMUNES[1]}?{QUARTER}").text
        assert "đưa tiền" in page
        assert THINKS not in page
        assert "cần 30 phiếu" in page

    @pytest.mark.parametrize(
        "address",
        [
            f"{CENTRES[0]}?{QUARTER}",
            f"{COUNTER}?{QUARTER}",
            f"{COMMUNES[0]}",
            f"{COMMUNES[0]}?from=2026-09&to=2026-09",
            f"{COMMUNES[0]}?{OPEN_QUARTER}",
            f"{COMMUNES[0]}?period=whole",
            f"{COMMUNES[0]}?{QUARTER}&field=Hộ tịch",
        ],
    )
    def test_they_are_not_shown_finer_than_a_commune_and_a_quarter_that_is_over(
        self, signed_in: SignIn, released: Province, address: str
    ) -> None:
        client = signed_in("thanhtra")
        page = client.get(f"/officer/units/{address}").text
        file = client.get(f"/officer/units/{address}{'&' if '?' in address else '?'}as=csv").data.decode("utf-8-sig")
        assert THINKS not in page
        assert page.count(TOO_FINE) == 2
        assert file.count(TOO_FINE) == 2

    @pytest.fixture
    def more_released(self, engine: Engine, released: Province, rng: Random) -> Province:
        """As many at the province's own counter as make the rest of the province, beside the first commune, enough."""
        fill_inbox(engine, released, PROVINCE_COUNTER, 25, rng, stage="filing", now=LAST_QUARTER)
        run_releases(engine, LAST_QUARTER)
        return released

    def test_the_province_is_withheld_where_few_follow_by_taking_the_communes_away(
        self, signed_in: SignIn, released: Province
    ) -> None:
        client = signed_in("thanhtra")
        page = client.get(f"/officer/units/51?{QUARTER}").text
        file = client.get(f"/officer/units/51?{QUARTER}&as=csv").data.decode("utf-8-sig")
        assert (page.count(PART), file.count(PART), page.count(THINKS)) == (2, 2, 0)
        assert client.get("/officer/").text.count(PART) == 2
        assert PART not in client.get(f"/officer/units/{COMMUNES[0]}?{QUARTER}").text

    def test_a_cut_of_a_commune_and_quarter_is_finer_than_both(
        self, engine: Engine, signed_in: SignIn, released: Province, rng: Random
    ) -> None:
        fill_inbox(engine, released, COUNTER, 40, rng, stage="filing", now=LAST_QUARTER, flagged=True)
        run_releases(engine, LAST_QUARTER)
        client = signed_in("thanhtra")
        for cut in ("stage=filing", "stage=collecting", "flagged=without"):
            assert client.get(f"/officer/units/{COMMUNES[0]}?{QUARTER}&{cut}").text.count(TOO_FINE) == 2
        assert TOO_FINE not in client.get(f"/officer/units/{COMMUNES[0]}?{QUARTER}").text
        whole = client.get(f"/officer/units/{COMMUNES[0]}?{QUARTER}&channel=poster").text
        assert TOO_FINE not in whole, "what leaves nothing out is no cut"

    @pytest.mark.parametrize("unit", ["51", COMMUNES[0]])
    def test_a_commune_and_the_province_are_shown_by_whole_quarters(
        self, signed_in: SignIn, more_released: Province, unit: str
    ) -> None:
        page = signed_in("thanhtra").get(f"/officer/units/{unit}?{QUARTER}").text
        assert page.count(THINKS) == 2
        assert TOO_FINE not in page

    def test_the_home_of_an_inspector_takes_the_quarters_that_are_over(
        self, signed_in: SignIn, more_released: Province
    ) -> None:
        page = signed_in("thanhtra").get("/officer/").text
        assert page.count(THINKS) == 2
        assert TOO_FINE not in page
        assert "Bốn quý gần nhất đã kết thúc" in page

    def test_where_everybody_gave_the_same_answer_nothing_is_said_but_that(
        self, engine: Engine, signed_in: SignIn, staff: Province, rng: Random
    ) -> None:
        questionnaire = staff.sipas.questionnaire
        for _ in range(40):
            given = random_answers(questionnaire, rng, "collecting") | {"extra_payment": "1"}
            record = encode(questionnaire, given)
            fill_inbox(engine, staff, COUNTER, 1, rng, now=LAST_QUARTER, record=record)
        run_releases(engine, LAST_QUARTER)
        client = signed_in("thanhtra")
        for address in (f"/officer/units/{COMMUNES[0]}?{QUARTER}", f"/officer/units/51?{QUARTER}", "/officer/"):
            assert client.get(address).text.count(UNANIMOUS) == 1
        file = client.get(f"/officer/units/51?{QUARTER}&as=csv").data.decode("utf-8-sig")
        assert file.count(UNANIMOUS) == 1
