"""The workspace in a real browser: accessible in both schemes, fits a phone, loses nothing that was typed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from accounts.roles import Role
from incidents.milestones import MilestoneKind
from incidents.models import Attachment, Incident, ReportSection, TimelineEntry
from incidents.review.operations import submit_for_review
from tests.factories import NOW, approve, make_component, make_draft, make_user, publish
from tests.import_export.test_import_pages import REPORT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def incident(severities: None) -> Incident:
    make_component("Websites", group="Hosting")
    incident = make_draft(rows=3).incident
    Attachment.objects.create(incident=incident, source_url="https://example.test/room.jpg")
    return incident


def signed_in(context: BrowserContext, live_server: Any, role: str) -> None:
    """A session without the log-in form, which has tests of its own."""
    client = Client()
    client.force_login(make_user(role))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])


@pytest.fixture
def page(browser: Browser, live_server: Any, incident: Incident) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(8_000)
    signed_in(context, live_server, Role.ADMIN)
    yield context.new_page()
    context.close()


def addresses(incident: Incident) -> list[str]:
    review = submit_for_review(make_draft(), by=incident.opened_by, at=NOW).incident
    approved = approve(make_draft()).incident
    published = publish(make_draft()).incident
    return [
        reverse("authoring:incident_list"),
        reverse("authoring:new_incident"),
        reverse("authoring:editor", args=[incident.number]),
        reverse("authoring:editor", args=[published.number]),
        reverse("authoring:history", args=[published.number]),
        reverse("publishing:preview", args=[incident.number]),
        reverse("review:review", args=[review.number]),
        reverse("publishing:publish", args=[approved.number]),
        reverse("publishing:withdraw", args=[published.number]),
        reverse("import_export:import"),
        reverse("status:component_list"),
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page: Page, live_server: Any, incident: Incident, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    for address in addresses(incident):
        page.goto(live_server.url + address)
        page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true })")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{address} {scheme}\n{found.generate_report()}"


def test_axe_finds_nothing_in_what_was_understood_and_refused(page: Page, live_server: Any) -> None:
    page.goto(live_server.url + reverse("import_export:import"))
    page.get_by_label("Or paste the text").fill(REPORT)
    page.get_by_role("button", name="Read it").click()
    understood = Axe().run(page)
    assert understood.violations_count == 0, understood.generate_report()
    page.locator("[name=rows-0-clock]").fill("soon")
    page.get_by_role("button", name="Keep as a new incident").click()
    expect(page.get_by_text("Choose a severity").or_(page.get_by_text("This field is required."))).to_be_visible()
    refused = Axe().run(page)
    assert refused.violations_count == 0, refused.generate_report()


def test_everything_fits_a_phone(page: Page, live_server: Any, incident: Incident) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    for address in addresses(incident):
        page.goto(live_server.url + address)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, f"{address} is {wide} wide"


def test_saving_one_row_keeps_what_is_typed_in_another(page: Page, live_server: Any, incident: Incident) -> None:
    page.goto(live_server.url + reverse("authoring:editor", args=[incident.number]))
    first, second = page.locator("form.entry").nth(0), page.locator("form.entry").nth(1)
    second.get_by_label("What happened").fill("Half a thought")
    first.get_by_label("What happened").fill("Saved at once")

    with page.expect_response(lambda response: response.request.method == "POST"):
        first.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator("form.entry").nth(0).get_by_label("What happened")).to_have_value("Saved at once")
    expect(page.locator("form.entry").nth(1).get_by_label("What happened")).to_have_value("Half a thought")
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.locator("form.entry").nth(1).get_by_role("button", name="Save", exact=True).click()
    assert incident.entries.in_order()[1].text == "Half a thought"


def test_a_save_that_fails_says_so_and_keeps_the_text(page: Page, live_server: Any, incident: Incident) -> None:
    page.goto(live_server.url + reverse("authoring:editor", args=[incident.number]))
    row = page.locator("form.entry").first
    row.get_by_label("What happened").fill("Written during an outage of our own")
    page.context.set_offline(True)

    row.get_by_role("button", name="Save", exact=True).click()

    expect(row).to_have_class("entry entry-public is-dirty is-unsaved")
    expect(row.get_by_label("What happened")).to_have_value("Written during an outage of our own")
    page.context.set_offline(False)
    with page.expect_response(lambda response: response.request.method == "POST"):
        row.get_by_role("button", name="Save again").click()
    expect(page.locator("form.is-unsaved")).to_have_count(0)
    assert incident.entries.in_order()[0].text == "Written during an outage of our own"


def test_the_preview_follows_what_is_saved(page: Page, live_server: Any, incident: Incident) -> None:
    page.goto(live_server.url + reverse("authoring:editor", args=[incident.number]))
    facts = page.locator("#facts")
    facts.get_by_label("Headline for customers").fill("A headline that just came in")

    facts.get_by_role("button", name="Save facts").click()

    preview = page.frame_locator("#preview")
    expect(preview.get_by_role("heading", level=1)).to_have_text("A headline that just came in")


def open_editor(page: Page, live_server: Any, incident: Incident) -> None:
    page.goto(live_server.url + reverse("authoring:editor", args=[incident.number]))


def row(page: Page, number: int) -> Locator:
    return page.locator("#timeline form.entry").nth(number)


def press(part: Locator, name: str = "Save") -> int:
    """Press a button, wait for the answer and until it stands in the page."""
    with part.page.expect_response(lambda response: response.request.method == "POST") as answer:
        part.get_by_role("button", name=name, exact=True).click()
    expect(part.page.locator(".htmx-request, .htmx-settling")).to_have_count(0)
    return answer.value.status


def test_an_expired_session_loses_nothing(page: Page, live_server: Any, incident: Incident, fresh_limits: None) -> None:
    open_editor(page, live_server, incident)
    row(page, 0).get_by_label("What happened").fill("Typed while the session ran out")
    Session.objects.all().delete()

    assert press(row(page, 0)) == 401

    notice = page.get_by_role("alert").filter(has_text="Not saved. You are logged out.")
    expect(notice).to_be_in_viewport()
    expect(row(page, 0).get_by_label("What happened")).to_have_value("Typed while the session ran out")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()

    person = make_user(Role.ENGINEER)
    with page.expect_popup() as popup:
        notice.get_by_role("link", name="log in in a new tab").click()
    popup.value.get_by_label("Email").fill(person.email)
    popup.value.get_by_label("Password").fill("correct horse battery")
    popup.value.get_by_role("button", name="Log in", exact=True).click()
    popup.value.wait_for_url("**/workspace/")
    popup.value.close()

    # Logging in changed the token of every form: the first answer is 403, and the page helps itself.
    with page.expect_response(lambda response: response.request.method == "POST" and response.ok):
        row(page, 0).get_by_role("button", name="Save again").click()

    expect(notice).to_have_count(0)
    expect(page.locator("form.is-dirty")).to_have_count(0)
    assert incident.entries.in_order()[0].text == "Typed while the session ran out"


def test_no_answer_is_said_aloud(page: Page, live_server: Any, incident: Incident) -> None:
    open_editor(page, live_server, incident)
    row(page, 0).get_by_label("What happened").fill("x")
    page.context.set_offline(True)

    row(page, 0).get_by_role("button", name="Save", exact=True).click()

    notice = page.get_by_role("alert").filter(has_text="Not saved. The server does not answer.")
    expect(notice).to_be_in_viewport()
    page.context.set_offline(False)
    press(row(page, 0), "Save again")
    expect(notice).to_have_count(0)


def test_a_refused_row_stays_when_another_is_saved(page: Page, live_server: Any, incident: Incident) -> None:
    open_editor(page, live_server, incident)
    row(page, 1).get_by_label("What happened").fill("Refused for its time")
    row(page, 1).get_by_label("Time", exact=True).last.fill("soon")
    assert press(row(page, 1)) == 422
    row(page, 0).get_by_label("What happened").fill("Saved")

    assert press(row(page, 0)) == 200

    expect(row(page, 1).get_by_label("What happened")).to_have_value("Refused for its time")
    expect(row(page, 1).get_by_label("Time", exact=True).last).to_have_value("soon")
    expect(row(page, 0).get_by_label("What happened")).to_have_value("Saved")


def test_a_row_in_conflict_stays_when_another_is_saved(page: Page, live_server: Any, incident: Incident) -> None:
    open_editor(page, live_server, incident)
    second = incident.entries.in_order()[1]
    TimelineEntry.objects.filter(pk=second.pk).update(text="Theirs", version=2)
    row(page, 1).get_by_label("What happened").fill("Mine")
    assert press(row(page, 1)) == 409
    expect(row(page, 1).get_by_text("Theirs", exact=True)).to_be_visible()
    row(page, 0).get_by_label("What happened").fill("Saved")

    press(row(page, 0))

    expect(row(page, 1).get_by_label("What happened")).to_have_value("Mine")
    assert press(row(page, 1)) == 200
    second.refresh_from_db()
    assert second.text == "Mine"


def test_text_carried_along_does_not_hide_a_conflict(page: Page, live_server: Any, incident: Incident) -> None:
    open_editor(page, live_server, incident)
    second = incident.entries.in_order()[1]
    row(page, 1).get_by_label("What happened").fill("Mine")
    TimelineEntry.objects.filter(pk=second.pk).update(text="Theirs", version=2)
    press(row(page, 0))
    expect(row(page, 1).get_by_label("What happened")).to_have_value("Mine")

    assert press(row(page, 1)) == 409

    expect(row(page, 1).get_by_text("Theirs", exact=True)).to_be_visible()


def test_text_carried_along_leaves_what_others_changed(page: Page, live_server: Any, incident: Incident) -> None:
    open_editor(page, live_server, incident)
    second = incident.entries.in_order()[1]
    row(page, 1).get_by_label("What happened").fill("Mine")
    TimelineEntry.objects.filter(pk=second.pk).update(precision="about", version=2)
    press(row(page, 0))

    assert press(row(page, 1)) == 200

    second.refresh_from_db()
    assert (second.text, second.precision) == ("Mine", "about")


def test_words_for_a_deleted_row_are_given_back(page: Page, live_server: Any, incident: Incident) -> None:
    open_editor(page, live_server, incident)
    row(page, 1).get_by_label("What happened").fill("Written for nobody?")
    incident.entries.in_order()[1].delete()

    press(row(page, 0))

    expect(page.get_by_role("alert").filter(has_text="Somebody deleted")).to_contain_text("Written for nobody?")


def test_marking_a_row_reaches_a_card_that_is_being_edited(page: Page, live_server: Any, incident: Incident) -> None:
    open_editor(page, live_server, incident)
    card = page.locator("#milestones")
    detected = card.get_by_role("group", name="Detected").get_by_label("Time", exact=True)
    detected.fill("05:01")
    row(page, 2).get_by_label("Milestone", exact=True).select_option(label="Mitigated")

    press(row(page, 2))

    expect(detected).to_have_value("05:01")
    expect(card.get_by_role("group", name="Mitigated").get_by_label("Time", exact=True)).to_have_value("05:02")
    assert press(card, "Save milestones") == 200
    stored = {milestone.kind: milestone for milestone in incident.milestones.all()}
    assert f"{stored[MilestoneKind.DETECTED].at:%H:%M}" == "05:01"
    assert f"{stored[MilestoneKind.MITIGATED].at:%H:%M}" == "05:02"


def test_a_typed_time_keeps_its_zone(page: Page, live_server: Any, incident: Incident) -> None:
    open_editor(page, live_server, incident)
    row(page, 1).get_by_label("Time", exact=True).last.fill("05:30")
    Incident.objects.filter(pk=incident.pk).update(time_zone="Asia/Tokyo")
    press(row(page, 0))
    expect(row(page, 1).locator(".moment-zone")).to_have_text("UTC")
    expect(row(page, 1).locator(".moment-zone")).to_be_visible()

    assert press(row(page, 1)) == 200

    assert any(f"{entry.occurred_at:%d %H:%M}" == "06 05:30" for entry in incident.entries.all())


def test_what_is_typed_while_it_is_saved_stays(page: Page, live_server: Any, incident: Incident) -> None:
    open_editor(page, live_server, incident)
    text = row(page, 0).get_by_label("What happened")
    text.fill("First")
    page.evaluate(
        """() => document.addEventListener("htmx:beforeSend", () => {
            const text = document.querySelector("#timeline form.entry [name$=-text]");
            text.value = "First and second";
            text.dispatchEvent(new Event("input", { bubbles: true }));
        }, { once: true })"""
    )

    press(row(page, 0))

    expect(text).to_have_value("First and second")
    assert incident.entries.in_order()[0].text == "First"
    assert press(row(page, 0)) == 200
    assert incident.entries.in_order()[0].text == "First and second"


def test_what_can_not_be_taken_back_is_asked(page: Page, live_server: Any, incident: Incident) -> None:
    questions: list[str] = []
    page.on("dialog", lambda dialog: (questions.append(dialog.message), dialog.dismiss()))
    TimelineEntry.objects.filter(pk=incident.entries.in_order()[0].pk).update(public_text="")
    open_editor(page, live_server, incident)
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)

    page.locator("#section-summary").get_by_role("button", name="Use for customers").click()
    page.get_by_role("button", name="Make all rows public").click()
    row(page, 0).get_by_text("More").click()
    row(page, 0).get_by_role("button", name="Delete row").click()
    page.locator("#actions form.entry").first.get_by_text("More").click()
    page.locator("#actions form.entry").first.get_by_role("button", name="Delete item").click()
    page.locator("#images").get_by_role("button", name="Remove").click()
    # A word just typed counts, though the server doesn't know it yet.
    page.locator("#section-impact").get_by_label("For customers").fill("Not stored yet")
    page.locator("#section-impact").get_by_role("button", name="Use for customers").click()

    assert [question.split()[0] for question in questions] == [
        "Replace", "Show", "Delete", "Delete", "Remove", "Replace",
    ]  # fmt: skip
    assert posts == []


def test_an_empty_wording_is_filled_without_a_question(page: Page, live_server: Any, incident: Incident) -> None:
    open_editor(page, live_server, incident)
    page.locator("#section-impact").get_by_label("For colleagues").fill("All of it.")

    assert press(page.locator("#section-impact"), "Use for customers") == 200

    expect(page.locator("#section-impact").get_by_label("For customers")).to_have_value("All of it.")
    assert ReportSection.objects.get(report=incident.report, key="impact").public_text == "All of it."


def test_each_wording_has_its_preview(page: Page, live_server: Any, incident: Incident) -> None:
    open_editor(page, live_server, incident)
    summary = page.locator("#section-summary")
    summary.get_by_label("For customers").fill("**Nothing** was lost.")

    press(summary, "Preview of the wording for customers")

    expect(summary.locator(".rendered strong")).to_have_text("Nothing")
    expect(page.locator("#section-summary-form")).to_have_class("is-dirty")


def test_a_conflict_is_accessible_and_fits_a_phone(page: Page, live_server: Any, incident: Incident) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    open_editor(page, live_server, incident)
    TimelineEntry.objects.filter(incident=incident).update(text="T" * 300, precision="about", version=2)
    row(page, 0).get_by_label("What happened").fill("Mine")
    assert press(row(page, 0)) == 409

    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
