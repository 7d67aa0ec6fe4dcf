"""Published figures stand in a box apart on the province's page, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey_app.services.benchmarks import problems, published_for
from survey_app.storage.benchmark_files import FOLDER, check
from tests.pages import read_page
from tests.scenes import COMMUNES, Province
from tests.web.officer.conftest import SignIn

TITLE = "Số công bố – khác đối tượng khảo sát, không so sánh hơn kém"


def box_of(text: str) -> str:
    """The section of published figures."""
    start = text.index('class="panel published-elsewhere"')
    return text[start : text.index("</section>", start)]


def test_the_province_shows_them_with_year_and_source(signed_in: SignIn, staff: Province) -> None:
    page = signed_in("tinh").get("/officer/units/51")
    box = box_of(page.text)
    assert f'<h2 id="published-title">{TITLE}</h2>' in box
    for part in ("80,08", "82,66", "83,94", "82,10, hạng 35/63", "78,39, hạng 42/63", "hạng 59/63", "83,12"):
        assert part in box
    assert "Tỉnh Kon Tum (trước 1/7/2025)" in box
    assert "Bộ Nội vụ, công bố Chỉ số SIPAS năm 2023" in box


def test_nothing_in_the_box_compares(signed_in: SignIn, staff: Province) -> None:
    box = box_of(signed_in("tinh").get("/officer/units/51").text)
    for mark in ("▲", "▼", "svg", "chênh lệch", "điểm", "tag"):
        assert mark not in box


@pytest.mark.parametrize("unit", [COMMUNES[0], f"{COMMUNES[0]}-TT"])
def test_no_other_unit_has_it(signed_in: SignIn, staff: Province, unit: str) -> None:
    assert "published-elsewhere" not in signed_in("tinh").get(f"/officer/units/{unit}").text


def test_the_observer_reads_them_in_english(signed_in: SignIn, staff: Province) -> None:
    text = read_page(signed_in("tinh").get("/officer/units/51?lang=en")).text
    assert "Published figures – other people were asked, not to be compared" in text
    assert "82.66" in text


def test_another_province_has_what_is_known_of_it() -> None:
    def known(province: str) -> set[tuple[str, str | None]]:
        return {
            (entry.benchmark.slug, figure.province) for entry in published_for(province) for figure in entry.figures
        }

    assert known("51") == {("sipas", None), ("sipas", "51"), ("sipas", "62")}
    assert known("42") == {("sipas", None), ("papi", "42")}
    assert known("01") == {("sipas", None)}


def test_the_shipped_files_have_no_mistake() -> None:
    assert problems() == []


def test_mistakes_are_told_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "schema.json").write_text((FOLDER / "schema.json").read_text("utf-8"), "utf-8")
    text = (FOLDER / "papi.yaml").read_text("utf-8")
    text = text.replace('"6.44"', "6.44").replace('"89"', '"99"').replace("slug: papi", "slug: other")
    (tmp_path / "papi.yaml").write_text(text, "utf-8")
    found, wrong = check(tmp_path)
    assert found == []
    told = "\n".join(map(str, wrong))
    for part in ("“value” phải là chữ", "không có tỉnh mã “99”", "slug phải là “papi”"):
        assert part in told
