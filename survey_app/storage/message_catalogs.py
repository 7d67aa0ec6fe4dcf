"""Texts of the pages, ``translations/<language>/<catalog>.po``; message ids are the Vietnamese texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

DESK_CATALOGS = {
    *("desk", "desk_accounts", "desk_comments", "desk_drivers", "desk_comparing", "desk_disclosure", "desk_explore"),
    *("desk_boundaries", "desk_explain", "desk_fieldwork", "desk_file_lines", "desk_home", "desk_instruments"),
    *("desk_papi", "desk_places", "desk_weights"),
}
OFFICER_CATALOGS = {"officer", "datasets"} | DESK_CATALOGS
"""What only officers read, in Vietnamese and English; every other catalog is for citizens."""

REFERENCE_LANGUAGE = "en"
"""Its catalogs name every text there is; a test holds them to the templates and the code."""

_HEADER = """\
# {name}
# Message ids are the Vietnamese texts; an empty msgstr is not translated yet.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def _texts(paths: Iterable[Path]) -> dict[str, str]:
    return {str(m.id): str(m.string) for path in paths for m in _read(path) if m.id}


def read_messages(folder: Path, language: str) -> dict[str, str]:
    """Vietnamese text -> translation (empty where there is none) of every surface."""
    return _texts(sorted((folder / language).glob("*.po")))


def _citizen_catalogs(folder: Path, language: str) -> list[Path]:
    return sorted(path for path in (folder / language).glob("*.po") if path.stem not in OFFICER_CATALOGS)


def read_citizen_messages(folder: Path, language: str) -> dict[str, str]:
    """The same for what a citizen reads."""
    return _texts(_citizen_catalogs(folder, language))


def _write(reference: Path, path: Path, name: str, messages: Mapping[str, str]) -> None:
    catalog = Catalog()
    for message in _read(reference):
        if message.id:
            catalog.add(message.id, messages.get(str(message.id), ""), message.locations, message.flags)
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        file.write(_HEADER.format(name=name).encode())
        write_po(file, catalog, width=0, omit_header=True)


def write_citizen_messages(folder: Path, language: str, name: str, messages: Mapping[str, str]) -> list[Path]:
    """Write what a citizen reads anew, catalog by catalog of the reference, an empty slot where no text is given."""
    references = _citizen_catalogs(folder, REFERENCE_LANGUAGE)
    written = [folder / language / reference.name for reference in references]
    for reference, path in zip(references, written, strict=True):
        _write(reference, path, name, messages)
    for path in set(_citizen_catalogs(folder, language)) - set(written):
        path.unlink()
    return written
