"""Nothing of a draft reaches the public, in any format; and working on one changes no public byte.

A marker is planted in every text that people can write inside, then every public address is fetched.
"""

from __future__ import annotations

import io
import itertools
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from PIL import Image

from incidents.authoring.operations import (
    MilestoneValue,
    add_action_item,
    add_entry,
    add_image,
    add_impact,
    delete_entry,
    make_all_public,
    record_milestones,
    revise_action_item,
    revise_entry,
    revise_facts,
    revise_section,
)
from incidents.milestones import MilestoneKind, Precision
from incidents.models import (
    AcceptedFinding,
    ActionChange,
    ActionItem,
    Attachment,
    Comment,
    Component,
    EarlierUpdate,
    EventUpdate,
    Incident,
    MaintenancePlan,
    Presence,
    PublicEvent,
    Report,
    SavedView,
    SeveritySection,
    TimelineEntry,
    UnsentText,
    UpdateTemplate,
)
from incidents.publishing.operations import start_correction, withdraw_report
from incidents.review.operations import send_back, submit_for_review
from tests.factories import (
    NOW,
    START,
    approve,
    correct,
    make_component,
    make_draft,
    make_incident,
    make_user,
    publish,
    show_promises,
)

pytestmark = pytest.mark.django_db

MARKER = "zq7marker"


def public_patterns() -> list[str]:
    """The routes of the public package, as they stand in the URL configuration."""

    def walk(patterns: list[Any], prefix: str, namespace: str) -> Any:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route, pattern.namespace or namespace)
            elif isinstance(pattern, URLPattern) and namespace == "public":
                yield route

    return list(walk(get_resolver().url_patterns, "", ""))


def addresses(*public_ids: str) -> list[str]:
    """Every public address, for every incident, with every version, image and format."""
    images = [
        (attachment.sha256 or "0" * 64, attachment.content_type.rpartition("/")[2] or "png")
        for attachment in Attachment.objects.all()
    ] or [("0" * 64, "png")]
    component = Component.objects.first()
    found = set()
    components = Component.objects.values_list("public_id", flat=True)
    for route in public_patterns():
        for public_id in components if route.startswith("components/") else public_ids:
            for number in (1, 2, 3):
                for (sha256, extension), older, year in itertools.product(images, (1, 2), (2023, 2026)):
                    found.add(
                        "/"
                        + route.replace("<slug:public_id>", public_id)
                        .replace("<int:number>", str(number))
                        .replace("<int:older>", str(older))
                        .replace("<int:year>/<int:month>", f"{year}/3")
                        .replace("<slug:sha256>", sha256)
                        .replace("<slug:extension>", extension)
                        .replace("<tag:tag>", f"{MARKER}_tag")  # the tag of a draft, which no page may know
                        .replace("<slug:cause>", "hardware")
                        .replace("<slug:component_id>", component.public_id if component else "a" * 12)
                    )
    assert not [address for address in found if "<" in address], "a public route has a part this test doesn't know"
    return [*sorted(found), "/nothing-here/"]


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages that tell what time it is say the same before and after."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def everything_public(at: list[str]) -> dict[str, tuple[int, bytes, list[tuple[str, str]]]]:
    """Status, body and headers of every address, for somebody who isn't logged in."""
    client = Client()
    answers = {}
    for address in at:
        response = client.get(address)
        body = response.getvalue().replace(b"\r\n ", b"")  # a calendar breaks its lines anywhere
        answers[address] = (response.status_code, body, sorted(response.headers.items()))
    return answers


