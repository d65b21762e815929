from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client

from accounts.models import User
from incidents.milestones import Precision
from incidents.public.changes import Difference, differences
from incidents.public.word_diff import Mark
from incidents.snapshot import ComponentImpact, Promise, Section, Snapshot, TimelineRow
from tests.public.samples import PUBLIC_ID, PUBLISHED_AT, SEED, at, publish, withdraw

_SIGNS = {Mark.SAME: "{}", Mark.ADDED: "+{}+", Mark.REMOVED: "-{}-", Mark.SKIPPED: "({})"}


def told(new: Snapshot, old: Snapshot = SEED) -> list[str]:
    """`Timeline: It ended at -08:00-+08:20+`, one string a change."""

    def lines(difference: Difference) -> list[str]:
        return [
            f"{difference.heading}: {change.label + ': ' if change.label else ''}"
            + "".join(_SIGNS[piece.mark].format(piece.text) for piece in change.pieces)
            for change in difference.changes
        ]

    return [line for difference in differences(old, new) for line in lines(difference)]


def test_nothing_changed() -> None:
    assert told(SEED) == []


def test_title_and_facts() -> None:
    milestones = (replace(SEED.milestones[0], precision=Precision.ABOUT), *SEED.milestones[1:-1])
    components = (ComponentImpact("API", "partial_outage", None, None),)
    new = replace(
        SEED, title="A power overload took most servers offline", milestones=milestones, components=components
    )
    assert told(new) == [
        "Facts: Headline: A power overload took -every server-+most servers+ offline",
        "Facts: Impact starts: +about +6 March 2023, 05:00 UTC",
        "Facts: Resolved: -6 March 2023, 08:20 UTC-",
        "Facts: All services: -Major outage-",
        "Facts: API: +Partial outage+",
    ]


def test_cause_tags_and_shares() -> None:
    old = replace(SEED, cause="change", tags=("dns", "deploy"))
    components = (ComponentImpact("All services", "major_outage", None, None, 40),)
    new = replace(SEED, tags=("dns",), components=components)

    assert told(new, old) == [
        "Facts: Cause: -A change of ours-",
        "Facts: Tags: -dns, deploy-+dns+",
        "Facts: All services: -Major outage-+Major outage, 40 % affected+",
    ]


def test_chapters() -> None:
    sections = (Section("summary", "Every request failed with an **HTTP 503** error. No data was lost."),)
    assert told(replace(SEED, sections=(*sections, *SEED.sections[2:]))) == [
        "Summary: Every request failed with an **HTTP -500**-+503**+ error. No data was lost.",
        "Impact: -Websites and the API answered with errors.-",
    ]


def test_rows_are_known_by_their_key() -> None:
    moved = replace(SEED.timeline[3], occurred_at=at(6, 20))
    added = TimelineRow("rownew", at(8), Precision.EXACT, "Servers restart.", None)
    timeline = (SEED.timeline[0], *SEED.timeline[2:3], moved, added, SEED.timeline[4])
    assert told(replace(SEED, timeline=timeline)) == [
        "Timeline: -6 March 2023, 05:00 UTC [Impact starts]: All servers go down.-",
        "Timeline: about 6 March 2023, -06:15-+06:20+ UTC: Backup systems are being set up.",
        "Timeline: +6 March 2023, 08:00 UTC: Servers restart.+",
    ]


def test_promises() -> None:
    done = replace(SEED.promises[1], state="done", closed_on=date(2023, 5, 2))
    added = Promise("pronew", "Test the feed", "prevent", "open", None, None)
    assert told(replace(SEED, promises=(SEED.promises[0], done, SEED.promises[2], added))) == [
        "What we are doing about it: Build a second feed (Limits the damage, due 30 June 2023; "
        "-In progress)-+Done 2 May 2023)+",
        "What we are doing about it: +Test the feed (Prevents a repeat; Open)+",
    ]


def test_the_page_marks_words_and_not_by_colour_alone(client: Client, publisher: User) -> None:
    publish(replace(SEED, title="A power <b>surge</b> took every server offline"), by=publisher)
    publish(by=publisher, note="It was an overload.", at=PUBLISHED_AT + timedelta(days=1))
    html = client.get(f"/incidents/{PUBLIC_ID}/versions/2/changes/").content.decode()
    assert "<del>&lt;b&gt;surge&lt;/b&gt;</del><ins>overload</ins> took every server offline" in html
    assert "It was an overload." in html
    assert "Added words</ins> are underlined" in html


