"""Posters as a citizen meets them: the words are whole, and a phone reads the code off a poor photograph."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageFilter

from survey_app.services.poster_sheet import ADDRESS_LIMIT, PosterSheet, render_posters, terminal_qr

DPI = 100
MM_PER_INCH = 25.4
LAND_COUNTER = PosterSheet(
    counter_name="Quầy số 3 – Đất đai, môi trường",
    centre_name="Trung tâm Phục vụ hành chính công xã Đăk Long",
    unit_name="Xã Đăk Long, tỉnh Quảng Ngãi",
    address="https://khaosat.quangngai.example/q/7k2m9xq",
    issue_number=12,
    printed_on=date(2026, 12, 5),
    is_sample=False,
)
LONG_ADDRESS = "https://dichvucong.khaosatmucdohailong.quangngai.example/khao-sat-tai-quay/q/7k2m9xq"
LONG_NAME = (
    "Quầy tiếp nhận hồ sơ và trả kết quả lĩnh vực đất đai, môi trường, xây dựng, tư pháp, hộ tịch, "
    "đăng ký kinh doanh số 1234"
)


def words(pdf: bytes, page: int = 0) -> str:
    """The text of a page on one line."""
    return " ".join(pypdfium2.PdfDocument(pdf)[page].get_textpage().get_text_range().split())


def picture(pdf: bytes, page: int = 0) -> Image.Image:
    """A page in grey at 100 dpi."""
    rendered: Image.Image = pypdfium2.PdfDocument(pdf)[page].render(scale=DPI / 72).to_pil()
    return rendered.convert("L")


def read_codes(image: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(image)]


def blurred(image: Image.Image) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(radius=3))


def rotated(image: Image.Image) -> Image.Image:
    return image.rotate(5, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def in_shadow(image: Image.Image) -> Image.Image:
    """Light falls from full at the left to a quarter at the right, as beside a pillar."""
    light = np.linspace(255, 64, image.width, dtype=np.uint8)
    return ImageChops.multiply(image, Image.fromarray(np.tile(light, (image.height, 1))))


@pytest.fixture(scope="module")
def land_poster() -> bytes:
    return render_posters([LAND_COUNTER])


@pytest.mark.parametrize(
    "phrase",
    [
        "Khảo sát mức độ hài lòng",
        "Ông/Bà có hài lòng khi đến đây không?",
        "Quầy số 3 – Đất đai, môi trường",
        "Trung tâm Phục vụ hành chính công xã Đăk Long",
        "Xã Đăk Long, tỉnh Quảng Ngãi",
        "1. Mở máy ảnh hoặc Zalo, quét mã",
        "2. Chọn khuôn mặt, ghi ý kiến",
        "3. Bấm Gửi phiếu",
        "https://khaosat.quangngai.example/q/7k2m9xq",
        "không ghi tên · không hỏi số điện thoại, mã OTP · không thu phí",
        "Cán bộ tại quầy không xem được phiếu trả lời của từng người",
        "Mã số phát hành: 12 · Ngày in: 05/12/2026",
        "Nếu mã này bị dán đè hoặc tên quầy không đúng, xin báo bộ phận hướng dẫn.",
    ],
)
def test_the_words_of_a_poster_come_out_whole(land_poster: bytes, phrase: str) -> None:
    assert phrase in words(land_poster)


def test_every_vietnamese_letter_survives_the_way_into_the_file() -> None:
    vowels = "aàáảãạ ăằắẳẵặ âầấẩẫậ eèéẻẽẹ êềếểễệ iìíỉĩị oòóỏõọ ôồốổỗộ ơờớởỡợ uùúủũụ ưừứửữự yỳýỷỹỵ đ"
    text = words(render_posters([replace(LAND_COUNTER, counter_name=vowels, centre_name=vowels.upper())]))
    assert vowels in text
    assert vowels.upper() in text


def test_a_name_typed_with_combining_marks_is_printed_in_whole_letters() -> None:
    assert "Đất đai" in words(render_posters([replace(LAND_COUNTER, counter_name="Đa\u0302\u0301t đai")]))


@pytest.mark.parametrize(
    "name",
    [
        "#eval(1) #{ 1 + 1 } #panic[x]",
        "$x^2$ *đậm* _nghiêng_ `mã`",
        '@ref <lbl> \\ "trích" \\u{41} //ghi chú',
        "= Mục - gạch ~ [ ] { } -> 3x4",
    ],
)
def test_signs_of_the_typesetting_language_are_printed_as_they_stand(name: str) -> None:
    text = words(render_posters([replace(LAND_COUNTER, counter_name=name, centre_name=name, unit_name=name)]))
    assert text.count(name) == 3


def test_a_clean_print_reads_at_100_dpi(land_poster: bytes) -> None:
    assert read_codes(picture(land_poster)) == [LAND_COUNTER.address]


def test_a_blurred_photograph_reads(land_poster: bytes) -> None:
    assert read_codes(blurred(picture(land_poster))) == [LAND_COUNTER.address]


def test_a_photograph_turned_by_five_degrees_reads(land_poster: bytes) -> None:
    assert read_codes(rotated(picture(land_poster))) == [LAND_COUNTER.address]


def test_a_photograph_in_shadow_reads(land_poster: bytes) -> None:
    assert read_codes(in_shadow(picture(land_poster))) == [LAND_COUNTER.address]


@pytest.mark.parametrize("address", [LAND_COUNTER.address, LONG_ADDRESS])
def test_a_turned_photograph_in_shadow_and_out_of_focus_reads(address: str) -> None:
    page = picture(render_posters([replace(LAND_COUNTER, address=address)]))
    assert read_codes(blurred(in_shadow(rotated(page)))) == [address]


def test_the_code_bears_a_sixth_of_its_area_torn_off(land_poster: bytes) -> None:
    page = picture(land_poster)
    left, _, right, bottom = symbol_box(page)
    torn = (right - left) * 2 // 5
    page.paste(255, (right - torn, bottom - torn, right, bottom))
    assert read_codes(page) == [LAND_COUNTER.address]


def symbol_box(page: Image.Image) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the code in pixels."""
    corners = zxingcpp.read_barcodes(page)[0].position
    return corners.top_left.x, corners.top_left.y, corners.bottom_right.x, corners.bottom_right.y


