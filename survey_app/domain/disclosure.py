"""The one rule that withholds small bases. Defaults: domain description, section 9b; a province may raise them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum


class Audience(StrEnum):
    """Who reads a figure."""

    OFFICER = "officer"
    PUBLIC = "public"


@dataclass(frozen=True)
class Thresholds:
    """Smallest bases (numbers of responses) at which a figure is shown. Never under the release size."""

    release: int = 10
    officer_score: int = 10
    public_score: int = 30
    distribution: int = 20
    sensitive: int = 30
    demographic: int = 10

    def __post_init__(self) -> None:
        if any(type(getattr(self, entry.name)) is not int for entry in fields(self)):
            raise ValueError("thresholds must be whole numbers")
        if self.release < 2:
            raise ValueError("release must be at least 2")
        for entry in fields(self):
            if entry.name != "release" and getattr(self, entry.name) < self.release:
                raise ValueError(f"{entry.name} must not be smaller than release")

    def score(self, audience: Audience, is_sensitive: bool = False) -> int:
        """Smallest base of a score."""
        least = self.public_score if audience is Audience.PUBLIC else self.officer_score
        return max(least, self.sensitive) if is_sensitive else least

    def counts(self, audience: Audience, is_sensitive: bool = False) -> int:
        """Smallest base of a distribution over the codes of a scale."""
        return max(self.distribution, self.score(audience, is_sensitive))


def is_withheld(base: int, least: int) -> bool:
    """Whether a figure on ``base`` responses stays unpublished."""
    return base < least
