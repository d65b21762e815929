"""Whatever input of the editor is refused, the reason stands beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django import forms
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from incidents.authoring.editor import blank_entry
from incidents.authoring.forms import (
    ActionItemForm,
    EntryForm,
    FactsForm,
    ImageForm,
    MilestonesForm,
    SectionForm,
    UploadForm,
)
from incidents.authoring.operations import add_image
from incidents.models import Attachment, Incident
from tests.factories import NOW, make_component, make_draft, make_user
from tests.test_no_draft_leaks import picture

pytestmark = pytest.mark.django_db

NO_IMPACTS = {"impacts-TOTAL_FORMS": "1", "impacts-INITIAL_FORMS": "0", "impacts-0-level": "major_outage"}

# Every form of the editor: where it is sent, and how it is made.
FORMS: dict[str, tuple[Callable[[Incident], str], Callable[[Incident], Any]]] = {
    "facts": (
        lambda incident: url("facts", incident),
        lambda incident: FactsForm(incident=incident, report=incident.report),
    ),
    "milestones": (
        lambda incident: url("milestones", incident),
        lambda incident: MilestonesForm(incident=incident),
    ),
    "a new row": (lambda incident: url("add_entry", incident), blank_entry),
    "a row": (
        lambda incident: url("entry", incident, incident.entries.get().pk),
        lambda incident: EntryForm(incident=incident, entry=incident.entries.get()),
    ),
    "a section": (
        lambda incident: url("section", incident, "impact"),
        lambda _: SectionForm(key="impact", heading="Impact", section=None),
    ),
    "a new action item": (lambda incident: url("add_action", incident), lambda _: ActionItemForm()),
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
    make_component("Websites")
    add_image(incident, upload=picture(), alt="A hall", by=incident.opened_by, at=NOW)
    Attachment.objects.create(incident=incident, source_url="https://example.test/room.jpg")
    return incident


@pytest.fixture
def client(incident: Incident) -> Client:
    client = Client(headers={"HX-Request": "true"})
    client.force_login(make_user(Role.ENGINEER))
    return client


def url(name: str, incident: Incident, *args: Any) -> str:
    return reverse(f"authoring:{name}", args=[incident.number, *args])


def sent_by(form: Any) -> dict[str, Any]:
    """What a browser would send of a form that nobody touched, with the least that a new one asks for."""
    data: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        widget = bound.field.widget
        if isinstance(widget, forms.MultiWidget):
            parts = widget.decompress(value)
            data |= {
                bound.html_name + suffix: part for suffix, part in zip(widget.widgets_names, parts, strict=True) if part
            }
        elif isinstance(widget, forms.FileInput):
            data[bound.html_name] = picture()
        elif value not in (None, False):
            data[bound.html_name] = value
    return data


def bad_inputs(form: Any) -> dict[str, str]:
    """Each text one character too long, each choice one that is not offered."""
    bad = {}
    for bound in form:
        if bound.is_hidden:
            continue
        if isinstance(bound.field, forms.MultiValueField):
            bad[f"{bound.html_name}_time"] = "soon"
        elif getattr(bound.field, "max_length", None):
            bad[bound.html_name] = "x" * (bound.field.max_length + 1)
        elif isinstance(bound.field, (forms.ChoiceField, forms.ModelChoiceField)):
            bad[bound.html_name] = "987654321"
        elif isinstance(bound.field, forms.DateField):
            bad[bound.html_name] = "soon"
        elif isinstance(bound.field, forms.FileField):
            bad[bound.html_name] = ""
        else:
            assert isinstance(bound.field, forms.BooleanField), f"{bound.html_name} needs a bad value here"
    return bad


@pytest.mark.parametrize("name", FORMS)
def test_each_refused_input_has_its_sentence(client: Client, incident: Incident, name: str) -> None:
    address, make = FORMS[name]
    inputs = bad_inputs(make(incident))
    assert inputs

    for html_name, value in inputs.items():
        response = client.post(address(incident), NO_IMPACTS | sent_by(make(incident)) | {html_name: value})

        page = response.content.decode()
        assert response.status_code == 422, html_name
        field = html_name.removesuffix("_time")
        assert f'id="id_{field}_error"' in page or f'id="error_1_id_{field}"' in page, html_name
        assert "invalid-feedback" in page, html_name


@pytest.mark.parametrize(
    ("html_name", "value"),
    [("component", "987654321"), ("level", "bad"), ("started_at_time", "soon"), ("ended_at_time", "soon")],
)
def test_a_refused_component_has_its_sentence(client: Client, incident: Incident, html_name: str, value: str) -> None:
    address, make = FORMS["facts"]
    component = {"impacts-0-component": str(make_component("Mail").pk)}

    response = client.post(
        address(incident), NO_IMPACTS | component | sent_by(make(incident)) | {f"impacts-0-{html_name}": value}
    )

    assert response.status_code == 422
    assert f'id="id_impacts-0-{html_name.removesuffix("_time")}_error"' in response.content.decode()


def test_without_a_session_a_script_is_told_and_a_browser_is_led(client: Client, incident: Incident) -> None:
    client.logout()
    address, _ = FORMS["a new row"]

    told = client.post(address(incident))
    led = Client().post(address(incident))

    assert told.status_code == 401
    assert "Location" not in told
    assert (led.status_code, led["Location"].split("?")[0]) == (302, reverse("account_login"))


def test_a_new_row_can_be_about(client: Client, incident: Incident) -> None:
    page = client.get(url("editor", incident)).content.decode()
    assert 'name="entry-new-precision"' in page

    client.post(
        url("add_entry", incident),
        sent_by(blank_entry(incident))
        | {"entry-new-occurred_at_time": "06:15", "entry-new-text": "x", "entry-new-precision": "about"},
    )

    assert incident.entries.get(text="x").precision == "about"


def test_the_history_says_before_and_after_in_words(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()
    client.post(
        url("entry", incident, entry.pk),
        sent_by(EntryForm(incident=incident, entry=entry)) | {f"entry-{entry.pk}-public_text": ""},
    )

    page = client.get(url("history", incident)).content.decode()

    assert "{&#x27;" not in page
    assert "[&#x27;" not in page
    assert "<dt>For customers</dt>" in page
    assert '<dd class="stored"></dd>' not in page
