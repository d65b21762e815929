"""The feeds, read as feed readers read them."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
import pytest
from django.test import Client

from incidents.models import EventUpdate, Publication
from incidents.publishing.operations import withdraw_report
from tests.factories import NOW, START, correct, make_component, make_user, publish
from tests.public.formats.telling import HOUR, MINUTE, affect, incident, maintenance, say, site

pytestmark = pytest.mark.django_db


def read(path: str = "/history.atom") -> Any:
    response = Client().get(path)
    assert response.status_code == 200
    assert response["Access-Control-Allow-Origin"] == "*"
    kind = "rss" if path.endswith(".rss") else "atom"
    assert response["Content-Type"] == f"application/{kind}+xml; charset=utf-8"
    parsed = feedparser.parse(response.content)
    assert not parsed.bozo, parsed.bozo_exception
    return parsed


def written(entry: Any) -> str:
    value: str = entry.content[0].value if "content" in entry else entry.summary
    return value


def states(entry: Any) -> list[str]:
    return re.findall(r"</small><br ?/?><strong>(.*?)</strong>", written(entry))


def withdraw(publication: Publication, *, at: datetime = NOW + HOUR) -> None:
    withdraw_report(publication.incident.report, reason="It named a person.", by=make_user("publisher"), at=at)


@pytest.mark.parametrize("path", ["/history.atom", "/history.rss"])
def test_an_incident_is_one_entry_that_moves(path: str) -> None:
    site(name="Harbor")
    event = incident()
    say(event, "investigating", "We **look**.")
    (before,) = read(path).entries
    say(event, "identified", "A bad route.", at=START + 42 * MINUTE)
    parsed = read(path)
    (after,) = parsed.entries

    assert parsed.feed.title == "Harbor Status - Incident History"
    assert after.id == before.id
    assert after.link == f"http://localhost:8000/incidents/{event.public_id}/"
    assert after.title == "Card payments fail"
    assert after.published_parsed[:6] == (2026, 3, 6, 5, 0, 0)
    assert states(before) == ["Investigating"]
    assert states(after) == ["Identified", "Investigating"]
    if path.endswith("atom"):
        assert (before.updated, after.updated) == ("2026-03-06T05:01:00Z", "2026-03-06T05:42:00Z")
        assert parsed.feed.id == "tag:localhost:8000,2005:/history"
        assert [(link.rel, link.href) for link in parsed.feed.links] == [
            ("alternate", "http://localhost:8000/"),
            ("self", "http://localhost:8000/history.atom"),
        ]
    else:
        assert parsed.feed.subtitle == "Statuspage"
        assert parsed.feed.published == "Fri, 06 Mar 2026 05:42:00 +0000"


def test_an_update_is_a_paragraph_with_its_time() -> None:
    say(incident(), "identified", "A bad <route>.", at=START + 42 * MINUTE)
    raw = Client().get("/history.rss").content.decode()
    assert (
        "&lt;p&gt;&lt;small&gt;Mar &lt;var data-var='date'&gt; 6&lt;/var&gt;, &lt;var data-var='time'&gt;05:42&lt;/var&gt; UTC"
        "&lt;/small&gt;&lt;br&gt;&lt;strong&gt;Identified&lt;/strong&gt; - A bad &amp;lt;route&amp;gt;.&lt;/p&gt;"
    ) in raw


def test_a_repeated_state_is_an_update_but_the_first_word_is_the_state() -> None:
    event = incident()
    for status in ("investigating", "investigating", "identified", "identified", "identified"):
        say(event, status, "Words.")
    (entry,) = read().entries
    assert states(entry) == ["Identified", "Update", "Identified", "Update", "Investigating"]
    titles = [each.title for each in read("/updates.atom").entries]
    assert titles == [
        f"{label}: Card payments fail" for label in ("Update", "Update", "Identified", "Update", "Investigating")
    ]


def test_planned_work_is_marked() -> None:
    say(maintenance(at=datetime(2026, 3, 8, 22, tzinfo=UTC)), "scheduled", "Writes pause.")
    mark = "THIS IS A SCHEDULED EVENT Mar  8, 22:00 - Mar  9, 00:00 UTC"
    (rss,) = read("/history.rss").entries
    assert written(rss).startswith(f"<strong>{mark}</strong>")
    assert rss.published == "Sun, 08 Mar 2026 22:00:00 +0000"
    assert rss.maintenanceenddate == "Mon, 09 Mar 2026 00:00:00 +0000"
    (atom,) = read().entries
    assert mark in written(atom)
    assert states(atom) == ["Scheduled"]
    assert [tag.term for tag in atom.tags] == ["Maintenance"]


def test_a_report_keeps_the_id_that_it_had_before_there_were_events() -> None:
    publication = publish()
    (entry,) = read().entries
    before = "afterword:incidents/" + publication.public_id
    assert entry.id == uuid.uuid5(uuid.NAMESPACE_URL, before).urn


def test_a_report_a_correction_and_a_withdrawal_are_told_in_both_feeds() -> None:
    publication = publish()
    say(publication.incident.public_event, "resolved", "It is over.", at=NOW - HOUR)
    link = f'<a href="http://localhost:8000/incidents/{publication.public_id}/">Read the report</a>'

    (entry,) = read().entries
    assert states(entry) == ["Postmortem", "Resolved"]
    assert "We were down. We are sorry." in written(entry)
    assert link in written(entry).replace(' rel="nofollow"', "")
    assert [each.title.partition(":")[0] for each in read("/updates.atom").entries] == ["Report published", "Resolved"]

    correct(publication, note="The end was <wrong>.")
    (entry,) = read().entries
    assert (entry.published, entry.updated) == ("2026-03-09T14:00:00Z", "2026-03-10T14:00:00Z")
    assert "Version 2: The end was &lt;wrong&gt;." in written(entry)
    newest = read("/updates.atom").entries[0]
    assert newest.title == "Report corrected: Our servers were down, corrected 1"
    assert "The end was &lt;wrong&gt;." in written(newest)

    withdraw(publication, at=NOW + 72 * HOUR)
    (entry,) = read().entries
    assert states(entry) == ["Resolved", "Resolved"]
    assert "The report of this incident was withdrawn." in written(entry)
    posts = read("/updates.atom").entries
    assert [each.title for each in posts] == ["Report withdrawn: Withdrawn report", "Resolved: Withdrawn report"]
    for path in ("/history.atom", "/history.rss", "/updates.atom"):
        said = Client().get(path).content.decode()
        assert not re.search(r"sorry|servers were down|wrong", said)
    assert len({each.id for each in posts}) == 2


def test_what_comes_after_a_withdrawal_is_published_anew() -> None:
    publication = publish()
    withdraw(publication)
    correct(publication, at=NOW + 2 * HOUR)
    posts = [each.title.partition(":")[0] for each in read("/updates.atom").entries]
    assert posts == ["Report published", "Report withdrawn"]


def test_a_report_on_what_goes_on_leaves_its_state() -> None:
    event = publish().incident.public_event
    say(event, "identified", "It is back.", at=NOW + MINUTE)
    (entry,) = read().entries
    assert states(entry)[0] == "Identified"


def test_what_changed_last_leads() -> None:
    first, second = incident("First"), incident("Second", at=START + HOUR)
    say(second, "resolved", "Over.")
    say(first, "resolved", "Over.", at=START + 9 * HOUR)
    parsed = read()
    assert [entry.title for entry in parsed.entries] == ["First", "Second"]
    assert parsed.feed.updated == "2026-03-06T14:00:00Z"


def test_posts_have_ids_of_their_own_and_an_edit_keeps_them() -> None:
    event = incident()
    early = say(event, "investigating", "We look.")
    say(event, "investigating", "Still.", at=START + HOUR)
    before = read("/updates.atom").entries
    EventUpdate.objects.filter(pk=early.pk).update(text="We looked.", edited_at=START + 2 * HOUR)
    after = read("/updates.atom").entries
    assert len({each.id for each in after}) == 2
    assert [each.id for each in after] == [each.id for each in before]
    assert (after[1].published, after[1].updated) == ("2026-03-06T05:01:00Z", "2026-03-06T07:00:00Z")


@pytest.mark.parametrize("path", ["/history.atom", "/history.rss", "/updates.atom"])
def test_fifty_are_kept(path: str) -> None:
    for number in range(52):
        say(incident(f"Number {number}", at=START + timedelta(hours=number)), "resolved", "Over.")
    entries = read(path).entries
    assert len(entries) == 50
    assert entries[0].title.endswith("Number 51")


@pytest.mark.parametrize("path", ["/history.atom", "/history.rss", "/updates.atom"])
def test_an_empty_feed_does_not_change_by_itself(path: str) -> None:
    parsed = read(path)
    assert parsed.entries == []
    moved = parsed.feed.published_parsed if path.endswith("rss") else parsed.feed.updated_parsed
    assert moved[:6] == (1970, 1, 1, 0, 0, 0)


def test_a_component_has_a_feed_of_what_it_suffered() -> None:
    component, other = make_component("Checkout"), make_component("Dashboard")
    affect(incident("Checkout fails"), component)
    affect(incident("Dashboard fails"), other)
    parsed = read(f"/components/{component.public_id}/history.atom")
    assert [entry.title for entry in parsed.entries] == ["Checkout fails"]
    assert "Checkout" in parsed.feed.title
    assert parsed.feed.id == f"tag:localhost:8000,2005:/components/{component.public_id}/history"
    assert Client().get("/components/aaaaaaaaaaaa/history.atom").status_code == 404


@pytest.mark.parametrize("title", ["A\x0bB <b>&amp; ]]>", "\x1b[31mred", "🔥 ﬁre"])
@pytest.mark.parametrize("path", ["/history.atom", "/history.rss", "/updates.atom"])
def test_feeds_are_well_formed_whatever_people_wrote(title: str, path: str) -> None:
    say(incident(title), "resolved", title)
    assert len(read(path).entries) == 1
