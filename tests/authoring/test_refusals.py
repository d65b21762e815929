"""Whatever input of the editor is refused, the reason stands beside it, and what was typed is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django import forms
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from incidents.authoring.forms import (
    ActionItemForm,
    EntryForm,
    FactsForm,
    ImageForm,
    ImpactForm,
    LineForm,
    MilestonesForm,
    NewActionForm,
    NewImpactForm,
    SectionForm,
    UploadForm,
    sent_by,
)
from incidents.authoring.forms.facts import TagsField
from incidents.authoring.forms.impacts import PercentField
from incidents.authoring.operations import add_image, add_impact
from incidents.models import Attachment, Incident, UnsentText
from incidents.tags import MAX_TAG_LENGTH
from tests.authoring.sending import SCRIPT
from tests.factories import NOW, make_component, make_draft, make_user
from tests.test_no_draft_leaks import picture

pytestmark = pytest.mark.django_db

# Every form of the editor: where it is sent, and how it is made.
FORMS: dict[str, tuple[Callable[[Incident], str], Callable[[Incident], Any]]] = {
    "facts": (
        lambda incident: url("facts", incident),
        lambda incident: FactsForm(incident=incident, report=incident.report),
    ),
    "a component": (
        lambda incident: url("impact", incident, incident.impacts.get().pk),
        lambda incident: ImpactForm(incident=incident, impact=incident.impacts.get()),
    ),
    "a new component": (lambda incident: url("add_impact", incident), lambda _: NewImpactForm()),
    "milestones": (
        lambda incident: url("milestones", incident),
        lambda incident: MilestonesForm(incident=incident),
    ),
    "a new row": (lambda incident: url("add_entry", incident), lambda _: LineForm()),
    "a row": (
        lambda incident: url("entry", incident, incident.entries.get().pk),
        lambda incident: EntryForm(incident=incident, entry=incident.entries.get()),
    ),
    "a section": (
        lambda incident: url("section", incident, "impact"),
        lambda _: SectionForm(key="impact", heading="Impact", section=None),
    ),
    "a new action item": (lambda incident: url("add_action", incident), lambda _: NewActionForm()),
    "an action item": (
        lambda incident: url("action", incident, incident.action_items.get().pk),
        lambda incident: ActionItemForm(item=incident.action_items.get()),
    ),
    "a new image": (lambda incident: url("add_image", incident), lambda _: UploadForm()),
    "an image": (
        lambda incident: url("image", incident, incident.attachments.exclude(file="").get().pk),
        lambda incident: ImageForm(attachment=incident.attachments.exclude(file="").get()),
    ),
    "a linked image": (
        lambda incident: url("upload_image", incident, incident.attachments.get(file="").pk),
        lambda incident: UploadForm(attachment=incident.attachments.get(file="")),
    ),
}


@pytest.fixture
def incident(db: None, settings: Any, tmp_path: Any) -> Incident:
    settings.MEDIA_ROOT = tmp_path
    incident = make_draft().incident
    add_impact(incident, make_component("Websites"), by=incident.opened_by, at=NOW)
    add_image(incident, upload=picture(), alt="A hall", by=incident.opened_by, at=NOW)
    Attachment.objects.create(incident=incident, source_url="https://example.test/room.jpg")
    return incident


def url(name: str, incident: Incident, *args: Any) -> str:
    return reverse(f"authoring:{name}", args=[incident.number, *args])


def sent(form: Any) -> dict[str, Any]:
    """What a browser would send, with the least that a new image or row asks for."""
    files = {bound.html_name: picture() for bound in form if isinstance(bound.field, forms.FileField)}
    return {**{name: value for name, value in sent_by(form).items() if value}, **files}


def bad_inputs(form: Any) -> dict[str, str]:
    """Each text one character too long, each choice one that is not offered."""
    bad = {}
    for bound in form:
        if bound.is_hidden:
            continue
        if isinstance(bound.field, forms.MultiValueField):
            bad[f"{bound.html_name}_time"] = "soonish"
        elif getattr(bound.field, "max_length", None):
            bad[bound.html_name] = "x" * (bound.field.max_length + 1)
        elif isinstance(bound.field, (forms.ChoiceField, forms.ModelChoiceField)):
            bad[bound.html_name] = "987654321"
        elif isinstance(bound.field, forms.DateField):
            bad[bound.html_name] = "soonish"
        elif isinstance(bound.field, forms.FileField):
            bad[bound.html_name] = ""
        elif isinstance(bound.field, TagsField | PercentField):
            bad[bound.html_name] = "x" * (MAX_TAG_LENGTH + 1)
        else:
            assert isinstance(bound.field, forms.BooleanField), f"{bound.html_name} needs a bad value here"
    return bad


def notes_beside(page: str, field: str) -> str:
    """The note that stands beside one input, or under the row that it is in."""
    row, _, name = field.rpartition("-")
    is_row = row.startswith("entry-")
    start = page.index(
        f'<div class="notes" id="{row}-notes"' if is_row else f'<div class="notes" id="id_{field}_notes"'
    )
    notes = page[start : page.index("</div>", start)]
    return notes if not is_row or f'data-for="id_{row}-{name}' in notes else ""


@pytest.mark.parametrize("script", [False, True], ids=["browser", "script"])
@pytest.mark.parametrize("name", FORMS)
def test_each_refused_input_has_its_sentence(client: Client, incident: Incident, name: str, script: bool) -> None:
    address, make = FORMS[name]
    inputs = bad_inputs(make(incident))
    assert inputs

    for html_name, value in inputs.items():
        data = sent(make(incident)) | {html_name: value}
        response = client.post(address(incident), data, headers=SCRIPT if script else {})

        assert response.status_code == 422, html_name
        assert "note-error" in notes_beside(response.content.decode(), html_name.removesuffix("_time")), html_name


@pytest.mark.parametrize("name", ["facts", "a row", "a section", "an action item", "milestones"])
def test_what_was_refused_is_kept_for_the_person_who_typed_it(client: Client, incident: Incident, name: str) -> None:
    address, make = FORMS[name]
    html_name, value = next(iter(bad_inputs(make(incident)).items()))

    client.post(address(incident), sent(make(incident)) | {html_name: value}, headers=SCRIPT)

    kept = dict(UnsentText.objects.filter(incident=incident).values_list("name", "text"))
    assert kept == {html_name: value}
    page = client.get(url("editor", incident)).content.decode()
    assert "note-error" in notes_beside(page, html_name.removesuffix("_time"))
    assert value in page
    other = Client()
    other.force_login(make_user(Role.ENGINEER))
    assert value not in other.get(url("editor", incident)).content.decode()


def test_without_a_session_a_script_is_told_and_a_browser_is_led(client: Client, incident: Incident) -> None:
    client.logout()
    address, _ = FORMS["a new row"]

    told = client.post(address(incident), headers=SCRIPT)
    led = Client().post(address(incident))

    assert told.status_code == 401
    assert "Location" not in told
    assert (led.status_code, led["Location"].split("?")[0]) == (302, reverse("account_login"))


def test_the_history_says_before_and_after_in_words(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()
    form = EntryForm(incident=incident, entry=entry)
    client.post(url("entry", incident, entry.pk), sent_by(form) | {f"entry-{entry.key}-public_text": ""})

    page = client.get(url("history", incident)).content.decode()

    assert "{&#x27;" not in page
    assert "[&#x27;" not in page
    assert "<dt>For customers</dt>" in page
    assert '<dd class="stored"></dd>' not in page
