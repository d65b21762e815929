"""The marks beside the parts are true: a tick where nothing is left and something is written."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from incidents.authoring.operations import record_milestones, revise_section
from incidents.milestones import MilestoneKind
from incidents.models import Incident, Report
from incidents.progress import Mark, progress, things_left
from tests.authoring.sending import url
from tests.factories import NOW, accept_findings, make_incident, make_user

pytestmark = pytest.mark.django_db


def marks(incident: Incident) -> dict[str, tuple[Mark, int]]:
    report = Report.objects.get(incident=incident)
    parts = progress(report, report.judged_findings(at=NOW)).items()
    return {place: (part.mark, part.left) for place, part in parts}


def test_one_milestone_of_six_is_not_done() -> None:
    assert marks(make_incident())["milestones"] == (Mark.LEFT, 1)  # no end of impact


def test_a_part_is_done_when_its_findings_are_gone_or_accepted(incident: Incident) -> None:
    assert marks(incident)["milestones"] == (Mark.DONE, 0)
    assert marks(incident)["section-root_cause"] == (Mark.EMPTY, 0)  # accepted, and still nothing is written
    record_milestones(incident, {MilestoneKind.RESOLVED: None}, by=make_user(), at=NOW)
    assert marks(incident)["milestones"] == (Mark.LEFT, 1)
    accept_findings(incident.report, by=make_user())
    assert marks(incident)["milestones"] == (Mark.DONE, 0)


def test_a_finding_in_a_row_counts_for_its_part(incident: Incident) -> None:
    incident.entries.update(public_text="TODO: say what happened")
    incident.action_items.update(public_text="TODO", kind="")

    assert marks(incident)["timeline"] == (Mark.LEFT, 1)
    assert marks(incident)["actions"] == (Mark.LEFT, 2)
    assert marks(incident)["images"] == (Mark.EMPTY, 0)


def test_what_is_written_for_colleagues_only_is_written(incident: Incident) -> None:
    revise_section(incident, "went_well", changes={"text": "The pager."}, by=make_user(), at=NOW)

    assert marks(incident)["section-went_well"] == (Mark.DONE, 0)
    assert marks(incident)["section-got_lucky"] == (Mark.EMPTY, 0)


@pytest.mark.parametrize(
    ("count", "words"), [(1, "one thing left"), (2, "two things left"), (9, "nine things left"), (10, "10 things left")]
)
def test_what_is_left_is_counted_in_words(count: int, words: str) -> None:
    assert things_left(count) == words


def test_the_list_explains_its_marks_and_the_cards_stand_once(client: Client) -> None:
    incident = make_incident()
    page = client.get(url("editor", incident.number)).content.decode()
    nav = page[page.index('id="editor-nav"') : page.index("</nav>", page.index('id="editor-nav"'))]

    assert 'id="mark-milestones" title="Two things left"' not in nav
    assert 'id="mark-milestones" title="One thing left"' in nav
    assert '<span class="visually-hidden">nothing written yet:</span>' in nav
    assert "check-card" not in nav
    assert not re.search(r">Summary <span[^>]*>Summary<", nav)
    count = page.count('class="check-card ')
    assert nav.count('<li class="finding') == count
    assert things_left(count).capitalize() in nav
