"""Every change of a promise is kept, and what customers read of it goes along."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts.models import User
from incidents.action_items import NoReason, PromisedAlready, add_action_item, revise_action_item
from incidents.authoring.operations import revise_facts
from incidents.models import ActionItem, PromiseUpdate, Publication, PublicChange, PublishedIsFinal, Report
from incidents.publishing.operations import start_correction, withdraw_report
from tests.factories import NOW, correct, make_draft, make_incident, make_user, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> User:
    return make_user(name="Kim")


@pytest.fixture
def published() -> Publication:
    return publish()


def later(**passed: Any) -> Any:
    return NOW + timedelta(**passed)


def the_item(publication: Publication) -> ActionItem:
    item: ActionItem = publication.incident.action_items.get()
    return item


def page(client: Client, publication: Publication, below: str = "") -> str:
    return client.get(f"/incidents/{publication.public_id}/{below}").content.decode()


def test_every_change_says_who_when_from_and_to(by: User) -> None:
    item = add_action_item(make_incident(by=by), values={"text": "Test the fuse"}, by=by, at=NOW)
    other = make_user(name="Bo")

    revise_action_item(item, changes={"state": "in_progress", "team": "  Power   people "}, by=by, at=later(hours=1))
    revise_action_item(item, changes={"state": "wont_do", "reason": "Sold", "owner": other}, by=other, at=later(days=1))

    told = [(change.field, change.old, change.new, str(change.by), change.at) for change in item.changes.order_by("id")]
    assert told == [
        ("state", "open", "in_progress", "Kim", later(hours=1)),
        ("team", "", "Power people", "Kim", later(hours=1)),
        ("state", "in_progress", "wont_do", "Bo", later(days=1)),
        ("reason", "", "Sold", "Bo", later(days=1)),
        ("owner", "", "Bo", "Bo", later(days=1)),
    ]


def test_letters_one_after_the_other_are_one_change(by: User) -> None:
    item = add_action_item(make_incident(by=by), values={"text": "Test"}, by=by, at=NOW)

    for seconds, text in enumerate(("Test t", "Test th", "Test the fuse")):
        revise_action_item(item, changes={"text": text}, by=by, at=later(seconds=seconds))
    [change] = item.changes.all()
    assert (change.old, change.new) == ("Test", "Test the fuse")

    revise_action_item(item, changes={"text": "Test"}, by=by, at=later(seconds=9))
    assert not item.changes.exists(), "what was taken back within the minute was no change"


def test_one_team_however_it_is_written(by: User) -> None:
    incident = make_incident(by=by)
    first = add_action_item(incident, values={"text": "a", "team": "Power"}, by=by, at=NOW)
    second = add_action_item(incident, values={"text": "b", "team": " power "}, by=by, at=NOW)

    assert first.team == second.team


def test_wont_do_needs_a_reason(by: User) -> None:
    item = add_action_item(make_incident(by=by), values={"text": "a"}, by=by, at=NOW)

    with pytest.raises(NoReason):
        revise_action_item(item, changes={"state": "wont_do"}, by=by, at=NOW)


# ── What customers read ─────────────────────────────────────────────────────


def test_customers_read_at_once_that_it_is_done(client: Client, published: Publication, by: User) -> None:
    assert "0 of 1" in page(client, published)

    revise_action_item(the_item(published), changes={"state": "done"}, by=by, at=later(days=3))

    now = page(client, published)
    assert "1 of 1 measure done" in now
    assert '<b>Done</b> · <time datetime="2026-03-12T14:00:00Z">' in now, "it shows in the report’s versions"
    assert "[x] Review the power supply (Done 12 March 2026)" in page(client, published, "report.md")
    document = client.get(f"/incidents/{published.public_id}/report.json").json()
    assert document["promises"] == [
        {"key": the_item(published).key, "state": "done", "due_on": "2026-03-09", "closed_on": "2026-03-12"}
    ]
    assert document["report"]["promises"][0]["state"] == "open", "what was published stays as it was"
    assert PublicChange.objects.filter(what="promises", public_id=published.public_id).count() == 1


def test_a_day_that_moves_is_told_too(client: Client, published: Publication, by: User) -> None:
    revise_action_item(the_item(published), changes={"due_on": date(2026, 5, 1)}, by=by, at=later(days=3))

    assert "Due 1 May 2026 instead of 9 March 2026" in page(client, published)


def test_a_slip_is_not_told(client: Client, published: Publication, by: User) -> None:
    revise_action_item(the_item(published), changes={"state": "done"}, by=by, at=later(days=3))
    revise_action_item(the_item(published), changes={"state": "open"}, by=by, at=later(days=3, minutes=2))

    now = page(client, published)
    assert "0 of 1" in now
    assert "<b>Done</b>" not in now


def test_nothing_internal_is_told(client: Client, published: Publication, by: User) -> None:
    secret = "zebra-quagga"
    changes = {
        "state": "wont_do",
        "reason": f"{secret} reason",
        "team": f"{secret} team",
        "evidence": f"{secret} proof",
        "done_when": f"{secret} test",
        "text": f"{secret} text",
        "tracker_url": f"https://{secret}.example.test/1",
        "owner": make_user(name=f"{secret} owner"),
        "priority": "low",
    }
    revise_action_item(the_item(published), changes=changes, by=make_user(name=f"{secret} doer"), at=later(days=3))

    for below in ("", "report.md", "report.json"):
        told = page(client, published, below)
        assert secret not in told
    assert "Dropped" in page(client, published)


def test_internal_changes_are_no_public_change(published: Publication, by: User) -> None:
    PublicChange.objects.all().delete()

    revise_action_item(the_item(published), changes={"team": "Power", "evidence": "x"}, by=by, at=later(days=3))

    assert not PromiseUpdate.objects.exists()
    assert not PublicChange.objects.exists()


def test_an_item_that_was_never_public_tells_nothing(published: Publication, by: User) -> None:
    item = add_action_item(published.incident, values={"text": "Inside"}, by=by, at=NOW)

    revise_action_item(item, changes={"state": "done", "public_text": "Wishful"}, by=by, at=later(days=1))

    assert not PromiseUpdate.objects.exists()


def test_a_promise_is_no_candidate_any_more(published: Publication, by: User) -> None:
    with pytest.raises(PromisedAlready):
        revise_action_item(the_item(published), changes={"state": "candidate"}, by=by, at=later(days=1))


def test_the_next_version_goes_on_from_there(client: Client, published: Publication, by: User) -> None:
    revise_action_item(the_item(published), changes={"state": "in_progress"}, by=by, at=later(hours=1))
    second = correct(published)
    assert second.snapshot.promises[0].state == "in_progress"

    revise_action_item(the_item(published), changes={"state": "done"}, by=by, at=later(days=5))

    assert "1 of 1" in page(client, published)
    assert "In progress" in page(client, published, "versions/1/"), "as it stood when it was replaced"
    assert "0 of 1" in page(client, published, "versions/1/")


def test_during_a_correction_the_public_version_is_told(client: Client, published: Publication, by: User) -> None:
    start_correction(published.incident.report, by=make_user("publisher"), at=later(hours=1))

    revise_action_item(the_item(published), changes={"state": "done"}, by=by, at=later(hours=2))

    assert "1 of 1" in page(client, published)


def test_what_is_withdrawn_is_told_no_more(client: Client, published: Publication, by: User) -> None:
    withdraw_report(published.incident.report, reason="It was wrong.", by=make_user("publisher"), at=later(hours=1))

    revise_action_item(the_item(published), changes={"state": "done"}, by=by, at=later(hours=2))

    assert not PromiseUpdate.objects.exists()
    assert "Review the power supply" not in page(client, published)


def test_what_was_told_is_final(published: Publication, by: User) -> None:
    revise_action_item(the_item(published), changes={"state": "done"}, by=by, at=later(days=3))
    update = PromiseUpdate.objects.get()

    with pytest.raises(PublishedIsFinal):
        update.save()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE incidents_promiseupdate SET state = 'open'")


def test_no_action_is_an_answer(client: Client, by: User) -> None:
    report = make_draft()
    report.incident.action_items.all().delete()
    reason = "The supplier replaced the part, and no other rack has one."
    revise_facts(report.incident, changes={"no_action_reason": reason}, by=by, at=NOW)
    report = Report.objects.get(pk=report.pk)
    assert not [each for each in report.judged_findings(at=NOW) if each.finding.code == "no-promise"]

    publication = publish(report)

    assert f"No action is needed: {reason}" in page(client, publication)
    assert f"No action is needed: {reason}" in page(client, publication, "report.md").replace("\\", "")
