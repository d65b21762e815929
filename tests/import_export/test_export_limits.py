"""What no draft can hold is refused in words, what contradicts itself is decided, and nothing else goes wrong."""

from __future__ import annotations

import contextlib
import copy
import json
import random
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import User
from accounts.roles import Role
from incidents.import_export.consistency import shortlist
from incidents.import_export.document import (
    ActionText,
    ImageFile,
    Impact,
    Malformed,
    MilestoneFact,
    ReportDocument,
    Row,
    SectionText,
)
from incidents.import_export.json_format import read_json, to_json
from incidents.import_export.markdown_format import to_markdown
from incidents.import_export.markdown_reading import read_markdown
from incidents.import_export.restoring import NotRestorable
from incidents.models import (
    Incident,
)
from tests.factories import NOW, make_component, make_user
from tests.import_export.documents import NASTY, documents
from tests.import_export.restored import START, image_of, notes_of, png, restore
from tests.import_export.test_round_trip import exported

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(db: None) -> User:
    return make_user(Role.ENGINEER)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": ""}, "The incident: title: This field cannot be blank."),
        ({"title": "x" * 201}, "The incident: title: Ensure this value has at most 200 characters"),
        ({"status": "exploded"}, "The incident: status: Value 'exploded' is not a valid choice."),
        ({"byline": "x" * 121}, "The report: byline"),
        ({"timeline": (Row(START, text=""),)}, "Timeline row 1: text: This field cannot be blank."),
        ({"timeline": (Row(START, text="x" * 2_001),)}, "Timeline row 1 has more than 2,000 characters."),
        ({"timeline": (Row(START, text="x", precision="unknown"),)}, "Timeline row 1: precision"),
        ({"sections": (SectionText("impact", "x" * 20_001),)}, "“Impact” has more than 20,000 characters."),
        ({"sections": (SectionText("notes", "x" * 100_001),)}, "“Notes” has more than 100,000 characters."),
        ({"action_items": (ActionText(text="Mend it", state="wont_do"),)}, "needs a reason"),
        ({"action_items": (ActionText(text="Mend it", state="perhaps"),)}, "Action item 1: state"),
        ({"images": (ImageFile(source_url="javascript:alert(1)"),)}, "Image 1: source url: Enter a valid URL."),
        ({"impacts": (Impact("API", level="on fire"),)}, "Affected component 1: level"),
        ({"impacts": (Impact("API"), Impact("API", share=0))}, "impacts[2].share: Give a percentage from 1 to 100."),
        ({"impacts": (Impact("API", share=101),)}, "impacts[1].share: Give a percentage from 1 to 100."),
        ({"cause": "gremlins"}, "The report: cause: Value 'gremlins' is not a valid choice."),
        ({"tags": tuple("abcdefghijk")}, "tags: These are 11 tags; a report has at most 10."),
        ({"tags": ("x" * 41,)}, "tags: A tag holds 40 characters"),
        ({"milestones": (MilestoneFact("detected", START, note="x" * 301),)}, "Milestone 1: note"),
    ],
)
def test_what_no_draft_can_hold_is_refused_in_words(by: User, changes: dict[str, Any], said: str) -> None:
    make_component("API")

    with pytest.raises(NotRestorable) as refusal:
        restore(ReportDocument(**{"title": "x", **changes}), by=by)

    assert said in str(refusal.value)
    assert not Incident.objects.exists()


def test_a_refused_report_leaves_no_file(by: User, tmp_path: Path) -> None:
    image = image_of(png())
    document = ReportDocument(title="x", timeline=(Row(START, text=""),), images=(image,))

    with pytest.raises(NotRestorable):
        restore(document, by=by, images={image.file: png()})

    assert not list(tmp_path.rglob("*.png"))


def test_contradictions_are_decided_and_said(by: User) -> None:
    document = ReportDocument(
        title="x",
        time_zone="Mars/Olympus",
        milestones=(
            MilestoneFact("detected", START, row="rowaaaaaaaaa"),
            MilestoneFact("detected", START),
            MilestoneFact("resolved", START, row="rowaaaaaaaaa"),
            MilestoneFact("mitigated", START, "unknown"),
            MilestoneFact("exploded", START),
        ),
        timeline=(Row(START, "rowaaaaaaaaa", text="One"), Row(START, "rowaaaaaaaaa", text="Two")),
        action_items=(
            ActionText(text="Mend it", state="open", closed_on=START.date()),
            ActionText(text="b", state="done"),
        ),
        sections=(SectionText("notes", "", "For customers?"),),
        images=(image_of(png(), alt="", is_public=True, source_url="https://example.test/a"),),
    )

    restored = restore(document, by=by)

    incident = restored.incident
    assert incident
    assert incident.time_zone == "UTC"
    milestones = {row.kind: (row.at, row.entry and row.entry.text) for row in incident.milestones.all()}
    assert milestones == {"detected": (START, "One"), "resolved": (START, None), "mitigated": (None, None)}
    assert [item.closed_on for item in incident.action_items.order_by("id")] == [None, NOW.date()]
    assert "For customers?" in notes_of(restored)
    assert notes_of(restored).count("detected: 2026-03-06T05:00:00+00:00 exact") == 1
    assert len({entry.key for entry in incident.entries.all()}) == 2


MANY: dict[str, Any] = {
    "timeline": Row(START, text="x"),
    "action_items": ActionText(text="x"),
    "images": ImageFile(source_url="https://example.test/a"),
    "impacts": Impact("API"),
    "milestones": MilestoneFact("detected"),
    "sections": SectionText("impact", "x"),
}


