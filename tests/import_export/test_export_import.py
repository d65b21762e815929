"""What comes back: people, severities and components are found or named, nothing is made up, nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError

from accounts.models import User
from accounts.roles import Role
from incidents.authoring.operations import add_image
from incidents.import_export.document import (
    ActionText,
    Impact,
    Person,
    ReportDocument,
    Row,
    SectionText,
    SeverityName,
)
from incidents.import_export.restoring import NotRestorable
from incidents.models import (
    Activity,
    Attachment,
    Component,
    Incident,
    IncidentCounter,
    Publication,
    Report,
    Severity,
)
from tests.factories import NOW, make_component, make_draft, make_user, publish
from tests.import_export.restored import START, notes_of, restore
from tests.import_export.test_round_trip import exported
from tests.test_no_draft_leaks import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(db: None) -> User:
    return make_user(Role.ENGINEER)


def test_people_are_found_by_their_address_and_nobody_is_made_up() -> None:
    by = make_user(Role.ADMIN)
    ana = make_user(email="ana@example.test")
    stranger = Person("Stranger@example.test", "A Stranger")
    document = ReportDocument(
        title="Servers down",
        lead=Person("ANA@example.test", "Somebody"),
        opened_by=stranger,
        owner=stranger,
        timeline=(
            Row(START, text="One", author="stranger@example.test"),
            Row(START, text="Two", author=ana.email),
            Row(START, text="Three", author="stranger@example.test"),
        ),
        action_items=(ActionText(text="Mend it", owner=stranger),),
    )

    restored = restore(document, by=by)

    incident = restored.incident
    assert incident
    assert (incident.lead, incident.opened_by, incident.report.owner) == (ana, by, None)
    assert [entry.author for entry in incident.entries.in_order()] == [None, ana, None]
    assert incident.action_items.get().owner is None
    parts = "opened it, writes the report, owns 1 action item, wrote 2 timeline rows"
    assert f"Nobody here has the address stranger@example.test ({parts}). It stands in the notes." in restored.warnings
    assert f"- A Stranger, stranger@example.test: {parts}" in notes_of(restored)
    assert not User.objects.filter(email__icontains="stranger").exists()


def test_who_brings_in_a_private_report_still_sees_it(by: User) -> None:
    ana = make_user(email="ana@example.test")
    document = ReportDocument(title="Secret", is_private=True, opened_by=Person(ana.email), lead=Person(ana.email))

    for_themselves = restore(document, by=by)
    restored = restore(document, by=by, is_believed=True)
    as_publisher = restore(document, by=make_user(Role.PUBLISHER))

    assert for_themselves.incident in Incident.objects.visible_to(by)
    assert restored.incident in Incident.objects.visible_to(by)
    assert restored.incident.report.owner == by
    assert any("yours to write" in warning for warning in restored.warnings)
    assert as_publisher.incident
    assert as_publisher.incident.report.owner is None


# ── Severities, components, numbers ─────────────────────────────────────────
@pytest.mark.parametrize(
    ("name", "tone", "found"),
    [("cRITICAL", "low", "Critical"), ("Sev 2", "high", "tone high"), ("Sev 9", "", "lowest that asks")],
)
def test_a_severity_is_found_by_name_then_by_colour(by: User, name: str, tone: str, found: str) -> None:
    restored = restore(ReportDocument(title="x", severity=SeverityName(name, tone)), by=by)

    assert restored.incident
    wanted = {
        "Critical": Severity.objects.get(name="Critical"),
        "tone high": Severity.objects.get(tone="high"),
        "lowest that asks": Severity.objects.filter(needs_report=True).order_by("-rank").first(),
    }[found]
    assert restored.incident.severity == wanted
    assert any("no severity" in warning for warning in restored.warnings) == (found != "Critical")


def test_without_any_severity_it_is_refused(by: User) -> None:
    Severity.objects.all().delete()

    with pytest.raises(NotRestorable, match="no severity here yet"):
        restore(ReportDocument(title="x"), by=by)


def test_components_are_found_or_noted_and_created_only_on_demand(by: User) -> None:
    api = make_component("API", group="Core")
    document = ReportDocument(
        title="x",
        impacts=(
            Impact("api", "core", "partial_outage", START),
            Impact("API", "", "major_outage", START, START.replace(hour=6)),
            Impact("API", "", "degraded_performance"),
        ),
    )

    restored = restore(document, by=by)

    assert restored.incident
    assert [(impact.component, impact.level) for impact in restored.incident.impacts.all()] == [(api, "partial_outage")]
    assert "There is no component “API” here. It stands in the notes." in restored.warnings
    assert "- Affected: API, major_outage from 2026-03-06T05:00:00+00:00 until 2026-03-06T06:00:00+00:00" in notes_of(
        restored
    )
    assert Component.objects.count() == 1

    created = restore(document, by=by, create_components=True)

    assert created.incident
    assert created.incident.impacts.count() == 3
    assert Component.objects.get(group="").name == "API"
    assert "The component “API” is new here, and public." in created.warnings
    assert notes_of(created) == ""


def test_impacts_that_contradict_one_another_are_noted(by: User) -> None:
    make_component("API")
    document = ReportDocument(
        title="x",
        impacts=(
            Impact("API", started_at=START),
            Impact("api", started_at=START, level="partial_outage", share=40),
            Impact("API", started_at=START.replace(hour=9), ended_at=START),
        ),
    )

    restored = restore(document, by=by)

    assert restored.incident
    assert restored.incident.impacts.get().level == "major_outage"
    assert "“api” is affected twice from the same time. It stands in the notes." in restored.warnings
    assert "“API” recovers before it is affected. It stands in the notes." in restored.warnings
    assert notes_of(restored).count("- Affected: ") == 2
    assert "- Affected: api, partial_outage 40 % from" in notes_of(restored)


def test_tags_that_somebody_wrote_into_the_file_are_read_as_in_the_form(by: User) -> None:
    restored = restore(ReportDocument(title="x", tags=(" #DNS", "deploy, dns", "")), by=by)

    assert restored.incident
    assert restored.incident.report.tags == ["dns", "deploy"]
    assert restored.document.tags == ("dns", "deploy")


def test_what_the_database_refuses_leaves_nothing(by: User, monkeypatch: pytest.MonkeyPatch) -> None:
    restore(ReportDocument(title="x"), by=by)
    number = IncidentCounter.objects.get().next_number

    def refuse(_rows: Any) -> None:
        raise IntegrityError("no such luck\nDETAIL: a secret")

    monkeypatch.setattr(Attachment.objects, "bulk_create", refuse)

    with pytest.raises(NotRestorable, match=r"The database refuses this report: no such luck\.$"):
        restore(ReportDocument(title="y"), by=by)

    assert Incident.objects.get().title == "x"
    assert IncidentCounter.objects.get().next_number == number


def test_the_public_id_stays_where_it_is_free(by: User) -> None:
    publication = publish(make_draft())
    for public_id, stays, said in (
        ("abcdefghjkmn", True, ""),
        ("abcdefghjkmn", False, "is here already, as INC-"),
        (publication.public_id, False, "is here already, as INC-"),
        ("short", False, ""),
        ("../../../etc", False, ""),
    ):
        restored = restore(ReportDocument(title="x", public_id=public_id), by=by)
        assert restored.incident
        assert (restored.incident.public_id == public_id) == stays
        assert (said in str(restored.warnings)) or not said
    Incident.objects.filter(pk=publication.incident_id).update(public_id="bcdefghjkmnp")
    taken = restore(ReportDocument(title="x", public_id=publication.public_id), by=by)
    assert taken.incident
    assert taken.incident.public_id != publication.public_id
    assert any("public id is taken" in warning for warning in taken.warnings)


def test_a_private_report_is_not_named_to_whom_may_not_see_it(by: User) -> None:
    lead = make_user(Role.ENGINEER)
    private = make_draft(by=lead, title="Secret", is_private=True).incident
    document = ReportDocument(title="x", public_id=private.public_id)

    said = {person: str(restore(document, by=person).warnings) for person in (by, lead, make_user(Role.ADMIN))}

    assert private.code not in said.pop(by)
    assert all(private.code in warnings for warnings in said.values())


def test_numbers_stay_without_gaps_when_an_import_is_refused(by: User) -> None:
    restore(ReportDocument(title="x"), by=by)
    number = IncidentCounter.objects.get().next_number

    with pytest.raises(NotRestorable):
        restore(ReportDocument(title=""), by=by)
    restored = restore(ReportDocument(title="x", number=77), by=by)

    assert restored.incident
    assert restored.incident.number == number
    activity = Activity.objects.get(incident=restored.incident)
    assert (activity.verb, activity.actor, activity.detail["was"]) == ("imported", by, "INC-77")


def test_it_arrives_as_a_draft_whatever_it_was(by: User) -> None:
    publication = publish(make_draft())

    restored = restore(exported(publication.incident).document, by=by)

    assert restored.incident
    report = Report.objects.get(incident=restored.incident)
    assert (report.status, report.approved_checksum) == ("draft", "")
    assert not Publication.objects.of(restored.incident).exists()


def test_links_follow_when_an_image_gets_another_key(by: User) -> None:
    incident = make_draft(by=by).incident
    image = add_image(incident, picture(), alt="The room", by=by, at=NOW)
    text = f"See ![]({'attachment:' + image.key}) and attachment:{image.key}x, attachment:zzz."
    document = exported(incident).document
    sections = (SectionText("impact", text, text),)
    with image.file.open("rb") as handle:
        images = {document.images[0].file: handle.read()}

    restored = restore(replace(document, sections=sections), by=by, images=images)

    assert restored.incident
    key = restored.incident.attachments.get().key
    assert key != image.key
    section = restored.incident.report.sections.get(key="impact")
    assert section.text == section.public_text == text.replace(f"attachment:{image.key})", f"attachment:{key})")
