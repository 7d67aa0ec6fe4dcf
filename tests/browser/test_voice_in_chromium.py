"""Without script a link opens the recording as a page of its own; its policy must let the browser's player play."""

from __future__ import annotations

import io
import shutil
import wave
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from survey_app.web.citizen.voice import CONTENT_SECURITY_POLICY
from tests.browser.conftest import Site
from tests.scenes import QUESTIONNAIRES_DIR

pytestmark = pytest.mark.browser

READY = "document.querySelector('video, audio') && document.querySelector('video, audio').readyState >= 3"


def _one_second_of_silence() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(bytes([128]) * 8000)
    return file.getvalue()


@pytest.fixture
def recording(app: Flask, tmp_path: Path) -> str:
    """The address of a recording that a browser can play."""
    folder = shutil.copytree(QUESTIONNAIRES_DIR, tmp_path / "questionnaires")
    voices = folder / "quick_pulse" / "voice" / "vi"
    voices.mkdir(parents=True)
    (voices / "overall.ogg").write_bytes(_one_second_of_silence())
    app.config["QUESTIONNAIRES_DIR"] = folder
    return "/voice/quick_pulse/1/vi/overall.ogg"


def test_a_recording_plays_without_script(recording: str, site: Site, browser: Browser) -> None:
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    reply = page.goto(site.address + recording)
    assert reply is not None
    assert reply.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    page.wait_for_function(READY)
    assert complaints == []
    page.close()
