from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import require
from accounts.roles import Capability
from incidents.models import OVER, Component, EventStatus, Incident, MaintenancePlan, PublicEvent, Site
from incidents.paging import page_of
from incidents.public.components import banner
from incidents.status.recurrence import rhythm_in_words

_PER_PAGE = 30


@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    """What customers are told now, what is planned, and what was told before."""
    user = require(request.user, Capability.WRITE)
    now = timezone.now()
    visible = Exists(Incident.objects.visible_to(user).filter(pk=OuterRef("incident")))
    mine = PublicEvent.objects.filter(Q(incident=None) | Q(visible))
    untold = Incident.objects.visible_to(user).filter(public_event=None).exclude(status=EventStatus.RESOLVED)
    context = {
        "banner": banner(list(Component.objects.with_status(now).in_page_order())),
        "going_on": mine.going_on().newest_first(),
        "upcoming": mine.upcoming(),
        "untold": untold.select_related("severity").newest_first()[:_PER_PAGE],
        "page": page_of(
            mine.filter(status__in=OVER), ["-started_at", "-id"], asked=request.GET, size=_PER_PAGE, name="public_id"
        ),
        "plans": [
            {"plan": plan, "rhythm": rhythm_in_words(plan)}
            for plan in MaintenancePlan.objects.filter(is_active=True).order_by("title", "pk")
        ],
        "zone": Site.get().time_zone,
    }
    return render(request, "status/event_list.html", context)
