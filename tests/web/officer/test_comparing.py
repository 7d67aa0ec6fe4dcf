"""What pages and files say of differences: the number, its interval, the verdict in words."""

from __future__ import annotations

import re
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import Engine

from survey_app.services.release import run_releases
from tests.planted import LOW, TYPICAL, plant
from tests.scenes import CENTRES, COMMUNES, NOW, Province
from tests.web.officer.conftest import SignIn

BEFORE = NOW - timedelta(days=120)
FORM = "form=sipas_desk.v1"


@pytest.fixture
def fallen(engine: Engine, staff: Province, rng: Random) -> Province:
    """One commune as good as the other before, clearly lower now; two counters each."""
    for now, weights in ((BEFORE, TYPICAL), (NOW, LOW)):
        for centre, own in ((CENTRES[0], weights), (CENTRES[1], TYPICAL)):
            for counter in (f"{centre}-Q1", f"{centre}-Q2"):
                plant(engine, staff, counter, 90, own, rng, now)
        run_releases(engine, now)
    return staff


def test_a_unit_is_told_against_the_period_before(signed_in: SignIn, fallen: Province) -> None:
    page = signed_in("tinh").get(f"/officer/units/{COMMUNES[0]}?{FORM}").text
    assert "So với kỳ liền trước (06/2026 đến 08/2026)" in page
    assert re.search(r"▼</span> giảm rõ rệt</span> <span class=\"value\">−\d+,\d</span>", page)
    assert "các yếu tố được xét cùng lúc (Holm)" in page
    assert "Thay đổi của từng yếu tố" in page


def test_too_few_before_are_told(engine: Engine, signed_in: SignIn, staff: Province, rng: Random) -> None:
    plant(engine, staff, staff.counters[0], 60, TYPICAL, rng)
    run_releases(engine, NOW)
    page = signed_in("tinh").get(f"/officer/units/51?{FORM}").text
    assert "chưa đủ phiếu (cần 30 ở mỗi kỳ)" in page


def test_a_period_without_a_beginning_has_none_before(signed_in: SignIn, fallen: Province) -> None:
    page = signed_in("tinh").get(f"/officer/units/51?{FORM}&period=whole").text
    assert "So với kỳ liền trước" not in page


def test_units_of_the_province_stand_against_the_rest(signed_in: SignIn, fallen: Province) -> None:
    client = signed_in("tinh")
    page = client.get(f"/officer/units/51?{FORM}&sort=rank").text
    assert re.search(r"▼</span> −\d+,\d<span class=\"vh\"> điểm, thấp hơn rõ rệt", page)
    assert re.search(r"▲</span> \+\d+,\d<span class=\"vh\"> điểm, cao hơn rõ rệt", page)
    assert "1–1/2" in page
    assert "2–2/2" in page
    names = re.findall(r'<th scope="row" data-place="\d+"><a [^>]*>([^<]+)</a>', page)
    assert names[:2] == ["Xã Đăk Long", "Phường Kon Tum"], "the highest first"
    by_rest = client.get(f"/officer/units/51?{FORM}&sort=rest&order=asc").text
    assert by_rest.index(">Phường Kon Tum</a>") < by_rest.index(">Xã Đăk Long</a>")


def test_a_commune_is_not_ranked_on_its_own_page(signed_in: SignIn, fallen: Province) -> None:
    page = signed_in("xa01").get(f"/officer/units/{COMMUNES[0]}?{FORM}").text
    assert "So với phần còn lại" not in page
    assert "Khoảng thứ hạng" not in page


def test_published_results_and_whole_centres_tell_nothing_of_it(signed_in: SignIn, fallen: Province) -> None:
    for login, address in (("mattran", "/officer/published/51"), ("canbo", f"/officer/centre/{CENTRES[0]}")):
        page = signed_in(login).get(f"{address}?{FORM}").text
        assert "So với kỳ liền trước" not in page
        assert "Khoảng thứ hạng" not in page


def test_the_file_of_a_page_says_the_same(signed_in: SignIn, fallen: Province) -> None:
    text = signed_in("tinh").get(f"/officer/units/51?{FORM}&as=csv").data.decode("utf-8-sig")
    assert "So với kỳ liền trước (06/2026 – 08/2026)" in text
    [line] = [line for line in text.splitlines() if line.startswith(f"{COMMUNES[0]};")]
    assert "thấp hơn rõ rệt" in line
    assert line.endswith(";2–2/2")
    assert "Khoảng thứ hạng" in text


def test_pairs_of_compared_units_are_judged(signed_in: SignIn, fallen: Province) -> None:
    client, units = signed_in("tinh"), f"units={COMMUNES[0]},{COMMUNES[1]},{CENTRES[0]}"
    address = f"/officer/explore/51/compare?{FORM}&{units}"
    page = client.get(address).text
    assert "thấp hơn rõ rệt" in page
    assert "không so sánh: đơn vị này thuộc đơn vị kia" in page
    assert "chồng lên nhau" not in page
    text = client.get(f"{address}&as=csv").data.decode("utf-8-sig")
    assert "Chênh lệch từng cặp" in text
    assert "thấp hơn rõ rệt" in text


def test_the_home_of_the_province_lists_the_fall(signed_in: SignIn, fallen: Province) -> None:
    page = signed_in("tinh").get("/officer/").text
    assert "Trung tâm: 0 tăng rõ rệt, 1 giảm rõ rệt, 1 chưa đủ cơ sở kết luận, 1 ít phiếu." in page
    assert "Benjamini" in page
