"""What is asked: one immutable questionnaire version, its sections, items and response scales."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

Wording = Mapping[str, str]
"""One text in several languages: language tag -> text. ``vi`` is always present."""

MAIN_LANGUAGE = "vi"
SCORED_BY_RESIDENCE = "residence"


def say(wording: Wording, language: str) -> str:
    """The text in ``language``, or in Vietnamese where it is not translated."""
    return wording.get(language) or wording[MAIN_LANGUAGE]


class ItemKind(StrEnum):
    """How an item is answered. A new scale is data; a new kind is a member here and one macro on the page."""

    CHOICE = "choice"
    CHOICES = "choices"
    COMMUNE = "commune"
    TEXT = "text"


class Polarity(StrEnum):
    """Whether the highest code speaks well of the office, badly, or neither."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    NONE = "none"


@dataclass(frozen=True)
class ScaleCode:
    """One answer of a response scale: its stored character and its label."""

    code: str
    label: Wording


@dataclass(frozen=True)
class Scale:
    """A response scale: ``codes`` in the order they are shown, drawn as ``faces`` or as ``plain`` rows."""

    id: str
    codes: tuple[ScaleCode, ...]
    drawn_as: str = "plain"

    @cached_property
    def characters(self) -> str:
        return "".join(code.code for code in self.codes)

    def is_of_kind(self, scale_id: str) -> bool:
        """Whether it is this scale, or has its codes under other labels: ``points_times`` is of the kind ``points``."""
        return self.id == scale_id or self.id.startswith(f"{scale_id}_")

    def label(self, code: str, language: str) -> str:
        return next(say(entry.label, language) for entry in self.codes if entry.code == code)


@dataclass(frozen=True)
class ShowIf:
    """Shown only when the answer to an earlier single-choice ``item`` is one of ``codes``."""

    item: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Criterion:
    """The official criterion an item stands for, and the text it was read in."""

    name: str
    source: str


@dataclass(frozen=True)
class Item:
    """One question. ``id`` is stable and never reused; ``missing`` lists the missing codes offered (X, K, R).

    ``comparable_to``: items of other versions, ``<slug>.v<version>.<item>``, whose line this one continues.
    """

    id: str
    kind: ItemKind
    text: Wording
    criterion: Criterion
    section: str
    scale: Scale | None = None
    full_text: Wording | None = None
    polarity: Polarity = Polarity.NONE
    missing: str = ""
    is_sensitive: bool = False
    is_demographic: bool = False
    show_if: ShowIf | None = None
    comparable_to: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """Items asked under one heading; a *factor* when ``is_scored``."""

    id: str
    title: Wording
    items: tuple[Item, ...]
    is_scored: bool
    show_if: ShowIf | None = None
    note: Wording | None = None


@dataclass(frozen=True)
class Questionnaire:
    """A published version. ``stage_item`` names the item that tells why the citizen came, if there is one.

    ``is_scored_by_residence``: it asks about home, and counts where its citizen lives, not where it was answered.
    """

    slug: str
    version: int
    title: Wording
    purpose: Wording
    seconds: int
    languages: tuple[str, ...]
    sections: tuple[Section, ...]
    scales: Mapping[str, Scale]
    stage_item: str | None = None
    follow_up: str | None = None
    is_scored_by_residence: bool = False
    _by_id: dict[str, Item] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._by_id.update({item.id: item for section in self.sections for item in section.items})

    def items(self) -> Iterator[Item]:
        """Every item in the order asked."""
        return iter(self._by_id.values())

    def item(self, item_id: str) -> Item:
        """Raises KeyError for an id this version does not ask."""
        return self._by_id[item_id]

    def number_of(self, item_id: str) -> int:
        """The number an item is called by on the page, from 1. Raises KeyError for an unknown item."""
        numbers = {item.id: place for place, item in enumerate(self.items(), 1)}
        return numbers[item_id]

    def has_item(self, item_id: str) -> bool:
        return item_id in self._by_id

    @cached_property
    def text_item(self) -> Item | None:
        """The one free-text item, kept apart from the coded record."""
        return next((item for item in self.items() if item.kind is ItemKind.TEXT), None)

    def scored_sections(self, scale_id: str) -> tuple[tuple[Section, tuple[Item, ...]], ...]:
        """The factors with their items answered on ``scale_id`` or one of its kind, in the order asked.

        ``points_times`` and ``points_offices`` are of the kind ``points``: the same codes under other labels.
        """
        pairs = ((s, tuple(i for i in s.items if i.scale and i.scale.is_of_kind(scale_id))) for s in self.sections)
        return tuple((section, items) for section, items in pairs if section.is_scored and items)


def _show_if(data: Mapping[str, Any] | None) -> ShowIf | None:
    return ShowIf(data["item"], tuple(data["codes"])) if data else None


def _item(data: Mapping[str, Any], section: Mapping[str, Any], scales: Mapping[str, Scale]) -> Item:
    return Item(
        id=data["id"],
        kind=ItemKind(data["kind"]),
        text=data["text"],
        criterion=Criterion(data["criterion"]["name"], data["criterion"]["source"]),
        section=section["id"],
        scale=scales[data["scale"]] if "scale" in data else None,
        full_text=data.get("full_text"),
        polarity=Polarity(data.get("polarity", "none")),
        missing="".join(data.get("missing", ())),
        is_sensitive=data.get("sensitive", False),
        is_demographic=data.get("demographic", False),
        show_if=_show_if(data.get("show_if") or section.get("show_if")),
        comparable_to=tuple(data.get("comparable_to", ())),
    )


def _section(data: Mapping[str, Any], scales: Mapping[str, Scale]) -> Section:
    return Section(
        id=data["id"],
        title=data["title"],
        items=tuple(_item(item, data, scales) for item in data["items"]),
        is_scored=data.get("scored", False),
        show_if=_show_if(data.get("show_if")),
        note=data.get("note"),
    )


def questionnaire_from_dict(data: Mapping[str, Any]) -> Questionnaire:
    """Build a version from its (already checked) canonical data; an item inherits its section's ``show_if``."""
    scales = {
        scale_id: Scale(
            scale_id,
            tuple(ScaleCode(code["code"], code["label"]) for code in scale["codes"]),
            scale.get("drawn_as", "plain"),
        )
        for scale_id, scale in data["scales"].items()
    }
    return Questionnaire(
        slug=data["slug"],
        version=data["version"],
        title=data["title"],
        purpose=data["purpose"],
        seconds=data["seconds"],
        languages=tuple(data["languages"]),
        sections=tuple(_section(section, scales) for section in data["sections"]),
        scales=scales,
        stage_item=data.get("stage_item"),
        follow_up=data.get("follow_up"),
        is_scored_by_residence=data.get("scored_by") == SCORED_BY_RESIDENCE,
    )
