"""Talking about a draft: threads on a place, settled and opened again, in every state of the report."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from incidents.authoring.operations import add_action_item, add_entry, delete_action_item, delete_entry
from incidents.discussion import Discussion, discussion, places
from incidents.models import ActionItem, Activity, Comment, Report, ReportStatus
from incidents.publishing.operations import publish_report
from incidents.review.operations import (
    NoSuchPlace,
    answer_comment,
    approve_report,
    comment_on,
    reopen_thread,
    resolve_thread,
    submit_for_review,
)
from tests.factories import NOW, START, make_draft, make_user

pytestmark = pytest.mark.django_db


def later(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


@pytest.fixture
def report(db: None) -> Report:
    return make_draft()


@pytest.fixture
def rita(db: None) -> User:
    return make_user("reader", name="Rita")


@pytest.fixture
def eve(db: None) -> User:
    return make_user(name="Eve")


def entry(report: Report) -> str:
    return f"entry-{report.incident.entries.get().key}"


def shown(found: Discussion) -> list[tuple[str, list[str]]]:
    """The open threads: the label of each place, and what was said there."""
    return [
        (
            about.place.label,
            [each.text for thread in about.threads for each in (thread.comment, *thread.answers)],
        )
        for about in found.open
    ]


# ── Where ───────────────────────────────────────────────────────────────────
def test_everything_of_a_draft_has_a_place_in_the_order_of_the_editor(report: Report, eve: User) -> None:
    item = report.incident.action_items.get()
    add_entry(report.incident, occurred_at=START, text="x" * 100, by=eve, at=NOW)
    rows = report.incident.entries.in_order()

    found = places(report.incident)

    assert list(found) == [
        "",
        "facts",
        "milestones",
        f"entry-{rows[0].key}",
        f"entry-{rows[1].key}",
        "section-summary",
        "section-impact",
        "section-detection",
        "section-root_cause",
        "section-resolution",
        "section-went_well",
        "section-went_badly",
        "section-got_lucky",
        "section-notes",
        f"action-{item.key}",
    ]
    assert found[""].label == "The whole report"
    assert found[f"entry-{rows[0].key}"].label == "05:00 Something happened (0)"
    assert found[f"entry-{rows[1].key}"].label == "05:00 " + "x" * 69 + "…"
    assert found["section-root_cause"].label == "Root cause"
    assert found[f"action-{item.key}"].label == "Fix the breaker"


def test_times_of_places_are_those_of_the_form(report: Report) -> None:
    report.incident.time_zone = "Asia/Kolkata"

    assert places(report.incident)[entry(report)].label == "10:30 Something happened (0)"


@pytest.mark.parametrize("place", ["section-nothing", "entry-aaaaaaaaaaaa", "timeline", "javascript:alert(1)"])
def test_a_place_that_is_not_there_is_refused(report: Report, eve: User, place: str) -> None:
    with pytest.raises(NoSuchPlace):
        comment_on(report, place=place, text="Really?", by=eve, at=NOW)
    assert not Comment.objects.exists()


def test_a_row_of_another_incident_is_no_place_here(report: Report, eve: User) -> None:
    with pytest.raises(NoSuchPlace):
        comment_on(report, place=entry(make_draft()), text="Really?", by=eve, at=NOW)


# ── Threads ─────────────────────────────────────────────────────────────────
def test_answers_join_the_thread_whichever_of_its_comments_they_answer(report: Report, eve: User, rita: User) -> None:
    began = comment_on(report, place="section-summary", text="How many?", by=rita, at=NOW)

    first = answer_comment(began, text="All of them.", by=eve, at=later(1))
    second = answer_comment(first, text="Thank you.", by=rita, at=later(2))

    assert (second.parent, second.place, second.report) == (began, "section-summary", report)
    assert shown(discussion(report, eve)) == [("Summary", ["How many?", "All of them.", "Thank you."])]


def test_threads_stand_by_place_and_by_age(report: Report, eve: User) -> None:
    for number, place in enumerate(["section-impact", "", entry(report), "section-impact"]):
        comment_on(report, place=place, text=f"{number}", by=eve, at=later(number))

    assert shown(discussion(report, eve)) == [
        ("The whole report", ["1"]),
        ("05:00 Something happened (0)", ["2"]),
        ("Impact", ["0", "3"]),
    ]


def test_a_thread_is_resolved_once_and_opened_again(report: Report, eve: User, rita: User) -> None:
    began = comment_on(report, place="", text="Good.", by=rita, at=NOW)
    answer = answer_comment(began, text="Yes.", by=eve, at=NOW)

    resolve_thread(answer, by=eve, at=later(1))
    resolve_thread(began, by=rita, at=later(2))

    stored = Comment.objects.get(pk=began.pk)
    assert (stored.resolved_by, stored.resolved_at) == (eve, later(1))
    found = discussion(report, eve)
    assert found.open == ()
    assert [thread.comment for thread in found.resolved] == [began]

    reopen_thread(began, by=eve, at=later(3))
    reopen_thread(began, by=eve, at=later(4))

    assert Comment.objects.get(pk=began.pk).resolved_by is None
    assert shown(discussion(report, eve)) == [("The whole report", ["Good.", "Yes."])]
    verbs = Activity.objects.filter(incident=report.incident, verb__contains="comment").order_by("pk")
    assert [(each.verb, each.actor) for each in verbs] == [
        ("commented", rita),
        ("answered a comment", eve),
        ("resolved a comment", eve),
        ("reopened a comment", eve),
    ]


def test_an_answer_opens_what_was_resolved(report: Report, eve: User, rita: User) -> None:
    began = comment_on(report, place="", text="How many?", by=rita, at=NOW)
    resolve_thread(began, by=eve, at=later(1))

    answer_comment(began, text="It isn’t settled.", by=rita, at=later(2))

    assert shown(discussion(report, eve)) == [("The whole report", ["How many?", "It isn’t settled."])]


def test_open_threads_are_counted_by_place(report: Report, eve: User) -> None:
    first = comment_on(report, place="", text="1", by=eve, at=NOW)
    comment_on(report, place="", text="2", by=eve, at=NOW)
    answer_comment(comment_on(report, place="facts", text="3", by=eve, at=NOW), text="4", by=eve, at=NOW)
    resolve_thread(comment_on(report, place="milestones", text="5", by=eve, at=NOW), by=eve, at=NOW)
    comment_on(make_draft(), place="facts", text="6", by=eve, at=NOW)

    with CaptureQueriesContext(connection) as captured:
        assert Comment.objects.open_by_place(report) == {"": 2, "facts": 1}
    assert len(captured) == 1

    resolve_thread(first, by=eve, at=NOW)
    assert Comment.objects.open_by_place(report) == {"": 1, "facts": 1}
    assert discussion(report, eve).open_count == 2


# ── What became of the place ────────────────────────────────────────────────
def test_a_comment_outlives_its_row_with_the_words_it_was_about(report: Report, eve: User) -> None:
    place = entry(report)
    item = report.incident.action_items.get()
    comment_on(report, place=place, text="Wrong time?", by=eve, at=NOW)
    comment_on(report, place=f"action-{item.key}", text="By when?", by=eve, at=NOW)
    comment_on(report, place="", text="Good.", by=eve, at=NOW)

    delete_entry(report.incident.entries.get(), by=eve, at=later(1))
    delete_action_item(ActionItem.objects.get(pk=item.pk), by=eve, at=later(1))

    found = discussion(report, eve)
    assert shown(found) == [
        ("The whole report", ["Good."]),
        ("05:00 Something happened (0)", ["Wrong time?"]),
        ("Fix the breaker", ["By when?"]),
    ]
    assert [about.is_gone for about in found.open] == [False, True, True]
    with pytest.raises(NoSuchPlace):
        comment_on(report, place=place, text="Again", by=eve, at=later(2))


def test_a_row_that_was_reworded_shows_its_new_words(report: Report, eve: User) -> None:
    comment_on(report, place=entry(report), text="Wrong time?", by=eve, at=NOW)
    report.incident.entries.update(text="Something else happened")

    assert shown(discussion(report, eve)) == [("05:00 Something else happened", ["Wrong time?"])]


# ── In every state ──────────────────────────────────────────────────────────
def test_comments_change_no_checksum_and_take_no_approval_back(report: Report, eve: User) -> None:
    publisher = make_user("publisher")

    def talk(status: str) -> None:
        before = Report.objects.get(pk=report.pk)
        assert before.status == status
        began = comment_on(report, place=entry(report), text="Hm.", by=eve, at=NOW)
        answer_comment(began, text="Hm?", by=publisher, at=NOW)
        resolve_thread(began, by=publisher, at=NOW)
        after = Report.objects.get(pk=report.pk)
        assert (after.status, after.approved_checksum) == (before.status, before.approved_checksum)
        assert after.to_snapshot().checksum == before.to_snapshot().checksum

    talk(ReportStatus.DRAFT)
    submit_for_review(report, by=eve, at=NOW)
    talk(ReportStatus.IN_REVIEW)
    approve_report(report, seen=report.to_snapshot().checksum, by=publisher, at=NOW)
    talk(ReportStatus.APPROVED)
    publication = publish_report(report, by=publisher, change_note="", at=NOW)
    talk(ReportStatus.PUBLISHED)
    assert "Hm." not in str(publication.data)


# ── Reading ─────────────────────────────────────────────────────────────────
def test_who_may_resolve(report: Report, eve: User, rita: User) -> None:
    assert discussion(report, eve).may_resolve
    assert discussion(report, make_user("publisher")).may_resolve
    assert not discussion(report, rita).may_resolve
    assert not discussion(report, make_user("manager")).may_resolve


def test_the_reader_knows_their_own(report: Report, eve: User, rita: User) -> None:
    """By these counts a box keeps what is being written in it, until it was sent."""
    began = comment_on(report, place="", text="1", by=eve, at=NOW)
    answer_comment(began, text="2", by=rita, at=NOW)

    assert discussion(report, eve).mine == 1
    assert discussion(report, eve).open[0].threads[0].mine == 0
    assert discussion(report, rita).mine == 0
    assert discussion(report, rita).open[0].threads[0].mine == 1


@pytest.mark.parametrize(("asked", "offered"), [("section-impact", "section-impact"), ("nowhere", ""), ("", "")])
def test_the_place_that_is_offered_is_one_that_exists(report: Report, eve: User, asked: str, offered: str) -> None:
    assert discussion(report, eve, place=asked).place == offered


def test_queries_do_not_grow(eve: User) -> None:
    counts = []
    for number in (1, 3):
        report = make_draft(rows=number)
        for row in report.incident.entries.all():
            began = comment_on(report, place=f"entry-{row.key}", text="?", by=make_user(), at=NOW)
            answer_comment(began, text="!", by=make_user(), at=NOW)
            done = comment_on(report, place="", text="?", by=make_user(), at=NOW)
            resolve_thread(done, by=make_user(), at=NOW)
            gone = add_entry(report.incident, occurred_at=START, text="Gone", by=eve, at=NOW)
            comment_on(report, place=f"entry-{gone.key}", text="?", by=eve, at=NOW)
            delete_entry(gone, by=eve, at=NOW)
            add_action_item(report.incident, values={"text": "Another"}, by=eve, at=NOW)
        with CaptureQueriesContext(connection) as captured:
            found = discussion(Report.objects.select_related("incident").get(pk=report.pk), eve)
            assert [str(each.comment.author) for about in found.open for each in about.threads]
            assert [str(each.comment.resolved_by) for each in found.resolved]
        counts.append(len(captured))

    assert counts[0] == counts[1] == 5
