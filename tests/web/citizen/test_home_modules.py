"""Questionnaires about home: reached by a link, never by scanning a poster; told as online, or as assisted."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from survey_app.domain.record import decode
from survey_app.domain.wave import Wave, WaveStatus
from survey_app.services.helped_form import sign_mark
from survey_app.storage import waves
from survey_app.storage.database import begin_write
from survey_app.storage.inbox import InboxEntry
from tests.pages import read_page
from tests.residence_scenes import DAK_LONG, LINK_COUNTER, MODULES, Homes, build_homes
from tests.rows import inbox_rows
from tests.scenes import NOW, Province

ABOUT_HOME = [slug for slug in MODULES if slug != "papi_d5_desk"]


@pytest.fixture
def homes(engine: Engine, province: Province) -> Homes:
    return build_homes(engine, province)


def link(homes: Homes, slug: str) -> str:
    return f"/q/{homes.province.codes[LINK_COUNTER]}?form={slug}"


def sent(homes: Homes, client: FlaskClient, address: str, **answers: str) -> InboxEntry:
    """The row that answers sent from this page leave."""
    page = read_page(client.get(address))
    assert client.post(page.form.action, data=page.form.with_answers(**answers)).status_code == 303
    [row] = inbox_rows(homes.engine)
    return row


@pytest.mark.parametrize("slug", ABOUT_HOME)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_module_opens_by_its_link_and_is_a_small_page(
    homes: Homes, client: FlaskClient, slug: str, language: str
) -> None:
    reply = client.get(f"{link(homes, slug)}&lang={language}")
    page = read_page(reply)
    assert reply.status_code == 200
    assert "residence" in page.form.offered or 'name="residence"' in reply.text
    assert "Quầy số 1" not in reply.text, "it is about home, not about the counter its link runs through"
    assert len(gzip.compress(reply.data)) <= 14_000


def test_answers_by_a_link_are_online_and_keep_the_home(homes: Homes, client: FlaskClient) -> None:
    row = sent(homes, client, link(homes, "papi_d7"), residence=DAK_LONG, air_home="4", waste="K")
    answers = decode(homes.province.versions["papi_d7"].questionnaire, row.record)
    assert (row.channel, answers["residence"], answers["air_home"], answers["waste"]) == ("online", DAK_LONG, "4", "K")


def test_at_a_meeting_a_helper_opens_it(homes: Homes, client: FlaskClient) -> None:
    mark = sign_mark(["pages-of-the-tests"], homes.province.codes[LINK_COUNTER], "assisted", NOW.date())
    row = sent(homes, client, f"{link(homes, 'papi_d2')}&via={mark}", residence="R", info_reach="2")
    assert row.channel == "assisted"


def test_the_poster_still_opens_what_asks_about_the_desk(homes: Homes, client: FlaskClient) -> None:
    version, province = homes.province.versions["papi_d1"], homes.province
    newest = Wave("newest", "Đợt mới", NOW.date(), NOW.date(), WaveStatus.OPEN, (("papi_d1", 1),), ("51",))
    with begin_write(homes.engine) as connection:
        waves.add(connection, newest, [version.id], [province.ids["51"]])
    page = read_page(client.get(f"/q/{province.codes['51-23293-TT-Q1']}"))
    assert page.form.action.endswith("form=sipas_desk")


def test_the_desk_block_is_asked_at_a_desk_without_residence(homes: Homes, client: FlaskClient) -> None:
    address = f"/q/{homes.province.codes['51-23293-TT-Q1']}?form=papi_d5_desk"
    row = sent(homes, client, address, stage="2", procedure="1", cert_time="5")
    assert (row.channel, row.counter_id) == ("poster", homes.province.ids["51-23293-TT-Q1"])
    assert 'name="residence"' not in client.get(address).text


def test_a_commune_that_does_not_exist_is_told_at_its_question(homes: Homes, client: FlaskClient) -> None:
    page = read_page(client.get(link(homes, "papi_d1")))
    reply = client.post(page.form.action, data=page.form.with_answers(residence="99999"))
    assert reply.status_code == 422
    assert "residence" in read_page(reply).at_items
    assert inbox_rows(homes.engine) == []
