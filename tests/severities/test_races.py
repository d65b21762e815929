"""Two admins at once, in real threads and transactions: the second waits, and the list stays in order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from incidents.authoring.operations import SeverityGone, revise_facts
from incidents.edits import Gone
from incidents.models import Incident, Severity, SeveritySection
from incidents.severities.operations import (
    LastSeverity,
    NameTaken,
    add_severity,
    delete_severity,
    move_severity,
    revise_severity,
)
from tests.authoring.sending import SCRIPT, form_on, url
from tests.factories import NOW, make_draft, make_incident, make_user

pytestmark = pytest.mark.usefixtures("transactional_db")

Race = Callable[[Callable[[], Any], Callable[[], Any]], list[Any]]


def adding(name: str) -> Callable[[], Any]:
    admin = make_user("admin")
    return lambda: add_severity(values={"name": name, "tone": "low"}, by=admin, at=NOW)


def moving(name: str, *, up: bool) -> Callable[[], Any]:
    admin, severity = make_user("admin"), Severity.objects.get(name=name)
    return lambda: move_severity(severity, up=up, by=admin, at=NOW)


def deleting(name: str) -> Callable[[], Any]:
    admin, severity = make_user("admin"), Severity.objects.get(name=name)
    return lambda: delete_severity(severity, by=admin, at=NOW)


def ranked() -> list[tuple[int, str]]:
    return list(Severity.objects.worst_first().values_list("rank", "name"))


def test_two_add_at_once(race: Race) -> None:
    race(adding("First"), adding("Second"))

    assert ranked()[-2:] == [(5, "First"), (6, "Second")]
    assert SeveritySection.objects.filter(severity__name__in=["First", "Second"]).count() == 16


def test_two_add_the_same_name(race: Race) -> None:
    _, refused = race(adding("Trifling"), adding("trifling"))

    assert isinstance(refused, NameTaken)
    assert len(ranked()) == 5


def test_two_move_at_once(race: Race) -> None:
    race(moving("Low", up=True), moving("Critical", up=False))

    assert ranked() == [(1, "High"), (2, "Critical"), (3, "Low"), (4, "Medium")]


def test_one_moves_what_another_deletes(race: Race) -> None:
    _, refused = race(deleting("Medium"), moving("Medium", up=True))

    assert isinstance(refused, Gone)
    assert ranked() == [(1, "Critical"), (2, "High"), (3, "Low")]


def test_one_writes_what_another_deletes(race: Race) -> None:
    admin, severity = make_user("admin"), Severity.objects.get(name="Medium")

    _, refused = race(
        deleting("Medium"), lambda: revise_severity(severity, changes={"name": "Middling"}, by=admin, at=NOW)
    )

    assert isinstance(refused, Gone)
    assert ranked() == [(1, "Critical"), (2, "High"), (3, "Low")]


def test_of_the_last_two_one_stays(race: Race) -> None:
    Severity.objects.filter(name__in=["Critical", "High"]).delete()

    _, refused = race(deleting("Medium"), deleting("Low"))

    assert isinstance(refused, LastSeverity)
    assert ranked() == [(1, "Low")]


def test_an_incident_never_has_a_severity_that_is_gone(race: Race) -> None:
    severity, engineer = Severity.objects.get(name="Low"), make_user()

    _, refused = race(deleting("Low"), lambda: make_incident(severity=severity, by=engineer))

    assert isinstance(refused, Severity.DoesNotExist)
    assert not Incident.objects.exists()
    assert ranked() == [(1, "Critical"), (2, "High"), (3, "Medium")]


def test_an_incident_is_not_given_a_severity_that_is_being_deleted(race: Race) -> None:
    incident, low = make_incident(), Severity.objects.get(name="Low")
    engineer = incident.opened_by

    _, refused = race(deleting("Low"), lambda: revise_facts(incident, changes={"severity": low}, by=engineer, at=NOW))

    assert isinstance(refused, SeverityGone)
    assert Incident.objects.get().severity.name == "Critical"


@pytest.mark.parametrize("headers", [{}, SCRIPT], ids=["browser", "script"])
def test_the_facts_say_it_beside_the_severity(
    client: Client, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    """The form still found it; by the time of the write it is gone."""
    incident, low = make_draft().incident, Severity.objects.get(name="Low")
    client.force_login(incident.opened_by)
    form = form_on(client, incident, "facts-form")

    def deleted_meanwhile(*args: Any, **kwargs: Any) -> Any:
        Severity.objects.filter(pk=low.pk).delete()
        return revise_facts(*args, **kwargs)

    monkeypatch.setattr("incidents.authoring.views.parts.revise_facts", deleted_meanwhile)
    response = client.post(
        url("facts", incident.number),
        form | {"facts-severity": str(low.pk), "facts-byline": "Typed with care"},
        headers=headers,
    )

    page = response.content.decode()
    assert response.status_code == 409
    assert (
        page.split('id="id_facts-severity_notes"')[1].split("</div>")[0].count("This severity was just deleted.") == 1
    )
    assert Incident.objects.get().severity.name == "Critical"
    client.force_login(incident.opened_by)
    assert form_on(client, incident, "facts-form")["facts-byline"] == "Typed with care"
