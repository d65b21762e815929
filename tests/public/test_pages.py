"""The page as customers read it: words, facts, anchors, and HTML that a strict policy and a reader can live with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.template.loader import render_to_string
from django.test import Client

from accounts.models import User
from incidents.milestones import Milestone, MilestoneKind, Precision
from incidents.public.pages import ReportPage, report_page
from incidents.public.promises import measures
from incidents.snapshot import ComponentImpact, Promise, Section, Snapshot, TimelineRow
from tests.factories import make_component
from tests.public.markup import Page
from tests.public.samples import PUBLIC_ID, PUBLISHED_AT, SEED, at, publish, publish_many, withdraw

EMPTY = replace(SEED, byline="", milestones=(), components=(), sections=(), timeline=(), promises=(), images=())


def page_of(snapshot: Snapshot = SEED, *, on: date = date(2023, 3, 29)) -> ReportPage:
    return report_page(snapshot, on=on, image_url=lambda image: f"/{image.sha256}")


def facts(snapshot: Snapshot) -> list[tuple[str, str]]:
    return [(fact.label, fact.value) for fact in page_of(snapshot).facts]


def test_facts() -> None:
    assert facts(SEED) == [
        ("Customers saw errors for", "3 h 20 min"),
        ("Affected", "All services"),
        ("Detected after", "2 min"),
        ("Measures done", "1 of 3"),
    ]


def test_facts_that_are_unknown_are_left_out() -> None:
    assert facts(EMPTY) == []
    unknown = (Milestone(MilestoneKind.IMPACT_STARTED, None, Precision.UNKNOWN), *SEED.milestones[1:])
    assert [label for label, _ in facts(replace(SEED, milestones=unknown))] == ["Affected", "Measures done"]


def test_facts_say_how_sure_they_are_and_what_customers_saw() -> None:
    slow = ComponentImpact("Search", "degraded_performance", None, None)
    about = (replace(SEED.milestones[0], precision=Precision.ABOUT), *SEED.milestones[1:])
    assert facts(replace(SEED, components=(slow,), milestones=about))[0] == (
        "Customers were affected for",
        "about 3 h 20 min",
    )


def test_a_component_without_times_of_its_own_has_those_of_the_incident() -> None:
    search = ComponentImpact("Search", "degraded_performance", at(5, 30), None)
    websites = ComponentImpact("Websites", "major_outage", None, None)
    affected = page_of(replace(SEED, components=(websites, search))).affected

    assert [(row.start and row.start.clock, row.end and row.end.clock) for row in affected] == [
        ("05:00", "08:20"),
        ("05:30", "08:20"),
    ]


def test_timeline_says_gaps_and_milestones_in_words() -> None:
    rows = page_of().timeline
    assert [(row.moment.clock, row.gap, row.note) for row in rows] == [
        ("04:34", "", ""),
        ("05:00", "26 minutes later", "Impact starts"),
        ("05:02", "", "Detected, 2 min after impact"),
        ("06:15", "about 1 hour 13 minutes later", ""),
        ("08:20", "about 2 hours 5 minutes later", "Resolved, 3 h 20 min after impact"),
    ]
    assert rows[3].precision == "about"
    assert not any(row.day for row in rows)


def test_timeline_names_days_where_there_are_several() -> None:
    late = TimelineRow("rowfff", at(0, 5, day=7), Precision.EXACT, "It is quiet.", None)
    rows = page_of(replace(SEED, timeline=(*SEED.timeline, late))).timeline
    assert [row.day for row in rows] == ["Monday 6 March 2023", "", "", "", "", "Tuesday 7 March 2023"]


@pytest.mark.parametrize(
    ("promise", "words"),
    [
        (Promise("p", "x", "prevent", "open", date(2023, 3, 28), None), "Late by 1 day"),
        (Promise("p", "x", "prevent", "open", date(2023, 3, 20), None), "Late by 9 days"),
        (Promise("p", "x", "prevent", "open", date(2023, 3, 29), None), "Planned"),
        (Promise("p", "x", "prevent", "in_progress", None, None), "In progress"),
        (Promise("p", "x", "prevent", "done", date(2023, 3, 1), date(2023, 3, 24)), "Done"),
        (Promise("p", "x", "prevent", "wont_do", date(2023, 3, 1), date(2023, 3, 24)), "Dropped"),
    ],
)
def test_promises_say_how_they_stand(promise: Promise, words: str) -> None:
    assert page_of(replace(SEED, promises=(promise,))).measures.items[0].state == words


def test_chapters_stand_around_the_timeline() -> None:
    assert page_of().contents == [
        ("summary", "Summary"),
        ("impact", "Impact"),
        ("affected", "Was I affected?"),
        ("timeline", "Timeline"),
        ("root-cause", "Root cause"),
        ("measures", "What we are doing about it"),
    ]


def test_description_is_plain_and_ends_with_a_sentence() -> None:
    long = Section("summary", "It was **bad**. " + "And it went on for a while, as such things do. " * 10)
    description = page_of(replace(SEED, sections=(long,))).description
    assert description.startswith("It was bad. And")
    assert description.endswith("do.")
    assert len(description) <= 200


def test_the_preview_needs_no_publication(publisher: User) -> None:
    html = render_to_string("public/_report.html", {"page": page_of()})
    assert Page(html).faults == []
    assert "Published" not in html
    assert "Changes to this report" not in html
    assert "What we are doing about it" in html


def test_an_empty_snapshot_is_a_page_all_the_same(client: Client, publisher: User) -> None:
    publish(EMPTY, by=publisher)
    page = Page(client.get(f"/incidents/{PUBLIC_ID}/").content.decode())
    assert page.faults == []
    assert "None" not in page.text
    assert "Timeline" not in page.text


def test_the_page_tells_of_its_versions(client: Client, publisher: User) -> None:
    publish(by=publisher)
    first = Page(client.get(f"/incidents/{PUBLIC_ID}/").content.decode())
    assert "Published 9 March 2023, 14:00 UTC" in first.text
    assert "see what changed" not in first.text
    publish(by=publisher, note="The end was wrong.", at=PUBLISHED_AT + timedelta(days=3))
    second = Page(client.get(f"/incidents/{PUBLIC_ID}/").content.decode())
    assert "Published 9 March 2023, 14:00 UTC" in second.text
    assert "Version 2, see what changed" in second.text
    assert "The end was wrong." in second.text
    assert f"/incidents/{PUBLIC_ID}/versions/2/changes/" in second.values("href")


def test_every_row_has_an_anchor_and_every_time_a_zone(client: Client, publisher: User) -> None:
    publish(by=publisher)
    page = Page(client.get(f"/incidents/{PUBLIC_ID}/").content.decode())
    assert {f"t-{row.key}" for row in SEED.timeline} <= set(page.values("id"))
    for value in page.values("datetime"):
        assert "T" not in value.lstrip("P") or value.endswith("Z") or value.startswith("P")
    assert "2023-03-06T04:34:00Z" in page.values("datetime")
    assert {link["href"][1:] for link in page.all("a") if link["href"].startswith("#")} <= set(page.values("id"))


def test_what_people_wrote_is_escaped_everywhere(client: Client, publisher: User) -> None:
    evil = '"><script>alert(1)</script>'
    publish(
        replace(
            SEED,
            title=evil,
            byline=evil,
            severity=replace(SEED.severity, name=evil),
            components=(ComponentImpact(evil, "major_outage", None, None),) * 2,
            sections=(Section("summary", evil), Section("impact", evil)),
            timeline=(replace(SEED.timeline[0], text=evil),),
            promises=(replace(SEED.promises[0], text=evil),),
        ),
        by=publisher,
    )
    publish(by=publisher, note=evil, at=PUBLISHED_AT + timedelta(days=1))
    make_component(evil[:80], group=evil[:80], status="major_outage")
    for path in (
        "/",
        f"/incidents/{PUBLIC_ID}/",
        f"/incidents/{PUBLIC_ID}/versions/1/",
        f"/incidents/{PUBLIC_ID}/versions/2/changes/",
    ):
        page = Page(client.get(path).content.decode())
        assert page.faults == [], path
        data = [script for script in page.all("script") if "src" not in script]
        assert [script["type"] for script in data] == ["application/ld+json"] * (path.count("/") == 3), path
        assert all(script["src"].startswith("/static/js/public") for script in page.all("script") if "src" in script)


PATHS = [
    "/",
    "/history/",
    "/reports/",
    "/reports/2023/3/",
    "/search/?q=power",
    f"/incidents/{PUBLIC_ID}/",
    f"/incidents/{PUBLIC_ID}/versions/1/",
    f"/incidents/{PUBLIC_ID}/versions/2/changes/",
    "/incidents/report000001/",
    "/nothing",
]


@pytest.mark.parametrize("path", PATHS)
def test_markup_is_sound_small_and_from_here(client: Client, publisher: User, path: str) -> None:
    gone, *_ = publish_many(25, by=publisher)
    withdraw(gone, by=publisher)
    publish(replace(SEED, title="Before"), by=publisher)
    publish(by=publisher, note="Better.", at=PUBLISHED_AT + timedelta(days=1))
    make_component("API", status="partial_outage")
    html = client.get(path).content.decode()
    page = Page(html)
    assert page.faults == []
    assert len(html.encode()) < 50_000
    headings = page.headings()
    assert headings.count(1) == 1
    assert headings[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(headings))
    assert len(page.all("main")) == 1
    assert page.all("html") == [{"lang": "en"}]
    assert page.all("a")[0] == {"class": "skip", "href": "#main"}
    loaded = [*page.values("src"), *(link["href"] for link in page.all("link") if link["rel"] != "canonical")]
    assert all(address.startswith("/") and not address.startswith("//") for address in loaded)


@pytest.mark.parametrize("template", ["400.html", "403.html", "404.html", "500.html"])
def test_error_pages_need_no_context(template: str) -> None:
    page = Page(render_to_string(template))
    assert page.faults == []
    assert page.headings() == [1]


def test_a_promise_of_no_kind_prints_none() -> None:
    unset = Promise("p", "Alert sooner", "", "open", date(2023, 3, 31), None)

    (measure,) = measures((unset,), on=date(2023, 3, 29)).items
    page = render_to_string("public/_measures.html", {"measures": measures((unset,), on=date(2023, 3, 29))})

    assert measure.kind == ""
    assert '<p class="note">due <time' in page
