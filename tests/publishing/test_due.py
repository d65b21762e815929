"""The worker publishes what is due: once, whatever else happens, and never for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone

from accounts.models import User
from incidents.authoring.operations import add_impact
from incidents.checks import Finding
from incidents.management.commands import run_worker
from incidents.models import Activity, Publication, Report, ReportStatus, Retraction, WrongState
from incidents.models.publication import PublicationQuerySet
from incidents.publishing import operations
from incidents.publishing.operations import (
    cancel_schedule,
    publish_due,
    publish_report,
    schedule_publication,
    start_correction,
    withdraw_report,
)
from tests.factories import NOW, approve, make_component, make_draft, make_user, publish
from tests.publishing.test_races import waits

MONDAY = NOW + timedelta(days=7)
SECOND = timedelta(seconds=1)
PATIENCE = 10


@pytest.fixture
def petra(transactional_db: None) -> User:
    return make_user("publisher", name="Petra")


def scheduled(by: User, report: Report | None = None, *, note: str = "", **changes: Any) -> Report:
    values = {"publish_at": MONDAY, "note": note, "by": by, "at": NOW} | changes
    return schedule_publication(report or approve(make_draft()), **values)


def approved_correction() -> Report:
    return approve(start_correction(publish().incident.report, by=make_user(), at=NOW))


def reasons(report: Report) -> list[str]:
    fallen = Activity.objects.filter(incident=report.incident, verb="appointment to publish fell")
    assert not fallen.exclude(actor=None).exists()
    return [each.detail["reason"] for each in fallen]


def state(report: Report) -> tuple[str, Any]:
    stored = Report.objects.get(pk=report.pk)
    return stored.status, stored.publish_at


def test_not_a_second_early(petra: User) -> None:
    report = scheduled(petra)

    assert publish_due(MONDAY - SECOND) == []
    assert state(report) == (ReportStatus.APPROVED, MONDAY)

    (published,) = publish_due(MONDAY)
    assert (published.published_by, published.published_at, published.number) == (petra, MONDAY, 1)
    assert state(report) == (ReportStatus.PUBLISHED, None)
    assert publish_due(MONDAY + SECOND) == []


def test_a_worker_that_was_down_publishes_late_and_says_when(petra: User) -> None:
    scheduled(petra)

    (published,) = publish_due(MONDAY + timedelta(hours=5))

    assert published.published_at == MONDAY + timedelta(hours=5)


def test_a_correction_goes_out_with_its_note(petra: User) -> None:
    scheduled(petra, approved_correction(), note="The end was wrong.")

    (published,) = publish_due(MONDAY)

    assert (published.number, published.change_note) == (2, "The end was wrong.")


def test_several_go_out_in_their_order(petra: User) -> None:
    later, sooner, not_yet = (scheduled(petra, publish_at=MONDAY + timedelta(minutes=minutes)) for minutes in (2, 1, 3))

    published = publish_due(MONDAY + timedelta(minutes=2))

    assert [each.incident_id for each in published] == [sooner.incident_id, later.incident_id]
    assert state(not_yet)[0] == ReportStatus.APPROVED


# ── What can't be kept falls ────────────────────────────────────────────────
@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "engineer"}], ids=["shut out", "demoted"])
def test_nobody_publishes_who_may_not_any_more(petra: User, change: dict[str, Any]) -> None:
    report = scheduled(petra)
    User.objects.filter(pk=petra.pk).update(**change)

    assert publish_due(MONDAY) == []

    assert state(report) == (ReportStatus.APPROVED, None)
    assert reasons(report) == ["Petra, who made the appointment, may not publish any more."]
    assert publish_due(MONDAY + SECOND) == []
    assert len(reasons(report)) == 1


def test_what_moved_since_the_approval_does_not_go_out(petra: User) -> None:
    component = make_component("Websites")
    draft = make_draft()
    add_impact(draft.incident, component, by=petra, at=NOW)
    report = scheduled(petra, approve(Report.objects.get(pk=draft.pk)))
    component.name = "Sites"
    component.save()

    assert publish_due(MONDAY) == []

    assert state(report) == (ReportStatus.APPROVED, None)
    assert reasons(report) == ["The report changed after it was approved. It needs a new approval."]


def test_what_is_not_ready_does_not_go_out(petra: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the appointment and its hour a check may learn something new."""
    report = scheduled(petra)
    found = Finding("something", "Something new.", "facts", blocks=True)
    monkeypatch.setattr("incidents.models.report.findings", lambda *_args, **_fields: [found])

    assert publish_due(MONDAY) == []

    assert state(report) == (ReportStatus.APPROVED, None)
    assert reasons(report) == ["Something new."]


