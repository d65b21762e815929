"""A severity goes only when no incident has it, and never the last one."""

from __future__ import annotations

import pytest

from accounts.models import User
from incidents.edits import Gone
from incidents.models import Activity, Severity, SeveritySection
from incidents.severities.operations import LastSeverity, SeverityInUse, delete_severity
from tests.factories import NOW, make_incident

pytestmark = pytest.mark.django_db


def test_it_goes_with_what_it_asked(admin: User) -> None:
    low = Severity.objects.get(name="Low")

    delete_severity(low, by=admin, at=NOW)

    assert not SeveritySection.objects.filter(severity_id=low.pk).exists()
    [activity] = Activity.objects.all()
    assert (activity.verb, activity.incident, activity.detail["old"]["name"]) == ("deleted a severity", None, "Low")
    assert activity.detail["old"]["summary_prompt"] == "What happened, in a sentence or two?"


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (1, "1 incident has the severity “Low”, so it can’t be deleted. Give it another one first."),
        (3, "3 incidents have the severity “Low”, so it can’t be deleted. Give them another one first."),
    ],
)
def test_not_while_incidents_have_it(admin: User, count: int, sentence: str) -> None:
    low = Severity.objects.get(name="Low")
    for _ in range(count):
        make_incident(severity=low)

    with pytest.raises(SeverityInUse) as refused:
        delete_severity(low, by=admin, at=NOW)

    assert str(refused.value) == sentence
    assert [severity.name for severity in Severity.objects.worst_first()] == ["Critical", "High", "Medium", "Low"]
    assert SeveritySection.objects.filter(severity=low).count() == 8
    assert not Activity.objects.filter(verb="deleted a severity").exists()


def test_the_last_one_stays(admin: User) -> None:
    Severity.objects.exclude(name="Low").delete()

    with pytest.raises(LastSeverity, match="only severity"):
        delete_severity(Severity.objects.get(), by=admin, at=NOW)

    assert Severity.objects.count() == 1


def test_twice_is_said(admin: User) -> None:
    low = Severity.objects.get(name="Low")
    delete_severity(low, by=admin, at=NOW)

    with pytest.raises(Gone):
        delete_severity(low, by=admin, at=NOW)
