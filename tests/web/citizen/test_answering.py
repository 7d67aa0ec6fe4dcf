"""Scan, answer, thank: what a POST to /q/<code> takes, and how it refuses the rest."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from survey_app.storage.questionnaires import PublishedVersion
from tests.pages import Fields, Page, read_page
from tests.rows import inbox_rows, nothing_stored
from tests.scenes import Province

ADDRESS = "/q/d4k0ng1?form=quick_pulse"
ENGLISH = ADDRESS + "&lang=en"
LONG = "Chờ lâu. " * 200


def opened(client: FlaskClient, address: str = ADDRESS) -> Page:
    """The questionnaire as it opens."""
    reply = client.get(address)
    assert reply.status_code == 200
    return read_page(reply)


def send(client: FlaskClient, page: Page, fields: Fields) -> TestResponse:
    """Send a page's form to where it goes."""
    return client.post(page.form.action, data=fields)


def refused(client: FlaskClient, fields: Fields, address: str = ADDRESS) -> Page:
    """The page that answers a form with something wrong in it."""
    reply = send(client, opened(client, address), fields)
    assert reply.status_code == 422
    return read_page(reply)


def given(client: FlaskClient, address: str = ADDRESS, **answers: str | list[str]) -> Fields:
    """A filled-in form."""
    return opened(client, address).form.with_answers(**answers)


def record(version: PublishedVersion, **columns: str) -> str:
    """The record of a quick rating: what is asked but not answered is a point."""
    return f"{columns.get('overall', '.')}{columns.get('bad', '-' * 8)}{columns.get('good', '-' * 8)}" + columns.get(
        "stage", "."
    )


def test_a_page_with_its_hidden_fields_answered_is_stored_and_thanked(
    client: FlaskClient, engine: Engine, province: Province
) -> None:
    page = opened(client)
    assert set(page.form.hidden) == {"page_token", "response_key", "seconds_taken"}
    reply = send(
        client, page, page.form.with_answers(overall="2", reasons_bad=["2", "7"], stage="1", comment="Chờ lâu")
    )
    assert (reply.status_code, reply.location) == (303, "/q/d4k0ng1/thanks?form=quick_pulse&lang=vi")
    (row,) = inbox_rows(engine)
    assert row.record == record(province.pulse, overall="2", bad="01000010", stage="1")
    assert (row.comment, row.language, row.channel, row.seconds_taken) == ("Chờ lâu", "vi", "poster", None)
    assert "Đã gửi. Cảm ơn Ông/Bà!" in read_page(client.get(reply.location)).text


def test_the_full_questionnaire_is_what_the_poster_opens(
    client: FlaskClient, engine: Engine, province: Province
) -> None:
    page = opened(client, "/q/d4k0ng1")
    fields = page.form.with_answers(stage="2", access_info="4", result_fair="K", extra_payment="R", residence="23293")
    assert send(client, page, fields).status_code == 303
    (row,) = inbox_rows(engine)
    assert row.version_id == province.sipas.id
    assert row.record.startswith("24")
    assert row.record.endswith("23293")


def test_every_item_offers_its_codes_and_a_way_to_skip_it(client: FlaskClient, province: Province) -> None:
    offered = opened(client).form.offered
    assert offered["overall"] == ["1", "2", "3", "4", "5", "X", "K", ""]
    assert offered["stage"] == ["1", "2", "3", "4", ""]
    assert offered["reasons_bad"] == ["1", "2", "3", "4", "5", "6", "7", "8"]
    assert {"", "R", "00000", "23293"} < set(opened(client, "/q/d4k0ng1").form.offered["residence"])


def test_nothing_but_consent_is_required(client: FlaskClient, engine: Engine, province: Province) -> None:
    page = opened(client)
    assert "consent" not in page.form.filled
    assert send(client, page, page.form.with_answers()).status_code == 303
    assert inbox_rows(engine)[0].record == record(province.pulse)


def test_the_same_body_again_answers_the_same_and_changes_nothing(
    client: FlaskClient, engine: Engine, province: Province
) -> None:
    page = opened(client)
    first = send(client, page, page.form.with_answers(overall="5"))
    with nothing_stored(engine):
        again = send(client, page, page.form.with_answers(overall="5"))
        changed = send(client, page, page.form.with_answers(overall="1"))
    assert first.status_code == again.status_code == changed.status_code == 303
    assert first.location == again.location == changed.location
    assert [row.record[0] for row in inbox_rows(engine)] == ["5"]


