"""What in a script is newer than the oldest browsers we serve (Chrome and WebView 70, Safari 12), as a parser reads it.

Syntax stays at ECMAScript 2015; names are refused that Chrome 70 or Safari 12 does not know, unless the script asks
for them first (``if (window.x)``, ``window.x || …``, ``"x" in window``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

_PARSER = Parser(Language(tree_sitter_javascript.language()))

NEW_NODES = {
    "optional_chain": "?. (2020)",
    "await_expression": "await (2017)",
    "async": "async (2017)",
    "field_definition": "class field (2022)",
    "private_property_identifier": "private name (2022)",
    "class_static_block": "static block (2022)",
    "decorator": "decorator",
    "meta_property": "import.meta, new.target",
    "import": "import",
    "jsx_element": "JSX",
    "??": "?? (2020)",
    "??=": "??= (2021)",
    "||=": "||= (2021)",
    "&&=": "&&= (2021)",
    "**": "** (2016)",
    "**=": "**= (2016)",
}
NEW_NAMES = frozenset(
    re.findall(
        r"\w+",
        "AbortController BroadcastChannel IntersectionObserver ResizeObserver FinalizationRegistry WeakRef BigInt "
        "globalThis queueMicrotask requestIdleCallback cancelIdleCallback structuredClone randomUUID "
        "allSettled any at flat flatMap fromEntries hasOwn matchAll replaceAll trimStart trimEnd toSorted toReversed "
        "findLast findLastIndex groupBy replaceChildren requestSubmit submitter showPicker showModal showPopover "
        "checkVisibility setHTML startViewTransition wakeLock userAgentData",
    )
)
NEW_IN_PATTERNS = re.compile(r"\(\?<|\\p\{|\\k<")
OLD_FLAGS = set("gimuy")


def newer_than_baseline(source: str) -> list[str]:
    """Every place that the oldest browsers would stumble over: ``line N: what``."""
    root = _PARSER.parse(source.encode()).root_node
    asked_for = {name for node in _every(root) for name in _asked_for(node)}
    found = [(node, what) for node in _every(root) for what in _newer(node, asked_for)]
    return [f"line {node.start_point[0] + 1}: {what}" for node, what in found]


def _every(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _every(child)


def _text(node: Node | None) -> str:
    return node.text.decode() if node is not None and node.text is not None else ""


def _newer(node: Node, asked_for: set[str]) -> Iterator[str]:
    if node.is_error or node.is_missing:
        yield "cannot be parsed"
    if node.type in NEW_NODES:
        yield NEW_NODES[node.type]
    if node.type in ("identifier", "property_identifier") and _is_new_name(node) and _text(node) not in asked_for:
        yield f"{_text(node)} is not known to Chrome 70 or Safari 12"
    yield from _newer_shapes(node)


def _newer_shapes(node: Node) -> Iterator[str]:
    kind = node.type
    if kind == "spread_element" and node.parent is not None and node.parent.type == "object":
        yield "spread in an object (2018)"
    if kind == "rest_pattern" and node.parent is not None and node.parent.type == "object_pattern":
        yield "rest in an object pattern (2018)"
    if kind == "catch_clause" and node.child_by_field_name("parameter") is None:
        yield "catch without a name (2019)"
    if kind == "number" and re.search(r"_|n$", _text(node)):
        yield "big or separated number (2020)"
    if kind == "regex_pattern" and NEW_IN_PATTERNS.search(_text(node)):
        yield "regular expression (2018)"
    if kind == "regex_flags" and set(_text(node)) - OLD_FLAGS:
        yield "flag of a regular expression (2018)"
    if kind in ("formal_parameters", "arguments") and re.search(r",\s*\)$", _text(node)):
        yield "comma after the last argument (2017)"


def _is_new_name(node: Node) -> bool:
    """Whether it is one of the new names, used as a global or as a property (not as the name of our own)."""
    if _text(node) not in NEW_NAMES:
        return False
    parent = node.parent
    assert parent is not None
    is_own = parent.type in ("pair", "variable_declarator", "function_declaration", "formal_parameters")
    if node.type == "property_identifier":
        return parent.type == "member_expression"
    return not is_own


def _asked_for(node: Node) -> Iterator[str]:
    """Names this node tests for: ``window.x`` as a condition or left of ``||`` and ``&&``, ``"x" in``, ``typeof x``."""
    tested: Node | None = None
    if node.type in ("if_statement", "ternary_expression"):
        tested = node.child_by_field_name("condition")
    elif node.type == "binary_expression" and _text(node.child_by_field_name("operator")) in ("||", "&&", "in"):
        tested = node.child_by_field_name("left")
    elif node.type == "unary_expression" and _text(node.child_by_field_name("operator")) == "typeof":
        tested = node.child_by_field_name("argument")
    if tested is not None:
        yield from (_text(part) for part in _every(tested) if part.type in ("property_identifier", "string_fragment"))
        if node.type == "unary_expression":
            yield _text(tested)
