"""Reads a page the way a browser without script does: its form, what is filled in, its problems and its links."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

from werkzeug.test import TestResponse

Fields = dict[str, list[str]]
"""Field name -> the values a browser would send for it."""

VOID = {"meta", "link", "input", "br", "img", "hr"}


@dataclass
class Form:
    """A form of a page. ``filled`` is what would be sent as it stands, ``offered`` every value of a choice."""

    method: str
    action: str
    filled: Fields = field(default_factory=dict)
    offered: Fields = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)

    def with_answers(self, **answers: str | list[str]) -> Fields:
        """The form with these answers given, consent included."""
        given = {name: [value] if isinstance(value, str) else value for name, value in answers.items()}
        return self.filled | {"consent": ["1"]} | given


@dataclass
class Page:
    """A page as read; ``text`` is what a reader sees, ``summary`` the problems on top: (where the link leads, text)."""

    status: int = 0
    html: str = ""
    language: str = ""
    title: str = ""
    text: str = ""
    forms: list[Form] = field(default_factory=list)
    summary: list[tuple[str | None, str]] = field(default_factory=list)
    at_items: dict[str, str] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)

    @property
    def form(self) -> Form:
        """The form that sends a response."""
        (found,) = [form for form in self.forms if form.method == "post"]
        return found


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.page = Page()
        self._address = address
        self._open: list[tuple[str, dict[str, str]]] = []
        self._textarea = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag not in VOID:
            self._open.append((tag, given))
        if "id" in given:
            self.page.ids.append(given["id"])
        self.page.links += [urljoin(self._address, given[name]) for name in ("href", "src", "action") if name in given]
        begin = getattr(self, f"_begin_{tag}", None)
        if begin is not None:
            begin(given)

    def _begin_html(self, given: dict[str, str]) -> None:
        self.page.language = given.get("lang", "")

    def _begin_style(self, _given: dict[str, str]) -> None:
        self.page.styles.append("")

    def _begin_script(self, _given: dict[str, str]) -> None:
        self.page.scripts.append("")

    def _begin_form(self, given: dict[str, str]) -> None:
        self.page.forms.append(Form(given.get("method", "get"), urljoin(self._address, given.get("action", ""))))

    def _begin_li(self, _given: dict[str, str]) -> None:
        if self._inside("summary"):
            self.page.summary.append((None, ""))

    def _begin_a(self, given: dict[str, str]) -> None:
        if self._inside("summary"):
            self.page.summary[-1] = (given["href"], "")

    def _begin_input(self, given: dict[str, str]) -> None:
        form, name = self.page.forms[-1], given.get("name", "")
        kind, value = given.get("type", "text"), given.get("value", "")
        if not name:
            return
        if kind == "hidden":
            form.hidden[name] = value
        if kind in ("radio", "checkbox"):
            form.offered.setdefault(name, []).append(value)
        if kind not in ("radio", "checkbox") or "checked" in given:
            form.filled.setdefault(name, []).append(value)

    def _begin_option(self, given: dict[str, str]) -> None:
        name = next(attributes["name"] for tag, attributes in self._open if tag == "select")
        form = self.page.forms[-1]
        form.offered.setdefault(name, []).append(given["value"])
        if "selected" in given or name not in form.filled:
            form.filled[name] = [given["value"]]

    def _inside(self, element_id: str) -> bool:
        return any(attributes.get("id") == element_id for _, attributes in self._open)

    def handle_data(self, data: str) -> None:
        tag, given = self._open[-1] if self._open else ("", {})
        if tag in ("style", "script"):
            getattr(self.page, f"{tag}s")[-1] += data
            return
        if tag == "title":
            self.page.title += data
        if tag == "textarea":
            self._textarea += data
        if given.get("class") == "err":
            self.page.at_items[given["id"].removeprefix("e-")] = data
        if self._inside("summary") and any(opened == "li" for opened, _ in self._open):
            where, text = self.page.summary[-1]
            self.page.summary[-1] = (where, text + data)
        self.page.text += data

    def handle_endtag(self, tag: str) -> None:
        while self._open and tag not in VOID:
            closed, given = self._open.pop()
            if closed == "textarea":
                self.page.forms[-1].filled[given["name"]] = [self._textarea.removeprefix("\n")]
                self._textarea = ""
            if closed == tag:
                break


def read_page(reply: TestResponse) -> Page:
    """The page a client was answered with."""
    reader = _Reader(reply.request.url)
    html = reply.get_data(as_text=True)
    reader.feed(html)
    reader.page.status, reader.page.html = reply.status_code, html
    return reader.page
