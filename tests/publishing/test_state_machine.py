"""Every step of the way, and every step that isn't one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from incidents.authoring.operations import ReportLocked, add_entry, revise_section
from incidents.models import Publication, Report, ReportStatus, Retraction, WrongState
from incidents.publishing.operations import (
    NotApproved,
    NoteMissing,
    NothingPublished,
    NotReady,
    publish_report,
    start_correction,
    withdraw_report,
)
from incidents.review.operations import ReportMoved, approve_report, send_back, submit_for_review
from tests.factories import NOW, START, approve, correct, make_component, make_draft, make_incident, make_user, publish

pytestmark = pytest.mark.django_db


def seen(report: Report) -> str:
    return Report.objects.get(pk=report.pk).to_snapshot().checksum


def in_state(status: str) -> Report:
    """A report brought to a state by the operations."""
    report = make_draft()
    if status == ReportStatus.IN_REVIEW:
        submit_for_review(report, by=make_user(), at=NOW)
    elif status == ReportStatus.APPROVED:
        approve(report)
    elif status in {ReportStatus.PUBLISHED, ReportStatus.WITHDRAWN}:
        publish(report)
        if status == ReportStatus.WITHDRAWN:
            withdraw_report(report, reason="Wrong.", by=make_user("publisher"), at=NOW)
    report = Report.objects.get(pk=report.pk)
    assert report.status == status
    return report


OPERATIONS = {
    "submit": lambda report: submit_for_review(report, by=make_user(), at=NOW),
    "approve": lambda report: approve_report(report, seen=seen(report), by=make_user("publisher"), at=NOW),
    "send back": lambda report: send_back(report, reason="Unclear.", by=make_user("publisher"), at=NOW),
    "publish": lambda report: publish_report(report, by=make_user("publisher"), change_note="Changed.", at=NOW),
    "correct": lambda report: start_correction(report, by=make_user(), at=NOW),
    "withdraw": lambda report: withdraw_report(report, reason="Wrong.", by=make_user("publisher"), at=NOW),
}
ALLOWED = {
    ("draft", "submit"): "in_review",
    ("in_review", "approve"): "approved",
    ("in_review", "send back"): "draft",
    ("approved", "send back"): "draft",
    ("approved", "publish"): "published",
    ("published", "correct"): "draft",
    ("published", "withdraw"): "withdrawn",
    ("withdrawn", "correct"): "draft",
}


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("status", ReportStatus.values)
def test_every_state_takes_its_operations_and_refuses_the_others(status: str, operation: str) -> None:
    report = in_state(status)
    publications = Publication.objects.count()

    if (status, operation) in ALLOWED:
        OPERATIONS[operation](report)
        assert Report.objects.get(pk=report.pk).status == ALLOWED[status, operation]
        return
    with pytest.raises((WrongState, NothingPublished)) as refusal:
        OPERATIONS[operation](report)
    assert str(refusal.value).endswith(".")
    assert Report.objects.get(pk=report.pk).status == status
    assert Publication.objects.count() == publications


def test_an_edit_takes_the_approval_back() -> None:
    report = approve(make_draft())

    revise_section(report.incident, "impact", changes={"text": "x", "public_text": ""}, by=make_user(), at=NOW)

    assert Report.objects.get(pk=report.pk).status == ReportStatus.IN_REVIEW


def test_approval_is_for_the_text_that_was_read() -> None:
    report = submit_for_review(make_draft(), by=make_user(), at=NOW)
    read = seen(report)
    revise_section(report.incident, "impact", changes={"text": "", "public_text": "All of it."}, by=make_user(), at=NOW)

    with pytest.raises(ReportMoved):
        approve_report(report, seen=read, by=make_user("publisher"), at=NOW)

    assert Report.objects.get(pk=report.pk).status == ReportStatus.IN_REVIEW


def test_what_changes_behind_the_approval_stops_publishing() -> None:
    """A component is renamed in another room: the customer version is no longer the approved one."""
    component = make_component("Websites")
    report = make_draft(components=[component])
    report = approve(Report.objects.get(pk=report.pk))
    component.name = "Customer sites"
    component.save()

    with pytest.raises(NotApproved):
        publish_report(report, by=make_user("publisher"), change_note="", at=NOW)

    assert not Publication.objects.exists()


def test_nothing_goes_out_without_a_summary() -> None:
    report = approve(make_incident().report)

    with pytest.raises(NotReady) as refusal:
        publish_report(report, by=make_user("publisher"), change_note="", at=NOW)

    assert {"facts", "section-summary"} <= {finding.place for finding in refusal.value.findings}
    assert not Publication.objects.exists()


def test_correction_tells_what_changed() -> None:
    first = publish()
    report = approve(start_correction(first.incident.report, by=make_user(), at=NOW))

    with pytest.raises(NoteMissing):
        publish_report(report, by=make_user("publisher"), change_note="", at=NOW)


def test_correction_is_the_next_version_and_the_first_stays_as_it_was() -> None:
    first = publish()
    before = dict(first.data)

    second = correct(first)

    assert second.number == 2
    assert Publication.objects.get(pk=first.pk).data == before
    assert second.data["title"] != before["title"]
    assert list(Publication.objects.standing()) == [second]


def test_published_report_is_locked() -> None:
    publication = publish()

    with pytest.raises(ReportLocked):
        add_entry(publication.incident, occurred_at=START, text="Later", by=make_user(), at=NOW)


def test_withdrawal_works_in_the_middle_of_a_correction() -> None:
    publication = publish()
    start_correction(publication.incident.report, by=make_user(), at=NOW)

    withdraw_report(publication.incident.report, reason="It named a person.", by=make_user("publisher"), at=NOW)

    assert not Publication.objects.standing().exists()
    assert Report.objects.get(incident=publication.incident).status == ReportStatus.DRAFT


def test_withdrawn_report_comes_back_as_a_new_version() -> None:
    first = publish()
    withdraw_report(first.incident.report, reason="Wrong.", by=make_user("publisher"), at=NOW)

    second = correct(first, at=NOW + timedelta(days=2))

    assert second.number == 2
    assert list(Publication.objects.standing()) == [second]
    assert Retraction.objects.get().publication == first


def test_publication_holds_what_was_public_and_nothing_else() -> None:
    report = make_draft()
    add_entry(report.incident, occurred_at=START, text="web-03 was forgotten", by=make_user(), at=NOW)

    publication = publish(report)

    assert [row["text"] for row in publication.data["timeline"]] == ["We did something (0)"]
    assert publication.checksum == publication.snapshot.checksum
    assert publication.snapshot.to_data() == publication.data
