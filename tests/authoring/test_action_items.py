"""Action items: from a list, of no kind until somebody chose one, and put in place one by one."""

from __future__ import annotations

import pytest
from django.test import Client

from incidents.models import ActionItem, Activity, Incident
from tests.authoring.sending import SCRIPT, form_on, url
from tests.factories import make_draft

pytestmark = pytest.mark.django_db

LIST = "- Alert sooner\r\n  - at 80 %\r\n- Test the restore\r\n"


def texts(incident: Incident) -> list[str]:
    """Beside the one that the draft comes with."""
    return list(incident.action_items.order_by("id").values_list("text", flat=True))[1:]


def test_a_list_becomes_one_item_for_each_bullet(client: Client, incident: Incident) -> None:
    response = client.post(url("add_action", incident.number), {"action-new-text": LIST})

    assert response.status_code == 302
    assert texts(incident) == ["Alert sooner\n- at 80 %", "Test the restore"]
    assert Activity.objects.filter(verb="added an action item").count() == 3


def test_each_item_of_a_list_can_be_taken_out_again(client: Client, incident: Incident) -> None:
    client.post(url("add_action", incident.number), {"action-new-text": LIST})
    item = incident.action_items.get(text="Test the restore")

    client.post(url("delete_action", incident.number, item.pk), form_on(client, incident, f"action-{item.key}-form"))

    assert texts(incident) == ["Alert sooner\n- at 80 %"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"- Fine\n- {'x' * 501}", "An item holds 500 characters; “"),
        ("\n".join(f"- item {number}" for number in range(101)), "These are 101 items; 100 go in at once."),
        ("  \n ", "Say what you will do."),
    ],
)
def test_a_list_that_does_not_fit_is_refused_whole(client: Client, incident: Incident, text: str, said: str) -> None:
    response = client.post(url("add_action", incident.number), {"action-new-text": text})

    assert response.status_code == 422
    assert said in response.content.decode()
    assert text.strip() in response.content.decode()
    assert texts(incident) == []


def test_the_script_gets_the_new_items_alone(client: Client, incident: Incident) -> None:
    stands = incident.action_items.get()

    answer = client.post(url("add_action", incident.number), {"action-new-text": LIST}, headers=SCRIPT)

    page = answer.content.decode()
    assert page.count('<li class="action"') == 2
    assert '<template data-into="action-items">' in page
    assert stands.key not in page


def test_nobody_chose_the_kind_of_a_new_item(client: Client, incident: Incident) -> None:
    client.post(url("add_action", incident.number), {"action-new-text": "Alert sooner"})
    item = incident.action_items.get(text="Alert sooner")

    form = form_on(client, incident, f"action-{item.key}-form")

    assert item.kind == ""
    assert form[f"action-{item.key}-kind"] == ""
    client.post(url("action", incident.number, item.pk), form | {f"action-{item.key}-kind": "detect"})
    assert ActionItem.objects.get(pk=item.pk).kind == "detect"


def test_only_a_public_item_must_say_what_it_does(client: Client) -> None:
    report = make_draft()
    report.incident.action_items.create(text="Inside only")
    open_item = report.incident.action_items.create(text="For all", public_text="For all")

    blocking = [one for one in report.judged_findings(at=report.incident.opened_at) if one.finding.code == "no-kind"]

    assert [(one.place, one.blocks) for one in blocking] == [(f"action-{open_item.key}", True)]


def test_saving_an_item_leads_back_to_it(client: Client, incident: Incident) -> None:
    item = incident.action_items.get()
    form = form_on(client, incident, f"action-{item.key}-form")

    response = client.post(url("action", incident.number, item.pk), form | {"visibility": "internal"})

    assert response["Location"].endswith(f"#action-{item.key}")
