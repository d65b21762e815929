"""What a severity is called and asks: written field by field, so that two admins do not undo each other."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from incidents.authoring.operations import revise_facts, revise_section
from incidents.edits import EditConflict, Gone, digest
from incidents.models import (
    FIRST_PROMPTS,
    Activity,
    Publication,
    ReportSection,
    Severity,
    SeveritySection,
    sections_for,
)
from incidents.severities.operations import (
    NameTaken,
    add_severity,
    delete_severity,
    revise_severity,
    severity_values,
)
from tests.factories import NOW, make_draft, make_incident, make_user, publish
from tests.severities.sending import asked_by

pytestmark = pytest.mark.django_db


def as_seen(severity: Severity) -> dict[str, str]:
    return {name: digest(value) for name, value in severity_values(severity).items()}


def test_a_new_severity_asks_everything_in_the_first_words(admin: User) -> None:
    added = add_severity(values={"name": "Security", "tone": "critical"}, by=admin, at=NOW)

    assert asked_by(added) == list(FIRST_PROMPTS.items())
    assert SeveritySection.objects.filter(severity=added).count() == len(FIRST_PROMPTS)
    [activity] = Activity.objects.filter(verb="added a severity")
    assert (activity.incident, activity.actor) == (None, admin)
    assert activity.detail["new"]["name"] == "Security"
    assert activity.detail["new"]["summary_prompt"] == FIRST_PROMPTS["summary"]


def test_what_is_asked_is_data(admin: User, low: Severity) -> None:
    revise_severity(
        low,
        changes={"summary_prompt": "What happened, in a tweet?", "impact_asked": False, "detection_asked": True},
        by=admin,
        at=NOW,
    )

    assert [key for key, _ in asked_by(low)] == ["summary", "detection", "root_cause", "resolution"]
    assert asked_by(low)[0] == ("summary", "What happened, in a tweet?")


def test_the_record_says_what_changed_and_nothing_else(admin: User, low: Severity) -> None:
    changes = {"name": "Minor", "report_due_days": 30, "tone": "low", "impact_asked": True}
    revise_severity(low, changes=changes, by=admin, at=NOW)

    [activity] = Activity.objects.all()
    assert (activity.verb, activity.incident) == ("changed a severity", None)
    assert activity.detail == {
        "severity": "Low",
        "old": {"name": "Low", "report_due_days": None},
        "new": {"name": "Minor", "report_due_days": 30},
    }


def test_nothing_changed_is_nothing_recorded(admin: User, low: Severity) -> None:
    revise_severity(low, changes=severity_values(low), by=admin, at=NOW)

    assert not Activity.objects.exists()


def test_a_heading_without_a_row_gets_one(admin: User, low: Severity) -> None:
    """Whatever somebody did to the table by hand."""
    SeveritySection.objects.filter(severity=low, key="detection").delete()

    revise_severity(low, changes={"name": "Minor"}, by=admin, at=NOW)

    section = SeveritySection.objects.get(severity=low, key="detection")
    assert (section.is_asked, section.prompt) == (True, FIRST_PROMPTS["detection"])


def test_two_admins_change_different_things(admin: User, low: Severity) -> None:
    seen = as_seen(low)
    revise_severity(low, changes={"impact_prompt": "Theirs"}, seen=seen, by=make_user("admin"), at=NOW)

    revise_severity(low, changes={"summary_prompt": "Mine"}, seen=seen, by=admin, at=NOW)

    sections = sections_for(low)
    assert (sections["summary"].prompt, sections["impact"].prompt) == ("Mine", "Theirs")


@pytest.mark.parametrize(
    ("name", "theirs", "mine"),
    [
        ("summary_prompt", "Theirs", "Mine"),
        ("tone", "high", "medium"),
        ("report_due_days", 7, 9),
        ("name", "Theirs", "Mine"),
    ],
)
def test_the_same_thing_is_asked_about(admin: User, low: Severity, name: str, theirs: Any, mine: Any) -> None:
    seen = as_seen(low)
    low = revise_severity(low, changes={name: theirs}, by=make_user("admin"), at=NOW)

    with pytest.raises(EditConflict) as met:
        revise_severity(low, changes={name: mine}, seen=seen, by=admin, at=NOW)

    assert met.value.stored == {name: theirs}
    assert severity_values(Severity.objects.get(pk=low.pk))[name] == theirs


@pytest.mark.parametrize("name", ["Critical", "CRITICAL"])
def test_a_name_is_taken_whatever_its_case(admin: User, low: Severity, name: str) -> None:
    with pytest.raises(NameTaken, match="of this name already"):
        add_severity(values={"name": name, "tone": "low"}, by=admin, at=NOW)
    with pytest.raises(NameTaken, match="of this name already"):
        revise_severity(low, changes={"name": name, "summary_prompt": "x"}, by=admin, at=NOW)

    assert sections_for(low)["summary"].prompt != "x"
    assert Severity.objects.count() == 4


def test_what_the_database_refuses_for_another_reason_is_not_called_a_taken_name(admin: User) -> None:
    with pytest.raises(IntegrityError, match="severity_tone_known"), transaction.atomic():
        add_severity(values={"name": "Pink", "tone": "pink"}, by=admin, at=NOW)


def test_what_is_gone_is_not_written(admin: User, low: Severity) -> None:
    delete_severity(low, by=admin, at=NOW)

    with pytest.raises(Gone, match="deleted"):
        revise_severity(low, changes={"name": "Minor"}, by=admin, at=NOW)


def test_other_due_days_leave_the_reports_that_exist_alone(admin: User) -> None:
    critical = Severity.objects.get(name="Critical")
    before = make_incident(severity=critical)

    critical = revise_severity(critical, changes={"report_due_days": 30}, by=admin, at=NOW)
    after = make_incident(severity=critical)

    before.report.refresh_from_db()
    assert (before.report.due_on.isoformat(), after.report.due_on.isoformat()) == ("2026-03-14", "2026-04-08")


def test_another_name_changes_nothing_that_was_published(admin: User) -> None:
    publication = publish()

    revise_severity(Severity.objects.get(name="Critical"), changes={"name": "Grave"}, by=admin, at=NOW)

    assert Publication.objects.get(pk=publication.pk).snapshot.severity.name == "Critical"


def test_another_severity_keeps_every_answer(low: Severity) -> None:
    """What the lower one does not ask stays written, in both wordings, and goes to customers as before."""
    report = make_draft()
    by = report.incident.opened_by
    changes = {"text": "A customer told us.", "public_text": "You told us."}
    revise_section(report.incident, "detection", changes=changes, by=by, at=NOW)
    answers = list(ReportSection.objects.values())

    incident = revise_facts(report.incident, changes={"severity": low}, by=by, at=NOW)

    assert "detection" not in dict(asked_by(incident.severity))
    assert list(ReportSection.objects.values()) == answers
    section = report.to_snapshot().section("detection")
    assert section is not None
    assert section.markdown == "You told us."
