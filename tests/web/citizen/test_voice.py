"""Recorded voice: offered where a file exists, fetched only by who asks, and nothing but recordings is served."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.web import rendering
from survey_app.web.citizen import voice
from tests.scenes import QUESTIONNAIRES_DIR, Province

SOUND = b"ID3" + bytes(11_500)
PLACE = "/voice/quick_pulse/1/vi"


@pytest.fixture
def folder(app: Flask, tmp_path: Path) -> Path:
    """Questionnaires with two recordings in Vietnamese: the first question, and the faces read aloud."""
    folder = shutil.copytree(QUESTIONNAIRES_DIR, tmp_path / "questionnaires")
    voices = folder / "quick_pulse" / "voice" / "vi"
    voices.mkdir(parents=True)
    (voices / "overall.mp3").write_bytes(SOUND)
    (voices / "_scale-satisfaction.ogg").write_bytes(b"OggS")
    app.config["QUESTIONNAIRES_DIR"] = folder
    return folder


def _drawn(app: Flask, province: Province, name: str, language: str = "vi") -> str:
    macros = "{% from 'citizen/voice.html' import say %}{{ say(questionnaire, name) }}"
    with app.test_request_context():
        rendering.use_language(language)
        template = app.jinja_env.from_string(macros)
        return template.render(questionnaire=province.pulse.questionnaire, name=name).strip()


def test_a_question_with_a_recording_has_a_link_that_says_its_size(
    app: Flask, client: FlaskClient, folder: Path, province: Province
) -> None:
    drawn = _drawn(app, province, "overall")
    changed = int((folder / "quick_pulse" / "voice" / "vi" / "overall.mp3").stat().st_mtime)
    assert f'href="{PLACE}/overall.mp3?changed={changed}"' in drawn
    assert "Nghe (12 kB)" in drawn
    assert "data-voice" in drawn
    with client.get(f"{PLACE}/overall.mp3?changed={changed}") as reply:
        assert reply.data == SOUND


def test_where_nothing_is_recorded_nothing_is_drawn(app: Flask, folder: Path, province: Province) -> None:
    assert _drawn(app, province, "stage") == ""
    assert _drawn(app, province, "overall", "en") == ""
    assert "_scale-satisfaction.ogg" in _drawn(app, province, "_scale-satisfaction")


@pytest.mark.parametrize(
    ("name", "mimetype"), [("overall.mp3", "audio/mpeg"), ("_scale-satisfaction.ogg", "audio/ogg")]
)
def test_a_recording_may_be_kept_and_plays_by_itself(
    client: FlaskClient, folder: Path, province: Province, name: str, mimetype: str
) -> None:
    with client.get(f"{PLACE}/{name}") as reply:
        assert (reply.status_code, reply.mimetype) == (200, mimetype)
        assert reply.cache_control.max_age == voice.KEPT_SECONDS
        assert not reply.cache_control.no_store
        assert "media-src 'self'" in reply.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in reply.headers


def test_a_player_may_ask_for_a_part(client: FlaskClient, folder: Path, province: Province) -> None:
    with client.get(f"{PLACE}/overall.mp3", headers={"Range": "bytes=0-2"}) as reply:
        assert (reply.status_code, reply.data) == (206, b"ID3")


def test_of_two_formats_the_one_every_phone_plays_is_taken(app: Flask, folder: Path, province: Province) -> None:
    (folder / "quick_pulse" / "voice" / "vi" / "overall.ogg").write_bytes(b"OggS")
    assert "overall.mp3" in _drawn(app, province, "overall")


@pytest.mark.parametrize(
    "address",
    [
        f"{PLACE}/stage.mp3",
        f"{PLACE}/overall.ogg",
        f"{PLACE}/overall",
        f"{PLACE}/secret.mp3",
        f"{PLACE}/..%2fvi%2foverall.mp3",
        f"{PLACE}/../../v1.yaml",
        "/voice/quick_pulse/1/../v1.yaml",
        "/voice/quick_pulse/1/jra/overall.mp3",
        "/voice/quick_pulse/2/vi/overall.mp3",
        "/voice/nothing/1/vi/overall.mp3",
        "/voice/..%2fquick_pulse/1/vi/overall.mp3",
    ],
)
def test_nothing_but_a_known_recording_is_served(
    client: FlaskClient, folder: Path, province: Province, address: str
) -> None:
    secret = folder / "quick_pulse" / "voice" / "vi" / "secret.mp3"
    secret.write_bytes(SOUND)
    (folder / "quick_pulse" / "voice" / "jra").mkdir()
    shutil.copy(secret, folder / "quick_pulse" / "voice" / "jra" / "overall.mp3")
    assert client.get(address).status_code == 404


def test_the_shipped_product_has_no_recordings_and_no_links(client: FlaskClient, province: Province) -> None:
    assert "data-voice" not in client.get("/q/d4k0ng1?form=quick_pulse").get_data(as_text=True).split("<script")[0]
