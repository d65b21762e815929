"""What somebody made of a row stands in the history, field by field."""

from __future__ import annotations

from typing import Any

import pytest

from incidents.authoring.operations import add_entry, revise_entry
from tests.factories import NOW, START, make_incident

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("changes", "before", "after"),
    [
        ({"precision": "about"}, {"precision": "exact"}, {"precision": "about"}),
        ({"milestone": ""}, {"milestone": "detected"}, {"milestone": ""}),
        ({"milestone": "mitigated"}, {"milestone": "detected"}, {"milestone": "mitigated"}),
        ({"text": "b", "public_text": "c"}, {"text": "a", "public_text": ""}, {"text": "b", "public_text": "c"}),
    ],
)
def test_every_field_of_a_row_that_changed_is_in_the_history(
    changes: dict[str, Any], before: dict[str, str], after: dict[str, str]
) -> None:
    incident = make_incident()
    user = incident.opened_by
    row = add_entry(incident, occurred_at=START, text="a", milestone="detected", by=user, at=NOW)

    revise_entry(row, changes=changes, by=user, at=NOW)

    said = incident.activities.get(verb="changed a timeline row").detail
    same = {"text": "a", "public_text": "", "precision": "exact", "milestone": "detected"}
    assert said["old"] == {**same, "occurred_at": START.isoformat()}
    assert said["new"] == {**said["old"], **after}
    assert {name: said["old"][name] for name in after} == before


def test_what_was_the_same_already_is_no_edit() -> None:
    incident = make_incident()
    row = add_entry(incident, occurred_at=START, text="a", milestone="detected", by=incident.opened_by, at=NOW)

    revise_entry(row, changes={"milestone": "detected"}, by=incident.opened_by, at=NOW)

    assert not incident.activities.filter(verb="changed a timeline row").exists()