def plant(incident: Incident, *, by: Any) -> None:
    """Write the marker into every internal text of an incident, through the operations and past them."""
    report = incident.report
    revise_facts(
        incident,
        changes={"title": f"{MARKER} title", "public_title": f"{MARKER} headline", "byline": f"{MARKER} byline"},
        by=by,
        at=NOW,
    )
    for component in Component.objects.exclude(impacts__incident=incident):
        add_impact(incident, component, by=by, at=NOW)
    for key in ("summary", "impact", "detection", "root_cause", "resolution", "went_well", "went_badly", "got_lucky"):
        changes = {"text": f"{MARKER} {key}", "public_text": f"{MARKER} {key} for customers"}
        revise_section(incident, key, changes=changes, by=by, at=NOW)
    revise_section(incident, "notes", changes={"text": f"{MARKER} notes", "public_text": ""}, by=by, at=NOW)
    add_entry(incident, occurred_at=START, text=f"{MARKER} row", by=by, at=NOW)
    add_entry(incident, occurred_at=START, text=f"{MARKER} row", public_text=f"{MARKER} public row", by=by, at=NOW)
    record_milestones(
        incident,
        {MilestoneKind.MITIGATED: MilestoneValue(START, Precision.ABOUT, f"{MARKER} note")},
        by=by,
        at=NOW,
    )
    add_action_item(
        incident,
        values={
            "text": f"{MARKER} action",
            "public_text": f"{MARKER} promise",
            "kind": "repair",
            "team": f"{MARKER} team",
            "state": "wont_do",
            "reason": f"{MARKER} reason",
            "done_when": f"{MARKER} finish",
            "evidence": f"{MARKER} evidence",
            "tracker_url": f"https://example.test/{MARKER}",
            "owner": by,
        },
        by=by,
        at=NOW,
    )
    add_image(incident, picture(), alt=f"{MARKER} alt", by=by, at=NOW)
    Attachment.objects.create(incident=incident, source_url=f"https://example.test/{MARKER}.png", alt=f"{MARKER} alt")
    TimelineEntry.objects.filter(incident=incident).update(raw_line=f"{MARKER} raw", source=f"{MARKER} source")
    UnsentText.objects.create(user=by, incident=incident, name=f"{MARKER}", text=f"{MARKER} unsent", typed_at=NOW)
    Presence.objects.update_or_create(incident=incident, user=by, defaults={"place": f"{MARKER} place", "seen_at": NOW})
    Comment.objects.create(report=report, place=f"{MARKER}", text=f"{MARKER} comment", author=by, written_at=NOW)
    AcceptedFinding.objects.create(
        report=report,
        fingerprint=f"{incident.number}",
        message=f"{MARKER} message",
        reason=f"{MARKER} reason",
        accepted_by=by,
        accepted_at=NOW,
    )
    SeveritySection.objects.filter(severity=incident.severity).update(prompt=f"{MARKER} prompt")
    Report.objects.filter(pk=report.pk).update(tags=[f"{MARKER} tag"], no_action_reason=f"{MARKER} none")
    ActionItem.objects.filter(incident=incident).update(due_on=NOW.date(), due_rule=f"{MARKER} rule")
    for item in incident.action_items.all():
        ActionChange.objects.record(item, {"text": (f"{MARKER} old", f"{MARKER} new")}, by=by, at=NOW)
    SavedView.objects.get_or_create(owner=by, name=f"{MARKER} view", query=f"text={MARKER}")


def plant_beside_events(event: PublicEvent, *, by: Any) -> None:
    """What people write to tell customers, before it is told and after it was replaced."""
    said = EventUpdate.objects.create(
        event=event, status="resolved", text="It is over.", display_at=NOW, posted_at=NOW, posted_by=by
    )
    EarlierUpdate.objects.create(
        update_row=said, text=f"{MARKER} before", display_at=NOW, replaced_at=NOW, replaced_by=by
    )
    UpdateTemplate.objects.create(name=f"{MARKER} template", status="resolved", text=f"{MARKER} ready words")
    MaintenancePlan.objects.create(
        title=f"{MARKER} plan",
        text=f"{MARKER} planned words",
        rule=f"FREQ={MARKER}",
        starts_at=NOW,
        minutes=5,
        created_at=NOW,
    )


def picture() -> Any:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(buffer, "PNG")
    buffer.seek(0)
    return buffer


@pytest.fixture
def writer(db: None) -> Any:
    return make_user(name=f"{MARKER} Person", email=f"{MARKER}@example.test")


