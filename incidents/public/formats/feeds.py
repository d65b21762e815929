"""Atom and RSS: one entry an event, which keeps its id and moves up at every change; and one entry an update.

Readers take the first `<strong>` of an entry for the current state, and announce an entry only when its id is new.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from html import escape
from io import StringIO
from typing import Any, NamedTuple
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.xmlutils import SimplerXMLGenerator

from incidents.models import EventStatus, Site
from incidents.public.addresses import absolute, report_path
from incidents.public.branding import site_name
from incidents.public.editions import Edition, kept_by_edition
from incidents.public.formats.bodies import summary_html, update_html
from incidents.public.formats.events import MOST, Told, told_of
from incidents.public.formats.ids import lasting_id
from incidents.public.formats.posts import Key, Post, newest_posts, posts_of
from incidents.public.words import Moment
from incidents.rendering import render_plain

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # Django would write the present moment into an empty feed


class Entry(NamedTuple):
    """An event or a post as it stands in a feed, and when it was told and changed."""

    xml: str
    told_at: datetime
    changed_at: datetime


class _Atom(Atom1Feed):
    entries: Sequence[Entry] = ()

    def latest_post_date(self) -> datetime:
        return max((max(entry.told_at, entry.changed_at) for entry in self.entries), default=_NEVER)

    def write_items(self, handler: SimplerXMLGenerator) -> None:
        super().write_items(handler)
        _put(self.entries, handler)

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        feed = self.feed
        handler.addQuickElement("id", feed["id"])
        handler.addQuickElement("link", "", {"rel": "alternate", "type": "text/html", "href": feed["link"]})
        handler.addQuickElement("link", "", {"rel": "self", "type": "application/atom+xml", "href": feed["feed_url"]})
        handler.addQuickElement("title", feed["title"])
        handler.addQuickElement("updated", Moment(self.latest_post_date()).iso)
        handler.startElement("author", AttributesImpl({}))
        handler.addQuickElement("name", feed["author_name"])
        handler.endElement("author")

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        handler.addQuickElement("id", item["unique_id"])
        handler.addQuickElement("published", Moment(item["pubdate"]).iso)
        handler.addQuickElement("updated", Moment(item["updateddate"]).iso)
        handler.addQuickElement("link", "", {"rel": "alternate", "type": "text/html", "href": item["link"]})
        handler.addQuickElement("title", item["title"])
        for category in item["categories"]:
            handler.addQuickElement("category", "", {"term": category})
        handler.addQuickElement("content", item["description"], {"type": "html"})


class _Rss(Rss201rev2Feed):
    entries: Sequence[Entry] = ()

    def write_items(self, handler: SimplerXMLGenerator) -> None:
        super().write_items(handler)
        _put(self.entries, handler)

    def rss_attributes(self) -> dict[str, str]:
        return {"version": "2.0", "xmlns:dc": "http://purl.org/dc/elements/1.1/"}

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        handler.addQuickElement("title", self.feed["title"])
        handler.addQuickElement("link", self.feed["link"])
        handler.addQuickElement("description", self.feed["description"])
        handler.addQuickElement("pubDate", _rfc822(self.feed["updated"]))

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        handler.addQuickElement("title", item["title"])
        handler.addQuickElement("description", item["description"])
        handler.addQuickElement("pubDate", _rfc822(item["pubdate"]))
        handler.addQuickElement("link", item["link"])
        handler.addQuickElement("guid", item["link"])
        if item["ends_at"]:
            handler.addQuickElement("maintenanceEndDate", _rfc822(item["ends_at"]))


def history_atom(events: Iterable[Edition], site: Site, *, address: str, about: str = "") -> str:
    """One entry an event. `address` is the feed's own path, `about` the one thing that it is about."""
    feed = _atom(site, address=address, title="Incident History", about=about)
    feed.entries = _in_atom(events)
    return _written(feed)


def history_rss(events: Iterable[Edition], site: Site) -> str:
    """The same for readers of RSS. What is planned has its beginning for a date, and its end beside it."""
    entries = _in_rss(events)
    feed = _Rss(
        title=f"{site_name(site)} Status - Incident History",
        link=absolute("/"),
        description="Statuspage",
        updated=max((entry.changed_at for entry in entries), default=_NEVER),
    )
    feed.entries = entries
    return _written(feed)


def updates_atom(site: Site, *, address: str) -> str:
    """One entry a post, with an id of its own: what programs announce that look for new ids only."""
    keys, events = newest_posts()
    found = [(entry.told_at, key, entry) for posts in _posted(events) for key, entry in posts.items() if key in keys]
    feed = _atom(site, address=address, title="Updates")
    feed.entries = [entry for *_, entry in sorted(found, reverse=True)[:MOST]]
    return _written(feed)


@kept_by_edition
def _in_atom(keys: list[int]) -> dict[int, Entry]:
    return {key: _event_in_atom(told) for key, told in told_of(keys).items()}


