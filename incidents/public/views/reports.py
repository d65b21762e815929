"""An event, its report, and what is below it. They read events, publications and withdrawals, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from incidents.models import PublicEvent
from incidents.public.addresses import image_path, report_path
from incidents.public.answers import JSON, MARKDOWN, page, tombstone
from incidents.public.caching import public_answer
from incidents.public.changes import differences
from incidents.public.documents import report_json, report_markdown
from incidents.public.events import (
    Affected,
    UpdateRow,
    affected_of,
    askable,
    event_of,
    event_row,
    posts_on,
    whole_event,
    windows_of,
)
from incidents.public.history import History, history_of, publications_of
from incidents.public.images import find_image, read_image
from incidents.public.linked_data import linked_data, linked_report
from incidents.public.pages import ReportPage, report_page
from incidents.public.reading import moment
from incidents.public.words import Moment
from incidents.rendering import clean_text


@public_answer
def report(_request: HttpRequest, public_id: str) -> HttpResponse:
    """One address for what goes on, what is planned, and the report on it."""
    event = event_of(public_id)
    publications = publications_of(public_id)
    if publications:
        return _report(event, History(publications))
    if event is None:
        raise Http404
    windows = windows_of(event)
    row = whole_event(event)
    affected = affected_of(windows)
    context = {"row": row, "affected": affected, "names": askable(affected), "linked": linked_data(row)}
    return page("event.html", context, canonical=report_path(public_id), about=row)


@public_answer
def version(_request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    history = history_of(public_id)
    history.numbered(number)
    if taken := history.withdrawal(number):
        return tombstone(public_id, taken)
    event = event_of(public_id)
    context = {"page": _page_of(history, number, event=event), "is_permalink": True, "linked": None}
    about = event_row(event) if event else None
    answer = page("report.html", context, canonical=report_path(public_id), about=about)
    answer["X-Robots-Tag"] = "noindex"
    return answer


@public_answer
def changes(_request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    history = history_of(public_id)
    history.numbered(number)
    if taken := history.withdrawal(number):
        return tombstone(public_id, taken)
    if history.before(number) is None:
        raise Http404
    return _changes_page(history, number, older=number - 1)


@public_answer
def changes_since(_request: HttpRequest, public_id: str, number: int, older: int) -> HttpResponse:
    """Any version against any earlier one."""
    history = history_of(public_id)
    for each in (number, older):
        history.numbered(each)
    if older >= number:
        raise Http404
    if taken := history.withdrawal(number) or history.withdrawal(older):
        return tombstone(public_id, taken)
    return _changes_page(history, number, older=older)


@public_answer
def markdown(_request: HttpRequest, public_id: str) -> HttpResponse:
    history = history_of(public_id)
    if history.retraction:
        return tombstone(public_id, history.retraction, kind=MARKDOWN)
    text = report_markdown(history.newest, history, posts_on(public_id), on=moment().date())
    return HttpResponse(text, content_type=MARKDOWN)


@public_answer
def json(_request: HttpRequest, public_id: str) -> HttpResponse:
    history = history_of(public_id)
    if history.retraction:
        return tombstone(public_id, history.retraction, kind=JSON)
    for_all = {"Access-Control-Allow-Origin": "*"}
    content = report_json(history.newest, history, posts_on(public_id))
    return HttpResponse(content, content_type=JSON, headers=for_all)


@public_answer
def image(_request: HttpRequest, public_id: str, sha256: str, extension: str) -> HttpResponse:
    history = history_of(public_id)
    if history.retraction:
        return tombstone(public_id, history.retraction, kind="text/plain; charset=utf-8")
    found = find_image(history, sha256=sha256, extension=extension)
    content = read_image(found) if found else None
    if found is None or content is None:
        raise Http404
    sandbox = "default-src 'none'; sandbox"  # an image opened on its own is no document of this site
    return HttpResponse(content, content_type=found.content_type, headers={"Content-Security-Policy": sandbox})


def _report(event: PublicEvent | None, history: History) -> HttpResponse:
    """The report that stands, or its tombstone; both with what was posted while it happened."""
    public_id = history.newest.public_id
    row = whole_event(event) if event else None
    updates = row.updates if row else ()
    if history.retraction:
        return tombstone(public_id, history.retraction, updates=updates)
    windows = affected_of(windows_of(event)) if event else ()
    shown = _page_of(history, history.newest.number, event=event, updates=updates[::-1], windows=windows)
    linked = linked_report(shown, history.newest, report_path(public_id))
    context = {"page": shown, "is_permalink": False, "linked": linked}
    return page("report.html", context, canonical=report_path(public_id), about=row)


def _changes_page(history: History, number: int, *, older: int) -> HttpResponse:
    """Against the version before there are two addresses; the shorter is the canonical one."""
    new, old = history.numbered(number), history.numbered(older)
    shorter = reverse("public:changes", args=[new.public_id, number])
    longer = reverse("public:changes_since", args=[new.public_id, number, older])
    context = {
        "publication": new,
        "title": clean_text(new.snapshot.title),
        "version": history.version(new, shown=number),
        "older": older,
        "steps": [each for each in history.versions(shown=number) if older < each.number <= number],
        "others": [each for each in history.comparable(number) if each != older],
        "is_newest": new == history.newest,
        "differences": differences(old.snapshot, new.snapshot),
    }
    return page("changes.html", context, canonical=shorter if older == number - 1 else longer)


def _page_of(
    history: History,
    number: int,
    *,
    event: PublicEvent | None,
    updates: Sequence[UpdateRow] = (),
    windows: tuple[Affected, ...] = (),
) -> ReportPage:
    """A version that was replaced stands as on the day when it was: its promises went on in the next one."""
    publication = history.numbered(number)
    replaced = history.replaced_at(number)
    return report_page(
        history.standing(number),
        versions=history.versions(shown=number),
        published_at=Moment(history.first_published_at),
        on=(replaced or moment()).date(),
        image_url=partial(image_path, publication.public_id),
        updates=updates,
        windows=windows,
        known_tags=event.tags if event else (),
        known_cause=event.cause if event else "",
    )
