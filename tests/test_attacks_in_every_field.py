"""What people write can't become part of the page: attack strings in every field, read back from whole pages."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from django.db import models
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from incidents.authoring.operations import add_impact
from incidents.models import (
    ActionItem,
    Comment,
    Component,
    Incident,
    Report,
    ReportSection,
    Severity,
    Team,
    TimelineEntry,
)
from incidents.models.report import SECTION_CHOICES
from incidents.publishing.operations import publish_report, withdraw_report
from tests.factories import NOW, START, approve, make_component, make_draft, make_user, publish
from tests.rendering.attacks import EVERY_ATTACK

pytestmark = pytest.mark.django_db

_URLS = {"href", "src", "action", "formaction", "hx-post", "hx-get", "srcset", "data", "poster"}
_FORBIDDEN = {"object", "embed", "applet", "base", "frame", "frameset", "style", "foreignobject", "animate", "set"}


class Faults(HTMLParser):
    """What no page of ours ever holds: inline script or style, handlers, script addresses, strangers' elements."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._script = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _FORBIDDEN:
            self.found.append(f"<{tag}>")
        if tag == "script" and attrs != [("type", "application/ld+json")]:  # data that no browser runs
            self._script = True
            if not (given.get("src") or "").startswith("/static/"):
                self.found.append(f"<script {attrs}>")
        if tag == "iframe" and not (given.get("src") or "").startswith("/workspace/"):
            self.found.append(f"<iframe {attrs}>")
        if tag == "meta" and "http-equiv" in given:
            self.found.append(f"<meta {attrs}>")
        for name, value in attrs:
            address = "".join((value or "").lower().split())
            if name.startswith("on") or name == "style":
                self.found.append(f"{tag} {name}={value}")
            if name in _URLS and address.startswith(("javascript:", "vbscript:", "data:")):
                self.found.append(f"{tag} {name}={value}")
            if name == "src" and "evil.example" in address:
                self.found.append(f"{tag} {name}={value}")

    def handle_endtag(self, tag: str) -> None:
        self._script = self._script and tag != "script"

    def handle_data(self, data: str) -> None:
        if self._script and data.strip():
            self.found.append(f"inline script {data!r}")


def batches() -> Iterator[list[str]]:
    """The attacks that a database can hold, as many at once as fit into a title."""
    batch: list[str] = []
    for attack in (text.replace("\x00", "").encode(errors="ignore").decode() for text in EVERY_ATTACK):
        if not attack.strip():
            continue
        if batch and len(" ".join([*batch, attack])) > 118:
            yield batch
            batch = []
        batch.append(attack)
    yield batch


def plant(incident: Incident, attacks: list[str]) -> None:
    """Past all forms, into every text that people can write."""
    plant_names(incident, attacks)
    for key, _ in SECTION_CHOICES:
        plant_section(incident, key, attacks)
    plant_rows(incident, attacks)


def plant_names(incident: Incident, attacks: list[str]) -> None:
    text = " ".join(attacks)
    for row in (incident, incident.report, incident.lead, incident.severity, *Component.objects.all()):
        for field in row._meta.concrete_fields:
            if isinstance(field, models.CharField) and field.name in {
                "title",
                "public_title",
                "byline",
                "name",
                "group",
            }:
                setattr(row, field.name, text[: min(field.max_length or 80, 118)])
        row.save()


def plant_section(incident: Incident, key: str, attacks: list[str]) -> None:
    text = "\n\n".join(attacks)
    words = {"text": text, "public_text": "" if key == "notes" else text}
    ReportSection.objects.update_or_create(report=incident.report, key=key, defaults=words)


def plant_rows(incident: Incident, attacks: list[str]) -> None:
    for attack in attacks:
        TimelineEntry.objects.create(
            incident=incident, occurred_at=START, text=attack, public_text=attack, raw_line=attack
        )
        ActionItem.objects.create(
            incident=incident,
            text=attack[:500],
            public_text=attack[:500],
            kind="prevent",
            team=Team.objects.named(attack[:80]),
            owner=incident.lead,
            reason=attack[:300],
        )
        Comment.objects.create(report=incident.report, text=attack, author=incident.opened_by, written_at=NOW)


