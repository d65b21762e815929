"""Two people in one report: different fields merge, the same field is asked about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from incidents.authoring.operations import add_impact
from incidents.models import Component, Incident, IncidentComponent, Milestone, TimelineEntry
from tests.browser.writing import (
    BEATS,
    arrived,
    leave,
    row,
    section,
    stored,
    what_happened,
)
from tests.factories import START

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(people: Callable[[str], Page]) -> Page:
    return people("Anna")


def test_two_browsers_in_one_field_are_asked_and_both_texts_survive(
    people: Callable[[str], Page], incident: Incident
) -> None:
    anna, bela = people("Anna"), people("Béla")
    summary = "#section-summary textarea[name$='-text']"
    anna.locator(summary).fill("Anna’s words")
    leave(anna)
    arrived(anna)

    bela.locator(summary).fill("Béla’s words")
    leave(bela)

    meeting = bela.locator("#section-summary .note-meeting")
    expect(meeting).to_contain_text("Anna’s words")
    expect(bela.locator(summary)).to_have_value("Béla’s words")
    assert section(incident, "summary").text == "Anna’s words"
    bela.get_by_role("button", name="Put both in").click()
    expect(bela.locator(summary)).to_have_value("Béla’s words\n\nAnna’s words")
    leave(bela)
    arrived(bela)
    assert section(incident, "summary").text == "Béla’s words\n\nAnna’s words"


@pytest.mark.parametrize(("choice", "kept"), [("Take theirs", "Anna’s words"), ("Keep mine", "Béla’s words")])
def test_one_of_two_texts_can_be_chosen(
    people: Callable[[str], Page], incident: Incident, choice: str, kept: str
) -> None:
    anna, bela = people("Anna"), people("Béla")
    what_happened(anna, 0).fill("Anna’s words")
    leave(anna)
    arrived(anna)
    what_happened(bela, 0).fill("Béla’s words")
    leave(bela)

    bela.get_by_role("button", name=choice).click()

    arrived(bela)
    expect(bela.locator(".note-meeting")).to_have_count(0)
    assert stored(incident) == kept


def detected_in(page: Page) -> Locator:
    """The time at which it was detected, in the milestone card."""
    return page.locator("#milestones").get_by_role("group", name="Detected").get_by_label("Time", exact=True)


@pytest.mark.parametrize(
    ("at", "precision"), [(None, "unknown"), (datetime(2026, 3, 6, 5, 7, 33, tzinfo=UTC), "about")]
)
@pytest.mark.parametrize("choice", ["Take theirs", "Keep mine"])
def test_of_two_words_on_a_milestone_the_chosen_one_is_stored_whole(
    page: Page, incident: Incident, choice: str, at: datetime | None, precision: str
) -> None:
    stored = Milestone.objects.filter(incident=incident, kind="detected")
    stored.update(at=at, precision=precision)
    detected_in(page).fill("05:01")
    leave(page)
    meetings = page.locator("#milestones .note-meeting")
    expect(meetings).to_have_count(2)  # the time, and how well it is known
    expect(detected_in(page)).to_have_attribute("aria-invalid", "true")

    for left in (1, 0):
        meetings.first.get_by_role("button", name=choice).click()
        expect(meetings).to_have_count(left)

    arrived(page)
    told = [*stored.values_list("at", "precision")]
    assert told == [(at, precision) if choice == "Take theirs" else (datetime(2026, 3, 6, 5, 1, tzinfo=UTC), "exact")]
    expect(detected_in(page)).not_to_have_attribute("aria-invalid", "true")


def test_their_time_of_a_component_can_be_taken(people: Callable[[str], Page], incident: Incident) -> None:
    impact = add_impact(incident, Component.objects.get(name="Websites"), by=incident.opened_by, at=START)
    page = people("Anna")
    theirs = datetime(2026, 3, 6, 5, 7, 33, tzinfo=UTC)
    IncidentComponent.objects.filter(pk=impact.pk).update(started_at=theirs)
    page.get_by_text("Own times of Websites").click()
    start = page.get_by_role("group", name="From")
    start.get_by_label("Day").fill("2026-03-07")
    start.get_by_label("Time", exact=True).fill("05:01")
    leave(page)

    page.get_by_role("button", name="Take theirs").click()

    arrived(page)
    expect(start.get_by_label("Day")).to_have_value("2026-03-06")
    expect(start.get_by_label("Time", exact=True)).to_have_value("05:07:33")
    assert IncidentComponent.objects.get(pk=impact.pk).started_at == theirs


def test_two_browsers_in_different_fields_notice_nothing(people: Callable[[str], Page], incident: Incident) -> None:
    anna, bela = people("Anna"), people("Béla")
    what_happened(anna, 0).fill("Anna’s words")
    leave(anna)
    arrived(anna)
    row(bela, 0).get_by_label("Time", exact=True).fill("05:00:30")
    leave(bela)
    arrived(bela)

    entry = incident.entries.in_order()[0]
    assert (entry.text, f"{entry.occurred_at:%H:%M:%S}") == ("Anna’s words", "05:00:30")
    expect(what_happened(bela, 0)).to_have_value("Anna’s words")  # it came along with the answer
    expect(bela.locator(".note-meeting")).to_have_count(0)


def test_a_word_typed_meanwhile_does_not_hide_a_conflict(people: Callable[[str], Page], incident: Incident) -> None:
    bela = people("Béla")
    what_happened(bela, 1).fill("Mine")
    second = incident.entries.in_order()[1]
    TimelineEntry.objects.filter(pk=second.pk).update(text="Theirs")
    what_happened(bela, 0).fill("Saved first")
    leave(bela)

    expect(row(bela, 1).locator(".note-meeting")).to_contain_text("Theirs")
    expect(what_happened(bela, 1)).to_have_value("Mine")


def test_a_colleague_and_their_part_are_shown(people: Callable[[str], Page]) -> None:
    anna, bela = people("Anna"), people("Béla")
    anna.context.unroute(BEATS)
    bela.context.unroute(BEATS)
    anna.locator("#section-impact").get_by_label("For colleagues").focus()
    anna.wait_for_timeout(100)
    anna.locator("#section-impact").get_by_label("For colleagues").press_sequentially("x")
    arrived(anna)
    anna.wait_for_timeout(600)

    bela.reload()

    expect(bela.locator("#presence")).to_contain_text("Anna is editing Impact")


def test_a_conflict_is_accessible_and_fits_a_phone(page: Page, incident: Incident) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    TimelineEntry.objects.filter(incident=incident).update(text="T" * 300)
    what_happened(page, 0).fill("Mine")
    leave(page)
    expect(row(page, 0).locator(".note-meeting")).to_be_visible()

    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_typed_time_keeps_the_zone_beside_it(page: Page, incident: Incident) -> None:
    row(page, 1).get_by_label("Time", exact=True).fill("05:30")
    Incident.objects.filter(pk=incident.pk).update(time_zone="Asia/Tokyo")
    leave(page)
    arrived(page)

    assert any(f"{entry.occurred_at:%d %H:%M}" == "06 05:30" for entry in incident.entries.all())


def test_a_mark_reaches_the_milestone_card_and_leaves_what_is_typed_there(page: Page, incident: Incident) -> None:
    card = page.locator("#milestones")
    detected = card.get_by_role("group", name="Detected").get_by_label("Time", exact=True)
    page.route("**/milestones/", lambda route: route.abort())
    detected.fill("05:01")
    row(page, 2).get_by_label("Milestone", exact=True).select_option(label="Mitigated")

    expect(card.get_by_role("group", name="Mitigated").get_by_label("Time", exact=True)).to_have_value("05:02")
    expect(detected).to_have_value("05:01")
    page.unroute("**/milestones/")
    arrived(page)
    stored = {milestone.kind: f"{milestone.at:%H:%M}" for milestone in incident.milestones.all()}
    assert (stored["detected"], stored["mitigated"]) == ("05:01", "05:02")


def test_a_comment_on_a_row_of_a_moment_ago_is_about_that_row(page: Page) -> None:
    line = page.get_by_label("New row: time and what happened")
    line.fill("05:40 A row of a moment ago")
    line.press("Enter")
    new = page.locator("li.entry-row.is-new")
    new.get_by_title("More about this row").click()
    new.get_by_role("link", name="Comment").click()

    page.wait_for_url("**/comments/?place=*")
    page.get_by_role("textbox", name="New comment").fill("Are you sure?")
    page.get_by_role("button", name="Comment", exact=True).click()

    expect(page.locator(".comments-place")).to_contain_text("A row of a moment ago")