def _event_in_atom(told: Told) -> Entry:
    xml = _element(
        _Atom(title="", link="", description=""),
        title=told.title,
        link=_link(told),
        description=_history(told, mark="em"),
        unique_id=lasting_id("incidents", told.event.public_id),
        pubdate=told.event.created_at,
        updateddate=told.event.updated_at,
        categories=[told.event.get_kind_display()],
    )
    return Entry(xml, told.event.created_at, told.event.updated_at)


@kept_by_edition
def _in_rss(keys: list[int]) -> dict[int, Entry]:
    return {key: _event_in_rss(told) for key, told in told_of(keys).items()}


def _event_in_rss(told: Told) -> Entry:
    xml = _element(
        _Rss(title="", link="", description=""),
        title=told.title,
        link=_link(told),
        description=_history(told, mark="strong"),
        pubdate=told.event.scheduled_for or told.event.created_at,
        ends_at=told.event.scheduled_until,
    )
    return Entry(xml, told.event.created_at, told.event.updated_at)


@kept_by_edition
def _posted(keys: list[int]) -> dict[int, dict[Key, Entry]]:
    return {key: {post.key: _post_in_atom(post) for post in posts} for key, posts in posts_of(keys).items()}


def _post_in_atom(post: Post) -> Entry:
    xml = _element(
        _Atom(title="", link="", description=""),
        title=f"{post.label}: {post.title}",
        link=absolute(report_path(post.public_id)),
        description=_paragraph(post.display_at, post.label, post.html),
        unique_id=lasting_id(*post.key),
        pubdate=post.posted_at,
        updateddate=post.changed_at,
        categories=[post.category],
    )
    return Entry(xml, post.posted_at, post.changed_at)


def _element(feed: _Atom | _Rss, **item: Any) -> str:
    """The one item of a feed that has no other."""
    feed.add_item(**item)
    written = StringIO()
    feed.write_items(SimplerXMLGenerator(written, "utf-8", short_empty_elements=True))
    return written.getvalue()


def _put(entries: Iterable[Entry], handler: SimplerXMLGenerator) -> None:
    for entry in entries:
        handler.ignorableWhitespace(entry.xml)  # the one thing that a generator of XML puts out as it is


def _atom(site: Site, *, address: str, title: str, about: str = "") -> _Atom:
    host = settings.PUBLIC_BASE_URL.partition("://")[2]
    return _Atom(
        title=f"{site_name(site)}{f' {about}' if about else ''} Status - {title}",
        link=absolute("/"),
        description="",
        feed_url=absolute(address),
        feed_guid=f"tag:{host},2005:{address.removesuffix('.atom')}",
        author_name=site_name(site),
        language="en-US",
    )


def _written(feed: _Atom | _Rss) -> str:
    written: str = feed.writeString("utf-8")
    return written


def _link(told: Told) -> str:
    return absolute(report_path(told.event.public_id))


def _history(told: Told, *, mark: str) -> str:
    return "".join(_paragraphs(told, mark=mark))


def _paragraphs(told: Told, *, mark: str) -> Iterator[str]:
    event = told.event
    if event.scheduled_for and event.scheduled_until:
        when = "".join(_span(event.scheduled_for, event.scheduled_until))
        yield f"<{mark}>THIS IS A SCHEDULED EVENT {when}</{mark}>\n"
    state = EventStatus(event.status).label
    if told.report:
        label = "Postmortem" if told.has_postmortem else state
        yield _paragraph(told.report.published_at, label, _of_report(told))
    elif event.report_withdrawn_at:
        yield _paragraph(event.report_withdrawn_at, state, "The report of this incident was withdrawn.")
    labels = list(told.labels)
    if labels and not (told.report or event.report_withdrawn_at):
        labels[0] = state
    for update, label in zip(told.updates, labels, strict=True):
        yield _paragraph(update.display_at, label, update_html(update.text))


def _of_report(told: Told) -> str:
    report = told.report
    if report is None or report.number == 1:
        return summary_html(report) if report else ""
    return f"{summary_html(report)}\n<p>Version {report.number}: {render_plain(report.change_note)}</p>"


def _paragraph(at: datetime, label: str, html: str) -> str:
    """Blocks can't stand inside a paragraph, so text with blocks begins its own."""
    head = f"<small>{_day(at)}, {_clock(at)} UTC</small><br><strong>{escape(label)}</strong>"
    return f"<p>{head}</p>\n{html}\n" if html.startswith("<") and "<p>" in html else f"<p>{head} - {html}</p>\n"


def _span(start: datetime, end: datetime) -> Iterator[str]:
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    yield f"{start:%b} {start.day:2}, {start:%H:%M} - "
    yield f"{end:%b} {end.day:2}, " if end.date() != start.date() else ""
    yield f"{end:%H:%M} UTC"


def _day(at: datetime) -> str:
    at = at.astimezone(UTC)
    return f"{at:%b} <var data-var='date'>{at.day:2}</var>"


def _clock(at: datetime) -> str:
    return f"<var data-var='time'>{at.astimezone(UTC):%H:%M}</var>"


def _rfc822(at: datetime) -> str:
    return f"{at.astimezone(UTC):%a, %d %b %Y %H:%M:%S} +0000"
