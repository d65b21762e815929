"""How the editor answers: a page to a browser, the pieces that changed to the editor's script.

The script sends one form at a time and never swaps an input that somebody types in. So the answer to a save is not
the form again but what differs from what was sent: values that were set straight, values of colleagues, notes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.access import require
from accounts.roles import Capability
from incidents.authoring.editor import Editor
from incidents.authoring.forms import EntryForm, MilestonesForm, sent_by
from incidents.authoring.operations import (
    ImageRefused,
    Refused,
    UnsentTooMuch,
    forget_unsent,
    keep_unsent,
)
from incidents.authoring.rows import Row, row_of_form
from incidents.edits import EditConflict, Gone
from incidents.models import Incident, TimelineEntry

TOO_MUCH = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
Form = Any  # one of the editor's forms: each has prefix, data, errors


@dataclass(frozen=True)
class Place:
    """Where a row of the timeline belongs now: after which row, on which day."""

    row: Row
    after: str
    is_new: bool = False


@dataclass
class Pieces:
    """What a save changed on the page of the person who saved."""

    values: dict[str, str] = field(default_factory=dict)  # by the names of inputs
    forced: dict[str, str] = field(default_factory=dict)  # likewise, also where the person types meanwhile
    places: list[Place] = field(default_factory=list)
    removed: str = ""
    reload: bool = False
    parts: dict[str, str] = field(default_factory=dict)  # whole parts, as HTML by id
    added: dict[str, list[str]] = field(default_factory=dict)  # new rows as HTML, by the id of the list that they end


class ChangedMeanwhile(Exception):
    """Somebody worked on what this person wants gone."""

    def __init__(self) -> None:
        super().__init__("Somebody changed this after you opened it, so it was not deleted. Look at it first.")


def wants_pieces(request: HttpRequest) -> bool:
    return "HX-Request" in request.headers


def save(
    request: HttpRequest,
    incident: Incident,
    part: str,
    form: Form,
    operation: Callable[[], Any],
    *,
    pieces: Callable[[Any], Pieces] | None = None,
) -> HttpResponse:
    """Run one operation with a valid form; whatever refuses, the form comes back as it was typed.

    `pieces` says, from what the operation returned, what the script has to show.
    """
    user = require(request.user, Capability.READ)
    status = 422
    if form.is_valid():
        try:
            result = operation()
        except EditConflict as conflict:
            form.show_conflict(conflict.stored)
            status = 409
        except (Gone, ImageRefused, Refused) as refusal:
            form.add_error(getattr(refusal, "field", None), str(refusal))
            status = 409
        else:
            forget_unsent(incident, f"{form.prefix}-", by=user)
            return done(request, incident, part, pieces(result) if pieces else Pieces())
    try:
        keep_unsent(incident, typed_into(form), by=user, at=timezone.now())
    except UnsentTooMuch as refusal:
        form.add_error(None, str(refusal))
        status = TOO_MUCH
    return refused(request, incident, form, status=status)


def refused(request: HttpRequest, incident: Incident, form: Form, *, status: int) -> HttpResponse:
    """The form as it was typed, with what is wrong. The script goes on holding what came with TOO_MUCH."""
    if wants_pieces(request):
        return _refused(request, incident, form, status)
    return page(request, incident, sent={form.prefix: form}, status=status)


def not_kept(refusal: UnsentTooMuch) -> HttpResponse:
    """To the script, which tells the sentence and goes on holding the text."""
    return HttpResponse(str(refusal), status=TOO_MUCH, content_type="text/plain; charset=utf-8")


def typed_into(form: Form) -> dict[str, str]:
    """What the person changed in a form that could not be saved, by the names of its inputs."""
    return {
        name: str(form.data[name])
        for name, shown in sent_by(form).items()
        if name in form.data and not name.endswith(("seen", "_zone")) and str(form.data[name]) != str(shown)
    }


def done(request: HttpRequest, incident: Incident, part: str, pieces: Pieces) -> HttpResponse:
    """What was asked for has happened."""
    if not wants_pieces(request):
        return redirect(reverse("authoring:editor", args=[incident.number]) + f"#{part}")
    context = {"pieces": pieces, "incident": incident, "saved_at": timezone.now().astimezone(incident.zone)}
    return render(request, "authoring/_done.html", context)


def refuse(request: HttpRequest, incident: Incident, part: str, refusal: Exception) -> HttpResponse:
    """Say why a button did nothing."""
    messages.error(request, str(refusal))
    if wants_pieces(request):
        return render(request, "authoring/_messages.html", status=409)
    return redirect(reverse("authoring:editor", args=[incident.number]) + f"#{part}")


def page(request: HttpRequest, incident: Incident, *, sent: dict[str, Form], status: int) -> HttpResponse:
    """The whole editor, with the forms that were refused as they were typed."""
    editor = fresh_editor(request, incident, sent=sent)
    return render(request, "authoring/editor.html", {"editor": editor, "incident": editor.incident}, status=status)


def _refused(request: HttpRequest, incident: Incident, form: Form, status: int) -> HttpResponse:
    forced = {}
    if getattr(form, "conflicts", None):
        forced = {name: value for name, value in form.data.items() if name.endswith("seen")}
    row = row_of_form(incident, form) if isinstance(form, EntryForm) else None
    context = {"form": form, "row": row, "incident": incident, "pieces": Pieces(forced=forced)}
    return render(request, "authoring/_refused.html", context, status=status)


def differing(sent: Form, fresh: Form) -> dict[str, str]:
    """The inputs that say something else now than what was sent, as a form says it that was just made."""
    return {name: str(value) for name, value in sent_by(fresh).items() if str(sent.data.get(name) or "") != str(value)}


def values_of(forms: Iterable[Form]) -> dict[str, str]:
    return {name: str(value) for form in forms for name, value in sent_by(form).items()}


def part_of(request: HttpRequest, incident: Incident, name: str) -> Pieces:
    """A whole part of the editor as it is now: for buttons that change many rows or a list."""
    editor = fresh_editor(request, incident)
    html = render_to_string(f"authoring/_{name}.html", {"editor": editor, "incident": editor.incident}, request)
    return Pieces(parts={name: html})


def fresh_editor(request: HttpRequest, incident: Incident, *, sent: dict[str, Form] | None = None) -> Editor:
    """The editor for this request, from what is stored now."""
    fresh = Incident.objects.select_related("severity", "lead", "team").get(pk=incident.pk)
    return Editor(fresh, require(request.user, Capability.READ), at=timezone.now(), sent=sent)


def marked(incident: Incident, *, besides: Iterable[int] = ()) -> dict[str, str]:
    """The inputs of the milestone card, and of every row that bears a mark or bore one."""
    entries = TimelineEntry.objects.filter(incident=incident).select_related("milestone")
    bearing = entries.filter(milestone__isnull=False) | entries.filter(pk__in=list(besides))
    forms = [MilestonesForm(incident=incident), *(EntryForm(incident=incident, entry=entry) for entry in bearing)]
    return values_of(forms)
