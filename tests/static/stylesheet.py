"""What in a style sheet is newer than the oldest browsers we serve (Chrome and WebView 70, Safari 12).

Refused is what would break a layout there: a selector that drops its whole rule, a property or value the layout rests
on. Inside ``@supports`` everything may stand. Decoration (``accent-color``, unknown media features) is let through.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import tinycss2


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NEW_SELECTORS = re.compile(
    r":(has|is|where|focus-visible|user-valid|user-invalid|modal|open|popover-open|dir|state|host-context)\b"
    r"|::(marker|part|slotted|file-selector-button|details-content|highlight)\b"
    r"|:not\([^()]*,|&"
)
NEW_PROPERTIES = _words(
    "aspect-ratio inset inset-block inset-inline margin-block margin-inline padding-block padding-inline "
    "border-block border-inline translate rotate scale container container-type container-name content-visibility "
    "gap row-gap column-gap grid-gap anchor-name position-anchor interpolate-size"
)
GAPS = frozenset(("gap", "row-gap", "column-gap", "grid-gap"))
NEW_FUNCTIONS = _words(
    "clamp min max abs round mod color-mix light-dark oklch oklab lch lab hwb color image-set attr anchor"
)
NEW_UNITS = _words("dvh svh lvh dvw svw lvw cqw cqh cqi cqb cqmin cqmax lh rlh cap")
KNOWN_AT_RULES = frozenset(("media", "supports", "keyframes", "page", "font-face"))
NEW_VALUES = {("overflow", "clip"), ("display", "subgrid"), ("width", "fit-content"), ("height", "fit-content")}


def newer_than_baseline(css: str) -> list[str]:
    """Every place that the oldest browsers would stumble over: ``line N: what``."""
    return list(_rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)))


def _rules(rules: Sequence[Any]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "error":
            yield f"line {rule.source_line}: {rule.message}"
        elif rule.type == "at-rule":
            yield from _at_rule(rule)
        else:
            yield from _rule(rule)


def _at_rule(rule: Any) -> Iterator[str]:
    if rule.lower_at_keyword not in KNOWN_AT_RULES:
        yield f"line {rule.source_line}: @{rule.at_keyword}"
    if rule.lower_at_keyword == "media":
        if re.search(r"[<>=]", tinycss2.serialize(rule.prelude)):
            yield f"line {rule.source_line}: range in a media query"
        yield from _rules(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))


def _rule(rule: Any) -> Iterator[str]:
    selector = tinycss2.serialize(rule.prelude).strip()
    if NEW_SELECTORS.search(selector):
        yield f"line {rule.source_line}: selector {selector}"
    parts = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
    if any(part.type in ("qualified-rule", "at-rule") for part in parts):
        yield f"line {rule.source_line}: nesting"
    declarations = [part for part in parts if part.type == "declaration"]
    is_grid = any(d.lower_name == "display" and "grid" in tinycss2.serialize(d.value) for d in declarations)
    for declaration in declarations:
        for what in _newer(declaration, is_grid):
            yield f"line {declaration.source_line}: {what} in {selector}"


def _newer(declaration: Any, is_grid: bool) -> Iterator[str]:
    name = declaration.lower_name
    if name in NEW_PROPERTIES and not (is_grid and name in GAPS):
        yield f"{name} outside a grid" if name in GAPS else name
    if (name, tinycss2.serialize(declaration.value).strip()) in NEW_VALUES:
        yield f"{name} {tinycss2.serialize(declaration.value).strip()}"
    for token in _tokens(declaration.value):
        if token.type == "function" and token.lower_name in NEW_FUNCTIONS:
            yield f"{token.lower_name}()"
        if token.type == "dimension" and token.lower_unit in NEW_UNITS:
            yield f"unit {token.unit}"
        if token.type == "function" and token.lower_name in ("rgb", "rgba", "hsl", "hsla"):
            yield from ("colour with a slash" for part in token.arguments if part == "/")


def _tokens(tokens: Sequence[Any]) -> Iterator[Any]:
    for token in tokens:
        yield token
        yield from _tokens(getattr(token, "arguments", None) or getattr(token, "content", None) or ())