def test_no_marker_reaches_any_public_address(writer: Any, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    show_promises()
    make_component("Websites")
    draft = make_draft(by=writer, title=f"{MARKER} a draft")
    plant(draft.incident, by=writer)
    published = publish(make_draft(title=f"{MARKER} internal title"))
    start_correction(published.incident.report, by=writer, at=NOW)
    plant(Incident.objects.get(pk=published.incident_id), by=writer)
    send_back(
        submit_for_review(published.incident.report, by=writer, at=NOW), reason=f"{MARKER} verdict", by=writer, at=NOW
    )
    waiting = approve(make_draft(by=writer))
    Report.objects.filter(pk=waiting.pk).update(publish_at=NOW, publish_by=writer, publish_note=f"{MARKER} note")
    private = make_draft(by=writer, title=f"{MARKER} private", is_private=True)
    withdrawn = publish(make_draft())
    withdraw_report(withdrawn.incident.report, reason="It was wrong.", by=writer, at=NOW)
    plant_beside_events(PublicEvent.objects.get(public_id=published.public_id), by=writer)
    plant_unplanted(writer)

    answers = everything_public(
        addresses(
            draft.incident.public_id,
            published.public_id,
            private.incident.public_id,
            withdrawn.public_id,
            waiting.incident.public_id,
        )
    )

    leaks = {
        address: status
        for address, (status, body, headers) in answers.items()
        if MARKER.encode() in body.lower() or MARKER in str(headers).lower()
    }
    assert leaks == {}
    assert answers[f"/incidents/{published.public_id}/"][0] == 200
    assert answers[f"/incidents/{draft.incident.public_id}/"][0] == 404
    assert answers[f"/incidents/{private.incident.public_id}/"][0] == 404
    assert answers[f"/incidents/{withdrawn.public_id}/"][0] == 410


def plant_unplanted(writer: Any) -> None:
    """The test must know every text field: a new one fails here until it is planted or named as public."""
    public = {
        ("Component", "name"),  # components are public by definition
        ("Component", "group"),
        ("Component", "description"),
        ("PublicEvent", "title"),  # what was posted or published, by whoever did
        ("PublicEvent", "posted_title"),
        ("PublicEvent", "description"),
        ("EventUpdate", "text"),
        ("Site", "name"),
        ("Site", "footer"),
        ("Site", "accent"),
        ("Site", "accent_dark"),
        ("Site", "logo_type"),
        ("Severity", "name"),
        ("Publication", "change_note"),  # what was published, by its publisher
        ("Retraction", "reason"),
        ("PublicPromise", "text"),
        ("MailRound", "name"),  # nothing that anybody types
    }
    not_free = {
        "key",
        "public_id",
        "page_id",
        "sha256",
        "logo_sha256",
        "checksum",
        "approved_checksum",
        "content_type",
        "verb",
        "fingerprint",
        "field",
    }
    for model in apps.get_app_config("incidents").get_models():
        for field in model._meta.concrete_fields:
            if not isinstance(field, models.CharField | models.TextField) or field.choices or field.name in not_free:
                continue
            if (model.__name__, field.name) in public or field.name in {"time_zone", "file"}:
                continue
            planted = model.objects.filter(**{f"{field.name}__icontains": MARKER}).exists()
            assert planted, f"plant the marker in {model.__name__}.{field.name}"


def test_the_crawl_finds_what_is_public(settings: Any, tmp_path: Any) -> None:
    """The control: the same marker, made public and published, is found in page, feed, JSON and Markdown."""
    settings.MEDIA_ROOT = tmp_path
    show_promises()
    publisher = make_user("publisher")
    report = make_draft(by=publisher)
    plant(report.incident, by=publisher)
    make_all_public(report.incident, by=publisher, at=NOW)
    published = publish(Report.objects.get(pk=report.pk))

    answers = everything_public(addresses(published.public_id))

    seen = {address for address, (_, body, _) in answers.items() if MARKER.encode() in body.lower()}
    root = f"/incidents/{published.public_id}/"
    assert {
        "/reports/",
        "/history/",
        "/promises/",
        root,
        root + "report.md",
        root + "report.json",
        "/history.atom",
    } <= seen
    told = {"/api/v2/incidents.json", "/history.rss", "/updates.atom", "/calendar.ics", f"{root.rstrip('/')}.json"}
    assert told <= seen


def test_working_on_drafts_changes_no_public_byte(writer: Any, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    show_promises()
    component = make_component("Websites")
    first = publish(make_draft())
    second = correct(publish(make_draft(), at=NOW + timedelta(hours=1)))
    public = addresses(first.public_id, second.public_id)
    before = everything_public(public)

    for number in range(10):
        draft = make_draft(by=writer, title=f"Draft {number}", components=[component])
        plant(draft.incident, by=writer)
        entry = draft.incident.entries.first()
        revise_entry(
            entry,
            changes={"text": "Other", "public_text": "Other", "precision": "about", "milestone": "detected"},
            by=writer,
            at=NOW,
        )
        delete_entry(entry, by=writer, at=NOW)
        submit_for_review(draft, by=writer, at=NOW)
    start_correction(first.incident.report, by=writer, at=NOW)
    plant(Incident.objects.get(pk=first.incident_id), by=writer)
    item = draft.incident.action_items.first()
    revise_action_item(item, changes={"state": "done"}, by=writer, at=NOW)
    make_incident(by=writer)

    assert everything_public(public) == before
