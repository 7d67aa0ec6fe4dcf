"""The scripts and styles of the citizen pages run on Chrome and Android WebView 70 and on Safari 12."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenes import ROOT
from tests.static import javascript, stylesheet

STATIC = ROOT / "survey_app" / "static" / "citizen"
TEMPLATES = ROOT / "survey_app" / "templates" / "citizen"


def name(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.js")), ids=name)
def test_scripts_keep_to_the_baseline(path: Path) -> None:
    assert javascript.newer_than_baseline(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.css")), ids=name)
def test_styles_keep_to_the_baseline(path: Path) -> None:
    assert stylesheet.newer_than_baseline(path.read_text(encoding="utf-8")) == []


def test_there_is_something_to_check() -> None:
    assert {path.name for path in STATIC.iterdir()} >= {"page.js", "page.css", "check.js"}


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=name)
def test_templates_hold_no_script_of_their_own_and_no_new_elements(path: Path) -> None:
    text = path.read_text(encoding="utf-8").lower()
    assert [
        new for new in ("<dialog", " popover", " inert", "<search", " enterkeyhint", 'type="module"') if new in text
    ] == []
    assert text.count("<script") == text.count("<script>{% autoescape false %}")


@pytest.mark.parametrize(
    "script",
    [
        "a?.b;",
        "a ?? b;",
        "a ||= b;",
        "a ** b;",
        "var c = { ...a };",
        "var { b, ...rest } = a;",
        "try { a(); } catch { b(); }",
        "async function a() { return 1; }",
        "class A { b = 1; }",
        "class A { #b() { return 1; } }",
        "a(1, 2,);",
        "1_000;",
        "10n;",
        "/(?<year>a)/.test(b);",
        "/a.b/s.test(c);",
        "[1].flat();",
        "a.replaceAll('b', 'c');",
        "crypto.randomUUID();",
        "new ResizeObserver(a);",
        "requestIdleCallback(a);",
        "globalThis.a = 1;",
        "import('a');",
        "var a = ;",
    ],
)
def test_a_newer_script_is_found(script: str) -> None:
    assert javascript.newer_than_baseline(script) != []


@pytest.mark.parametrize(
    "script",
    [
        "const a = (b) => `${b}!`; let { c } = a; for (const d of [...c]) { d(); }",
        "if (window.requestIdleCallback) { window.requestIdleCallback(a); } else { setTimeout(a, 0); }",
        'if ("IntersectionObserver" in window) { new IntersectionObserver(a); }',
        'a.b("?.", /a?.b/);',
        "var any = { at: 1 };",
        "fetch(a).then(b).finally(c);",
    ],
)
def test_a_script_of_the_baseline_is_let_through(script: str) -> None:
    assert javascript.newer_than_baseline(script) == []


@pytest.mark.parametrize(
    "css",
    [
        "a:has(b){color:red}",
        "a:is(b,i){color:red}",
        "a:focus-visible{color:red}",
        "a:not(b,i){color:red}",
        "a{display:flex;gap:1rem}",
        "a{gap:1rem}",
        "a{inset:0}",
        "a{aspect-ratio:1}",
        "a{width:min(1rem,2rem)}",
        "a{margin:calc(1px + clamp(1px,2px,3px))}",
        "a{min-height:100dvh}",
        "a{color:rgb(0 0 0 / 50%)}",
        "a{color:red;b{color:blue}}",
        "@container (width>1px){a{color:red}}",
        "@layer a{b{color:red}}",
        "@media (width >= 20rem){a{color:red}}",
        "@media print{a{inset:0}}",
    ],
)
def test_a_newer_style_is_found(css: str) -> None:
    assert stylesheet.newer_than_baseline(css) != []


@pytest.mark.parametrize(
    "css",
    [
        "a{display:grid;gap:1rem}",
        "a:not(.b)::before{content:':has(';accent-color:red}",
        "@supports selector(a:has(b)){a:has(b){inset:0}}",
        "@media (prefers-contrast:more){:root{--line:currentColor}}",
        "a{min-height:3rem;max-width:calc(100% - 1rem)}",
        "@keyframes a{from{opacity:0}50%{opacity:1}}",
    ],
)
def test_a_style_of_the_baseline_is_let_through(css: str) -> None:
    assert stylesheet.newer_than_baseline(css) == []