def test_an_error_in_one_stops_no_other_and_is_not_tried_for_ever(
    petra: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken, sound = scheduled(petra), scheduled(petra)
    append = PublicationQuerySet.append

    def fail_once(rows: PublicationQuerySet, incident: Any, *args: Any, **fields: Any) -> Publication:
        if incident.pk == broken.incident_id:
            raise RuntimeError("a mistake of ours")
        return append(rows, incident, *args, **fields)

    monkeypatch.setattr(PublicationQuerySet, "append", fail_once)

    (published,) = publish_due(MONDAY)

    assert published.incident_id == sound.incident_id
    assert state(broken) == (ReportStatus.APPROVED, None)
    assert reasons(broken) == ["An error stopped it. The worker’s log says more."]
    assert "a mistake of ours" in caplog.text


def test_a_database_that_is_away_is_waited_for(petra: User, monkeypatch: pytest.MonkeyPatch) -> None:
    report = scheduled(petra)

    def gone(*_args: Any, **_fields: Any) -> None:
        raise OperationalError("server closed the connection")

    with monkeypatch.context() as patched:
        patched.setattr(operations, "publish_report", gone)
        with pytest.raises(OperationalError):
            publish_due(MONDAY)
    assert state(report) == (ReportStatus.APPROVED, MONDAY)

    assert len(publish_due(MONDAY)) == 1


# ── Two at once, in real threads and transactions ───────────────────────────
def in_thread(operation: Any) -> Any:
    try:
        return operation()
    finally:
        connection.close()


def test_two_workers_publish_it_once(petra: User) -> None:
    reports = [scheduled(petra) for _ in range(5)]
    together = Barrier(2)

    def work() -> list[Publication]:
        together.wait(PATIENCE)
        return publish_due(MONDAY)

    with ThreadPoolExecutor(2) as threads:
        outcomes = [threads.submit(in_thread, work) for _ in range(2)]
        published = [each for outcome in outcomes for each in outcome.result(PATIENCE)]

    assert sorted(each.incident_id for each in published) == sorted(each.incident_id for each in reports)
    assert Publication.objects.count() == Activity.objects.filter(verb="published").count() == 5
    assert not Activity.objects.filter(verb="appointment to publish fell").exists()


@pytest.fixture
def held(petra: User, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a second operation while the first has written its version and committed nothing.

    Gives what each returned, and whether the second had to wait.
    """
    written, may_commit = Event(), Event()
    append = PublicationQuerySet.append

    def append_and_wait(rows: PublicationQuerySet, *args: Any, **fields: Any) -> Publication:
        publication = append(rows, *args, **fields)
        if not written.is_set():
            written.set()
            assert may_commit.wait(PATIENCE)
        return publication

    def run(first: Any, second: Any) -> tuple[Any, Any, bool]:
        monkeypatch.setattr(PublicationQuerySet, "append", append_and_wait)
        with ThreadPoolExecutor(2) as threads:
            begun = threads.submit(in_thread, first)
            assert written.wait(PATIENCE)
            other = threads.submit(in_thread, second)
            waited = waits(other)
            may_commit.set()
            return begun.result(PATIENCE), other.result(PATIENCE), waited

    return run


def test_the_second_worker_passes_over_what_the_first_has_in_hand(petra: User, held: Any) -> None:
    scheduled(petra)

    first, second, waited = held(lambda: publish_due(MONDAY), lambda: publish_due(MONDAY))

    assert (len(first), second, waited) == (1, [], False)
    assert Publication.objects.count() == 1


def test_a_withdrawal_meanwhile_takes_the_new_version_too(petra: User, held: Any) -> None:
    report = scheduled(petra, approved_correction(), note="Mended.")

    (published,), retraction, waited = held(
        lambda: publish_due(MONDAY),
        lambda: withdraw_report(report, reason="It named a customer.", by=petra, at=MONDAY),
    )

    assert waited
    assert retraction.publication == published
    assert state(report) == (ReportStatus.WITHDRAWN, None)
    assert not Publication.objects.standing().exists()


def test_publishing_by_hand_meanwhile_comes_second_and_is_told(petra: User, held: Any) -> None:
    report = scheduled(petra)

    def by_hand() -> Any:
        try:
            return publish_report(report, by=petra, change_note="", at=MONDAY)
        except WrongState as refusal:
            return str(refusal)

    (published,), refused, waited = held(lambda: publish_due(MONDAY), by_hand)

    assert waited
    assert refused == "This report is published, so it can’t be published."
    assert list(Publication.objects.all()) == [published]


def test_what_somebody_publishes_by_hand_is_not_published_again(petra: User, held: Any) -> None:
    report = scheduled(petra)

    published, second, waited = held(
        lambda: publish_report(report, by=petra, change_note="", at=MONDAY), lambda: publish_due(MONDAY)
    )

    assert (second, waited) == ([], False)
    assert list(Publication.objects.all()) == [published]
    assert publish_due(MONDAY) == []
    assert reasons(report) == []


def test_what_was_withdrawn_before_does_not_go_out(petra: User) -> None:
    report = scheduled(petra, approved_correction(), note="Mended.")
    withdraw_report(report, reason="It named a customer.", by=petra, at=NOW)

    assert publish_due(MONDAY) == []

    assert Publication.objects.count() == Retraction.objects.count() == 1
    assert state(report) == (ReportStatus.APPROVED, None)


def test_cancelled_in_the_last_second_it_does_not_go_out(petra: User) -> None:
    report = scheduled(petra)
    cancel_schedule(report, by=petra, at=MONDAY - SECOND)

    assert publish_due(MONDAY) == []
    assert reasons(report) == []


# ── The job ─────────────────────────────────────────────────────────────────
def test_the_worker_does_it_at_every_tick(petra: User, monkeypatch: pytest.MonkeyPatch) -> None:
    (job,) = [job for job in run_worker.JOBS if job.run is publish_due]
    assert job.every == timedelta(0)
    scheduled(petra)
    monkeypatch.setattr(timezone, "now", lambda: MONDAY)

    call_command("run_worker", once=True)

    assert Publication.objects.get().published_at == MONDAY
