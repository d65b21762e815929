"""Two people at once, in real threads and transactions: one of them comes second, and nothing is mixed.

The first stops when it has written everything and committed nothing; the second starts then, and has to wait.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.db import connection

from incidents.authoring.operations import ReportLocked, revise_section
from incidents.models import Activity, Publication, Report, ReportStatus, Retraction, ReviewRequest, WrongState
from incidents.models.activity import ActivityQuerySet
from incidents.publishing.operations import publish_report, schedule_publication, start_correction, withdraw_report
from incidents.review.operations import (
    ReportMoved,
    approve_report,
    ask_reviewers,
    comment_on,
    resolve_thread,
    send_back,
    submit_for_review,
)
from tests.factories import NOW, approve, make_draft, make_user, publish

pytestmark = pytest.mark.usefixtures("transactional_db")

PATIENCE = 10
WAITING = """SELECT EXISTS (SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE NOT granted AND datname = current_database())"""
Operation = Callable[[], Any]


@pytest.fixture
def race(monkeypatch: pytest.MonkeyPatch) -> Callable[[Operation, Operation], list[Any]]:
    """Run the second operation while the first is about to commit; give what each returned or raised."""
    written, may_commit = Event(), Event()
    record = ActivityQuerySet.record

    def record_and_wait(rows: ActivityQuerySet, *args: Any, **fields: Any) -> Activity:
        activity = record(rows, *args, **fields)
        if not written.is_set():
            written.set()
            assert may_commit.wait(PATIENCE)
        return activity

    def run(first: Operation, second: Operation) -> list[Any]:
        monkeypatch.setattr(ActivityQuerySet, "record", record_and_wait)
        with ThreadPoolExecutor(2) as threads:
            started = [threads.submit(in_thread, first)]
            assert written.wait(PATIENCE)
            started.append(threads.submit(in_thread, second))
            waited = waits(started[1])
            may_commit.set()
            outcomes = [each.result(PATIENCE) for each in started]
        monkeypatch.undo()
        assert waited, "the second didn't wait for the first"
        return outcomes

    return run


def in_thread(operation: Operation) -> Any:
    try:
        return operation()
    except Exception as refusal:  # noqa: BLE001  # what it is, is what the test looks at
        return refusal
    finally:
        connection.close()


def waits(second: Future[Any]) -> bool:
    """Whether Postgres lets somebody wait for a lock before the second is through."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and not second.done():
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone() == (True,):
                return True
        time.sleep(0.01)
    return False


def verbs() -> list[str]:
    return list(Activity.objects.order_by("id").values_list("verb", flat=True))


def publishing(report: Report, note: str = "") -> Operation:
    user = make_user("publisher")
    return lambda: publish_report(report, by=user, change_note=note, at=NOW)


def withdrawing(report: Report) -> Operation:
    user = make_user("publisher")
    return lambda: withdraw_report(report, reason="It named a person.", by=user, at=NOW)


def approved_correction() -> Report:
    first = publish()
    return approve(start_correction(first.incident.report, by=make_user(), at=NOW))


def status(report: Report) -> str:
    return Report.objects.get(pk=report.pk).status


def test_two_publish_at_once(race: Any) -> None:
    report = approve(make_draft())

    published, refused = race(publishing(report), publishing(report))

    assert list(Publication.objects.all()) == [published]
    assert isinstance(refused, WrongState)
    assert status(report) == ReportStatus.PUBLISHED
    assert verbs().count("published") == 1


def test_two_publish_a_correction_at_once(race: Any) -> None:
    report = approved_correction()

    published, refused = race(publishing(report, "One."), publishing(report, "Two."))

    assert [each.number for each in Publication.objects.order_by("number")] == [1, 2]
    assert published.change_note == "One."
    assert isinstance(refused, WrongState)


def test_a_withdrawal_during_publishing_takes_the_new_version(race: Any) -> None:
    report = approved_correction()

    published, retraction = race(publishing(report, "One."), withdrawing(report))

    assert retraction.publication == published
    assert not Publication.objects.standing().exists()
    assert status(report) == ReportStatus.WITHDRAWN


def test_publishing_during_a_withdrawal_leaves_the_new_version(race: Any) -> None:
    report = approved_correction()

    retraction, published = race(withdrawing(report), publishing(report, "One."))

    assert (retraction.publication.number, published.number) == (1, 2)
    assert list(Publication.objects.standing()) == [published]
    assert status(report) == ReportStatus.PUBLISHED


