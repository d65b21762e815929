"""What the database itself refuses, whoever writes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from incidents.milestones import Precision
from incidents.models import (
    AcceptedFinding,
    ActionItem,
    Attachment,
    Comment,
    Incident,
    IncidentComponent,
    Milestone,
    Presence,
    Publication,
    Report,
    ReportSection,
    ReviewRequest,
    Severity,
    SeveritySection,
    TimelineEntry,
    UnsentText,
)
from tests.factories import NOW, START, approve, make_component, make_draft, make_incident, make_user, publish

pytestmark = pytest.mark.django_db


def refused(constraint: str, write) -> None:
    """The write fails, and by that constraint."""
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        write()


def test_impact_ends_after_it_starts() -> None:
    incident, component = make_incident(), make_component()

    refused(
        "impact_ends_after_it_starts",
        lambda: IncidentComponent.objects.create(
            incident=incident, component=component, started_at=START, ended_at=START
        ),
    )


def test_one_report_per_incident() -> None:
    incident = make_incident()

    refused("incident_id", lambda: Report.objects.create(incident=incident))


def test_incident_numbers_are_unique() -> None:
    incident = make_incident()

    refused(
        "number",
        lambda: Incident.objects.create(
            number=incident.number, title="x", severity=incident.severity, opened_by=incident.opened_by, opened_at=NOW
        ),
    )


@pytest.mark.parametrize(
    ("model", "field", "constraint"),
    [
        (Incident, "status", "incident_status_known"),
        (Report, "status", "report_status_known"),
    ],
)
def test_states_come_from_their_lists(model, field: str, constraint: str) -> None:
    make_incident()

    refused(constraint, lambda: model.objects.update(**{field: "surprised"}))


def test_component_names_are_unique_whatever_their_case() -> None:
    make_component("Websites")

    refused("component_name_unique", lambda: make_component("WEBSITES"))


def test_severity_names_are_unique_whatever_their_case() -> None:
    refused("severity_name_unique", lambda: Severity.objects.create(name="CRITICAL", rank=90, tone="low"))


def test_severity_ranks_are_unique() -> None:
    refused("severity_rank_key", lambda: Severity.objects.create(name="Worse", rank=1, tone="low"))


def test_severity_tone_is_one_of_the_palette() -> None:
    refused("severity_tone_known", lambda: Severity.objects.update(tone="pink"))


def test_a_severity_asks_once_under_a_heading() -> None:
    severity = Severity.objects.get(name="Low")

    refused("severity_section_once", lambda: SeveritySection.objects.create(severity=severity, key="summary"))


@pytest.mark.parametrize("key", ["notes", "surprise"])
def test_a_severity_asks_only_under_headings_that_customers_can_be_shown(key: str) -> None:
    severity = Severity.objects.get(name="Low")

    refused("severity_section_key_known", lambda: SeveritySection.objects.create(severity=severity, key=key))


@pytest.mark.parametrize("precision", Precision)
@pytest.mark.parametrize("at", [None, START], ids=["no time", "a time"])
def test_milestone_has_a_time_exactly_when_it_can_have_one(at, precision: Precision) -> None:
    incident = make_incident()

    def write() -> None:
        Milestone.objects.create(incident=incident, kind="detected", at=at, precision=precision)

    if (at is None) == (precision in {"unknown", "not_applicable"}):
        write()
    else:
        refused("milestone_has_a_time_where_one_can_be", write)


@pytest.mark.parametrize(("field", "constraint"), [("precision", "precision_known"), ("kind", "kind_known")])
def test_milestone_kind_and_precision_come_from_their_lists(field: str, constraint: str) -> None:
    make_incident()

    refused(f"milestone_{constraint}", lambda: Milestone.objects.update(**{field: "surprised"}))


@pytest.mark.parametrize("precision", ["unknown", "surprised"])
def test_a_timeline_row_always_has_a_place_in_time(precision: str) -> None:
    incident = make_incident()

    refused(
        "timeline_precision_known",
        lambda: TimelineEntry.objects.create(incident=incident, occurred_at=START, text="x", precision=precision),
    )


def test_milestone_stands_once() -> None:
    incident = make_incident()

    refused(
        "milestone_once_per_kind", lambda: Milestone.objects.create(incident=incident, kind="impact_started", at=START)
    )


def test_timeline_entry_says_something() -> None:
    incident = make_incident()

    refused(
        "timeline_entry_says_something",
        lambda: TimelineEntry.objects.create(incident=incident, occurred_at=START, text=""),
    )


def test_notes_are_never_public() -> None:
    report = make_incident().report

    refused(
        "section_notes_stay_internal",
        lambda: ReportSection.objects.create(report=report, key="notes", text="x", public_text="x"),
    )


def test_what_is_not_done_has_a_reason() -> None:
    incident = make_incident()

    refused(
        "action_not_done_has_a_reason",
        lambda: ActionItem.objects.create(incident=incident, text="x", state="wont_do", closed_on=NOW.date()),
    )


@pytest.mark.parametrize(("state", "closed_on"), [("done", None), ("open", NOW.date())])
def test_closed_has_a_day_and_open_has_none(state: str, closed_on) -> None:
    incident = make_incident()

    refused(
        "action_closed_has_a_day",
        lambda: ActionItem.objects.create(incident=incident, text="x", state=state, closed_on=closed_on),
    )


def test_public_image_has_a_file_and_words() -> None:
    incident = make_incident()

    refused(
        "attachment_public_has_a_file_and_words",
        lambda: Attachment.objects.create(incident=incident, source_url="https://example.test/a.png", is_public=True),
    )


def test_correction_says_what_changed() -> None:
    first = publish()

    refused(
        "publication_correction_says_what_changed",
        lambda: Publication.objects.append(
            first.incident, first.snapshot, by=make_user(), change_note="", at=NOW + timedelta(days=1)
        ),
    )


def test_version_numbers_are_unique_per_incident() -> None:
    first = publish()

    refused(
        "publication_number_unique",
        lambda: Publication.objects.create(
            incident=first.incident,
            public_id=first.public_id,
            number=1,
            data=first.data,
            checksum=first.checksum,
            published_by=first.published_by,
            published_at=NOW,
        ),
    )


def test_only_an_approved_report_waits_for_its_hour() -> None:
    report, user = approve(make_draft()), make_user()
    reports = Report.objects.filter(pk=report.pk)
    name = "report_waits_for_its_hour_only_when_approved"

    refused(name, lambda: reports.update(publish_at=NOW))  # by whom?
    refused(name, lambda: reports.update(publish_by=user))  # when?
    refused(name, lambda: reports.update(publish_note="We mended a mistake."))  # of which appointment?
    reports.update(publish_at=NOW, publish_by=user, publish_note="We mended a mistake.")
    refused(name, lambda: reports.update(status="in_review"))
    refused(name, lambda: reports.update(status="published"))


def test_a_person_is_asked_once_at_a_time() -> None:
    report, reviewer = make_incident().report, make_user()

    def ask() -> ReviewRequest:
        return ReviewRequest.objects.create(report=report, reviewer=reviewer, asked_by=make_user(), asked_at=NOW)

    ask()
    refused("review_asked_once_at_a_time", ask)
    ReviewRequest.objects.create(report=report, reviewer=make_user(), asked_by=reviewer, asked_at=NOW)
    ReviewRequest.objects.filter(reviewer=reviewer).update(verdict="sent_back", answered_at=NOW)
    ask()
    ReviewRequest.objects.filter(reviewer=reviewer).update(verdict="approved", answered_at=NOW)


@pytest.mark.parametrize(
    ("verdict", "answered_at", "constraint"),
    [
        ("waiting", NOW, "review_answered_has_a_time"),
        ("approved", None, "review_answered_has_a_time"),
        ("sent_back", None, "review_answered_has_a_time"),
        ("surprised", NOW, "review_verdict_known"),
    ],
)
def test_a_verdict_has_a_time_and_waiting_has_none(verdict: str, answered_at, constraint: str) -> None:
    report, user = make_incident().report, make_user()

    refused(
        constraint,
        lambda: ReviewRequest.objects.create(
            report=report, reviewer=user, asked_by=user, asked_at=NOW, verdict=verdict, answered_at=answered_at
        ),
    )


def make_comment(**fields: Any) -> Comment:
    report, author = fields.pop("report", None) or make_incident().report, make_user()
    return Comment.objects.create(**{"report": report, "text": "Why?", "author": author, "written_at": NOW} | fields)


def test_a_comment_says_something() -> None:
    report = make_incident().report

    refused("comment_says_something", lambda: make_comment(report=report, text=""))


def test_a_comment_is_resolved_by_somebody_at_some_time() -> None:
    comments = Comment.objects.filter(pk=make_comment().pk)

    refused("comment_resolved_by_somebody", lambda: comments.update(resolved_at=NOW))
    refused("comment_resolved_by_somebody", lambda: comments.update(resolved_by=make_user()))
    comments.update(resolved_at=NOW, resolved_by=make_user())


def test_an_answer_is_not_resolved_alone() -> None:
    question = make_comment()
    answer = make_comment(report=question.report, parent=question)

    refused(
        "comment_threads_are_resolved_whole",
        lambda: Comment.objects.filter(pk=answer.pk).update(resolved_at=NOW, resolved_by=make_user()),
    )


def test_a_finding_is_accepted_once_and_for_a_reason() -> None:
    incident = make_incident()
    person = incident.opened_by

    def accept(report: Report, reason: str = "It was two outages.") -> AcceptedFinding:
        return AcceptedFinding.objects.create(
            report=report, fingerprint="ab12", message="x", reason=reason, accepted_by=person, accepted_at=NOW
        )

    refused("finding_accepted_for_a_reason", lambda: accept(incident.report, reason=""))
    accept(incident.report)
    refused("finding_accepted_once", lambda: accept(incident.report))
    accept(make_incident().report)


def test_a_person_is_present_once() -> None:
    incident, person = make_incident(), make_user()

    def arrive(where: Incident) -> None:
        Presence.objects.create(incident=where, user=person, seen_at=NOW)

    arrive(incident)
    refused("presence_once_per_person", lambda: arrive(incident))
    arrive(make_incident())


def test_an_input_has_one_unsent_text_of_each_person() -> None:
    """On pages outside an incident, too: there the incident is empty, and empty is equal to empty."""
    incident, person = make_incident(), make_user()

    def keep(where: Incident | None, user: User = person) -> None:
        UnsentText.objects.create(user=user, incident=where, name="title", text="x", typed_at=NOW)

    for where in (incident, None):
        keep(where)
        refused("unsent_text_once_per_input", lambda where=where: keep(where))
        keep(where, make_user())
