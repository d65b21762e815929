"""Nothing typed is ever lost: what an engineer's evening can do to a form."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route, expect

from accounts.roles import Role
from incidents.authoring import operations
from incidents.milestones import MilestoneKind
from incidents.models import Incident, TimelineEntry, UnsentText
from tests.browser.writing import (
    arrived,
    leave,
    open_editor,
    row,
    section,
    signed_in,
    stored,
    what_happened,
)
from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(people: Callable[[str], Page]) -> Page:
    return people("Anna")


# ── It saves itself ─────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_typed_arrives_within_seconds_and_the_server_says_when(page: Page, incident: Incident) -> None:
    what_happened(page, 0).press("End")
    what_happened(page, 0).press_sequentially(" and then some")

    arrived(page)

    assert stored(incident).endswith("and then some")
    expect(page.locator("#saved time")).to_have_text(re.compile(r"^\d\d:\d\d$"))


def test_what_is_typed_before_the_scripts_have_come_is_saved_too(page: Page, incident: Incident) -> None:
    late: list[Route] = []

    def hold(route: Route) -> None:
        late.append(route)

    page.route("**/js/editor/saving*.js", hold)
    page.goto(page.url, wait_until="commit")
    what_happened(page, 0).fill("Typed on a slow line")
    row(page, 1).get_by_label("Milestone").select_option("mitigated")

    late[0].continue_()

    expect(page.locator("html.has-script")).to_be_attached()
    arrived(page)
    assert stored(incident) == "Typed on a slow line"
    assert incident.entries.in_order()[1].milestone.kind == MilestoneKind.MITIGATED  # type: ignore[union-attr]


def test_leaving_a_field_saves_at_once(page: Page, incident: Incident) -> None:
    impact = page.locator("#section-impact")
    impact.get_by_label("For colleagues").fill("Everybody")

    with page.expect_response(lambda response: "/sections/impact/" in response.url, timeout=1_000):
        impact.get_by_label("For customers").focus()

    assert section(incident, "impact").text == "Everybody"


def test_a_pause_after_a_blank_does_not_join_two_words(page: Page, incident: Incident) -> None:
    what_happened(page, 0).fill("")
    what_happened(page, 0).press_sequentially("First ")
    arrived(page)
    what_happened(page, 0).press_sequentially("second")
    leave(page)
    arrived(page)

    assert stored(incident) == "First second"


def test_too_much_to_keep_is_red_and_says_that_it_is_not_kept(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations.unsent, "MAX_UNSENT_LENGTH", 10)
    page.get_by_label("New row: time and what happened").press_sequentially("05:40 too much")

    expect(page.locator("#saved.is-failed")).to_have_text("Not saved.")
    expect(page.locator("#not-saved")).to_contain_text("Your text is still here")


def test_the_caret_and_the_words_stay_where_they_are_while_it_saves(page: Page, incident: Incident) -> None:
    text = page.locator("#section-impact").get_by_label("For colleagues")
    text.press_sequentially("First")
    page.wait_for_timeout(1_300)
    text.press_sequentially(", second")
    arrived(page)

    expect(text).to_be_focused()
    expect(text).to_have_value("First, second")
    assert section(incident, "impact").text == "First, second"


def test_saving_one_row_leaves_another_alone(page: Page, incident: Incident) -> None:
    what_happened(page, 1).press("End")
    page.route(
        "**/timeline/*/",
        lambda route: route.abort() if "half" in (route.request.post_data or "") else route.continue_(),
    )
    what_happened(page, 1).press_sequentially(" half a thought")
    what_happened(page, 0).fill("Saved at once")
    leave(page)
    expect(page.locator("#saved")).to_contain_text("Not saved")

    page.unroute("**/timeline/*/")

    expect(what_happened(page, 1)).to_have_value(f"{stored(incident, 1)} half a thought")
    arrived(page)
    assert (stored(incident, 0), stored(incident, 1)[-4:]) == ("Saved at once", "ught")


def test_a_closed_tab_comes_back_as_it_was(page: Page, live_server: Any, incident: Incident) -> None:
    what_happened(page, 0).fill("Typed a moment before the lid was shut")
    page.get_by_label("New row: time and what happened").press_sequentially("06:15 backup sys")
    page.get_by_label("New action item").fill("Put a time")
    context = page.context

    page.close(run_before_unload=True)
    page = context.new_page()
    row, item = page.get_by_label("New row: time and what happened"), page.get_by_label("New action item")
    for _ in range(20):  # what a tab sends as it closes arrives in any order
        open_editor(page, live_server.url, incident)
        if what_happened(page, 0).input_value()[:5] == "Typed" and row.input_value() and item.input_value():
            break

    expect(what_happened(page, 0)).to_have_value("Typed a moment before the lid was shut")
    expect(row).to_have_value("06:15 backup sys")
    expect(item).to_have_value("Put a time")


def test_no_word_of_a_draft_is_stored_in_the_browser(page: Page) -> None:
    page.locator("#section-impact").get_by_label("For colleagues").fill("A secret of ours")
    page.get_by_label("New row: time and what happened").fill("06:15 another one")
    page.wait_for_timeout(1_500)

    stored = page.evaluate(
        "async () => [{...localStorage}, {...sessionStorage}, await indexedDB.databases(), await caches.keys()]"
    )
    assert "secret" not in str(stored)
    assert "another" not in str(stored)
    assert stored[2:] == [[], []]


# ── It does not save, and goes on ───────────────────────────────────────────────────────────────────────────


def test_a_server_that_is_stopped_and_started_again_loses_nothing(browser: Browser, incident: Incident) -> None:
    server = Server()
    address = server.address
    context = signed_in(browser, address, make_user(Role.ENGINEER))
    page = context.new_page()
    open_editor(page, address, incident)
    impact = page.locator("#section-impact").get_by_label("For colleagues")
    impact.press_sequentially("Before. ")
    arrived(page)

    server.kill()
    impact.press_sequentially("During. ")
    what_happened(page, 0).fill("Written while nobody listened")
    expect(page.locator("#saved")).to_have_text("Not saved. Trying again…")
    expect(page.get_by_role("alert").filter(has_text="The server does not answer.")).to_be_visible()
    impact.press_sequentially("Still during.")
    server.start()

    arrived(page)
    expect(page.get_by_role("alert").filter(has_text="Not saved")).to_have_count(0)
    assert section(incident, "impact").text == "Before. During. Still during."
    assert stored(incident) == "Written while nobody listened"
    context.close()
    server.kill()


class Server:
    """A web server in a process of its own, on the database of the tests, that can be killed and started again."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._listen = f"127.0.0.1:{probe.getsockname()[1]}"
        self.address = f"http://{self._listen}"
        self.start()

    def start(self) -> None:
        name = connection.settings_dict["NAME"]
        url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
        self._process = subprocess.Popen(
            [sys.executable, "manage.py", "runserver", self._listen, "--noreload", "--insecure", "--skip-checks"],
            cwd=Path(__file__).parents[2],
            env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(200):
            with contextlib.suppress(OSError), urllib.request.urlopen(self.address + "/healthz/live"):  # noqa: S310  # our own address
                return
            time.sleep(0.1)
        raise AssertionError("The server did not start.")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


def test_a_new_incident_is_opened_once(page: Page, live_server: Any, incident: Incident) -> None:
    page.goto(live_server.url + reverse("authoring:new_incident"))
    page.get_by_label("What happened?").fill("Websites answer 500")
    page.get_by_label("How bad?").select_option(label="Critical")
    page.get_by_label("When did it start?").fill("2026-03-06")
    page.locator("[name=started_time]").fill("05:00")
    page.wait_for_timeout(1_500)
    assert UnsentText.objects.filter(incident=None).count() == 4

    page.get_by_role("button", name="Open the incident").click()

    expect(page.locator("#editor-title")).to_contain_text("Websites answer 500")
    page.wait_for_timeout(500)
    assert Incident.objects.filter(title="Websites answer 500").count() == 1
    assert not UnsentText.objects.exists()


def test_a_failed_save_is_red_and_leaving_is_asked(page: Page) -> None:
    page.context.set_offline(True)
    what_happened(page, 0).fill("Not yet with the server")
    leave(page)
    expect(page.locator("#saved")).to_have_class("saved is-failed")

    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.context.set_offline(False)
    page.route("**/timeline/*/", lambda route: route.abort())
    page.reload()

    assert asked == ["beforeunload"]


def test_what_the_server_can_not_take_is_kept_and_said(page: Page, live_server: Any, incident: Incident) -> None:
    row(page, 1).get_by_label("Time", exact=True).fill("soon")
    leave(page)

    expect(row(page, 1)).to_contain_text("Write the time as 05:10")
    expect(page.locator("#saved")).to_have_text("Kept for you. Something is asked first.")
    expect(row(page, 1).get_by_label("Time", exact=True)).to_have_attribute("aria-invalid", "true")
    what_happened(page, 0).fill("Another row is saved meanwhile")
    leave(page)
    arrived(page)
    page.reload()
    expect(row(page, 1).get_by_label("Time", exact=True)).to_have_value("soon")
    row(page, 1).get_by_label("Time", exact=True).fill("05:30")
    leave(page)
    expect(row(page, 2).get_by_label("Time", exact=True)).to_have_value("05:30")  # it found its place
    expect(page.locator("#timeline .note-error")).to_have_count(0)
    assert not UnsentText.objects.exists()


def test_words_for_a_deleted_row_are_given_back(page: Page, incident: Incident) -> None:
    incident.entries.in_order()[1].delete()

    what_happened(page, 1).fill("Written for nobody?")
    leave(page)

    expect(page.get_by_role("alert").filter(has_text="Somebody deleted")).to_contain_text("Written for nobody?")


def test_what_can_not_be_taken_back_is_asked(page: Page, incident: Incident) -> None:
    questions: list[str] = []
    page.on("dialog", lambda dialog: (questions.append(dialog.message), dialog.dismiss()))
    TimelineEntry.objects.filter(pk=incident.entries.in_order()[0].pk).update(public_text="Other words")
    page.reload()
    posts: list[str] = []
    page.on(
        "request",
        lambda request: posts.append(request.url) if request.method == "POST" and "pulse" not in request.url else None,
    )

    page.locator("#section-summary").get_by_role("button", name="Use for customers").click()
    row(page, 0).get_by_role("button", name="public", exact=False).first.click()
    row(page, 0).locator("summary").click()
    row(page, 0).get_by_role("button", name="Delete row").click()
    page.locator("#actions .entry-more summary").first.click()
    page.locator("#actions").get_by_role("button", name="Delete item").click()

    assert [question.split()[0] for question in questions] == ["Replace", "Drop", "Delete", "Delete"]
    assert posts == []


def test_an_empty_wording_is_filled_without_a_question(page: Page, incident: Incident) -> None:
    impact = page.locator("#section-impact")
    impact.get_by_label("For colleagues").fill("All of it.")

    impact.get_by_role("button", name="Use for customers").click()

    expect(impact.get_by_label("For customers")).to_have_value("All of it.")
    arrived(page)
    assert section(incident, "impact").public_text == "All of it."


def test_an_image_is_pasted_into_a_section(page: Page, incident: Incident, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    impact = page.locator("#section-impact").get_by_label("For colleagues")
    impact.fill("See: ")
    impact.press("End")

    page.evaluate(
        """async () => {
            const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 20 });
            const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
            const data = new DataTransfer();
            data.items.add(new File([blob], "graph.png", { type: "image/png" }));
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
            );
        }"""
    )

    expect(page.locator("#images img")).to_have_count(1)
    image = incident.attachments.get()
    expect(impact).to_have_value(f"See: {image.markdown}")
    arrived(page)
    assert not image.is_public
    assert section(incident, "impact").text == f"See: {image.markdown}"


def test_five_hundred_rows_stay_quick(page: Page, live_server: Any, incident: Incident) -> None:
    """A row that is saved costs the same, however many there are: the answer is a few hundred bytes."""
    start = incident.entries.in_order()[0].occurred_at
    TimelineEntry.objects.bulk_create(
        TimelineEntry(incident=incident, occurred_at=start, text=f"Row {number}") for number in range(500)
    )
    page.set_default_navigation_timeout(30_000)
    open_editor(page, live_server.url, incident)
    answers: list[int] = []
    page.on(
        "response",
        lambda answer: answers.append(len(answer.body())) if "/timeline/" in answer.url else None,
    )
    page.set_default_timeout(30_000)

    what_happened(page, 250).fill("Mended")
    leave(page)
    arrived(page)

    assert incident.entries.filter(text="Mended").count() == 1
    assert answers
    assert max(answers) < 2_000
