"""What is written as files: every address that there is, and after a change those that it changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from incidents.models import PublicEvent
from incidents.public import catalogue
from incidents.public.reading import as_public_reader
from incidents.snapshot import ComponentImpact
from tests.factories import make_component
from tests.public.happenings import BEGAN, HOUR, NOW, happening, hit, post
from tests.public.markup import Page
from tests.public.samples import PUBLIC_ID, PUBLISHED_AT, SEED, publish, publish_many, withdraw
from tests.public.test_archive import many

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(clock: Callable[[datetime], None]) -> None:
    clock(NOW)


def everything() -> list[str]:
    with as_public_reader():
        found = [*catalogue.of_lists(), *catalogue.of_site()]
        for public_id in (
            PublicEvent.objects.exclude(public_id__startswith="many")
            .exclude(public_id__startswith="report")
            .values_list("public_id", flat=True)
        ):
            found += catalogue.of_event(public_id)
    return found


def told_of(event: PublicEvent) -> list[str]:
    with as_public_reader():
        return [*catalogue.of_lists(PublicEvent.objects.get(pk=event.pk)), *catalogue.of_event(event.public_id)]


def bodies(client: Client, paths: Iterable[str]) -> dict[str, bytes]:
    return {path: client.get(path).getvalue() for path in paths}


def test_every_address_that_is_listed_is_there_once(client: Client, publisher: User) -> None:
    component = make_component("API")
    many(51)
    hit(happening(), component)
    publish(by=publisher)
    publish(by=publisher, note="Better.", at=PUBLISHED_AT + HOUR)
    withdraw(publish(replace(SEED, public_id="gonegonegone"), by=publisher), by=publisher)
    paths = everything()
    assert len(paths) == len(set(paths))
    assert {client.get(path).status_code for path in paths} == {200, 410}
    assert {path for path in paths if client.get(path).status_code == 410} == {
        f"/incidents/gonegonegone/{rest}" for rest in ("", "card.png", "report.md", "report.json", "versions/1/")
    }


def test_every_link_leads_to_a_file_or_the_search(client: Client, publisher: User) -> None:
    hit(happening(), make_component("API"))
    many(51)
    publish(by=publisher)
    publish(by=publisher, note="Better.", at=PUBLISHED_AT + HOUR)
    paths = set(everything())
    for path, body in bodies(client, paths).items():
        for link in body.decode(errors="replace").split('href="/')[1:]:
            target = "/" + link.split('"')[0].split("#")[0]
            if target.startswith("/incidents/many"):
                continue
            assert target in paths | {"/search/"} or target.startswith("/static/"), (path, target)


def test_every_page_is_well_formed(client: Client, publisher: User) -> None:
    """One heading of the first level, none left out, and a title of its own; tags, ids and the rest as `Page` asks."""
    api = make_component("API")
    happening("Down", status="investigating", tags=["<b>"], cause="data")
    hit(happening('Over & "out" <i>', public_id="overoverover"), api)
    post(PublicEvent.objects.get(public_id="overoverover"), "| a | b |\n| --- | --- |\n| 1 | 2 |\n\n# Heading")
    publish(replace(SEED, tags=("power",), cause="hardware"), by=publisher)
    publish(by=publisher, note="Better.", at=PUBLISHED_AT + HOUR)
    withdraw(publish(replace(SEED, public_id="gonegonegone"), by=publisher), by=publisher)
    found: dict[str, list[str]] = {}
    titles: dict[str, str] = {}
    for path in [*everything(), "/search/", "/search/?q=down", "/not-there/"]:
        if not path.partition("?")[0].endswith("/"):
            continue
        page = Page(client.get(path).text)
        levels = [1, *page.headings()]
        faults = page.faults + [f"h{after} after h{before}" for before, after in pairwise(levels) if after > before + 1]
        faults += ["not one h1"] if levels.count(1) != 2 else []
        faults += [f"{name} of no element" for name in page.values("aria-labelledby") if name not in page.values("id")]
        # A tombstone stands for whatever was there.
        address = next((link["href"] for link in page.all("link") if link["rel"] == "canonical"), page.title)
        if address != titles.setdefault(page.title, address) or not page.title:
            faults.append(f"the title of {titles[page.title]}")
        if faults:
            found[path] = faults
    assert found == {}


CORRECTIONS: dict[str, dict[str, Any]] = {
    "corrected": {"title": "Other words"},
    "relabelled": {"tags": ("racks", "new"), "cause": "data"},
}


@pytest.mark.parametrize(
    "change", ["new", "new month", "resolved", "published", "corrected", "moved", "relabelled", "withdrawn", "back"]
)
def test_a_change_changes_only_what_is_listed_for_it(client: Client, publisher: User, change: str) -> None:
    """The public side before and after: whatever has other bytes is named by `of_lists` and `of_event`."""
    api, mail = make_component("API"), make_component("Mail")
    for number, month in enumerate((1, 2, 4, 5)):
        hit(happening(f"Number {number}", started_at=datetime(2023, month, 3, tzinfo=UTC)), api)
    many(99, started_at=datetime(2023, 3, 1, tzinfo=UTC))
    PublicEvent.objects.filter(public_id__startswith="many").update(tags=["power", "racks"], cause="hardware")
    concerned = (ComponentImpact("API", "major_outage", None, None, None, api.public_id),)
    row = replace(SEED, components=concerned, tags=("power", "dc-1"), cause="hardware")
    if change in {"corrected", "moved", "relabelled", "withdrawn", "back"}:
        publication = publish(row, by=publisher)
        if change == "back":
            publish_many(51, by=publisher)
            withdraw(publication, by=publisher)
    elif change == "resolved":
        event = happening(public_id=PUBLIC_ID, status="investigating", started_at=SEED.started_at)
        window = hit(event, api)
    before = bodies(client, everything())

    if change == "new":
        hit(happening("New", public_id=PUBLIC_ID, started_at=SEED.started_at), mail)
    elif change == "new month":
        hit(happening("New", public_id=PUBLIC_ID, started_at=datetime(2023, 8, 3, tzinfo=UTC)), api)
    elif change == "resolved":
        PublicEvent.objects.filter(pk=event.pk).update(status="resolved", resolved_at=event.started_at + HOUR)
        window.ended_at = event.started_at + HOUR
        window.save()
        post(event, "Over.", "resolved")
    elif change == "published":
        publish(row, by=publisher)
    elif change in CORRECTIONS:
        publish(replace(row, **CORRECTIONS[change]), by=publisher, note="Better.", at=PUBLISHED_AT + HOUR)
    elif change == "moved":
        moved = tuple(replace(each, at=each.at and each.at.replace(month=7)) for each in row.milestones)
        publish(replace(row, milestones=moved, timeline=()), by=publisher, note="Wrong.", at=PUBLISHED_AT + HOUR)
    elif change == "back":
        publish(row, by=publisher, note="The name is gone.", at=PUBLISHED_AT + 900 * HOUR)
    else:
        withdraw(publication, by=publisher)

    after = bodies(client, everything())
    listed = set(told_of(PublicEvent.objects.get(public_id=PUBLIC_ID)))
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    assert f"/incidents/{PUBLIC_ID}/" in changed
    assert changed - listed == set()


def test_a_change_costs_the_same_however_long_the_history_is() -> None:
    component = make_component("API")
    event = happening()
    hit(event, component)
    counts = []
    for size in (0, 400):
        many_before = [] if not size else many(size, started_at=BEGAN - timedelta(days=400))
        hits = [hit(each, component) for each in many_before[:5]]
        assert len(hits) == min(5, size)
        with CaptureQueriesContext(connection) as captured:
            paths = told_of(event)
        counts.append((len(captured), len(paths)))
    assert counts[1][0] == counts[0][0]
    assert counts[1][1] <= counts[0][1] + 3
