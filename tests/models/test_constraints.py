"""What the database itself refuses, whoever writes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from incidents.models import (
    ActionItem,
    Attachment,
    Component,
    Incident,
    IncidentComponent,
    Milestone,
    Publication,
    Report,
    ReportSection,
    Severity,
    TimelineEntry,
)
from tests.factories import NOW, START, make_component, make_incident, make_user, publish

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


def test_component_state_is_one_of_five() -> None:
    make_component()

    refused("component_status_known", lambda: Component.objects.update(status="surprised"))


def test_component_names_are_unique_whatever_their_case() -> None:
    make_component("Websites")

    refused("component_name_unique", lambda: make_component("WEBSITES"))


def test_severity_names_are_unique_whatever_their_case() -> None:
    refused("severity_name_unique", lambda: Severity.objects.create(name="CRITICAL", rank=90, tone="low"))


@pytest.mark.parametrize(("at", "precision"), [(None, "exact"), (START, "unknown")])
def test_milestone_has_a_time_exactly_when_it_is_known(at, precision: str) -> None:
    incident = make_incident()

    refused(
        "milestone_has_a_time",
        lambda: Milestone.objects.create(incident=incident, kind="detected", at=at, precision=precision),
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