def pages(client: Client, incident: Incident) -> Iterator[tuple[str, str]]:
    names = ("authoring:editor", "publishing:preview", "review:review", "publishing:publish", "publishing:withdraw")
    names += ("review:submit", "review:comments")
    for name in names:
        yield name, client.get(reverse(name, args=[incident.number])).content.decode()


@pytest.fixture
def incident(db: None) -> Incident:
    component = make_component("Websites")
    report = make_draft(by=make_user(name="On-call"), severity=Severity.objects.get(tone="low"))
    add_impact(report.incident, component, by=report.incident.opened_by, at=NOW)
    return Incident.objects.get(pk=report.incident_id)


@pytest.fixture
def admin(db: None) -> Client:
    client = Client()
    client.force_login(make_user(Role.ADMIN))
    return client


def test_names_in_the_workspace(incident: Incident, admin: Client) -> None:
    for attacks in batches():
        plant_names(incident, attacks)
        for name, page in pages(admin, incident):
            assert Faults(page).found == [], f"{name}: {attacks}"


def test_sections_of_the_workspace(incident: Incident, admin: Client) -> None:
    found = list(batches())
    for first in range(0, len(found), len(SECTION_CHOICES)):
        planted = found[first : first + len(SECTION_CHOICES)]
        for (key, _), attacks in zip(SECTION_CHOICES, planted, strict=False):
            plant_section(incident, key, attacks)
        for name, page in pages(admin, incident):
            assert Faults(page).found == [], f"{name}: {planted}"


def test_rows_of_the_workspace(incident: Incident, admin: Client) -> None:
    plant_rows(incident, [attack for attacks in batches() for attack in attacks])
    for name, page in pages(admin, incident):
        assert Faults(page).found == [], name


def test_lists_of_the_workspace(incident: Incident, admin: Client) -> None:
    for attacks in batches():
        plant_names(incident, attacks)
        incident.lead.email = f"{len(attacks)}@example.test"
        incident.lead.save()
        for name in ("authoring:incident_list", "authoring:new_incident", "status:component_list", "accounts:people"):
            assert Faults(admin.get(reverse(name)).content.decode()).found == [], f"{name}: {attacks}"


def test_public_pages_and_feed(incident: Incident) -> None:
    publisher = make_user("publisher")
    for attacks in list(batches())[::4]:
        report = make_draft(by=make_user(), severity=incident.severity)
        one = Incident.objects.get(pk=report.incident_id)
        plant(one, attacks)
        approve(Report.objects.get(incident=one), by=publisher)
        publication = publish_report(one.report, by=publisher, change_note="", at=NOW)
        client = Client()
        for path in ("/", f"/incidents/{publication.public_id}/", f"/incidents/{publication.public_id}/versions/1/"):
            assert Faults(client.get(path).content.decode()).found == [], f"{path}: {attacks}"
        ET.fromstring(client.get("/history.atom").content)  # noqa: S314  # our own feed: is it well-formed?
        assert client.get(f"/incidents/{publication.public_id}/report.json").json()
        markdown = client.get(f"/incidents/{publication.public_id}/report.md")
        assert markdown["Content-Type"].startswith("text/markdown")
        assert markdown["X-Content-Type-Options"] == "nosniff"


def test_a_tombstone_shows_its_reason_as_text() -> None:
    for attacks in list(batches())[::4]:
        publication = publish(make_draft())
        reason, publisher = " ".join(attacks), make_user("publisher")
        withdraw_report(publication.incident.report, reason=reason, by=publisher, at=NOW, meant=None)

        page = Client().get(f"/incidents/{publication.public_id}/").content.decode()

        assert Faults(page).found == [], attacks


def test_the_judge_sees_what_it_should() -> None:
    """The control: raw attacks in a page are found."""
    seen = [attack for attack in EVERY_ATTACK if Faults(f"<p>{attack}</p>").found]

    assert len(seen) >= 60
