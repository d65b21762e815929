"""The session ends while somebody types: the text waits, and is sent in nobody else's name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import Role
from incidents.models import Incident, UnsentText
from tests.browser.writing import (
    PASSWORD,
    arrived,
    leave,
    stored,
    what_happened,
)
from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(people: Callable[[str], Page]) -> Page:
    return people("Anna")


def test_an_expired_session_keeps_the_text_and_goes_on(page: Page, incident: Incident, fresh_limits: None) -> None:
    Session.objects.all().delete()
    what_happened(page, 0).fill("Typed while the session ran out")
    leave(page)

    notice = page.get_by_role("alert").filter(has_text="Not saved. You are logged out.")
    expect(notice).to_be_in_viewport()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()

    log_in_beside(page, User.objects.get(name="Anna"))

    # Nothing is pressed: logging in changed the token of every form, and the page helps itself.
    arrived(page)
    expect(notice).to_have_count(0)
    assert stored(incident) == "Typed while the session ran out"


def log_in_beside(page: Page, person: User) -> None:
    with page.expect_popup() as popup:
        page.locator("#not-saved").get_by_role("link").click()
    popup.value.get_by_label("Email").fill(person.email)
    popup.value.get_by_label("Password").fill(PASSWORD)
    popup.value.get_by_role("button", name="Log in", exact=True).click()
    popup.value.wait_for_url("**/workspace/")
    popup.value.close()


def test_what_one_person_typed_is_not_sent_as_another(page: Page, incident: Incident, fresh_limits: None) -> None:
    before = stored(incident)
    Session.objects.all().delete()
    what_happened(page, 0).fill("Anna’s words")
    page.get_by_label("New row: time and what happened").fill("half a private thought")
    leave(page)
    log_in_beside(page, make_user(Role.PUBLISHER, name="Petra"))

    expect(page.locator("#not-saved")).to_contain_text("Somebody else is logged in")
    assert stored(incident) == before
    assert not UnsentText.objects.exists()

    page.context.clear_cookies()
    expect(page.locator("#not-saved")).to_contain_text("You are logged out", timeout=15_000)
    log_in_beside(page, User.objects.get(name="Anna"))

    arrived(page)
    assert stored(incident) == "Anna’s words"
    assert UnsentText.objects.get().user.name == "Anna"


def test_half_a_row_typed_without_a_session_is_kept_and_not_sent(
    page: Page, live_server: Any, incident: Incident, fresh_limits: None
) -> None:
    Session.objects.all().delete()
    page.get_by_label("New row: time and what happened").fill("06:15 backup sys")
    leave(page)
    notice = page.get_by_role("alert").filter(has_text="Not saved. You are logged out.")
    expect(notice).to_be_visible()

    log_in_beside(page, User.objects.get(name="Anna"))

    arrived(page)
    assert incident.entries.count() == 3
    assert UnsentText.objects.get().text == "06:15 backup sys"
