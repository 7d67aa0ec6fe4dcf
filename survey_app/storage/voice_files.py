"""Recorded voice beside the questionnaires: ``<slug>/voice/<language>/<name>.mp3``, ``.m4a`` or ``.ogg``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

MIMETYPES = {".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".ogg": "audio/ogg"}
"""In the order preferred: every phone plays MP3, Safari 12 plays no Ogg."""


@dataclass(frozen=True)
class Recording:
    """A sound file: where it is, how large, when it was last changed (seconds)."""

    path: Path
    size: int
    changed_at: int

    @property
    def mimetype(self) -> str:
        return MIMETYPES[self.path.suffix]


def find_recording(folder: Path, slug: str, language: str, name: str) -> Recording | None:
    """The recording of that name, in the best format there is. The names must be known ones: they become a path."""
    recordings = folder / slug / "voice" / language
    if not recordings.is_dir():
        return None
    for suffix in MIMETYPES:
        path = recordings / f"{name}{suffix}"
        if path.is_file():
            facts = path.stat()
            return Recording(path.resolve(), facts.st_size, int(facts.st_mtime))
    return None
