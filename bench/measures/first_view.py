"""What a browser fetches that was never here before, and whether the page can be read without scripts."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Browser, sync_playwright

from bench import programs, servers
from bench.results import Result, measured
from bench.sites import Site

_MOST_REQUESTS, _MOST_KB = "≤ 12", "≤ 150"


def measure(site: Site) -> Iterator[Result]:
    report = site.inside("newest")
    with servers.web(site) as (port, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=programs.chromium(), args=["--no-sandbox"])
        for name, path, words in (
            ("the report", report["path"], [report["title"], "Timeline", "Root cause"]),
            ("the status page", "/", ["operational", "E-mail"]),
        ):
            url = f"http://{servers.HOST}:{port}{path}"
            requests, size = _fetched(browser, url)
            yield measured(f"first view of {name}, requests", requests, unit="", target=_MOST_REQUESTS)
            yield measured(f"first view of {name}, over the wire", size / 1_000, unit="KB", target=_MOST_KB)
            missing = _unread(browser, url, words)
            note = f"missing: {', '.join(missing)}" if missing else "its words are there, and in sight"
            missed = f"words missing on {name} without JavaScript"
            yield measured(missed, len(missing), unit="", target="≤ 0", note=note)
        browser.close()


def _fetched(browser: Browser, url: str) -> tuple[int, int]:
    """Requests, and bytes with headers, as the browser's own network panel counts them."""
    context = browser.new_context(viewport={"width": 1180, "height": 1500})
    page = context.new_page()
    panel = context.new_cdp_session(page)
    panel.send("Network.enable")
    sizes: list[int] = []
    panel.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    page.goto(url, wait_until="networkidle")
    context.close()
    return len(sizes), sum(sizes)


def _unread(browser: Browser, url: str, words: list[str]) -> list[str]:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(url)
    shown = page.locator("body").inner_text().lower()
    context.close()
    return [each for each in words if each.lower() not in shown]
