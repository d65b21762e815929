"""What one person typed and never sent has a limit over all incidents: what is too much is refused, and stays visible."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth import get_user
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from incidents.authoring.operations import MAX_UNSENT_BYTES, UnsentTooMuch, keep_unsent
from incidents.models import Incident, UnsentText
from tests.authoring.sending import SCRIPT, form_on, forms_of, line, url
from tests.factories import NOW, make_draft, make_user
from tests.import_export.test_import_pages import REPORT

pytestmark = pytest.mark.django_db

MANY_BYTES = "ü" * 499_990  # a million bytes less a few


@pytest.fixture
def full(client: Client, incident: Incident) -> User:
    """A person who left five long pastes in another incident, and has a hundred bytes left."""
    user = get_user(client)
    assert isinstance(user, User)
    other = make_draft().incident
    for number in range(5):
        keep_unsent(other, {f"old-{number}": MANY_BYTES}, by=user, at=NOW)
    return user


def kept(user: User) -> int:
    return sum(len(text.encode()) for text in UnsentText.objects.filter(user=user).values_list("text", flat=True))


def test_what_is_too_much_is_refused_with_a_reason(client: Client, incident: Incident, full: User) -> None:
    refused = client.post(url("unsent", incident.number), {"row-new-line": "x" * 101}, headers=SCRIPT)

    assert refused.status_code == 413
    assert refused["Content-Type"].startswith("text/plain")
    assert "This was not kept: 5 MB of texts that you have not sent are kept already, most of them in INC-2." in (
        refused.content.decode()
    )
    assert kept(full) == MAX_UNSENT_BYTES - 100


def test_what_has_room_is_kept_and_so_is_what_gets_shorter(client: Client, incident: Incident, full: User) -> None:
    for text in ("x" * 100, "x" * 99):
        assert client.post(url("unsent", incident.number), {"row-new-line": text}, headers=SCRIPT).status_code == 200
    UnsentText.objects.create(user=full, incident=incident, name="more", text="x" * 50_000, typed_at=NOW)

    assert client.post(url("unsent", incident.number), {"row-new-line": "x" * 50}, headers=SCRIPT).status_code == 200
    assert client.post(url("unsent", incident.number), {"row-new-line": ""}, headers=SCRIPT).status_code == 200
    assert not UnsentText.objects.filter(name="row-new-line").exists()


def test_everybody_has_their_own_room(incident: Incident, full: User) -> None:
    other = Client()
    other.force_login(make_user(Role.ENGINEER))

    assert other.post(url("unsent", incident.number), {"row-new-line": "x" * 5_000}, headers=SCRIPT).status_code == 200


@pytest.mark.parametrize("script", [True, False], ids=["script", "browser"])
def test_a_refused_form_says_that_its_words_are_not_kept(
    client: Client, incident: Incident, full: User, script: bool
) -> None:
    typed = form_on(client, incident, "facts-form") | {"facts-title": "x" * 201}

    refused = client.post(url("facts", incident.number), typed, headers=SCRIPT if script else {})

    page = refused.content.decode()
    assert refused.status_code == 413
    assert "This was not kept" in page
    assert "at most 200 characters" in page
    assert script or forms_of(page)["facts-form"]["facts-title"] == "x" * 201
    assert kept(full) == MAX_UNSENT_BYTES - 100


def test_a_pasted_log_stays_in_the_line(client: Client, incident: Incident, full: User) -> None:
    log = "\n".join(f"05:{minute} UTC something happened" for minute in range(10, 40))

    refused = client.post(url("add_entry", incident.number), line(log))

    page = refused.content.decode()
    assert refused.status_code == 413
    assert forms_of(page)["row-new"]["row-new-line"] == log
    assert "This was not kept" in page


def test_the_page_of_a_paste_shows_the_rows_and_says_it(client: Client, incident: Incident, full: User) -> None:
    log = "\n".join(f"05:{minute} UTC something happened" for minute in range(10, 40))

    page = client.post(url("paste", incident.number), {"paste-text": log}).content.decode()
    typed = client.post(url("unsent_paste", incident.number), {"rows-0-text": "x" * 200}, headers=SCRIPT)

    assert page.count('class="pasted-row') - page.count('class="pasted-rows"') == 30
    assert "This was not kept" in page
    assert typed.status_code == 413


def test_the_preview_of_a_report_is_shown_and_says_it(client: Client, full: User) -> None:
    page = client.post(reverse("import_export:import"), {"text": REPORT}).content.decode()

    assert "What was understood" in page
    assert "What you correct here is lost with this page." in page
    assert "data-keep" not in page


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_are_counted_together() -> None:
    user = make_user(Role.ENGINEER)
    for number in range(4):
        keep_unsent(None, {f"old-{number}": MANY_BYTES}, by=user, at=NOW)
    together = Barrier(2)

    def keep(name: str) -> bool:
        try:
            together.wait(10)
            keep_unsent(None, {name: MANY_BYTES}, by=user, at=NOW)
        except UnsentTooMuch:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(keep, ["one", "two"])) == [False, True]
    assert kept(user) <= MAX_UNSENT_BYTES