@pytest.mark.parametrize("name", MANY)
def test_more_than_a_report_holds_is_refused_before_anything_is_made_of_it(by: User, name: str) -> None:
    with pytest.raises(NotRestorable, match=r"It has 1,001 [a-z ]+; a report holds 1,000\."):
        restore(ReportDocument(title="x", **{name: (MANY[name],) * 1_001}), by=by)


@pytest.mark.parametrize("name", MANY)
def test_a_list_that_no_report_holds_is_not_read(name: str) -> None:
    """Its parts are no parts at all: who looked at them would say something else."""
    data = json.dumps({"afterword": 1, "title": "x", name: [None] * 1_001})

    with pytest.raises(Malformed, match=rf"{name}: These are 1,001; a report holds 1,000\."):
        read_json(data)
    with pytest.raises(Malformed, match=rf"{name}\[1\]: This must have named fields"):
        read_json(data.replace("null, ", "", 1))


def test_a_thousand_rows_are_kept(by: User) -> None:
    rows = tuple(Row(START, text=f"Row {number}") for number in range(1_000))
    read, _ = read_json(to_json(ReportDocument(title="x", timeline=rows)))

    restored = restore(read, by=by)

    assert restored.incident
    assert restored.incident.entries.count() == 1_000


def test_fields_that_nobody_knows_are_named_up_to_a_limit() -> None:
    row = {"occurred_at": "2026-03-06T05:00:00Z", "text": "x", **{f"x{number}": 1 for number in range(300)}}

    _, warnings = read_json(json.dumps({"afterword": 1, "title": "x", "timeline": [row] * 3}))
    assert len(warnings) == 900
    with pytest.raises(Malformed, match="more than 1,000 fields that we don’t know"):
        read_json(json.dumps({"afterword": 1, "title": "x", "timeline": [row] * 4}))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            "- **2026-03-06 05:00 UTC** <!-- afterword: row -->\nx\n<!-- afterword: end -->\n",
            "more than 1,000 of these",
        ),
        ("what is this\n", "More than 1,000 lines stand between the marks"),
        ("<!-- afterword: end -->\n", "More than 1,000 lines"),
    ],
    ids=["rows", "between the marks", "ends of nothing"],
)
def test_markdown_has_the_same_limits(more: str, said: str) -> None:
    text = to_markdown(ReportDocument(title="x"))
    read_markdown(text + more * 1_000)

    with pytest.raises(Malformed, match=said):
        read_markdown(text + more * 1_002)


@pytest.mark.parametrize(
    "facts", ["".join(f"x{'y' * number}: 1\n" for number in range(1_001)), "impacts:\n" + "- 1\n" * 1_001]
)
def test_markdown_has_so_many_facts_and_no_more(facts: str) -> None:
    text = to_markdown(ReportDocument(title="x"))

    with pytest.raises(Malformed, match="more than 1,000 facts"):
        read_markdown(text.replace("title:", f"{facts}title:", 1))


@pytest.mark.parametrize(
    "line",
    [
        '<!-- afterword: row {"a": "' * 40_000,
        "<!-- afterword: " + "a " * 400_000,
        "<!-- afterword: row " + "{" * 400_000,
        "- **2026-03-06 05:00" + "0" * 400_000 + " UTC** <!-- afterword: row -->",
        "- [x] " + "*" * 400_000 + " <!-- afterword: action -->",
        "x" * 400_000 + "-->",
    ],
)
def test_long_lines_cost_no_more_than_their_length(line: str) -> None:
    text = to_markdown(ReportDocument(title="x"))
    begun = time.monotonic()

    with contextlib.suppress(Malformed):
        read_markdown(f"{text}{line}\n<!-- afterword: end -->\n")

    assert time.monotonic() - begun < 5  # in truth, hundredths; squares of it would be hours


def test_nobody_reads_a_thousand_warnings() -> None:
    assert shortlist(["one"] * 41) == ["one"] * 41
    assert shortlist(["one"] * 1_040) == [*["one"] * 40, "And 1,000 more like these."]


properties = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
)


@properties
@given(documents(), st.integers(0, 2**32), st.integers(1, 4))
def test_no_document_is_an_error_that_we_did_not_foresee(
    by: User, document: ReportDocument, seed: int, times: int
) -> None:
    """JSON with fields of another kind, another length, another meaning: refused in words, or kept."""
    chance = random.Random(seed)  # noqa: S311  # damage needs no secrets
    data = json.loads(to_json(document))
    for _ in range(times):
        vary(data, chance)

    with transaction.atomic(), contextlib.suppress(Malformed, NotRestorable):
        read, _ = read_json(json.dumps(data))
        restored = restore(read, by=by, create_components=chance.random() < 0.5)
        assert restored.incident
        exported(restored.incident)
        transaction.set_rollback(True)


def vary(data: Any, chance: Any) -> None:
    """Replace one value somewhere inside by something odd."""
    places: list[tuple[Any, Any]] = []

    def walk(node: Any) -> None:
        for key in node if isinstance(node, dict) else range(len(node)):
            places.append((node, key))
            if isinstance(node[key], dict | list):
                walk(node[key])

    walk(data)
    node, key = chance.choice([place for place in places if place[1] != "afterword"])
    odd = [
        None,
        True,
        0,
        -1,
        10**20,
        1.5,
        "",
        "x" * 3_000,
        [],
        {},
        "2026-03-06",
        "2026-03-06T05:00:00Z",
        "0001-01-01T00:00:00Z",
    ]
    odd += [
        copy.deepcopy(chance.choice(places)[0]),
        chance.choice(NASTY),
        "\ud800",
        "a\0b",
        "wont_do",
        "unknown",
        "notes",
    ]
    node[key] = chance.choice(odd)
