"""What people say about a draft, put together for reading: the editor and the review page show the same panel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from accounts.roles import Capability
from incidents.checks.finding import shortened
from incidents.models import Activity, Comment, Incident, Report, Verb
from incidents.models.report import SECTION_CHOICES

if TYPE_CHECKING:
    from accounts.models import User

_LABEL_LENGTH = 70


@dataclass(frozen=True)
class Place:
    """A part of the draft that can be talked about: its anchor in the editor, and what it says."""

    anchor: str
    label: str
    group: str = ""


@dataclass(frozen=True)
class Thread:
    """A comment with its answers. `place` is what it is about; gone rows keep the words that they had."""

    comment: Comment
    answers: tuple[Comment, ...]
    place: Place
    is_gone: bool
    mine: int  # how many of the answers the reader wrote


@dataclass(frozen=True)
class About:
    """The threads about one place, oldest first."""

    place: Place
    is_gone: bool
    threads: tuple[Thread, ...]


@dataclass(frozen=True)
class Refused:
    """What somebody sent and what could not be kept: it comes back as it was typed. `thread` is 0 for a new one."""

    text: str
    error: str
    thread: int = 0


@dataclass(frozen=True)
class Discussion:
    """Everything that the panel shows.

    `place` is the one offered for a new comment, `written` the key of the comment that just came, or 0.
    """

    report: Report
    open: tuple[About, ...]
    resolved: tuple[Thread, ...]
    places: tuple[Place, ...]
    place: str
    mine: int  # how many threads the reader began
    may_resolve: bool
    may_propose: bool  # make an action item of a comment
    refused: Refused | None
    written: int

    @property
    def open_count(self) -> int:
        return sum(len(about.threads) for about in self.open)

    @property
    def place_groups(self) -> list[tuple[str, list[Place]]]:
        return [(group, list(found)) for group, found in groupby(self.places, key=lambda place: place.group)]


def places(incident: Incident) -> dict[str, Place]:
    """What can be talked about, by its anchor, in the order of the editor. Two queries."""
    found = [Place("", "The whole report"), Place("facts", "Facts"), Place("milestones", "Milestones")]
    zone = incident.zone
    for key, occurred_at, text in incident.entries.in_order().values_list("key", "occurred_at", "text"):
        clock = f"{occurred_at.astimezone(zone):%H:%M}"
        found.append(Place(f"entry-{key}", f"{clock} {shortened(text, _LABEL_LENGTH)}", "Timeline"))
    found += [Place(f"section-{key}", heading, "Sections") for key, heading in SECTION_CHOICES]
    for key, text in incident.action_items.order_by("id").values_list("key", "text"):
        found.append(Place(f"action-{key}", shortened(text, _LABEL_LENGTH), "What we will do"))
    return {place.anchor: place for place in found}


def discussion(
    report: Report, user: User, *, place: str = "", refused: Refused | None = None, written: int = 0
) -> Discussion:
    """The panel for a reader; `place` is the anchor of what they want to comment on. As many queries as ever."""
    known = places(report.incident)
    comments = list(
        Comment.objects.filter(report=report).select_related("author", "resolved_by").order_by("written_at", "pk")
    )
    answers: dict[int, list[Comment]] = {}
    for comment in comments:
        if comment.parent_id is not None:
            answers.setdefault(comment.parent_id, []).append(comment)
    began = [comment for comment in comments if comment.parent_id is None]
    gone = _last_words(report.incident, [comment for comment in began if comment.place not in known])
    order = {anchor: number for number, anchor in enumerate([*known, *gone])}
    threads = sorted(
        (_thread(comment, answers.get(comment.pk, []), known, gone, user) for comment in began),
        key=lambda thread: order[thread.place.anchor],
    )
    return Discussion(
        report=report,
        open=_by_place(thread for thread in threads if thread.comment.resolved_at is None),
        resolved=tuple(thread for thread in threads if thread.comment.resolved_at is not None),
        places=tuple(known.values()),
        place=place if place in known else "",
        mine=sum(comment.author_id == user.pk for comment in began),
        may_resolve=user.may(Capability.WRITE),
        may_propose=user.may_follow_up,
        refused=refused,
        written=written,
    )


def _thread(
    comment: Comment, answers: list[Comment], known: dict[str, Place], gone: dict[str, Place], user: User
) -> Thread:
    return Thread(
        comment=comment,
        answers=tuple(answers),
        place=known.get(comment.place) or gone[comment.place],
        is_gone=comment.place not in known,
        mine=sum(answer.author_id == user.pk for answer in answers),
    )


def _by_place(threads: Iterable[Thread]) -> tuple[About, ...]:
    grouped = [(place, tuple(about)) for place, about in groupby(threads, key=lambda thread: thread.place)]
    return tuple(About(place, about[0].is_gone, about) for place, about in grouped)


def _last_words(incident: Incident, comments: list[Comment]) -> dict[str, Place]:
    """What the places said that are gone, as the log has it from the day of the comment."""
    if not comments:
        return {}
    logged = Activity.objects.filter(
        incident=incident, verb=Verb.COMMENTED, detail__comment__in=[comment.pk for comment in comments]
    )
    said = {row["comment"]: row["about"] for row in logged.values_list("detail", flat=True)}
    return {comment.place: Place(comment.place, said.get(comment.pk, "")) for comment in comments}
