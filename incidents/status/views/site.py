from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import require
from accounts.roles import Capability
from incidents.edits import EditConflict
from incidents.imaging import ImageRefused
from incidents.models import Site
from incidents.models.attachment import stored_path
from incidents.status.forms import SiteForm
from incidents.status.operations import revise_site
from incidents.zones import zone_names


@require_http_methods(["GET", "HEAD", "POST"])
def site(request: HttpRequest) -> HttpResponse:
    """Name, logo, colours, links, footer, zone: how the public pages look."""
    user, stored = require(request.user, Capability.ADMINISTER), Site.get()
    form = SiteForm(request.POST, request.FILES, site=stored) if request.method == "POST" else SiteForm(site=stored)
    if not form.is_valid():
        return _page(request, form, status=422 if form.is_bound else 200)
    logo = {"logo": form.cleaned_data["logo"], "without_logo": form.cleaned_data["without_logo"]}
    try:
        revise_site(changes=form.changes, seen=form.seen_digests, **logo, by=user, at=timezone.now())
    except ImageRefused as refusal:
        form.add_error("logo", str(refusal))
        return _page(request, form, status=422)
    except EditConflict as conflict:
        form.show_conflict(conflict.stored)
        return _page(request, form, status=409)
    messages.success(request, "Saved. Customers see it now.")
    return redirect("status:site")


@require_safe
def logo(request: HttpRequest) -> HttpResponse:
    """The logo as it is stored, for the preview."""
    require(request.user, Capability.ADMINISTER)
    stored = Site.get()
    if not stored.logo_sha256:
        raise Http404
    try:
        with default_storage.open(stored_path(stored.logo_sha256, stored.logo_type)) as file:
            content = file.read()
    except FileNotFoundError as error:
        raise Http404 from error
    sandbox = "default-src 'none'; sandbox"
    return HttpResponse(content, content_type=stored.logo_type, headers={"Content-Security-Policy": sandbox})


def _page(request: HttpRequest, form: SiteForm, *, status: int) -> HttpResponse:
    context = {
        "form": form,
        "site": form.site,
        "zones": zone_names(),
        "shown_name": form["name"].value() or settings.ORGANISATION_NAME,
        "links": [label.value() for label, _ in form.link_rows() if label.value()],
    }
    return render(request, "status/site.html", context, status=status)
