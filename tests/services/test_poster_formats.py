"""Table tents, notices of centres and the list for checking on site: words, codes, sizes, long names, languages."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from survey_app.domain.print_job import PosterFormat
from survey_app.services.poster_sheet import PosterSheet, poster_languages, render_posters
from survey_app.storage.poster_texts import POSTERS, IncompleteTexts, complete_texts
from tests.services.test_poster_sheet import (
    LAND_COUNTER,
    LONG_ADDRESS,
    LONG_NAME,
    MM_PER_INCH,
    blurred,
    in_shadow,
    rotated,
    words,
)

CENTRE = replace(LAND_COUNTER, counter_name="")
SIZES = {
    PosterFormat.A4: (210, 297),
    PosterFormat.A6: (148, 210),
    PosterFormat.NOTICE: (210, 297),
    PosterFormat.NOTICE_A3: (297, 420),
    PosterFormat.CONTACT: (297, 210),
}
LEAST_CODE = {
    PosterFormat.A4: 60,
    PosterFormat.A6: 40,
    PosterFormat.NOTICE: 60,
    PosterFormat.NOTICE_A3: 84,
    PosterFormat.CONTACT: 20,
}
FACES = {PosterFormat.A6: 2}
"""How often a code stands on a page."""

every_format = pytest.mark.parametrize("kind", list(PosterFormat))


def sheet_for(kind: PosterFormat) -> PosterSheet:
    return CENTRE if kind.is_of_centres else LAND_COUNTER


def picture(pdf: bytes, dpi: int = 200, page: int = 0) -> Image.Image:
    rendered: Image.Image = pypdfium2.PdfDocument(pdf)[page].render(scale=dpi / 72).to_pil()
    return rendered.convert("L")


def codes(image: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(image)]


PHRASES = {
    PosterFormat.A4: ["Bảng này mất, hỏng hoặc mã bị thu hồi: gỡ bảng xuống"],
    PosterFormat.A6: [
        "Ông/Bà có hài lòng khi đến đây không?",
        "Quầy số 3 – Đất đai, môi trường",
        "Trung tâm Phục vụ hành chính công xã Đăk Long",
        "1. Quét mã bằng máy ảnh hoặc Zalo",
        "2. Trả lời rồi bấm Gửi phiếu",
        "Were you satisfied with your visit here?",
        "không ghi tên · không hỏi số điện thoại, mã OTP · không thu phí",
        "Mã số phát hành: 12 · Ngày in: 05/12/2026",
        "Bảng này mất, hỏng hoặc mã bị thu hồi: gỡ bảng xuống",
        "gấp ở đây",
    ],
    PosterFormat.NOTICE: [
        "Trung tâm Phục vụ hành chính công xã Đăk Long",
        "2. Chọn quầy Ông/Bà đã đến",
        "Choose the counter you visited",
        "Đây là khảo sát gì?",
        "Trả lời hay không là tùy Ông/Bà.",
        "Phiếu này không phải đơn khiếu nại, tố cáo.",
        "https://khaosat.quangngai.example/q/7k2m9xq",
        "Mã số phát hành: 12 · Ngày in: 05/12/2026",
        "Bảng này mất, hỏng hoặc mã bị thu hồi: gỡ bảng xuống",
    ],
    PosterFormat.CONTACT: [
        "Danh sách mã QR để kiểm tra tại chỗ",
        "Xã Đăk Long, tỉnh Quảng Ngãi",
        "Ngày in: 05/12/2026 · Trang 1/1",
        "Quầy số 3 – Đất đai, môi trường",
        "Trung tâm Phục vụ hành chính công xã Đăk Long",
        "7k2m9xq · lần phát hành: 12",
        "đã kiểm tra tại chỗ",
        "mã bị thu hồi: gỡ bảng xuống",
    ],
}


@pytest.mark.parametrize("kind", list(PHRASES))
def test_the_words_come_out_whole(kind: PosterFormat) -> None:
    text = words(render_posters([sheet_for(kind)], kind))
    assert [phrase for phrase in PHRASES[kind] if phrase not in text] == []


@every_format
def test_pages_have_their_paper_and_the_code_its_size(kind: PosterFormat) -> None:
    pdf = render_posters([sheet_for(kind)], kind)
    size = pypdfium2.PdfDocument(pdf)[0].get_size()
    assert tuple(round(side / 72 * MM_PER_INCH) for side in size) == SIZES[kind]
    for found in zxingcpp.read_barcodes(picture(pdf)):
        corners = found.position
        for a, b in ((corners.top_left, corners.top_right), (corners.top_left, corners.bottom_left)):
            side = max(abs(a.x - b.x), abs(a.y - b.y)) / 200 * MM_PER_INCH
            assert side >= LEAST_CODE[kind]


@every_format
@pytest.mark.parametrize(
    "spoil", [lambda image: image, blurred, rotated, in_shadow], ids=["clean", "blur", "5°", "dim"]
)
def test_a_poor_photograph_reads(kind: PosterFormat, spoil) -> None:
    image = spoil(picture(render_posters([sheet_for(kind)], kind), dpi=250 if kind is PosterFormat.CONTACT else 200))
    assert codes(image) == [LAND_COUNTER.address] * FACES.get(kind, 1)


@every_format
@pytest.mark.parametrize("is_sample", [False, True], ids=["real", "sample"])
@pytest.mark.parametrize("name", [LONG_NAME, "W" * 120], ids=["sentence", "wide word"])
def test_names_of_120_characters_stay_on_the_page(kind: PosterFormat, name: str, is_sample: bool) -> None:
    sheet = replace(sheet_for(kind), centre_name=name, unit_name=name, address=LONG_ADDRESS, is_sample=is_sample)
    if not kind.is_of_centres:
        sheet = replace(sheet, counter_name=name)
    pdf = render_posters([sheet], kind)
    assert len(pypdfium2.PdfDocument(pdf)) == 1
    assert codes(picture(pdf)) == [LONG_ADDRESS] * FACES.get(kind, 1)
    printed = words(pdf).replace(" ", "").replace("\u200b", "")
    assert printed.count(name.replace(" ", "")) == {
        PosterFormat.A4: 3,
        PosterFormat.A6: 4,
        PosterFormat.CONTACT: 3,
    }.get(kind, 2)
    assert ("DỮLIỆUMẪU" in printed) == is_sample


@every_format
def test_every_format_is_black_on_white(kind: PosterFormat) -> None:
    page = pypdfium2.PdfDocument(render_posters([replace(sheet_for(kind), is_sample=True)], kind))[0]
    pixels = np.asarray(page.render(scale=1).to_pil().convert("RGB"))
    assert (pixels[..., 0] == pixels[..., 1]).all()
    assert (pixels[..., 1] == pixels[..., 2]).all()


def test_a_full_list_reads_every_code_at_200_dpi() -> None:
    sheets = [
        replace(LAND_COUNTER, counter_name=f"Quầy {n}", address=f"https://khaosat.example/q/{n:07d}") for n in range(47)
    ]
    pdf = render_posters(sheets, PosterFormat.CONTACT)
    pages = len(pypdfium2.PdfDocument(pdf))
    assert pages == 4
    found = [code for page in range(pages) for code in codes(picture(pdf, page=page))]
    assert sorted(found) == [sheet.address for sheet in sheets]
    assert "Trang 4/4" in words(pdf, 3)


@every_format
def test_vietnamese_alone_shows_no_other_language(kind: PosterFormat) -> None:
    text = words(render_posters([sheet_for(kind)], kind, languages=["vi"]))
    assert not any(phrase in text for phrase in complete_texts()["en"].values() if len(phrase) > 12)
    assert codes(picture(render_posters([sheet_for(kind)], kind, languages=[]))) == [LAND_COUNTER.address] * FACES.get(
        kind, 1
    )


def test_shipped_texts_are_complete_in_vietnamese_and_english() -> None:
    assert poster_languages() == ["vi", "en"]
    shipped = complete_texts()
    assert shipped["vi"].keys() == shipped["en"].keys()


@every_format
def test_another_language_stands_beside_vietnamese_only_when_whole(kind: PosterFormat, tmp_path: Path) -> None:
    texts = json.loads((POSTERS / "texts.json").read_text(encoding="utf-8"))
    path = tmp_path / "texts.json"
    third = {key: f"xx {text}" for key, text in texts["en"].items()}
    path.write_text(json.dumps(texts | {"jra": third, "sed": third | {"send": " "}}), encoding="utf-8")
    pdf = render_posters([sheet_for(kind)], kind, ["jra"], path)
    assert "xx " in words(pdf)
    assert len(pypdfium2.PdfDocument(pdf)) == 1
    assert codes(picture(pdf)) == [LAND_COUNTER.address] * FACES.get(kind, 1)
    with pytest.raises(ValueError, match="no complete poster texts in sed"):
        render_posters([sheet_for(kind)], kind, ["sed"], path)


def test_more_languages_than_there_is_room_for_are_refused(tmp_path: Path) -> None:
    texts = json.loads((POSTERS / "texts.json").read_text(encoding="utf-8"))
    path = tmp_path / "texts.json"
    path.write_text(json.dumps(texts | {"aa": texts["en"]}), encoding="utf-8")
    with pytest.raises(ValueError, match="room for 1"):
        render_posters([LAND_COUNTER], PosterFormat.A4, ["en", "aa"], path)


def test_without_whole_vietnamese_texts_nothing_is_printed(tmp_path: Path) -> None:
    path = tmp_path / "texts.json"
    path.write_text(json.dumps({"en": {"send": "Press Send"}}), encoding="utf-8")
    with pytest.raises(IncompleteTexts):
        complete_texts(path)