@pytest.mark.parametrize("address", [LAND_COUNTER.address, LONG_ADDRESS, "http://127.0.0.1:5000/q/0000001"])
def test_the_code_is_at_least_60_mm_wide_and_high(address: str) -> None:
    left, top, right, bottom = symbol_box(picture(render_posters([replace(LAND_COUNTER, address=address)])))
    assert (right - left) / DPI * MM_PER_INCH >= 60
    assert (bottom - top) / DPI * MM_PER_INCH >= 60


@pytest.mark.parametrize("is_sample", [False, True], ids=["real", "sample"])
@pytest.mark.parametrize("name", ["Quầy 1", LONG_NAME], ids=["short name", "long name"])
@pytest.mark.parametrize(
    ("address", "modules"), [("http://x.vn/q/7k2m9xq", 29), (LAND_COUNTER.address, 33), (LONG_ADDRESS, 49)]
)
def test_four_modules_of_white_surround_the_code(address: str, modules: int, name: str, is_sample: bool) -> None:
    sheet = replace(LAND_COUNTER, address=address, counter_name=name, centre_name=name, is_sample=is_sample)
    page = picture(render_posters([sheet]))
    left, top, right, bottom = symbol_box(page)
    quiet = (right - left) * 4 // modules - 1
    page.paste(255, (left - 2, top - 2, right + 3, bottom + 3))
    surroundings = page.crop((left - quiet, top - quiet, right + quiet, bottom + quiet))
    assert surroundings.getextrema() == (255, 255)


