"""Review, comments and publishing in a real browser: in place, without script, on a phone, for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import User
from incidents.authoring.operations import add_entry, delete_entry, revise_section
from incidents.models import Comment, Publication, Report
from incidents.publishing.operations import schedule_publication, start_correction
from incidents.review.operations import answer_comment, comment_on, resolve_thread, submit_for_review
from tests.factories import NOW, START, approve, make_draft, make_user, publish

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lead(transactional_db: None) -> User:
    return make_user("admin", name="Lena")


@pytest.fixture
def report(lead: User) -> Report:
    """In review, with two open threads, one on a row that is gone, and a resolved one."""
    report = make_draft()
    began = comment_on(report, place="section-summary", text="How many?", by=lead, at=NOW)
    answer_comment(began, text="All of them.", by=make_user(name="Eve"), at=NOW)
    row = add_entry(report.incident, occurred_at=START, text="A mistake", by=lead, at=NOW)
    comment_on(report, place=f"entry-{row.key}", text="Is that so?", by=make_user("reader", name="Rita"), at=NOW)
    delete_entry(row, by=lead, at=NOW)
    resolve_thread(comment_on(report, place="", text="Good.", by=lead, at=NOW), by=lead, at=NOW)
    return submit_for_review(report, reviewers=[lead, make_user("publisher")], by=lead, at=NOW)


def sign_in(context: BrowserContext, live_server: Any, user: User) -> None:
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])


@pytest.fixture(params=[True], ids=["with script"])
def page(request: Any, browser: Browser, live_server: Any, lead: User) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=request.param)
    context.set_default_timeout(8_000)
    sign_in(context, live_server, lead)
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())  # leaving with half a comment asks
    yield page
    context.close()


WITHOUT_SCRIPT = pytest.mark.parametrize("page", [True, False], ids=["with script", "without script"], indirect=True)


def address(name: str, report: Report) -> str:
    return reverse(name, args=[report.incident.number])


def pages(report: Report) -> list[str]:
    lead = make_user("publisher")
    correction = approve(start_correction(publish().incident.report, by=lead, at=NOW))
    schedule_publication(
        correction, publish_at=timezone.now() + timedelta(days=1), note="Mended.", by=lead, at=timezone.now()
    )
    fallen = approve(make_draft())
    schedule_publication(fallen, publish_at=timezone.now() + timedelta(days=1), note="", by=lead, at=timezone.now())
    revise_section(fallen.incident, "summary", changes={"public_text": "Down."}, by=lead, at=timezone.now())
    return [
        address("review:review", report),
        address("review:submit", report),
        address("review:submit", make_draft()),
        address("review:comments", report),
        reverse("review:waiting"),
        address("review:changes", correction),
        address("publishing:publish", correction),
        address("publishing:publish", fallen),
        address("publishing:withdraw", correction),
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_everything_fits_a_phone(
    page: Page, live_server: Any, report: Report, scheme: Any
) -> None:
    page.emulate_media(color_scheme=scheme)
    for path in pages(report):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(live_server.url + path)
        page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true })")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path} {scheme}\n{found.generate_report()}"
        page.set_viewport_size({"width": 390, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, f"{path} is {wide} wide"


def test_a_comment_comes_in_place_and_leaves_the_other_boxes_alone(
    page: Page, live_server: Any, report: Report
) -> None:
    page.goto(live_server.url + address("review:review", report))
    page.evaluate("document.body.dataset.same = 'page'")
    thread = page.locator(".thread", has_text="How many?")
    thread.get_by_text("Answer", exact=True).click()
    thread.locator("textarea").fill("Half a thought")

    new = page.locator(".comment-new")
    new.get_by_label("About").select_option(label="Impact")
    new.get_by_label("New comment").fill("Which plans?\nAll?")
    new.get_by_role("button", name="Comment").click()

    written = page.locator(".comment", has_text="Which plans?")
    expect(written).to_be_focused()
    expect(page.locator(".comments-place", has_text="Impact")).to_be_visible()
    expect(new.get_by_label("New comment")).to_have_value("")
    expect(thread.locator("textarea")).to_have_value("Half a thought")
    expect(thread.locator("textarea")).to_be_visible()
    assert page.evaluate("document.body.dataset.same") == "page"
    assert Comment.objects.get(text="Which plans?\nAll?").place == "section-impact"

    thread.get_by_role("button", name="Send").click()
    expect(page.locator(".comment", has_text="Half a thought")).to_be_focused()
    expect(thread.locator("details[open]")).to_have_count(0)


def test_resolving_folds_the_thread_and_it_can_be_opened_again(page: Page, live_server: Any, report: Report) -> None:
    page.goto(live_server.url + address("review:comments", report))
    thread = page.locator(".thread", has_text="How many?")

    thread.get_by_role("button", name="Resolve").click()
    expect(page.get_by_text("2 resolved")).to_be_visible()
    expect(thread).not_to_be_visible()

    page.get_by_text("2 resolved").click()
    thread.get_by_role("button", name="Open again").click()
    expect(page.get_by_text("1 resolved")).to_be_visible()
    expect(thread).to_be_visible()


def test_what_is_refused_stays_where_it_was_typed(page: Page, live_server: Any, report: Report) -> None:
    page.goto(live_server.url + address("review:comments", report))
    thread = page.locator(".thread", has_text="How many?")
    thread.get_by_text("Answer", exact=True).click()
    page.locator("textarea[maxlength]").evaluate_all("all => all.forEach((box) => box.removeAttribute('maxlength'))")
    thread.locator("textarea").fill("x" * 4_001)

    thread.get_by_role("button", name="Send").click()

    expect(thread.get_by_text("at most 4000 characters")).to_be_visible()
    expect(thread.locator("textarea")).to_have_value("x" * 4_001)
    expect(thread.locator("textarea")).to_be_focused()
    thread.locator("textarea").fill("Shorter")
    thread.get_by_role("button", name="Send").click()
    expect(page.locator(".comment", has_text="Shorter")).to_be_visible()


def test_a_session_that_ended_costs_no_text(page: Page, live_server: Any, report: Report, lead: User) -> None:
    page.goto(live_server.url + address("review:comments", report))
    box = page.locator(".comment-new").get_by_label("New comment")
    box.fill("Written while logged out")
    Session.objects.all().delete()

    page.get_by_role("button", name="Comment").click()
    expect(page.get_by_role("alert")).to_contain_text("You are logged out. Your text is still here")
    expect(box).to_have_value("Written while logged out")

    # Back in, in another tab: every form of this page carries the token of the session that ended.
    page.context.clear_cookies()
    sign_in(page.context, live_server, lead)
    page.get_by_role("button", name="Comment").click()
    expect(page.locator(".comment", has_text="Written while logged out")).to_be_visible()
    assert Comment.objects.filter(text="Written while logged out").count() == 1


def test_a_server_that_is_away_costs_no_text(page: Page, live_server: Any, report: Report) -> None:
    page.goto(live_server.url + address("review:comments", report))
    page.locator(".comment-new").get_by_label("New comment").fill("Nobody listens")
    page.context.set_offline(True)

    page.get_by_role("button", name="Comment").click()
    expect(page.get_by_role("alert")).to_contain_text("The server does not answer")

    page.context.set_offline(False)
    page.get_by_role("button", name="Comment").click()
    expect(page.locator(".comment", has_text="Nobody listens")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_text("")


@WITHOUT_SCRIPT
def test_ask_talk_approve_and_set_the_hour(page: Page, live_server: Any, lead: User) -> None:
    report = make_draft()
    tomorrow = (timezone.now() + timedelta(days=1)).date()

    page.goto(live_server.url + address("review:submit", report))
    page.get_by_label("Lena (you)").check()
    page.get_by_role("button", name="Ask for review").click()
    expect(page.get_by_text("Asked Lena to read and approve it.")).to_be_visible()

    page.goto(live_server.url + reverse("review:waiting"))
    page.get_by_role("link", name="Our servers were down").click()
    page.get_by_label("New comment").fill("Is that all?")
    page.get_by_role("button", name="Comment").click()
    page.locator(".thread").get_by_text("Answer", exact=True).click()
    page.locator(".thread textarea").fill("It is.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".comment", has_text="It is.")).to_be_visible()
    page.get_by_role("button", name="Resolve").click()
    expect(page.get_by_text("1 resolved")).to_be_visible()

    page.goto(live_server.url + address("review:review", report))
    page.get_by_role("button", name="Approve this version").click()
    page.get_by_text("Or publish later").click()
    page.get_by_label("Day").fill(tomorrow.isoformat())
    page.get_by_label("Time").fill("09:30")
    page.get_by_role("button", name="Publish then").click()
    expect(page.get_by_role("heading", name="Set to be published")).to_be_visible()
    expect(page.locator(".appointment-at")).to_contain_text("09:30 UTC")

    page.get_by_role("button", name="Cancel the appointment").click()
    expect(page.get_by_text("The appointment is cancelled.")).to_be_visible()
    assert not Publication.objects.exists()


def test_enter_in_the_field_of_the_hour_publishes_nothing(page: Page, live_server: Any, lead: User) -> None:
    report = approve(make_draft())
    page.goto(live_server.url + address("publishing:publish", report))
    page.get_by_text("Or publish later").click()
    page.get_by_label("Day").fill("2099-01-01")
    page.get_by_label("Day").press("Enter")

    expect(page.get_by_text("You gave an hour.")).to_be_visible()
    assert not Publication.objects.exists()


def test_a_double_click_sends_once(page: Page, live_server: Any, report: Report) -> None:
    page.goto(live_server.url + address("review:comments", report))
    page.locator(".comment-new").get_by_label("New comment").fill("Twice?")

    page.get_by_role("button", name="Comment").dblclick()

    expect(page.locator(".comment", has_text="Twice?")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert Comment.objects.filter(text="Twice?").count() == 1


def test_a_link_beside_a_row_chooses_its_place_in_the_panel(page: Page, live_server: Any, report: Report) -> None:
    """As the editor has them: without the panel, or without script, they lead to the page of the comments."""
    key = report.incident.entries.get().key
    target = address("review:comments", report) + f"?place=entry-{key}"
    page.goto(live_server.url + address("review:review", report))
    page.evaluate(
        "(href) => { document.querySelector('h1').innerHTML = `<a>Comment</a>`;"
        " document.querySelector('h1 a').href = href }",
        target,
    )

    page.get_by_role("link", name="Comment", exact=True).click()

    expect(page.locator(".comment-new").get_by_label("About")).to_have_value(f"entry-{key}")
    expect(page.locator(".comment-new").get_by_label("New comment")).to_be_focused()
    assert page.url == live_server.url + address("review:review", report)
