"""report.json and report.md."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from django.test import Client

from accounts.models import User
from incidents.rendering import render_markdown
from incidents.snapshot import Image, Section, Snapshot, checksum
from tests.public.samples import PUBLIC_ID, PUBLISHED_AT, SEED, publish, withdraw

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
    }


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


def test_markdown_of_plain_fields_stays_plain(client: Client, publisher: User) -> None:
    evil = "<script>x</script> | *a* [b](https://evil.example)\n\n# c"
    row = replace(SEED.timeline[0], text=evil)
    publish(replace(SEED, title=evil, timeline=(row,), sections=()), by=publisher)
    html = render_markdown(client.get(f"/incidents/{PUBLIC_ID}/report.md").content.decode())
    assert "<script" not in html
    assert ">b</a>" not in html
    assert "<em>a</em>" not in html
    assert html.count("<td>") == 2