def test_two_loads_of_a_page_are_two_responses(client: FlaskClient, engine: Engine, province: Province) -> None:
    for _ in range(2):
        page = opened(client)
        send(client, page, page.form.with_answers(overall="5"))
    assert len(inbox_rows(engine)) == 2


def test_a_form_may_come_as_multipart(client: FlaskClient, engine: Engine, province: Province) -> None:
    page = opened(client)
    fields = page.form.with_answers(overall="5")
    assert client.post(page.form.action, data=fields, content_type="multipart/form-data").status_code == 303
    assert len(inbox_rows(engine)) == 1


def test_the_language_and_the_time_taken_are_stored_with_a_response(
    client: FlaskClient, engine: Engine, province: Province
) -> None:
    page = opened(client, ENGLISH)
    assert page.language == "en"
    reply = send(client, page, page.form.with_answers(overall="5", seconds_taken="95"))
    assert "Sent. Thank you!" in read_page(client.get(reply.location)).text
    assert [(row.language, row.seconds_taken) for row in inbox_rows(engine)] == [("en", 95)]


@pytest.mark.parametrize("told", ["", "-1", "1.5", "²", "9999999", "NaN", "0x10", "١"])
def test_a_time_that_is_no_number_is_not_known(
    client: FlaskClient, engine: Engine, province: Province, told: str
) -> None:
    page = opened(client)
    assert send(client, page, page.form.with_answers(seconds_taken=told)).status_code == 303
    assert inbox_rows(engine)[0].seconds_taken is None


def test_personal_data_in_a_comment_is_masked_before_it_is_stored(
    client: FlaskClient, engine: Engine, province: Province
) -> None:
    page = opened(client)
    comment = "Gọi 0912345678, CCCD 051203004567, lan@gmail.com"
    send(client, page, page.form.with_answers(comment=comment, comment_checked="1"))
    assert inbox_rows(engine)[0].comment == "Gọi […], CCCD […], […]"


@pytest.mark.parametrize(
    ("address", "text"),
    [(ADDRESS, "Xin Ông/Bà chọn “Tôi đồng ý trả lời”"), (ENGLISH, "Please choose “I agree to answer” and send")],
)
def test_without_consent_nothing_is_stored_and_everything_is_kept(
    client: FlaskClient, engine: Engine, province: Province, address: str, text: str
) -> None:
    fields = given(client, address, overall="2", reasons_bad=["1", "8"], stage="3", comment="Xin nhanh hơn", consent=[])
    with nothing_stored(engine):
        page = refused(client, fields, address)
    assert page.summary[0][0] == "#consent"
    assert text in page.summary[0][1]
    kept = page.form.filled
    assert (kept["overall"], kept["reasons_bad"], kept["stage"]) == (["2"], ["1", "8"], ["3"])
    assert kept["comment"] == ["Xin nhanh hơn"]
    assert kept["response_key"] == fields["response_key"]
    assert send(client, page, page.form.with_answers()).status_code == 303
    assert inbox_rows(engine)[0].record == record(province.pulse, overall="2", bad="10000001", stage="3")


def test_i_would_rather_not_answer_is_a_kind_page_that_stores_nothing(
    client: FlaskClient, engine: Engine, province: Province
) -> None:
    for address, kind_words in ((ADDRESS, "Không có gì được lưu lại"), (ENGLISH, "Nothing was stored")):
        (link,) = [link for link in opened(client, address).links if "no-thanks" in link]
        with nothing_stored(engine):
            page = read_page(client.get(link))
        assert page.status == 200
        assert kind_words in page.text
        back = next(link for link in page.links if "/q/d4k0ng1" in link)
        assert read_page(client.get(back)).language == page.language