def test_a_new_version_without_new_words_says_so(client: Client, publisher: User) -> None:
    publish(by=publisher)
    publish(by=publisher, note="Approved again.", at=PUBLISHED_AT + timedelta(days=1))
    html = client.get(f"/incidents/{PUBLIC_ID}/versions/2/changes/").content.decode()
    assert "The words are the same in both versions." in html


def three_versions(publisher: User) -> None:
    for number, title in enumerate(["A power surge", "A power overload", "A power <b>cut</b>"]):
        publish(
            replace(SEED, title=title),
            by=publisher,
            note=f"Note {number + 1}." if number else "",
            at=PUBLISHED_AT + timedelta(days=number),
        )


def page(client: Client, rest: str, status: int = 200) -> str:
    response = client.get(f"/incidents/{PUBLIC_ID}/{rest}")
    assert response.status_code == status
    return response.content.decode()


def test_any_version_against_any_earlier_one(client: Client, publisher: User) -> None:
    three_versions(publisher)

    html = page(client, "versions/3/changes/1/")

    assert "What changed from version 1 to version 3" in html
    assert "<del>surge</del><ins>&lt;b&gt;cut&lt;/b&gt;</ins>" in html
    assert "<b>Version 3</b>: Note 3." in html
    assert "<b>Version 2</b>: Note 2." in html
    assert f'rel="canonical" href="http://localhost:8000/incidents/{PUBLIC_ID}/versions/3/changes/1/"' in html


def test_the_version_before_has_two_addresses_and_one_of_them_counts(client: Client, publisher: User) -> None:
    three_versions(publisher)

    html = page(client, "versions/3/changes/2/")

    assert html == page(client, "versions/3/changes/")
    assert "What changed in version 3" in html
    assert f'rel="canonical" href="http://localhost:8000/incidents/{PUBLIC_ID}/versions/3/changes/"' in html


def test_the_other_comparisons_are_offered(client: Client, publisher: User) -> None:
    three_versions(publisher)

    assert f'<a href="/incidents/{PUBLIC_ID}/versions/3/changes/1/">1</a>' in page(client, "versions/3/changes/")
    assert f'<a href="/incidents/{PUBLIC_ID}/versions/3/changes/2/">2</a>' in page(client, "versions/3/changes/1/")
    assert "instead" not in page(client, "versions/2/changes/")


@pytest.mark.parametrize("rest", ["3/changes/3/", "1/changes/2/", "3/changes/0/", "4/changes/1/", "1/changes/"])
def test_what_cannot_be_compared_is_not_there(client: Client, publisher: User, rest: str) -> None:
    three_versions(publisher)

    page(client, f"versions/{rest}", status=404)


def test_nothing_is_compared_with_what_was_withdrawn(client: Client, publisher: User) -> None:
    publish(replace(SEED, title="A power surge"), by=publisher)
    withdraw(publish(by=publisher, note="Again.", at=PUBLISHED_AT + timedelta(days=1)), by=publisher)
    publish(replace(SEED, title="A new start"), by=publisher, note="Rewritten.", at=PUBLISHED_AT + timedelta(days=40))
    publish(replace(SEED, title="A newer start"), by=publisher, note="Mended.", at=PUBLISHED_AT + timedelta(days=41))

    for rest in ("3/changes/1/", "4/changes/2/", "2/changes/1/"):
        html = page(client, f"versions/{rest}", status=410)
        assert "It named a customer." in html
        assert "surge" not in html
        assert "overload" not in html
    html = page(client, "versions/4/changes/3/")
    assert "<del>new</del><ins>newer</ins>" in html
    assert "instead" not in html


def test_the_report_says_at_the_top_what_was_corrected(client: Client, publisher: User) -> None:
    publish(by=publisher)
    assert 'class="correction"' not in page(client, "")

    publish(by=publisher, note="It was an <b>overload</b>.", at=PUBLISHED_AT + timedelta(days=1))

    top = page(client, "").partition("</header>\n    <dl")[0].partition("<article")[2]
    assert f'<a href="/incidents/{PUBLIC_ID}/versions/2/changes/">Version 2, see what changed</a>' in top
    assert "<span>It was an &lt;b&gt;overload&lt;/b&gt;.</span>" in top


def test_a_version_after_a_withdrawal_tells_its_note_and_compares_with_nothing(client: Client, publisher: User) -> None:
    withdraw(publish(by=publisher), by=publisher)
    publish(by=publisher, note="Rewritten.", at=PUBLISHED_AT + timedelta(days=40))

    top = page(client, "").partition("<article")[2].partition("<dl")[0]

    assert "<b>Version 2</b> <span>Rewritten.</span>" in top
    assert "see what changed" not in top
