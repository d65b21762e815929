from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import require
from accounts.roles import Capability
from incidents.authoring.forms import ImageForm, UploadForm
from incidents.authoring.operations import (
    ReportLocked,
    add_image,
    delete_image,
    replace_link_with_upload,
    revise_image,
)
from incidents.authoring.views.answers import Pieces, differing, done, part_of, refuse, save
from incidents.edits import Gone
from incidents.models import Attachment
from incidents.permissions import incident_for


@require_POST
def add(request: HttpRequest, number: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    incident = incident_for(user, number)
    form = UploadForm(request.POST, request.FILES)
    return save(
        request,
        incident,
        "images",
        form,
        lambda: add_image(incident, **upload_of(form), by=user, at=timezone.now()),
        pieces=lambda image: with_code(part_of(request, incident, "images"), image),
    )


@require_POST
def upload(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    incident = incident_for(user, number)
    attachment = get_object_or_404(Attachment, incident=incident, pk=pk, file="")
    form = UploadForm(request.POST, request.FILES, attachment=attachment)
    return save(
        request,
        incident,
        "images",
        form,
        lambda: replace_link_with_upload(attachment, **upload_of(form), by=user, at=timezone.now()),
        pieces=lambda _: part_of(request, incident, "images"),
    )


@require_POST
def revise(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    incident = incident_for(user, number)
    attachment = get_object_or_404(Attachment, incident=incident, pk=pk)
    form = ImageForm(request.POST, attachment=attachment)
    return save(
        request,
        incident,
        "images",
        form,
        lambda: revise_image(
            attachment,
            changes=form.changes,
            seen=form.seen_digests,
            by=user,
            at=timezone.now(),
        ),
        pieces=lambda saved: Pieces(values=differing(form, ImageForm(attachment=saved))),
    )


@require_POST
def delete(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    incident = incident_for(user, number)
    attachment = get_object_or_404(Attachment, incident=incident, pk=pk)
    try:
        delete_image(attachment, by=user, at=timezone.now())
    except (Gone, ReportLocked) as refusal:
        return refuse(request, incident, "images", refusal)
    return done(request, incident, "images", Pieces(removed=f"image-{pk}"))


@require_safe
def content(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """The picture itself, for people inside; customers get theirs from the publication."""
    incident = incident_for(require(request.user, Capability.READ), number)
    attachment = get_object_or_404(Attachment.objects.exclude(file=""), incident=incident, pk=pk)
    try:
        with attachment.file.open("rb") as handle:
            response = HttpResponse(handle.read(), content_type=attachment.content_type)
    except FileNotFoundError as error:
        raise Http404 from error
    response.headers["Cache-Control"] = "private, no-store"
    return response


def with_code(pieces: Pieces, image: Attachment) -> Pieces:
    """The script writes the image's code where it was pasted or dropped."""
    pieces.values["image-code"] = image.markdown
    return pieces


def upload_of(form: UploadForm) -> dict[str, Any]:
    return {"upload": form.cleaned_data["file"], "alt": form.cleaned_data["alt"]}
