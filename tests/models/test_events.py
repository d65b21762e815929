"""What customers are told while it happens, and what a publication makes of it."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from incidents.authoring.operations import add_impact, revise_impact
from incidents.models import (
    Component,
    EventKind,
    EventStatus,
    EventUpdate,
    ImpactWindow,
    Incident,
    IncidentComponent,
    IncidentWords,
    Publication,
    PublicChange,
    PublicEvent,
    Site,
    show_publication,
)
from incidents.models.component import ComponentStatus
from incidents.publishing.operations import publish_report, withdraw_report
from tests.factories import NOW, START, approve, correct, make_component, make_draft, make_incident, make_user, publish

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def event(**fields: Any) -> PublicEvent:
    values = {"kind": "incident", "status": "investigating", "title": "Down", "started_at": START}
    return PublicEvent.objects.create(**values | {"created_at": NOW, "updated_at": NOW} | fields)


def maintenance(**fields: Any) -> PublicEvent:
    planned = {"scheduled_for": START, "scheduled_until": START + HOUR}
    return event(**{"kind": "maintenance", "status": "scheduled", "impact": "maintenance"} | planned | fields)


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("event_has_a_title", lambda: event(title="")),
        ("event_is_of_its_kind", lambda: event(status="scheduled")),
        ("event_is_of_its_kind", lambda: event(scheduled_for=START)),
        ("event_is_of_its_kind", lambda: maintenance(status="resolved")),
        ("event_is_of_its_kind", lambda: maintenance(scheduled_for=None)),
        ("event_is_of_its_kind", lambda: maintenance(scheduled_until=START)),
        ("event_is_of_its_kind", lambda: maintenance(incident=make_incident())),
        ("event_impact_known", lambda: event(impact="huge")),
        ("event_ends_after_it_starts", lambda: event(resolved_at=START - HOUR)),
        ("window_ends_after_it_starts", lambda: window(ended_at=START)),
        ("window_level", lambda: window(level="operational")),
        ("window_share_percent", lambda: window(share=0)),
        ("window_share_percent", lambda: window(share=101)),
        ("window_open_once", lambda: [window(component=Component.objects.first() or make_component()) for _ in "ab"]),
        ("update_status_known", lambda: update(status="fine")),
        ("site_is_one_row", lambda: Site.objects.create(id=2)),
    ],
)
def test_the_database_refuses(name: str, write: Any) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        write()


def window(**fields: Any) -> ImpactWindow:
    fields.setdefault("component", None)
    fields["component"] = fields["component"] or make_component()
    return ImpactWindow.objects.create(**{"level": "major_outage", "started_at": START} | fields)


def update(**fields: Any) -> EventUpdate:
    values = {"event": event(), "status": "investigating", "text": "We look.", "display_at": NOW, "posted_at": NOW}
    return EventUpdate.objects.create(**values | fields)


def status_of(component: Component, after: timedelta = HOUR) -> ComponentStatus:
    return Component.objects.with_status(START + after).get(pk=component.pk).status


def test_a_component_is_as_bad_as_the_worst_of_its_open_windows() -> None:
    component = make_component()
    window(component=component, level="under_maintenance", event=maintenance())
    assert status_of(component) == "under_maintenance"
    window(component=component, level="degraded_performance", event=event())
    assert status_of(component) == "degraded_performance"
    ended = window(component=component, level="major_outage", ended_at=START + HOUR)

    assert status_of(component, after=HOUR / 2) == "major_outage"
    assert status_of(component) == "degraded_performance"  # it ends at the hour, and no longer counts then
    assert status_of(component, after=-HOUR) == "operational"
    assert ended.get_level_display() == "Major outage"
    assert status_of(make_component()) == "operational"


def test_a_publication_makes_the_public_face() -> None:
    publication = publish()

    face = PublicEvent.objects.get(public_id=publication.public_id)
    assert (face.kind, face.status, face.title) == (EventKind.INCIDENT, EventStatus.RESOLVED, "Our servers were down")
    assert (face.started_at, face.resolved_at) == (START, START + timedelta(hours=3, minutes=20))
    assert (face.report_number, face.report_first_published_at) == (1, NOW)
    assert face.description == "We were down. We are sorry."
    assert PublicEvent.objects.filter(search="sorry").get() == face
    assert not PublicEvent.objects.filter(search="breaker").exists()  # internal words
    assert list(PublicChange.objects.values_list("what", "public_id")) == [("event", face.public_id)]


def test_a_correction_and_a_withdrawal_show_on_it() -> None:
    second = correct(publish())
    face = PublicEvent.objects.get()
    assert (face.report_number, face.report_first_published_at) == (2, NOW)

    withdraw_report(second.incident.report, reason="It named a person.", by=make_user("publisher"), at=NOW + HOUR)

    face.refresh_from_db()
    assert (face.report_number, face.report_first_published_at) == (0, None)
    assert (face.title, face.description, face.report_withdrawn_at) == ("Withdrawn report", "", NOW + HOUR)
    assert not PublicEvent.objects.filter(search="sorry").exists()


def test_what_was_posted_keeps_its_title_when_the_report_is_withdrawn() -> None:
    report = make_draft()
    event(incident=report.incident, public_id=report.incident.public_id, title="Slow", posted_title="Slow")
    publish(report)
    assert PublicEvent.objects.get().title == "Our servers were down"

    withdraw_report(report, reason="It named a person.", by=make_user("publisher"), at=NOW)

    assert PublicEvent.objects.get().title == "Slow"


def test_times_are_those_of_the_posts_again_when_the_report_is_withdrawn() -> None:
    """The report ended before the first post: what it said must not stand beside when they say it began."""
    report = make_draft()
    late = START + timedelta(hours=5)
    told = event(incident=report.incident, public_id=report.incident.public_id, posted_title="Slow", started_at=late)
    update(event=told, display_at=late)
    update(event=told, display_at=late + HOUR, status="resolved")
    PublicEvent.objects.update(status="resolved", resolved_at=late + HOUR)
    publish(report)
    told.refresh_from_db()
    assert (told.started_at, told.resolved_at) == (START, START + timedelta(hours=3, minutes=20))

    withdraw_report(report, reason="It named a person.", by=make_user("publisher"), at=NOW)

    told.refresh_from_db()
    assert (told.started_at, told.resolved_at) == (late, late + HOUR)


def published_impact(**fields: Any) -> Component:
    component, report, by = make_component(), make_draft(), make_user("publisher")
    add_impact(report.incident, component, by=by, at=NOW)
    row = IncidentComponent.objects.get(incident=report.incident)
    revise_impact(row, changes=fields, by=by, at=NOW)
    publish_report(approve(report, by=by), by=by, change_note="", at=NOW)
    return component


def test_the_windows_of_a_report_replace_those_of_the_updates() -> None:
    component = published_impact(level="partial_outage", started_at=START + HOUR)
    face = PublicEvent.objects.get()
    window(component=component, event=face, ended_at=START + 9 * HOUR)
    face = show_publication(face.incident, at=NOW)

    assert face.has_report_windows
    assert face.impact == "major"
    (counted,) = ImpactWindow.objects.counted()
    assert (counted.level, counted.started_at, counted.ended_at) == (
        "partial_outage",
        START + HOUR,
        START + timedelta(hours=3, minutes=20),
    )

    withdraw_report(face.incident.report, reason="Wrong.", by=make_user("publisher"), at=NOW)

    assert [row.from_report for row in ImpactWindow.objects.counted()] == [False]


def test_an_upgrade_fills_what_older_rows_lack() -> None:
    """Each step of the migrations says of rows that exist what the operations say of new ones."""
    component = published_impact(level="partial_outage")
    correct(Publication.objects.get())
    face, words = PublicEvent.objects.get(), IncidentWords.objects.get()
    for about in (face, event(), None):
        window(component=component, event=about, ended_at=START + 9 * HOUR)
    show_publication(face.incident, at=NOW)

    def told() -> tuple[Any, ...]:
        windows = ImpactWindow.objects.order_by("pk").values_list("is_superseded", flat=True)
        events = PublicEvent.objects.order_by("pk").values_list("first_publication", flat=True)
        return list(windows), list(events), IncidentWords.objects.get().number

    before = told()
    assert sorted(before[0]) == [False, False, False, True]
    assert before[1:] == ([Publication.objects.earliest("number").pk, 0], words.incident.number)
    ImpactWindow.objects.update(is_superseded=False)
    PublicEvent.objects.update(first_publication=0)
    IncidentWords.objects.update(number=0)

    with connection.cursor() as cursor:
        for name, step in (
            ("0022_windows_know_whether_they_count", "SUPERSEDED"),
            ("0023_found_incidents_are_in_order", "FILL"),
            ("0024_events_know_their_first_publication", "FIRST"),
        ):
            cursor.execute(getattr(import_module(f"incidents.migrations.{name}"), step))
    assert told() == before


def test_publishing_twice_counts_once() -> None:
    published_impact(level="partial_outage")
    incident = Incident.objects.get()

    show_publication(incident, at=NOW)

    assert ImpactWindow.objects.count() == 1
    assert PublicEvent.objects.count() == 1


@pytest.mark.parametrize("table", ["incident", "report", "timelineentry", "actionitem", "attachment", "earlierupdate"])
def test_the_role_of_the_public_side_cannot_read_drafts(table: str) -> None:
    make_draft()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE afterword_public")
        cursor.execute("SELECT count(*) FROM incidents_publication")
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            cursor.execute(f"SELECT * FROM incidents_{table}")  # noqa: S608  # names of ours
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            cursor.execute("DELETE FROM incidents_publicchange")
        cursor.execute("RESET ROLE")
