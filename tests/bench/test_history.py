"""The history that benchmarks measure on is one that the operations could have written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.db import transaction
from django.test import Client

from accounts.models import User
from bench.history import tidy, write_history
from bench.people import ENGINEER, PASSWORD, PUBLISHER
from bench.queries import explain
from bench.work import approved_reports, open_event
from incidents.authoring.operations import open_incident
from incidents.models import (
    ActionItem,
    EventComponent,
    EventUpdate,
    ImpactWindow,
    Incident,
    Publication,
    PublicEvent,
    PublicPromise,
    Report,
    Severity,
    TimelineEntry,
    refresh_search,
    show_publication,
)
from incidents.public.files import build
from incidents.status.operations.retelling import retell
from tests.public.files.asking import addresses, ask, layer
from tests.public.files.conftest import folder  # noqa: F401 -- a fixture

NOW = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
_PROMISED = ("public_id", "key", "text", "state", "due_on", "closed_on", "promised_at")
COUNT = 50  # with planned work behind the last


@pytest.fixture
def history(transactional_db: None) -> None:
    write_history(COUNT, until=NOW)


def rows_of(*models: Any) -> list[Any]:
    return [row["fields"] for model in models for row in serializers.serialize("python", model.objects.order_by("pk"))]


def test_it_has_what_was_asked_for(history: None) -> None:
    assert Incident.objects.count() == COUNT
    assert TimelineEntry.objects.count() == 10 * COUNT
    assert ActionItem.objects.count() == 3 * COUNT
    assert PublicEvent.objects.maintenance().count() == 1
    assert not PublicEvent.objects.going_on().exists()
    assert PublicEvent.objects.filter(report_number__gt=0).count() == COUNT * 4 // 5
    assert Publication.objects.filter(number=2).count() == COUNT // 10
    newest = PublicEvent.objects.incidents().newest_first()[0]
    assert NOW - timedelta(hours=3) <= newest.started_at < newest.updated_at <= NOW


def test_the_operations_would_have_written_the_same(history: None) -> None:
    """All that is worked out from reports and updates is worked out once more."""
    told = (PublicEvent, EventUpdate, EventComponent)
    promised = sorted(PublicPromise.objects.values_list(*_PROMISED), key=str)
    before = rows_of(*told)
    windows = sorted(ImpactWindow.objects.values_list("event", "component", "level", "started_at", "ended_at"))
    with transaction.atomic():
        for event in PublicEvent.objects.order_by("pk"):
            retell(event, at=event.updated_at)
            if event.report_number and event.incident:
                show_publication(event.incident, at=event.updated_at)
            refresh_search(event)
    assert rows_of(*told) == before
    assert sorted(PublicPromise.objects.values_list(*_PROMISED), key=str) == promised
    assert len(promised) == COUNT * 4 // 5
    assert sorted(ImpactWindow.objects.values_list("event", "component", "level", "started_at", "ended_at")) == windows


def test_a_report_is_what_its_draft_says(history: None) -> None:
    for report in Report.objects.filter(status="published"):
        published = Publication.objects.filter(incident=report.incident).latest("number")
        assert report.to_snapshot().to_data() == published.data
        assert published.snapshot.checksum == published.checksum


def test_the_same_seed_makes_the_same_rows(transactional_db: None) -> None:
    def written(seed: int) -> list[Any]:
        with transaction.atomic():
            write_history(10, until=NOW, seed=seed)
            posts = EventUpdate.objects.order_by("pk").values_list("public_id", "text", "display_at", "affected")
            found = [*posts, *Publication.objects.order_by("pk").values_list("checksum", "published_at")]
            transaction.set_rollback(True)
        return found

    assert written(1) == written(1) != written(2)


def test_every_public_address_has_an_answer(history: None, folder: Path) -> None:  # noqa: F811
    build(NOW)
    files = layer(folder)
    assert {ask(files, path).status for path in addresses()} == {200}


def test_work_goes_on_behind_it(history: None, client: Client) -> None:
    by = User.objects.get(email=ENGINEER)
    incident = open_incident(title="The next", severity=Severity.objects.worst_first()[0], by=by, at=NOW)
    assert incident.number == COUNT + 1
    assert approved_reports(1, at=NOW) == [COUNT + 2]
    assert Report.objects.get(incident__number=COUNT + 2).status == "approved"
    assert PublicEvent.objects.get(public_id=open_event(at=NOW)).status == "investigating"
    for email in (ENGINEER, PUBLISHER):
        assert client.login(email=email, password=PASSWORD)


def test_a_question_that_reads_a_big_table_is_found(history: None, monkeypatch: pytest.MonkeyPatch) -> None:
    tidy()
    assert explain(["/workspace/"], email=ENGINEER).scans == []
    monkeypatch.setattr("bench.queries.BIG", COUNT)
    found = explain(["/workspace/"], email=ENGINEER)
    assert {scan.table for scan in found.scans} & {"incidents_incident", "incidents_report"}
    assert found.questions > 3
