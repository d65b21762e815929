"""Undo takes out what a paste brought, and nothing that somebody made of it since."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from incidents.authoring.operations import (
    MilestoneValue,
    NewRow,
    NotesFull,
    add_entry,
    keep_rows,
    record_milestones,
    revise_entry,
    undo_kept_rows,
)
from incidents.milestones import MilestoneKind
from incidents.models import Activity, Incident, Milestone, ReportSection
from tests.factories import NOW, START, make_incident

pytestmark = pytest.mark.django_db

DETECTED = MilestoneKind.DETECTED


@pytest.fixture
def incident(db: None) -> Incident:
    return make_incident()


def keep(incident: Incident, *rows: NewRow, **given: Any) -> Activity:
    return keep_rows(incident, rows, by=incident.opened_by, at=NOW, **given)


def undo(kept: Activity) -> tuple[int, int]:
    assert kept.incident is not None
    return undo_kept_rows(Activity.objects.get(pk=kept.pk), by=kept.incident.opened_by, at=NOW)


def revise(incident: Incident, text: str, **changes: Any) -> None:
    revise_entry(incident.entries.get(text=text), changes=changes, by=incident.opened_by, at=NOW)


@pytest.mark.parametrize("changes", [{"occurred_at": START - timedelta(hours=1)}, {"precision": "about"}])
def test_a_row_whose_time_was_corrected_stays(incident: Incident, changes: dict[str, Any]) -> None:
    kept = keep(incident, NewRow(START, "a"), NewRow(START, "b"))
    revise(incident, "a", **changes)

    assert undo(kept) == (1, 1)
    assert incident.entries.get().text == "a"


def test_a_row_that_somebody_marked_stays_with_its_milestone(incident: Incident) -> None:
    earlier = {DETECTED: MilestoneValue(START - timedelta(hours=3))}
    record_milestones(incident, earlier, by=incident.opened_by, at=NOW)
    kept = keep(incident, NewRow(START, "a"))
    revise(incident, "a", milestone="detected")

    assert undo(kept) == (0, 1)
    assert incident.milestones.get(kind="detected").at == START


def test_a_mark_that_was_moved_to_another_row_stays_there(incident: Incident) -> None:
    kept = keep(incident, NewRow(START, "a", milestone=DETECTED))
    other = add_entry(incident, occurred_at=START, text="b", milestone="detected", by=incident.opened_by, at=NOW)

    undo(kept)

    assert incident.milestones.get(kind="detected").entry == other


def test_a_proposal_comes_back_as_a_proposal_of_its_row(incident: Incident) -> None:
    row = add_entry(incident, occurred_at=START, text="old", by=incident.opened_by, at=NOW)
    Milestone.objects.create(incident=incident, kind=DETECTED, at=START, is_confirmed=False, entry=row)
    kept = keep(incident, NewRow(START + timedelta(hours=1), "a", milestone=DETECTED))

    undo(kept)

    back = incident.milestones.get(kind="detected")
    assert (back.at, back.is_confirmed, back.entry) == (START, False, row)


def test_a_milestone_does_not_take_its_row_from_another(incident: Incident) -> None:
    row = add_entry(incident, occurred_at=START, text="old", milestone="detected", by=incident.opened_by, at=NOW)
    kept = keep(incident, NewRow(START + timedelta(hours=1), "a", milestone=DETECTED))
    revise(incident, "old", milestone="mitigated")

    undo(kept)

    assert incident.milestones.get(kind="detected").at == START
    assert incident.milestones.get(entry=row).kind == "mitigated"


def test_a_milestone_with_a_note_of_somebody_stays(incident: Incident) -> None:
    kept = keep(incident, NewRow(START, "a", milestone=DETECTED), NewRow(START, "b"))
    noted = {DETECTED: MilestoneValue(START, note="By the probe in the other region")}
    record_milestones(incident, noted, by=incident.opened_by, at=NOW)

    assert undo(kept) == (2, 0)
    assert (incident.milestones.get(kind="detected").at, incident.milestones.get(kind="detected").entry) == (
        START,
        None,
    )


def test_notes_that_could_not_be_saved_again_are_refused(incident: Incident) -> None:
    keep(incident, NewRow(START, "a"), notes="word\n" * 10_000)

    with pytest.raises(NotesFull, match="120,004 characters; they hold 100,000"):
        keep(incident, NewRow(START, "b"), notes="word\n" * 10_000)

    assert incident.entries.count() == 1
    assert len(ReportSection.objects.get(key="notes").text) == 50_000


def test_a_paste_asks_the_same_number_of_questions_whatever_its_length(
    incident: Incident, django_assert_max_num_queries: Any
) -> None:
    for number in (1, 30):
        with django_assert_max_num_queries(14):
            kept = keep(incident, *(NewRow(START, f"{number} {each}") for each in range(number)))
        with django_assert_max_num_queries(16):
            undo(kept)