def test_a_poster_is_black_on_white(land_poster: bytes) -> None:
    page = np.asarray(pypdfium2.PdfDocument(land_poster)[0].render(scale=DPI / 72).to_pil().convert("RGB"))
    assert (page[..., 0] == page[..., 1]).all()
    assert (page[..., 1] == page[..., 2]).all()
    assert 0.10 < (page[..., 0] < 128).mean() < 0.25


def test_a_commune_gets_one_a4_page_per_counter_each_with_its_own_code() -> None:
    sheets = [
        replace(LAND_COUNTER, counter_name=f"Quầy số {n}", address=f"https://khaosat.example/q/000000{n}")
        for n in range(1, 6)
    ]
    pdf = render_posters(sheets)
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 5
    for number, sheet in enumerate(sheets):
        assert [round(side / 72 * MM_PER_INCH) for side in document[number].get_size()] == [210, 297]
        assert read_codes(picture(pdf, number)) == [sheet.address]
        assert f"{sheet.counter_name} Mời" in words(pdf, number)


@pytest.mark.parametrize("name", [LONG_NAME, "W" * 120, "m" * 120], ids=["sentence", "wide word", "word"])
def test_names_of_120_characters_wrap_inside_the_margins_of_one_page(name: str) -> None:
    assert len(name) == 120
    sheet = replace(LAND_COUNTER, counter_name=name, centre_name=name, unit_name=name, address=LONG_ADDRESS)
    pdf = render_posters([sheet, sheet])
    assert len(pypdfium2.PdfDocument(pdf)) == 2
    assert read_codes(picture(pdf)) == [LONG_ADDRESS]
    printed = words(pdf).replace(" ", "").replace("\u200b", "")
    assert printed.count(name.replace(" ", "")) == 3
    assert margins_mm(picture(pdf)) >= (17, 14)


def margins_mm(page: Image.Image) -> tuple[float, float]:
    """The narrower white margin across, and the narrower one down the page."""
    left, top, right, bottom = ImageChops.invert(page).getbbox() or (0, 0, 0, 0)
    across, down = min(left, page.width - right), min(top, page.height - bottom)
    return across / DPI * MM_PER_INCH, down / DPI * MM_PER_INCH


def test_a_long_address_is_printed_whole_over_two_lines() -> None:
    printed = words(render_posters([replace(LAND_COUNTER, address=LONG_ADDRESS)]))
    assert LONG_ADDRESS in printed.replace(" ", "")


def test_a_sample_says_so_in_its_border_and_a_real_poster_does_not(land_poster: bytes) -> None:
    sample = render_posters([replace(LAND_COUNTER, is_sample=True)])
    assert words(sample).count("DỮ LIỆU MẪU – KHÔNG DÁN") == 2
    assert read_codes(picture(sample)) == [LAND_COUNTER.address]
    assert "MẪU" not in words(land_poster)


def test_nothing_to_print_is_an_error() -> None:
    with pytest.raises(ValueError, match="no poster"):
        render_posters([])


@pytest.mark.parametrize("address", ["", "https://x.vn/".ljust(ADDRESS_LIMIT + 1, "x")])
def test_an_address_nobody_could_type_is_an_error(address: str) -> None:
    with pytest.raises(ValueError, match="address of"):
        render_posters([replace(LAND_COUNTER, address=address)])


def test_the_code_in_a_terminal_reads_from_the_screen() -> None:
    text = terminal_qr(LAND_COUNTER.address)
    assert read_codes(screen(text)) == [LAND_COUNTER.address]


def screen(text: str) -> Image.Image:
    """The picture a terminal makes of half-block characters, light on dark, 8 pixels a half block."""
    halves = {"█": (255, 255), "▀": (255, 0), "▄": (0, 255), " ": (0, 0), "\u00a0": (0, 0)}
    rows = [[halves[sign][half] for sign in line] for line in text.splitlines() for half in (0, 1)]
    return Image.fromarray(np.kron(np.array(rows, dtype=np.uint8), np.ones((8, 8), dtype=np.uint8)))
