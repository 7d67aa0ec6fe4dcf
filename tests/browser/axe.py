"""What axe-core finds on a page as it stands."""

from __future__ import annotations

import json
from collections.abc import Collection

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SCRIPT = Axe().axe_script
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WHAT_FAILS = {"resultTypes": ["violations"]}
"""Every violation with all its places; describing what is in order as well takes several times as long."""


def violations(page: Page, but_for: Collection[str] = ()) -> list[str]:
    """Every violation with the address and the first places of it; empty where nothing is wrong."""
    page.evaluate(SCRIPT)
    found = page.evaluate(f"axe.run({json.dumps(RULES | WHAT_FAILS)}).then(told => told.violations)")
    return [
        f"{page.url} {one['id']} {one['help']}: {[node['target'] for node in one['nodes']][:3]}"
        for one in found
        if one["id"] not in but_for
    ]
