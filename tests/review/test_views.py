"""The pages on which people decide, as a publisher meets them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from incidents.authoring.operations import add_impact, revise_section
from incidents.models import Activity, Component, Publication, Report, ReportStatus
from incidents.publishing.operations import publish_report
from incidents.review.operations import send_back, submit_for_review
from incidents.status.operations import revise_component
from tests.factories import NOW, approve, make_component, make_draft, make_user, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def publisher_client(client: Client) -> Client:
    client.force_login(make_user("publisher", name="Petra"))
    return client


def draft_with(component: Component) -> Report:
    report = make_draft()
    add_impact(report.incident, component, by=make_user(), at=NOW)
    return Report.objects.get(pk=report.pk)


def asked(report: Report | None = None) -> Report:
    return submit_for_review(report or make_draft(), by=make_user(name="Anna"), at=NOW)


def rename(component: Component) -> None:
    revise_component(component, values={"name": "Customer sites"}, by=make_user("admin"), at=NOW)


def address(name: str, report: Report) -> str:
    return reverse(name, args=[report.incident.number])


def said(client: Client, name: str, report: Report) -> str:
    response = client.get(address(name, report))
    assert response.status_code == 200
    return response.content.decode()


def seen(client: Client, report: Report) -> str:
    """The checksum that the page carries for its button."""
    form = client.get(address("review:review", report)).context["approve_form"]
    return str(form["seen"].value())


def status(report: Report) -> str:
    return Report.objects.get(pk=report.pk).status


def test_who_asked_is_named(publisher_client: Client) -> None:
    report = asked()
    send_back(report, reason="Unclear.", by=make_user("publisher"), at=NOW)
    submit_for_review(report, by=make_user(name="Ben"), at=NOW)

    page = said(publisher_client, "review:review", report)

    assert "Ben asked on" in page
    assert "Anna" not in page


def test_ask_approve_and_publish(publisher_client: Client) -> None:
    report = make_draft()
    publisher_client.post(address("review:submit", report))
    assert status(report) == ReportStatus.IN_REVIEW

    approved = publisher_client.post(
        address("review:approve", report), {"seen": seen(publisher_client, report)}, follow=True
    )
    assert approved.redirect_chain == [(address("publishing:publish", report), 302)]
    assert "Approved. It can be published now." in approved.content.decode()

    published = publisher_client.post(address("publishing:publish", report))
    assert published.status_code == 302
    assert published["Location"] == address("publishing:publish", report)
    assert Publication.objects.get().published_by.name == "Petra"
    assert Activity.objects.get(verb="approved").actor == Publication.objects.get().published_by


@pytest.mark.parametrize("sent", [{}, {"seen": "0" * 64}, {"seen": "x" * 65}])
def test_what_was_not_read_is_not_approved(publisher_client: Client, sent: dict[str, str]) -> None:
    report = asked()

    response = publisher_client.post(address("review:approve", report), sent, follow=True)

    assert "The report changed after you opened it." in response.content.decode()
    assert status(report) == ReportStatus.IN_REVIEW


def test_a_renamed_component_is_approved_again_and_published(publisher_client: Client) -> None:
    """Nobody edited the report, so nothing took the approval back; but customers would read something else."""
    component = make_component("Websites")
    report = approve(draft_with(component))
    assert "needs a new approval" not in said(publisher_client, "publishing:publish", report)
    rename(component)

    page = said(publisher_client, "publishing:publish", report)
    assert "It needs a new approval." in page
    assert f'href="{address("review:review", report)}"' in page
    assert 'type="submit" disabled>Publish' in page
    refused = publisher_client.post(address("publishing:publish", report))
    assert refused.status_code == 409
    assert not Publication.objects.exists()

    review = said(publisher_client, "review:review", report)
    assert "changed after it was approved" in review
    publisher_client.post(address("review:approve", report), {"seen": seen(publisher_client, report)})
    page = said(publisher_client, "publishing:publish", report)
    assert "needs a new approval" not in page
    assert "disabled" not in page
    publisher_client.post(address("publishing:publish", report))

    assert [row["name"] for row in Publication.objects.get().data["components"]] == ["Customer sites"]
    assert Activity.objects.filter(verb="approved").count() == 2


def test_a_new_approval_is_for_what_was_read_too(publisher_client: Client) -> None:
    component = make_component("Websites")
    report = approve(draft_with(component))
    before = Report.objects.get(pk=report.pk).approved_checksum
    rename(component)
    read = seen(publisher_client, report)
    revise_component(component, values={"name": "Yet another name"}, by=make_user("admin"), at=NOW)

    for old in (before, read):
        publisher_client.post(address("review:approve", report), {"seen": old})

        stored = Report.objects.get(pk=report.pk)
        assert (stored.status, stored.approved_checksum) == (ReportStatus.APPROVED, before)


def test_an_approved_report_can_be_sent_back(publisher_client: Client) -> None:
    report = approve(make_draft())
    page = said(publisher_client, "review:review", report)
    assert f'action="{address("review:send_back", report)}"' in page
    assert f'action="{address("review:approve", report)}"' not in page
    assert address("review:review", report) in said(publisher_client, "publishing:publish", report)

    response = publisher_client.post(address("review:send_back", report), {"reason": "The end is wrong."}, follow=True)

    assert "Sent back with your reason." in response.content.decode()
    assert status(report) == ReportStatus.DRAFT
    assert Activity.objects.get(verb="sent back").detail == {"reason": "The end is wrong."}


def test_a_verdict_without_a_reason_is_asked_for_one(publisher_client: Client) -> None:
    report = asked()

    response = publisher_client.post(address("review:send_back", report), {"reason": " "})

    assert response.status_code == 422
    assert "This field is required" in response.content.decode()
    assert status(report) == ReportStatus.IN_REVIEW


def published() -> Report:
    return Report.objects.get(incident=publish().incident)


@pytest.mark.parametrize(
    ("make", "state"), [(make_draft, "a draft"), (published, "published")], ids=["draft", "published"]
)
def test_there_is_nothing_to_review(publisher_client: Client, make: Callable[[], Report], state: str) -> None:
    report = make()
    before = status(report)

    assert f"This report is {state}; there is nothing to review." in said(publisher_client, "review:review", report)
    for name, sent in (("review:approve", {"seen": "0" * 64}), ("review:send_back", {"reason": "Late."})):
        response = publisher_client.post(address(name, report), sent, follow=True)

        assert f"This report is {state}, so it can’t be" in response.content.decode()
        assert status(report) == before


def test_what_is_in_review_is_not_asked_for_again(publisher_client: Client) -> None:
    report = asked()

    response = publisher_client.post(address("review:submit", report), follow=True)

    assert "This report is in review, so it can’t be sent to review." in response.content.decode()
    assert Activity.objects.filter(verb="asked for review").count() == 1


def test_an_approval_that_holds_is_not_given_twice(publisher_client: Client) -> None:
    report = approve(make_draft())

    response = publisher_client.post(
        address("review:approve", report), {"seen": seen(publisher_client, report)}, follow=True
    )

    assert "This report is approved, so it can’t be approved." in response.content.decode()
    assert Activity.objects.filter(verb="approved").count() == 1


def test_a_note_survives_an_edit_in_another_room(publisher_client: Client) -> None:
    first = publish()
    publisher_client.post(address("publishing:correct", first.incident.report))
    report = approve(Report.objects.get(incident=first.incident))
    revise_section(report.incident, "impact", changes={"text": "x", "public_text": ""}, by=make_user(), at=NOW)

    response = publisher_client.post(address("publishing:publish", report), {"change_note": "The end was wrong."})

    assert response.status_code == 409
    assert "The end was wrong." in response.content.decode()
    with pytest.raises(Publication.DoesNotExist):
        Publication.objects.get(number=2)
    report = Report.objects.get(pk=report.pk)
    publisher_client.post(address("review:approve", report), {"seen": seen(publisher_client, report)})
    publish_report(report, by=make_user("publisher"), change_note="The end was wrong.", at=NOW)
