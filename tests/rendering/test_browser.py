"""In a real browser without any policy: nothing runs, and nothing is asked of others."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import pytest

from incidents.rendering import RenderedImage, render_markdown, render_plain
from tests.rendering.attacks import EVERY_ATTACK, in_every_context

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.browser

SITE = "https://reports.example"
IMAGES = {"chart": RenderedImage("/media/chart.png", 640, 480)}

NOTE_WHERE = "window.ran = () => { (top.ranIn ??= new Set()).add(window.name || parent.name || 'page') }"
# Everything that a reader's hands could do, but following links to other pages.
TOUCH = """async () => {
  const events = ['mouseover', 'mouseenter', 'mousemove', 'mousedown', 'mouseup', 'pointerover', 'pointerdown',
                  'pointerrawupdate', 'focus', 'focusin', 'blur', 'keydown', 'input', 'toggle', 'animationstart'];
  const pages = [document, ...[...document.querySelectorAll('iframe[name]')].map(frame => frame.contentDocument)];
  const stay = event => {
    const link = event.target.closest('a');
    if (/^(https?|mailto):/.test(link?.href?.baseVal ?? link?.href ?? '')) event.preventDefault();
  };
  for (const page of pages) page?.addEventListener('click', stay, true);
  for (const element of pages.flatMap(page => [...page?.querySelectorAll('body, body *') ?? []])) {
    for (const name of events) element.dispatchEvent(new Event(name, {bubbles: true}));
    if (element.focus) element.focus();
    element.dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}));
  }
  await new Promise(done => setTimeout(done, 500));
  return [...window.ranIn ?? []];
}"""


class Visit:
    """One page of the site, with all that it asks for written down."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: list[str] = []
        self.html = ""
        page.add_init_script(NOTE_WHERE)
        page.on("dialog", lambda dialog: dialog.dismiss())
        page.route("**/*", self._answer)

    def _answer(self, route: Route) -> None:
        if route.request.url == f"{SITE}/":
            route.fulfill(body=self.html, content_type="text/html; charset=utf-8")
            return
        self.asked.append(route.request.url)
        route.abort()

    def ran_in(self, body: str) -> list[str]:
        self.html = f"<!doctype html><title>t</title><body>{body}"
        self.page.goto(f"{SITE}/")
        ran_in: list[str] = self.page.evaluate(TOUCH)
        return ran_in


def test_nothing_runs_and_nothing_is_loaded(page: Page) -> None:
    visit = Visit(page)
    bodies = [render_markdown(text, images=IMAGES) for attack in EVERY_ATTACK for text in in_every_context(attack)]
    bodies += [render_plain(attack) for attack in EVERY_ATTACK]

    assert visit.ran_in("".join(f"<section>{body}</section>\n" for body in bodies)) == []
    assert set(visit.asked) <= {f"{SITE}/media/chart.png", f"{SITE}/favicon.ico"}
    assert page.locator("section").count() == len(bodies)


def test_the_same_attacks_run_where_nobody_cleans(page: Page) -> None:
    """The test above can fail: without the renderer many of its attacks succeed."""
    visit = Visit(page)
    raw = [escape(attack.encode(errors="ignore").decode()) for attack in EVERY_ATTACK]
    ran_in = visit.ran_in(
        "".join(
            f'<iframe sandbox="allow-scripts allow-same-origin allow-forms" name="{at}" srcdoc="{html}"></iframe>'
            for at, html in enumerate(raw)
        )
    )

    assert len(set(ran_in) - {"page"}) >= 40
    assert "https://evil.example/pixel.png" not in visit.asked  # Markdown, which no browser reads
    assert "https://evil.example/1.png" in visit.asked