PROBLEMS = {
    "an unknown code": ({"overall": "6"}, "overall", "không có trong phiếu", "does not offer this answer"),
    "a code of another item": ({"stage": "5"}, "stage", "không có trong phiếu", "does not offer this answer"),
    "two values": ({"overall": ["4", "5"]}, "overall", "chỉ nhận một câu trả lời", "one answer only"),
    "a hidden item": (
        {"overall": "5", "reasons_bad": ["1"]},
        "reasons_bad",
        "không hỏi những ai đã chọn như Ông/Bà",
        "not for people who answered an earlier question as you did",
    ),
    "a long comment": ({"comment": LONG}, "comment", "dài quá 1.000 ký tự", "longer than 1,000 characters"),
    "control characters": ({"comment": "a\x1b[31m"}, "comment", "có ký tự không đọc được", "characters we cannot read"),
}


@pytest.mark.parametrize("case", PROBLEMS)
@pytest.mark.parametrize("address", [ADDRESS, ENGLISH], ids=["vi", "en"])
def test_a_problem_is_told_at_its_item_with_a_link_on_top(
    client: FlaskClient, engine: Engine, province: Province, address: str, case: str
) -> None:
    answers, item, vietnamese, english = PROBLEMS[case]
    fields = given(client, address, **({"stage": "2", "comment": "Giữ lại giúp"} | answers))
    with nothing_stored(engine):
        page = refused(client, fields, address)
    text = english if address == ENGLISH else vietnamese
    assert page.language == ("en" if address == ENGLISH else "vi")
    assert page.title.startswith("Error: " if address == ENGLISH else "Lỗi: ")
    assert text in page.at_items[item]
    assert [(where, text in told) for where, told in page.summary] == [(f"#{item}", True)]
    assert item in page.ids
    assert f"e-{item}" in page.ids
    kept = page.form.filled
    assert kept["comment"] == [fields["comment"][0]]
    assert kept["consent"] == ["1"]
    assert kept["response_key"] == fields["response_key"]
    if "stage" not in answers:
        assert kept["stage"] == ["2"]


def test_a_page_put_right_is_stored_once_under_its_first_key(
    client: FlaskClient, engine: Engine, province: Province
) -> None:
    page = refused(client, given(client, overall="4", stage="9", comment=LONG))
    assert [where for where, _ in page.summary] == ["#stage", "#comment"]
    assert send(client, page, page.form.with_answers(stage="1", comment="Chờ lâu")).status_code == 303
    (row,) = inbox_rows(engine)
    assert (row.record, row.comment) == (record(province.pulse, overall="4", good="." * 8, stage="1"), "Chờ lâu")


def test_unknown_fields_are_refused_in_one_line_however_many(
    client: FlaskClient, engine: Engine, province: Province
) -> None:
    extra = {f"field_{number}": "x" for number in range(5_000)}
    for fields in ({"role": "admin"}, {"access_info": "4"}, extra):
        with nothing_stored(engine):
            page = refused(client, given(client, overall="4", **fields))
        assert page.summary == [(None, "Phiếu gửi lên có mục không thuộc mẫu phiếu này. Xin Ông/Bà gửi lại.")]
        assert page.form.filled["overall"] == ["4"]


def test_the_page_of_a_refused_form_no_longer_carries_what_was_unknown(
    client: FlaskClient, engine: Engine, province: Province
) -> None:
    page = refused(client, given(client, overall="4", role="admin"))
    assert "role" not in page.form.filled
    assert send(client, page, page.form.filled).status_code == 303
    assert len(inbox_rows(engine)) == 1


def test_an_unknown_commune_is_refused_at_the_question_of_residence(
    client: FlaskClient, engine: Engine, province: Province
) -> None:
    with nothing_stored(engine):
        page = refused(client, given(client, "/q/d4k0ng1", residence="99999", access_info="3"), "/q/d4k0ng1")
    assert "Không có xã, phường, đặc khu này" in page.at_items["residence"]
    assert page.form.filled["access_info"] == ["3"]


def test_what_was_typed_is_never_part_of_the_page_s_own_code(client: FlaskClient, province: Province) -> None:
    typed = "</textarea><script>alert(1)</script>\" onfocus='x'"
    page = refused(client, given(client, comment=typed, overall='"><script>', consent=[]))
    assert page.form.filled["comment"] == [typed]
    assert len(page.scripts) == 1
    assert "<script>alert" not in page.html
