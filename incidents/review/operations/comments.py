"""Talk about a draft. Comments change no snapshot, so they can be made in every state of a report."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from incidents.discussion import places
from incidents.models import Activity, Comment, Report, Verb

if TYPE_CHECKING:
    from accounts.models import User


class NoSuchPlace(Exception):
    """The row was deleted while somebody wrote about it, or never was."""

    def __init__(self) -> None:
        super().__init__("This part of the report is gone. Choose another place for your comment.")


@transaction.atomic
def comment_on(report: Report, *, place: str, text: str, by: User, at: datetime) -> Comment:
    """Begin a thread about a place of the draft, or about the whole of it where `place` is empty.

    The log keeps what the place said, for the day when it is gone. Raises NoSuchPlace.
    """
    about = places(report.incident).get(place)
    if about is None:
        raise NoSuchPlace
    comment = Comment.objects.create(report=report, place=place, text=text, author=by, written_at=at)
    Activity.objects.record(report.incident, Verb.COMMENTED, by=by, at=at, comment=comment.pk, about=about.label)
    return comment


@transaction.atomic
def answer_comment(comment: Comment, *, text: str, by: User, at: datetime) -> Comment:
    """Answer a thread. One that was resolved is open again: an answer that nobody sees would be lost."""
    thread = _locked_thread(comment)
    answer = Comment.objects.create(
        report=thread.report, parent=thread, place=thread.place, text=text, author=by, written_at=at
    )
    Activity.objects.record(thread.report.incident, "answered a comment", by=by, at=at, comment=thread.pk)
    if thread.resolved_at is not None:
        _set_resolved(thread, by=None, at=None)
    return answer


@transaction.atomic
def resolve_thread(comment: Comment, *, by: User, at: datetime) -> Comment:
    """The matter is settled. Nothing happens where somebody else said so first."""
    thread = _locked_thread(comment)
    if thread.resolved_at is None:
        _set_resolved(thread, by=by, at=at)
        Activity.objects.record(thread.report.incident, "resolved a comment", by=by, at=at, comment=thread.pk)
    return thread


@transaction.atomic
def reopen_thread(comment: Comment, *, by: User, at: datetime) -> Comment:
    """It isn't settled after all."""
    thread = _locked_thread(comment)
    if thread.resolved_at is not None:
        _set_resolved(thread, by=None, at=None)
        Activity.objects.record(thread.report.incident, "reopened a comment", by=by, at=at, comment=thread.pk)
    return thread


def _locked_thread(comment: Comment) -> Comment:
    threads = Comment.objects.threads().select_for_update(of=("self",)).select_related("report__incident")
    return threads.get(pk=comment.parent_id or comment.pk)


def _set_resolved(thread: Comment, *, by: User | None, at: datetime | None) -> None:
    thread.resolved_by, thread.resolved_at = by, at
    thread.save(update_fields=["resolved_by", "resolved_at"])