def test_two_withdraw_at_once(race: Any) -> None:
    report = Report.objects.get(incident=publish().incident)

    retraction, refused = race(withdrawing(report), withdrawing(report))

    assert list(Retraction.objects.all()) == [retraction]
    assert str(refused) == "Customers can see no version of this report, so there is none to withdraw."


def test_two_approve_at_once(race: Any) -> None:
    report = submit_for_review(make_draft(), by=make_user(), at=NOW)
    read = report.to_snapshot().checksum
    one, other = make_user("publisher"), make_user("publisher")

    approved, refused = race(
        lambda: approve_report(report, seen=read, by=one, at=NOW),
        lambda: approve_report(report, seen=read, by=other, at=NOW),
    )

    assert approved.approved_checksum == Report.objects.get(pk=report.pk).approved_checksum == read
    assert isinstance(refused, WrongState)
    assert Activity.objects.get(verb="approved").actor == one


def test_an_approval_and_a_verdict_at_once(race: Any) -> None:
    """An approved report can still be sent back: the second has the last word, and no approval is left over."""
    report = submit_for_review(make_draft(), by=make_user(), at=NOW)
    read = report.to_snapshot().checksum
    one, other = make_user("publisher"), make_user("publisher")

    race(
        lambda: approve_report(report, seen=read, by=one, at=NOW),
        lambda: send_back(report, reason="Unclear.", by=other, at=NOW),
    )

    stored = Report.objects.get(pk=report.pk)
    assert (stored.status, stored.approved_checksum) == (ReportStatus.DRAFT, "")


def editing(report: Report) -> Operation:
    user = make_user()
    return lambda: revise_section(
        report.incident, "impact", changes={"text": "", "public_text": "All of it."}, by=user, at=NOW
    )


def test_an_edit_during_publishing_is_refused(race: Any) -> None:
    report = approve(make_draft())

    published, refused = race(publishing(report), editing(report))

    assert published.snapshot.section("impact") is None
    assert isinstance(refused, ReportLocked)


def test_publishing_during_an_edit_is_refused(race: Any) -> None:
    report = approve(make_draft())

    _, refused = race(editing(report), publishing(report))

    assert isinstance(refused, WrongState)
    assert not Publication.objects.exists()
    assert status(report) == ReportStatus.IN_REVIEW


def test_an_approval_during_an_edit_is_not_for_the_new_text(race: Any) -> None:
    report = submit_for_review(make_draft(), by=make_user(), at=NOW)
    read = report.to_snapshot().checksum
    publisher = make_user("publisher")

    _, refused = race(editing(report), lambda: approve_report(report, seen=read, by=publisher, at=NOW))

    assert isinstance(refused, ReportMoved)
    assert status(report) == ReportStatus.IN_REVIEW


def test_two_ask_the_same_person_at_once(race: Any) -> None:
    report = submit_for_review(make_draft(), by=make_user(), at=NOW)
    reader, writer = make_user("publisher", name="Anna"), make_user()

    def asking() -> list[str]:
        return ask_reviewers(report, reviewers=[reader], by=writer, at=NOW)

    assert race(asking, asking) == [["Anna"], []]
    assert ReviewRequest.objects.get().reviewer == reader


def scheduling(report: Report) -> Operation:
    user = make_user("publisher")
    return lambda: schedule_publication(report, publish_at=NOW + timedelta(days=1), note="", by=user, at=NOW)


def test_an_edit_during_scheduling_ends_the_appointment(race: Any) -> None:
    report = approve(make_draft())

    race(scheduling(report), editing(report))

    assert Report.objects.get(pk=report.pk).publish_at is None
    assert status(report) == ReportStatus.IN_REVIEW
    assert verbs()[-3:] == ["approval taken back by an edit", "appointment to publish fell", "wrote a section"]


def test_scheduling_during_an_edit_is_refused(race: Any) -> None:
    report = approve(make_draft())

    _, refused = race(editing(report), scheduling(report))

    assert isinstance(refused, WrongState)
    assert Report.objects.get(pk=report.pk).publish_at is None


def test_two_resolve_a_thread_at_once(race: Any) -> None:
    report = make_draft()
    one, other = make_user(), make_user()
    began = comment_on(report, place="", text="Good.", by=one, at=NOW)

    race(lambda: resolve_thread(began, by=one, at=NOW), lambda: resolve_thread(began, by=other, at=NOW))

    began.refresh_from_db()
    assert began.resolved_by == one
    assert verbs().count("resolved a comment") == 1
