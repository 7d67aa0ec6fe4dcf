"""Weighs and times the citizen page as a cheap phone gets it: ``python -m tests.bench.citizen_page``.

Prints a table, each figure beside its limit; exit status 1 when a limit is broken. Slow 3G is 400 kbit/s either way
with 400 ms before every reply, the processor four times slower; both by Chromium's own emulation, which leaves out
the connection's handshakes. A page is usable when both consent buttons can be seen and tapped and its script has run.
``--loads 0`` needs no browser: bytes and processor time only.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench.served import Served, sample_server

FORMS = ("sipas_desk", "quick_pulse")
PHONE = {"width": 360, "height": 640}
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
BYTES_A_SECOND = 400_000 / 8
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND}
SLOWER = 4
PAGES_FOR_CPU = 400
LOADS_BEFORE = 20
LONGEST_WAIT = 60
HANDSHAKES = 0.8
"""TCP and TLS 1.3: a round trip of 400 ms each."""

WATCH_USABLE = """(() => {
  const queries = ["label[for=consent]", "a[href*='/no-thanks']"];
  const canTap = (query) => {
    const button = document.querySelector(query);
    if (!button) { return false; }
    button.scrollIntoView({ block: "center" });
    const box = button.getBoundingClientRect();
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return box.height >= 44 && top !== null && button.contains(top);
  };
  const look = () => {
    if (document.readyState === "loading" || !queries.every(canTap)) { requestAnimationFrame(look); return; }
    requestAnimationFrame(() => setTimeout(() => { window.usableAfter = performance.now(); }, 0));
  };
  requestAnimationFrame(look);
})();"""
SCREENS = "document.documentElement.scrollHeight / window.innerHeight"
LAST_ANSWER = """Array.from(document.querySelectorAll(".rows label")).filter((row) => row.offsetParent)
  .reduce((end, row) => Math.max(end, row.getBoundingClientRect().bottom + scrollY), 0) / window.innerHeight"""


@dataclass(frozen=True)
class Line:
    """A figure of each questionnaire and its limit (None: told, not limited)."""

    name: str
    figures: tuple[float, ...]
    limit: float | None
    unit: str = ""
    places: int = 0

    @property
    def is_kept(self) -> bool:
        return self.limit is None or all(figure <= self.limit for figure in self.figures)

    def text(self) -> str:
        figures = "".join(f"{figure:>14,.{self.places}f}" for figure in self.figures)
        limit = "–" if self.limit is None else f"{self.limit:,.{self.places}f}"
        return f"{self.name:<50}{figures}{limit:>10} {self.unit:<6}{'' if self.is_kept else ' BROKEN'}"


def _path(served: Served, form: str) -> str:
    return f"/q/{served.code}?form={form}"


def weigh(served: Served) -> Iterator[Line]:
    """Bytes of the page as it travels."""
    yield Line("page, not compressed", tuple(len(served.get(_path(served, form))) for form in FORMS), None, "bytes")
    for coding in ("gzip", "br"):
        sizes = tuple(len(served.get(_path(served, form), coding)) for form in FORMS)
        yield Line(f"page, {coding}", sizes, 14_000, "bytes")


def cpu_of_serving(served: Served) -> Iterator[Line]:
    """Processor milliseconds the server spends on one page: as the proxy asks for it, over connections that it keeps
    open (``deploy/nginx.conf``), and over a connection of its own.
    """
    name = "processor per page, rendered before"
    with closing(served.connection()) as kept:
        kept_open = [
            _cpu_a_page(served, lambda form=form: served.get_over(kept, _path(served, form), "gzip")) for form in FORMS
        ]
    yield Line(f"{name}, as by the proxy", tuple(kept_open), 1.0, "ms", 2)
    alone = [_cpu_a_page(served, lambda form=form: served.get(_path(served, form), "gzip")) for form in FORMS]
    yield Line(f"{name}, new connections", tuple(alone), None, "ms", 2)


def _cpu_a_page(served: Served, get: Callable[[], bytes]) -> float:
    for _ in range(LOADS_BEFORE):
        get()
    before = served.cpu_seconds()
    for _ in range(PAGES_FOR_CPU):
        get()
    return (served.cpu_seconds() - before) * 1000 / PAGES_FOR_CPU


@contextmanager
def _phone(browser: Browser, with_script: bool = True) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, java_script_enabled=with_script, has_touch=True, is_mobile=True)
    yield context.new_page()
    context.close()


def _slow_load(browser: Browser, address: str) -> tuple[float, list[str]]:
    """Seconds until usable on slow 3G with a slow processor, and every request made until then."""
    with _phone(browser) as page:
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        tools = page.context.new_cdp_session(page)
        tools.send("Network.enable")
        tools.send("Network.emulateNetworkConditions", SLOW_3G)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.add_init_script(WATCH_USABLE)
        page.goto(address, wait_until="commit", timeout=60_000)
        for _ in range(LONGEST_WAIT * 5):
            page.wait_for_timeout(200)
            if page.evaluate("!!window.usableAfter"):
                return page.evaluate("window.usableAfter") / 1000, requests
    raise SystemExit(f"{address} was not usable within {LONGEST_WAIT} s.")


def time_until_usable(browser: Browser, served: Served, loads: int) -> Iterator[Line]:
    """Loads each questionnaire several times; the median counts."""
    times, requests, outside = [], [], []
    for form in FORMS:
        measured = [_slow_load(browser, served.address + _path(served, form)) for _ in range(loads)]
        times.append(median(seconds for seconds, _ in measured))
        requests.append(max(len(urls) for _, urls in measured))
        outside.append(sum(not url.startswith((served.address, "data:")) for _, urls in measured for url in urls))
    yield Line("requests until usable", tuple(requests), 1)
    yield Line("requests to other addresses", tuple(outside), 0)
    yield Line(f"usable on slow 3G, slow phone (median of {loads})", tuple(times), 2.0, "s", 2)
    yield Line("the same, with TCP and TLS 1.3 set up before", tuple(t + HANDSHAKES for t in times), 2.0, "s", 2)


def _screens(browser: Browser, address: str, with_script: bool, with_consent: bool, what: str) -> float:
    with _phone(browser, with_script) as page:
        page.goto(address)
        if with_consent:
            page.locator("label[for=consent]").click()
            page.wait_for_timeout(200)
        return float(page.evaluate(what))


def length_in_screens(browser: Browser, served: Served) -> Iterator[Line]:
    """How many phone screens long the page is."""
    looks = (
        ("phone screens, as opened", True, False, SCREENS, None),
        ("phone screens, to the first question's last row", True, True, LAST_ANSWER, 1.0),
        ("phone screens, the whole first question", True, True, SCREENS, None),
        ("phone screens, all questions without script", False, True, SCREENS, None),
    )
    for name, with_script, with_consent, what, limit in looks:
        figures = (
            _screens(browser, served.address + _path(served, form), with_script, with_consent, what) for form in FORMS
        )
        yield Line(name, tuple(figures), limit, "", 2)


def measure(loads: int) -> list[Line]:
    """Every line of the table."""
    if loads == 0:
        with sample_server() as served:
            return [*weigh(served), *cpu_of_serving(served)]
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        raise SystemExit("Chromium is needed (package chromium).")
    with sample_server() as served, sync_playwright() as playwright:
        lines = [*weigh(served), *cpu_of_serving(served)]
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        lines += time_until_usable(browser, served, loads)
        lines += length_in_screens(browser, served)
        browser.close()
    return lines


def main() -> int:
    """Print the table; 1 when a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--loads", type=int, default=5, help="loads of each questionnaire (default: 5; 0: no browser)")
    lines = measure(parser.parse_args().loads)
    print(f"{'':<50}{''.join(f'{form:>14}' for form in FORMS)}{'limit':>10}")
    for line in lines:
        print(line.text())
    return 0 if all(line.is_kept for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
