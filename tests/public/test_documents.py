"""report.json and report.md."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from incidents.models import PublicEvent
from incidents.rendering import render_markdown
from incidents.snapshot import Image, Section, Snapshot, checksum
from tests.public.happenings import happening, post
from tests.public.samples import PUBLIC_ID, PUBLISHED_AT, SEED, at, publish, withdraw

ADDRESS = f"http://localhost:8000/incidents/{PUBLIC_ID}/"
PICTURE = f"{ADDRESS}images/{'ab' * 32}.png"


def test_json_is_the_document_and_its_publication(client: Client, publisher: User) -> None:
    publish(by=publisher)
    publish(by=publisher, note="Better.", at=PUBLISHED_AT + timedelta(days=3))
    response = client.get(f"/incidents/{PUBLIC_ID}/report.json")
    data = json.loads(response.content)
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert Snapshot.from_data(data["report"]) == SEED
    assert data["checksum"] == checksum(data.pop("report"))
    assert data.pop("checksum")
    assert data == {
        "id": PUBLIC_ID,
        "url": ADDRESS,
        "version": 2,
        "published_at": "2023-03-12T14:00:00Z",
        "first_published_at": "2023-03-09T14:00:00Z",
        "change_note": "Better.",
        "withdrawn": False,
        "image_urls": {},
        "updates": [],
        "promises": [
            {"key": "proaaa", "state": "done", "due_on": "2023-03-31", "closed_on": "2023-03-24"},
            *[each for each in data["promises"] if each["key"] != "proaaa"],
        ],
    }
    assert [each["key"] for each in data["promises"]] == [promise.key for promise in SEED.promises]


def test_json_of_a_withdrawn_report_says_only_that(client: Client, publisher: User) -> None:
    withdraw(publish(by=publisher), by=publisher)
    assert json.loads(client.get(f"/incidents/{PUBLIC_ID}/report.json").content) == {
        "id": PUBLIC_ID,
        "withdrawn": True,
        "withdrawn_at": "2023-04-08T14:00:00Z",
        "reason": "It named a customer.",
    }


def test_markdown_holds_the_whole_report(client: Client, publisher: User) -> None:
    image = Image("picaaa", "ab" * 32, "image/png", 8, 8, "The room")
    shown = "See ![room](attachment:picaaa) and ![](<attachment:picaaa> 'Twice')."
    pictured = replace(
        SEED, images=(image,), sections=(Section("summary", shown),), cause="hardware", tags=("*dns", "x")
    )
    publish(pictured, by=publisher)
    response = client.get(f"/incidents/{PUBLIC_ID}/report.md")
    text = response.content.decode()
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    for expected in (
        f"# {SEED.title}\n",
        "By the Infrastructure team. Published 9 March 2023, 14:00 UTC, version 1.",
        "- Customers affected for: 3 hours 20 minutes",
        "- Cause: Hardware or power\n- Tags: \\*dns, x\n\n",
        f"## Summary\n\nSee ![room]({PICTURE}) and ![](<{PICTURE}> 'Twice').",
        "| 2023-03-06 05:02 | Pagers alert the on-call team. *Detected, 2 min after impact.* |",
        "| about 2023-03-06 06:15 | Backup systems are being set up. |",
        "- [x] Review the power supply (Done 24 March 2023)\n- [ ] Build a second feed (Late by ",
        "- Version 1, 9 March 2023, 14:00 UTC: first published",
    ):
        assert expected in text, expected


@pytest.fixture
def posted(publisher: User) -> PublicEvent:
    """A report on an incident that was told of while it happened, and other words about another one."""
    publish(by=publisher)
    event = PublicEvent.objects.get(public_id=PUBLIC_ID)
    changed = [{"component": "apiapiapiapi", "name": "API *1*", "old": "operational", "new": "partial_outage"}]
    post(event, "It is **over**.\n\n```\nnever closed", "resolved", at=at(8, 20), edited_at=at(9))
    post(event, "We look into it.", at=at(5, 10), affected=[*changed, {**changed[0], "new": "operational"}])
    post(happening("Another"), "Elsewhere.")
    return event


def test_json_holds_what_was_posted(client: Client, posted: PublicEvent) -> None:
    data = json.loads(client.get(f"/incidents/{PUBLIC_ID}/report.json").content)
    first, last = data["updates"]
    told = dict.fromkeys(posted.updates.values_list("public_id", flat=True))
    assert {first.pop("id"), last.pop("id")} == set(told)
    assert first == {
        "status": "investigating",
        "text": "We look into it.",
        "at": "2023-03-06T05:10:00Z",
        "edited_at": None,
        "components": [{"id": "apiapiapiapi", "name": "API *1*", "old": "operational", "new": "partial_outage"}],
    }
    assert (last["text"], last["edited_at"]) == ("It is **over**.\n\n```\nnever closed", "2023-03-06T09:00:00Z")
    assert Snapshot.from_data(data["report"]) == SEED


def test_markdown_quotes_what_was_posted(client: Client, posted: PublicEvent) -> None:
    text = client.get(f"/incidents/{PUBLIC_ID}/report.md").text
    assert (
        "## As it was posted\n\n"
        "Investigating, 6 March 2023, 05:10 UTC. API \\*1\\*: Partial outage.\n\n> We look into it.\n\n"
        "Resolved, 6 March 2023, 08:20 UTC, edited 6 March 2023, 09:00 UTC.\n\n"
        "> It is **over**.\n>\n> ```\n> never closed\n\n"
        "## Changes to this report\n"
    ) in text
    assert "<h2>Changes to this report</h2>" in render_markdown(text, heading_level=1), "no quote swallows what follows"
    assert "Elsewhere" not in text


def test_without_posts_markdown_has_no_chapter_of_them(client: Client, publisher: User) -> None:
    publish(by=publisher)
    assert "As it was posted" not in client.get(f"/incidents/{PUBLIC_ID}/report.md").text


def test_markdown_of_plain_fields_stays_plain(client: Client, publisher: User) -> None:
    evil = "<script>x</script> | *a* [b](https://evil.example)\n\n# c"
    row = replace(SEED.timeline[0], text=evil)
    publish(replace(SEED, title=evil, timeline=(row,), sections=()), by=publisher)
    html = render_markdown(client.get(f"/incidents/{PUBLIC_ID}/report.md").content.decode())
    assert "<script" not in html
    assert ">b</a>" not in html
    assert "<em>a</em>" not in html
    assert html.count("<td>") == 2
