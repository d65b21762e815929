"""Programs that others wrote for this format, against a running server."""

from __future__ import annotations

import functools
import http.server
import json
import os
import shutil
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import atlassian_statuspage
import feedparser
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from icalendar import Calendar
from playwright.sync_api import Browser, Locator, expect

from tests.factories import START, make_component, publish
from tests.public.formats.telling import HOUR, affect, change, incident, maintenance, say, site

pytestmark = pytest.mark.django_db(transaction=True)


def installed(package: str) -> Path:
    """Where `make setup` put a package."""
    found: Path = settings.BASE_DIR / "node_modules" / package
    assert found.is_dir(), f"{package} is missing: run make setup"
    return found


@pytest.fixture
def server(live_server: Any, settings: Any) -> str:
    """A page with one of everything."""
    url: str = live_server.url
    settings.PUBLIC_BASE_URL = url
    site(name="Harbor", time_zone="America/New_York")
    checkout = make_component("Checkout", group="Europe")
    make_component("Dashboard")
    event = incident()
    affect(event, checkout)
    say(event, "identified", "Found.", affected=[change(checkout, "operational", "partial_outage")])
    say(maintenance("Work ahead"), "scheduled", "It will be.")
    say(maintenance("Work now"), "in_progress", "We begin.")
    say(publish().incident.public_event, "resolved", "It is over.")
    return url


CALL_ALL = """
const { Statuspage } = require(process.argv[1]);
const client = new Statuspage('harbor');
client.setApiUrl(process.argv[2]);
const { api } = client;
const calls = {
  summary: api.getSummary(), status: api.getStatus(), components: api.getComponents(),
  incidents: api.incidents.getAll(), unresolved: api.incidents.getUnresolved(),
  maintenances: api.scheduledMaintenances.getAll(), upcoming: api.scheduledMaintenances.getUpcoming(),
  active: api.scheduledMaintenances.getActive(),
};
Promise.all(Object.entries(calls).map(async ([name, call]) => [name, await call]))
  .then((found) => console.log(JSON.stringify(Object.fromEntries(found))));
"""


def test_statuspage_io_reads_every_document(server: str) -> None:
    package = installed("statuspage.io")
    node = shutil.which("node", path=f"{os.environ['PATH']}{os.pathsep}{settings.BASE_DIR / '.venv/bin'}")
    assert node, "npm came with a node"
    ran = subprocess.run(
        [node, "-e", CALL_ALL, str(package), server], capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert found["status"]["status"] == found["summary"]["status"]
    assert found["summary"]["status"]["description"] == "Minor Service Outage"
    assert [each["name"] for each in found["components"]["components"]] == ["Europe", "Checkout", "Dashboard"]
    assert {each["status"] for each in found["incidents"]["incidents"]} == {"identified", "postmortem"}
    assert [each["name"] for each in found["unresolved"]["incidents"]] == ["Card payments fail"]
    for name in ("maintenances", "upcoming", "active"):  # this version asks for what is upcoming in all three
        assert [each["name"] for each in found[name]["scheduled_maintenances"]] == ["Work ahead"]


def test_atlassian_statuspage_reads_incidents_with_all_that_is_in_them(server: str) -> None:
    """The client is made for another interface, but its objects are the same, and it refuses what it doesn't know."""
    configuration = atlassian_statuspage.Configuration()
    configuration.host = server
    client = atlassian_statuspage.ApiClient(configuration)
    with open_address(f"{server}/api/v2/incidents.json") as answer:
        ids = [each["id"] for each in json.load(answer)["incidents"]]
    read = {
        each.name: each
        for public_id in ids
        for each in [
            client.call_api(
                f"/incidents/{public_id}.json", "GET", response_type="Incident", _return_http_data_only=True
            )
        ]
    }
    failing, reported = read["Card payments fail"], read["Our servers were down"]
    assert (failing.created_at, failing.resolved_at) == (START, None)
    assert failing.incident_updates[0].affected_components[0]["name"] == "Europe - Checkout"
    assert failing.components[0].status == "partial_outage"
    assert (reported.status, reported.incident_updates[0].status) == ("postmortem", "postmortem")
    assert "We are sorry" in reported.postmortem_body


def open_address(address: str) -> Any:
    return urllib.request.urlopen(address, timeout=30)  # noqa: S310  # a server of ours


def test_feeds_and_calendar_are_read_from_the_server(server: str) -> None:
    for path in ("/history.atom", "/history.rss", "/updates.atom"):
        with open_address(server + path) as answer:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            parsed = feedparser.parse(answer.read(), response_headers=headers)
        assert not parsed.bozo
        assert len(parsed.entries) == (5 if path == "/updates.atom" else 4)
        assert all(entry.link.startswith(server) for entry in parsed.entries)
    with open_address(f"{server}/calendar.ics") as answer:
        entries = Calendar.from_ical(answer.read()).walk("VEVENT")
    assert [entry.start for entry in entries if "Work ahead" in entry["SUMMARY"]] == [START]
    assert [entry.duration for entry in entries if "Work ahead" in entry["SUMMARY"]] == [2 * HOUR]


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Somebody else's web site: its address, and the folder that it serves."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_address[1]}", tmp_path
        httpd.shutdown()
        thread.join()


@pytest.mark.browser
def test_the_status_widget_shows_the_state_on_another_site(
    browser: Browser, server: str, elsewhere: tuple[str, Path]
) -> None:
    address, folder = elsewhere
    shutil.copy(installed("@statuspage/status-widget") / "dist" / "index.js", folder / "widget.js")
    tag = f'<statuspage-widget src="{server}"></statuspage-widget>'
    (folder / "index.html").write_text(f'<!doctype html><script src="widget.js"></script>{tag}', encoding="utf-8")
    page = browser.new_page()
    page.goto(address)
    shown: Locator = page.locator("statuspage-widget .status-text")
    expect(shown).to_have_text("Minor Service Outage")
    expect(page.locator("statuspage-widget .status-indicator")).to_have_class("status-indicator minor")
    page.close()


@pytest.mark.browser
def test_our_own_widget_and_badge_show_on_another_site(
    browser: Browser, server: str, elsewhere: tuple[str, Path]
) -> None:
    address, folder = elsewhere
    frames = f'<iframe src="{server}/embed/" width="320" height="400"></iframe><iframe src="{server}/"></iframe>'
    (folder / "index.html").write_text(f'<!doctype html>{frames}<img src="{server}/badge.svg">', encoding="utf-8")
    page = browser.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(address)
    framed = page.frame_locator("iframe").first
    expect(framed.locator("h1")).to_have_text("Checkout is partly down")
    expect(framed.get_by_role("link", name="Card payments fail")).to_be_visible()
    assert page.evaluate("document.images[0].complete && document.images[0].naturalHeight") == 20
    assert page.frames[1].evaluate("document.documentElement.scrollWidth") <= 320
    refused = [error for error in errors if error.startswith("Framing")]
    assert [f"{server}/'" in each for each in refused] == [True], "the status page refuses, and nothing else"
    page.close()


@pytest.mark.browser
def test_our_widget_is_accessible_in_light_and_dark(browser: Browser, server: str) -> None:
    page = browser.new_page()
    page.goto(f"{server}/embed/")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        results = Axe().run(page)
        assert not results.response["violations"], results.generate_report()
    page.close()
