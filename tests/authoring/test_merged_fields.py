"""Two people change two fields in peace, unless what comes of it can't be: then the second is told, beside a field."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from incidents.authoring.operations import (
    EndsBeforeItStarts,
    NoReason,
    add_action_item,
    add_impact,
    revise_action_item,
    revise_impact,
)
from incidents.models import Incident
from tests.authoring.sending import SCRIPT, form_on, url
from tests.factories import NOW, START, make_component

pytestmark = pytest.mark.django_db


def test_an_impact_that_would_end_before_it_starts_is_refused(client: Client, incident: Incident) -> None:
    impact = add_impact(incident, make_component(), by=incident.opened_by, at=NOW)
    mine = form_on(client, incident, f"impact-{impact.pk}")
    prefix = f"impact-{impact.pk}"
    revise_impact(impact, changes={"ended_at": START}, by=incident.opened_by, at=NOW)
    mine |= {f"{prefix}-started_at_date": "2026-03-06", f"{prefix}-started_at_time": "06:00"}

    refused = client.post(url("impact", incident.number, impact.pk), mine, headers=SCRIPT)

    assert refused.status_code == 409
    assert "It would start at 2026-03-06 06:00 and end at 2026-03-06 05:00 by now." in refused.content.decode()
    impact.refresh_from_db()
    assert (impact.started_at, impact.ended_at) == (None, START)


def test_a_reason_that_is_needed_by_now_is_not_emptied(client: Client, incident: Incident) -> None:
    item = add_action_item(incident, values={"text": "x", "reason": "too dear"}, by=incident.opened_by, at=NOW)
    mine = form_on(client, incident, f"action-{item.key}-form")
    revise_action_item(item, changes={"state": "wont_do"}, by=incident.opened_by, at=NOW)

    refused = client.post(
        url("action", incident.number, item.pk), mine | {f"action-{item.key}-reason": ""}, headers=SCRIPT
    )

    assert refused.status_code == 409
    assert f'id="id_action-{item.key}-reason' in refused.content.decode()
    assert "“Won’t do” needs a reason" in refused.content.decode()
    item.refresh_from_db()
    assert (item.state, item.reason) == ("wont_do", "too dear")


@pytest.mark.parametrize("end", [START, START - timedelta(hours=1)])
def test_an_impact_has_a_length(incident: Incident, end: Any) -> None:
    with pytest.raises(EndsBeforeItStarts) as refusal:
        add_impact(incident, make_component(), started_at=START, ended_at=end, by=incident.opened_by, at=NOW)

    assert refusal.value.field == "ended_at"
    assert not incident.impacts.exists()


def test_what_will_not_be_done_has_a_reason_from_the_start(incident: Incident) -> None:
    with pytest.raises(NoReason):
        add_action_item(incident, values={"text": "x", "state": "wont_do"}, by=incident.opened_by, at=NOW)
