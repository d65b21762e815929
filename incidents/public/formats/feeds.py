"""Atom and RSS: one entry an event, which keeps its id and moves up at every change; and one entry an update.

Readers take the first `<strong>` of an entry for the current state, and announce an entry only when its id is new.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from html import escape
from typing import Any
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.xmlutils import SimplerXMLGenerator

from incidents.models import EventStatus, Site
from incidents.public.addresses import absolute, report_path
from incidents.public.branding import site_name
from incidents.public.formats.bodies import summary_html, update_html
from incidents.public.formats.events import Told
from incidents.public.formats.ids import lasting_id
from incidents.public.formats.posts import Post
from incidents.public.words import Moment
from incidents.rendering import render_plain

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # Django would write the present moment into an empty feed


class _Atom(Atom1Feed):
    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else _NEVER

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


def history_atom(events: Iterable[Told], site: Site, *, address: str, about: str = "") -> str:
    """One entry an event. `address` is the feed's own path, `about` the one thing that it is about."""
    feed = _atom(site, address=address, title="Incident History", about=about)
    for told in events:
        feed.add_item(
            title=told.title,
            link=_link(told),
            description=_history(told, mark="em"),
            unique_id=lasting_id("incidents", told.event.public_id),
            pubdate=told.event.created_at,
            updateddate=told.event.updated_at,
            categories=[told.event.get_kind_display()],
        )
    return _written(feed)


def history_rss(events: Iterable[Told], site: Site) -> str:
    """The same for readers of RSS. What is planned has its beginning for a date, and its end beside it."""
    listed = list(events)
    feed = _Rss(
        title=f"{site_name(site)} Status - Incident History",
        link=absolute("/"),
        description="Statuspage",
        updated=max((told.event.updated_at for told in listed), default=_NEVER),
    )
    for told in listed:
        feed.add_item(
            title=told.title,
            link=_link(told),
            description=_history(told, mark="strong"),
            pubdate=told.event.scheduled_for or told.event.created_at,
            ends_at=told.event.scheduled_until,
        )
    return _written(feed)


def updates_atom(posts: Iterable[Post], site: Site, *, address: str) -> str:
    """One entry a post, with an id of its own: what programs announce that look for new ids only."""
    feed = _atom(site, address=address, title="Updates")
    for post in posts:
        feed.add_item(
            title=f"{post.label}: {post.title}",
            link=absolute(report_path(post.public_id)),
            description=_paragraph(post.display_at, post.label, post.html),
            unique_id=lasting_id(*post.key),
            pubdate=post.posted_at,
            updateddate=post.changed_at,
            categories=[post.category],
        )
    return _written(feed)


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
