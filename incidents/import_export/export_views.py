"""What a person may read, to take along."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import require
from accounts.roles import Capability
from incidents.import_export.archive import folder_name, zip_stream
from incidents.import_export.exporting import Exported, export_documents
from incidents.import_export.json_format import to_json
from incidents.import_export.markdown_format import to_markdown
from incidents.models import Incident
from incidents.permissions import incident_for

Response = TypeVar("Response", bound=HttpResponseBase)


@require_safe
def archive(request: HttpRequest, number: int) -> HttpResponseBase:
    """One report with its images and with what was published of it."""
    exported = _exported(request, number)
    return _zip([exported], folder_name(exported.document))


@require_safe
def markdown(request: HttpRequest, number: int) -> HttpResponse:
    document = _exported(request, number).document
    response = HttpResponse(to_markdown(document), content_type="text/markdown; charset=utf-8")
    return _to_keep(response, f"{folder_name(document)}.md")


@require_safe
def as_json(request: HttpRequest, number: int) -> HttpResponse:
    document = _exported(request, number).document
    return _to_keep(HttpResponse(to_json(document), content_type="application/json"), f"{folder_name(document)}.json")


@require_safe
def everything(request: HttpRequest) -> HttpResponseBase:
    """Every report, written while it is sent."""
    user = require(request.user, Capability.ADMINISTER)
    exports = export_documents(Incident.objects.visible_to(user))
    return _zip(exports, f"incident-reports-{timezone.now():%Y-%m-%d}")


def _exported(request: HttpRequest, number: int) -> Exported:
    incident = incident_for(require(request.user, Capability.READ), number)
    return next(export_documents(Incident.objects.filter(pk=incident.pk)))


def _zip(exports: Iterable[Exported], name: str) -> HttpResponseBase:
    response = StreamingHttpResponse(zip_stream(exports, at=timezone.now()), content_type="application/zip")
    return _to_keep(response, f"{name}.zip")


def _to_keep(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
