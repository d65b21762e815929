"""Two admins at the same form: what one of them did not see is not overwritten."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from django.test import Client

from incidents.models import Severity, sections_for
from incidents.severities.forms import SeverityForm
from incidents.severities.operations import delete_severity, revise_severity
from tests.factories import NOW, make_user
from tests.severities.sending import NEW, Form, address, asked_by, opened, sent

pytestmark = pytest.mark.django_db


def test_two_admins_change_different_things(admin_client: Client, low: Severity) -> None:
    page = opened(admin_client, address(low))
    theirs = {"impact_prompt": "Theirs", "report_due_days": 9}
    revise_severity(low, changes=theirs, by=make_user("admin"), at=NOW)

    response = admin_client.post(address(low), sent(page, summary_prompt="Mine"))

    low.refresh_from_db()
    assert response.status_code == 302
    assert low.report_due_days == 9
    assert dict(asked_by(low))["summary"] == "Mine"
    assert dict(asked_by(low))["impact"] == "Theirs"


@pytest.mark.parametrize(
    ("theirs", "told", "mine"),
    [
        ({"summary_prompt": "Their <b>words</b>"}, "“Their <b>words</b>”", "Mine"),
        ({"report_due_days": 9}, "“9”", "7"),
        ({"tone": "high"}, "“Orange”", "medium"),
        ({"name": "Theirs"}, "“Theirs”", "Mine"),
        ({"impact_prompt": ""}, "nothing", "Mine"),
    ],
)
def test_the_same_thing_is_asked_about_and_may_then_be_kept(
    admin_client: Client, low: Severity, theirs: dict[str, Any], told: str, mine: str
) -> None:
    [name] = theirs
    page = opened(admin_client, address(low))
    low = revise_severity(low, changes=theirs, by=make_user("admin"), at=NOW)

    response = admin_client.post(address(low), sent(page, **{name: mine}, went_well_prompt="Mine, too"))

    asked = Form(response.content.decode())
    assert response.status_code == 409
    assert asked.faults == []
    assert f"Somebody changed this meanwhile. It says now: {told}. Save again to keep yours." in asked.text
    assert sent(asked)[name] == mine
    assert sent(asked)["went_well_prompt"] == "Mine, too"
    assert sections_for(low)["went_well"].prompt != "Mine, too"

    assert admin_client.post(address(low), sent(asked)).status_code == 302
    again = sent(opened(admin_client, address(low)))
    assert (again[name], again["went_well_prompt"]) == (mine, "Mine, too")


def test_a_form_that_was_never_opened_is_asked_about(admin_client: Client, low: Severity) -> None:
    """A client that sends no digests overwrites nothing that it has not seen."""
    response = admin_client.post(address(low), {"name": "Minor", "tone": "low"})

    low.refresh_from_db()
    assert response.status_code == 409
    assert low.name == "Low"


def test_a_name_taken_after_the_form_was_checked_is_said_beside_it(admin_client: Client, low: Severity) -> None:
    for at in (NEW, address(low)):
        form = sent(opened(admin_client, at), name="HIGH", tone="low")
        with mock.patch.object(SeverityForm, "clean_name", lambda form: form.cleaned_data["name"]):
            response = admin_client.post(at, form)

        assert response.status_code == 409
        assert "There is a severity of this name already." in response.content.decode()
        assert sent(Form(response.content.decode()))["name"] == "HIGH"


def test_what_somebody_deleted_meanwhile_is_not_found(admin_client: Client, low: Severity) -> None:
    form = sent(opened(admin_client, address(low)))
    delete_severity(low, by=make_user("admin"), at=NOW)

    assert admin_client.post(address(low), form).status_code == 404
