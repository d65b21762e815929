"""The form of a severity: what it shows, refuses and keeps, without JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from incidents.models import FIRST_PROMPTS, Activity, Severity, SeveritySection, sections_for
from incidents.snapshot import SECTION_HEADINGS
from tests.rendering.attacks import EVERY_ATTACK
from tests.severities.sending import LIST, NEW, Form, address, asked_by, opened, sent
from tests.test_attacks_in_every_field import Faults

pytestmark = pytest.mark.django_db


def test_the_form_shows_what_the_engineer_will_see(admin_client: Client, low: Severity) -> None:
    page = opened(admin_client, address(low))

    assert page.faults == []
    assert "A report of this severity asks 4 questions." in page.text
    assert "Summary folded away What happened, in a sentence or two?" in page.text
    folded = [each["id"] for each in page.all("li") if each.get("class") == "is-folded"]
    assert folded == ["seen-detection", "seen-went_well", "seen-went_badly", "seen-got_lucky"]
    assert page.textareas() == {f"{key}_prompt": section.prompt for key, section in sections_for(low).items()}


def test_sent_back_unchanged_it_changes_nothing(admin_client: Client, low: Severity) -> None:
    response = admin_client.post(address(low), sent(opened(admin_client, address(low))))

    assert response["Location"] == LIST
    assert not Activity.objects.exists()


def test_an_admin_changes_everything(admin_client: Client, low: Severity) -> None:
    page = opened(admin_client, address(low))
    changes = {
        "name": "Minor",
        "tone": "medium",
        "needs_report": "on",
        "report_due_days": "14",
        "summary_prompt": "  What\r\nhappened? ",
        "impact_asked": None,
        "detection_asked": "on",
        "resolution_prompt": "",
    }

    admin_client.post(address(low), sent(page, **changes))

    low.refresh_from_db()
    assert (low.name, low.tone, low.needs_report, low.report_due_days) == ("Minor", "medium", True, 14)
    assert asked_by(low) == [
        ("summary", "What happened?"),
        ("detection", FIRST_PROMPTS["detection"]),
        ("root_cause", "What made it possible?"),
        ("resolution", ""),
    ]
    assert "Minor is saved." in opened(admin_client, LIST).text


def test_a_severity_is_added(admin_client: Client) -> None:
    page = opened(admin_client, NEW)
    assert page.faults == []
    assert "A report of this severity asks 8 questions." in page.text

    response = admin_client.post(NEW, sent(page, name="Security", tone="critical", got_lucky_asked=None))

    added = Severity.objects.get(name="Security")
    assert response["Location"] == LIST
    assert (added.rank, added.needs_report, added.report_due_days) == (5, True, None)
    assert len(asked_by(added)) == 7
    assert SeveritySection.objects.filter(severity=added).count() == 8


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "x" * 41}, "at most 40 characters"),
        ({"name": "CRITICAL"}, "There is a severity of this name already."),
        ({"name": "a\x00b"}, "Null characters are not allowed."),
        ({"tone": None}, "Choose one of the colours."),
        ({"tone": "pink"}, "Choose one of the colours."),
        ({"report_due_days": "0"}, "Give a number of days from 1 to 365, or leave it empty."),
        ({"report_due_days": "366"}, "Give a number of days from 1 to 365, or leave it empty."),
        ({"report_due_days": "soon"}, "Give a number of days from 1 to 365, or leave it empty."),
        ({"report_due_days": "9" * 400}, "Give a number of days from 1 to 365, or leave it empty."),
        ({"summary_prompt": "x" * 301}, "at most 300 characters"),
        ({"summary_prompt": "a\x00b"}, "Null characters are not allowed."),
    ],
)
@pytest.mark.parametrize("is_new", [True, False])
def test_a_refusal_keeps_what_was_typed(
    admin_client: Client, low: Severity, changes: dict[str, Any], sentence: str, is_new: bool
) -> None:
    at = NEW if is_new else address(low)
    form = {"name": "Minor", "tone": "low", "went_well_prompt": "What shall we keep?", "impact_asked": None}

    response = admin_client.post(at, sent(opened(admin_client, at), **(form | changes)))

    page = Form(response.content.decode())
    assert response.status_code == 422
    assert page.faults == []
    assert sentence in page.text
    assert "Nothing is saved yet." in page.text
    again = sent(page)
    assert again["went_well_prompt"] == "What shall we keep?"
    assert "impact_asked" not in again
    assert again.get("name", "") == changes.get("name", "Minor")
    assert {each["name"] for each in [*page.all("input"), *page.all("textarea")] if "aria-invalid" in each} == {
        *changes
    }
    assert not Activity.objects.exists()


def test_three_hundred_characters_are_enough(admin_client: Client, low: Severity) -> None:
    """Counted as they are stored: the blanks that are dropped don't count."""
    page = opened(admin_client, address(low))

    response = admin_client.post(address(low), sent(page, summary_prompt="  " + "ü" * 300 + "\r\n"))

    assert response.status_code == 302
    assert sections_for(low)["summary"].prompt == "ü" * 300


@pytest.mark.parametrize("is_new", [True, False])
def test_a_prompt_gets_its_first_words_back(admin_client: Client, low: Severity, is_new: bool) -> None:
    """By a button that saves nothing and loses nothing, and complains of nothing that is not finished yet."""
    at = NEW if is_new else address(low)
    typed = {"name": "", "report_due_days": "many", "impact_prompt": "Half a thought", "detection_asked": None}
    form = sent(opened(admin_client, at), **typed, summary_prompt="Other words")

    response = admin_client.post(at, {**form, "reset": "summary"})

    assert response.status_code == 200
    page = Form(response.content.decode())
    assert "Nothing is saved yet." not in page.text
    assert sent(page) == {**form, "summary_prompt": FIRST_PROMPTS["summary"]}
    assert not Activity.objects.exists()


def test_enter_saves_and_resets_nothing(admin_client: Client, low: Severity) -> None:
    """A browser takes the first button of the form for the Enter key."""
    page = opened(admin_client, address(low))
    places = [each for each in page.elements if each[0] in {"form", "button"}]
    start = next(number for number, (_, each) in enumerate(places) if each.get("id") == "severity-form")
    buttons = [each for tag, each in places[start + 1 :] if tag == "button"]

    assert "name" not in buttons[0]
    assert [each["value"] for each in buttons if each.get("name") == "reset"] == list(SECTION_HEADINGS)


def test_what_is_typed_can_not_become_part_of_the_page(admin_client: Client, low: Severity) -> None:
    for attack in EVERY_ATTACK:
        text = attack.replace("\x00", "").encode(errors="ignore").decode()
        Severity.objects.filter(pk=low.pk).update(name=text[:40].strip() or "x")
        SeveritySection.objects.filter(severity=low).update(prompt=text[:300])
        for at in (LIST, address(low)):
            assert Faults(admin_client.get(at).content.decode()).found == [], f"{at}: {attack}"
